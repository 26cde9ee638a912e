//! STATE-TABLES 4.1 cell by cell, and the fetch and PAP columns of 4.2.
//!
//! A cell is written `answer > next state {effects}`; `-` for the next state means that nothing changed and nothing is
//! written; `~` stands before audit events that the host counts. An empty cell is one the table has not.
#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(unused_must_use, reason = "the host of the tests stores and performs what calls return")]

mod support;

use libprov::credential::Enrolment;
use libprov::device::Command;
use libprov::ids::LeaseId;
use libprov::models::Carriage;
use libprov::request::{Answer, Decision, Judged, Step};
use libprov::state::State;
use libprov::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use support::*;

const PHASES: [&str; 6] = ["Rq", "Ac", "De", "Fa", "Bl[pap]", "Bl[admin]"];

/// A device in one phase, as source A sees it.
struct Stage {
    host: Host,
    /// An enrolment of the present epoch at A: accepted in Ac and De, once accepted in the others (A12).
    e: Enrolment,
    /// One of the epoch before.
    old: Enrolment,
    /// The PAP of this epoch.
    pap: String,
}

impl Stage {
    fn new(phase: &str) -> Self {
        // Of no listed vendor, so that W3 makes an entry after a right PAP only.
        let mut host = Host::of(retaining(true));
        let old = host.enrol(A);
        host.reset();
        let pap = host.pap();
        let e = host.accept(A);
        if phase == "Ac" {
            return Self { host, e, old, pap };
        }
        if phase == "De" {
            let lease = full(&host.fetch_with_token(A, &e)).lease.unwrap();
            host.deliver(lease);
            host.wait(15 * MINUTE_MS);
            return Self { host, e, old, pap };
        }
        host.wait(10 * MINUTE_MS);
        host.timeout();
        match phase {
            "Fa" => drop(host.wrong(&e, 3)),
            "Bl[pap]" => {
                for _ in 0..3 {
                    host.wrong(&e, 3);
                    host.wait(30 * MINUTE_MS);
                    host.timeout();
                }
            }
            "Bl[admin]" => drop(host.admin(Command::Block)),
            _ => {}
        }
        Self { host, e, old, pap }
    }

    /// The phase as the table names it.
    fn phase(&self) -> String {
        let device = self.host.device();
        let phase = match (device.state(self.host.now), self.host.state_of(A)) {
            (State::Blocked, _) => "Bl",
            (State::Failed, _) => "Fa",
            (State::Successful, _) => "De",
            (State::Required, State::Successful) => "Ac",
            (State::Required, _) => "Rq",
        };
        let mut words = vec![phase];
        if device.is_deleted() {
            words = vec!["gone"];
        } else if !device.is_active() {
            words.push("inactive");
        }
        if device.is_suspended(self.host.now) {
            words.push("suspended");
        }
        words.join(" ")
    }

    fn cell(&self, answer: &str, wrote: bool, effects: String) -> String {
        let next = if wrote { self.phase() } else { "-".into() };
        format!("{answer} > {next} {{{effects}}}")
    }

    fn judged(&self, judged: &Judged) -> String {
        self.cell(judged.verdict.name(), judged.writes.device.is_some(), told(&judged.effects))
    }

    fn fetched(&self, decision: &Decision) -> String {
        let mut answer = said(decision);
        if let Answer::Full(full) = decision.answer {
            answer.push_str(if full.secrets.sip.is_empty() { " without" } else { " with" });
            answer.push_str(if full.lease.is_some() { " lease" } else { "" });
        }
        self.cell(&answer, decision.writes.device.is_some(), told(&decision.effects))
    }

    fn stepped(&self, step: &Step) -> String {
        self.cell("", step.writes.device.is_some(), told(&step.effects)).trim_start().to_owned()
    }

    fn act(&mut self, command: Command<'_>) -> String {
        match self.host.try_admin(command) {
            Ok(step) => self.stepped(&step),
            Err(error) => format!("refused {}", error.code().name()),
        }
    }

    fn dial(&mut self, e: &Enrolment, digits: &str) -> String {
        let judged = self.host.dial(e, digits);
        self.judged(&judged)
    }

    /// An enrolment that the present phase has not ended, at A.
    fn usable(&mut self) -> Enrolment {
        if self.host.state() == State::Successful { restricted(&self.host.fetch(A)).enrolment } else { self.e }
    }

    fn fetch(&mut self, from: &str, shown: &str) -> String {
        let decision = self.host.fetch_with(from, shown);
        self.fetched(&decision)
    }

    /// A lease that was given in this phase, or on the way to it.
    fn leased(&mut self, phase: &str) -> LeaseId {
        let credential = self.host.credential();
        match phase {
            "Ac" => full(&self.host.fetch_with_token(A, &self.e.clone())).lease.unwrap(),
            "De" => {
                self.host.admin(Command::ReleaseAgain { account: None, tenant_wide: false });
                full(&self.host.fetch_with(C, &credential)).lease.unwrap()
            }
            "Bl[pap]" => {
                self.host.whitelist(A);
                full(&self.host.fetch(A)).lease.unwrap()
            }
            "Bl[admin]" => {
                self.host.suspend(None);
                full(&self.host.fetch(A)).lease.unwrap()
            }
            _ => full(&self.host.fetch_with(A, &credential)).lease.unwrap(),
        }
    }
}

type Event = fn(&mut Stage, &str) -> String;

const NOT_COMPARED: [&str; 5] = [
    "already > - {~pap_not_judged play:already hangup resync(e)}",
    "reset_needed > - {~pap_not_judged play:reset_needed hangup}",
    "locked > - {~pap_not_judged play:locked hangup}",
    "blocked > - {~pap_not_judged play:blocked hangup}",
    "blocked > - {~pap_not_judged play:blocked hangup}",
];

/// A row whose first cell is this one and whose others compare nothing.
const fn compared(first: &'static str) -> [&'static str; 6] {
    let [ac, de, fa, pap, admin] = NOT_COMPARED;
    [first, ac, de, fa, pap, admin]
}

const RESTARTING: &str = "restarting > - {~pap_not_judged play:restarting hangup resync(e)}";
const REQUIRED: &str = "restricted R11 > - {~restricted}";
const BLOCKED: &str = "restricted R5 > - {~restricted}";
const OVERWRITES: &str = "restricted R10 > De {overwritten ~restricted}";

#[test]
fn table_4_1_every_cell() {
    let rows: &[(&str, Event, [&str; 6])] = &[
        (
            "PAP right",
            |s, _| {
                let (e, pap) = (s.usable(), s.pap.clone());
                s.dial(&e, &pap)
            },
            compared("accepted > Ac {pap_accepted play:accepted hangup resync(e)}"),
        ),
        (
            "PAP right, another e in Ac",
            |s, _| {
                let (e, pap) = (restricted(&s.host.fetch(A)).enrolment, s.pap.clone());
                s.dial(&e, &pap)
            },
            [
                "accepted > Ac {pap_accepted play:accepted hangup resync(e)}",
                "not_possible > - {~pap_not_judged play:not_possible hangup}",
                NOT_COMPARED[1],
                NOT_COMPARED[2],
                NOT_COMPARED[3],
                NOT_COMPARED[4],
            ],
        ),
        (
            "PAP wrong, n+1 < 3",
            |s, _| {
                let e = s.usable();
                s.dial(&e, WRONG)
            },
            compared("wrong > Rq {pap_wrong play:left2}"),
        ),
        (
            "PAP wrong, third, L+1 < 3",
            |s, _| {
                let e = s.usable();
                s.host.wrong(&e, 2);
                s.dial(&e, WRONG)
            },
            compared("locked > Fa {locked play:locked hangup resync(e)}"),
        ),
        (
            "PAP wrong, third, L+1 = 3",
            |s, _| {
                let e = s.usable();
                for _ in 0..2 {
                    s.host.wrong(&e, 3);
                    s.host.wait(30 * MINUTE_MS);
                }
                s.host.timeout();
                s.host.wrong(&e, 2);
                s.dial(&e, WRONG)
            },
            // Time passes in this one, so Ac and Fa run out on the way.
            [
                "blocked > Bl {blocked_source play:blocked hangup resync(e)}",
                "",
                NOT_COMPARED[1],
                "",
                NOT_COMPARED[3],
                NOT_COMPARED[4],
            ],
        ),
        (
            "PAP wrong, epoch ceiling",
            |s, _| {
                let e = s.usable();
                s.host.change(|settings| (settings.ceiling, settings.attempts) = (10, 10));
                s.host.wrong(&e, 9);
                s.dial(&e, WRONG)
            },
            compared("blocked > Bl {blocked_ceiling play:blocked hangup resync}"),
        ),
        (
            "empty entry",
            |s, _| {
                let e = s.usable();
                s.dial(&e, "")
            },
            compared("empty > - {}"),
        ),
        (
            "PAP, e of an earlier epoch",
            |s, _| {
                let (e, pap) = (s.old, s.pap.clone());
                s.dial(&e, &pap)
            },
            [RESTARTING; 6],
        ),
        (
            "PAP, e expired",
            |s, _| {
                let (e, pap) = (restricted(&s.host.fetch(B)).enrolment, s.pap.clone());
                s.host.wait(7 * DAY_MS);
                s.host.timeout();
                s.dial(&e, &pap)
            },
            [RESTARTING; 6],
        ),
        (
            "PAP, another device's e",
            |s, _| {
                let pap = s.pap.clone();
                s.host.create(phone(2), retaining(true));
                let e = restricted(&s.host.fetch(B)).enrolment;
                s.host.mac = phone(1);
                s.dial(&e, &pap)
            },
            [RESTARTING; 6],
        ),
        (
            "fetch, accepted token",
            |s, _| {
                let token = s.host.token(&s.e);
                s.fetch(A, &token)
            },
            [
                REQUIRED,
                "full R8 with lease > Ac {}",
                "restricted R10 > De {~token_late overwritten ~restricted}",
                REQUIRED,
                BLOCKED,
                BLOCKED,
            ],
        ),
        (
            "fetch, present credential",
            |s, _| {
                let credential = s.host.credential();
                s.fetch(C, &credential)
            },
            [
                "full R7 with lease > Rq {}",
                "full R7 with lease > Ac {}",
                "full R7 without > - {}",
                "full R7 with lease > Fa {}",
                "full R7 with lease > Bl {}",
                BLOCKED,
            ],
        ),
        (
            "fetch, present credential, same source",
            |s, _| {
                let credential = s.host.credential();
                s.fetch(A, &credential)
            },
            [
                "full R7 with lease > Rq {}",
                "full R7 with lease > Ac {}",
                // The live temporary entry of A slides.
                "full R7 without lease > De {}",
                "full R7 with lease > Fa {}",
                BLOCKED,
                BLOCKED,
            ],
        ),
        (
            "fetch, certificate",
            |s, _| {
                let mut request = s.host.request(C);
                request.certificate = Some(s.host.mac);
                let decision = s.host.ask(&request);
                s.fetched(&decision)
            },
            [
                "full R7 with lease > Rq {}",
                "full R7 with lease > Ac {}",
                "full R7 without > - {}",
                "full R7 with lease > Fa {}",
                "full R7 with lease > Bl {}",
                BLOCKED,
            ],
        ),
        (
            "fetch, permanent entry (R6a)",
            |s, _| {
                s.host.whitelist(A);
                s.fetch(A, "")
            },
            [
                "full R6a with lease > Rq {}",
                "full R6a with lease > Ac {}",
                "full R6a without > - {}",
                "full R6a with lease > Fa {}",
                "full R6a with lease > Bl {}",
                BLOCKED,
            ],
        ),
        (
            "fetch, temporary entry, unproven (R6b)",
            |s, _| {
                s.host.neighbour(A);
                s.fetch(A, "")
            },
            [
                "full R6b with lease > Rq {admitted_by_neighbour}",
                REQUIRED,
                OVERWRITES,
                "full R6b with lease > Fa {admitted_by_neighbour}",
                BLOCKED,
                BLOCKED,
            ],
        ),
        (
            "fetch, old or forged credential (R9)",
            |s, _| s.fetch(C, &"a".repeat(34)),
            [
                "deny R9 > - {~denied}",
                "deny R9 > - {~denied}",
                "deny R9 > - {~denied}",
                "deny R9 > - {~denied}",
                // The stranger at C is not blocked; source A is.
                "deny R9 > - {~denied}",
                BLOCKED,
            ],
        ),
        (
            "fetch, old or forged credential (R9), same source",
            |s, _| s.fetch(A, &"a".repeat(34)),
            [
                "deny R9 > - {~denied}",
                "deny R9 > - {~denied}",
                "deny R9 > - {~denied}",
                "deny R9 > - {~denied}",
                BLOCKED,
                BLOCKED,
            ],
        ),
        ("fetch, nothing", |s, _| s.fetch(A, ""), [REQUIRED, REQUIRED, OVERWRITES, REQUIRED, BLOCKED, BLOCKED]),
        (
            "fetch, nothing, again",
            |s, _| {
                s.host.fetch(A);
                s.fetch(A, "")
            },
            [REQUIRED, REQUIRED, "restricted R10 > - {~restricted}", REQUIRED, BLOCKED, BLOCKED],
        ),
        (
            "fetch, token not accepted",
            |s, _| {
                let e = restricted(&s.host.fetch(A)).enrolment;
                let token = s.host.token(&e);
                s.fetch(A, &token)
            },
            [REQUIRED, REQUIRED, "restricted R10 > - {~restricted}", REQUIRED, BLOCKED, BLOCKED],
        ),
        (
            "delivered(lease)",
            |s, phase| {
                let lease = s.leased(phase);
                let step = s.host.deliver(lease);
                s.stepped(&step)
            },
            [
                "> De {delivered}",
                // W3: the address inside e.
                "> De {delivered temporary_listed}",
                "> De {~delivered}",
                "> De {delivered}",
                "> De {delivered}",
                "> De suspended {delivered}",
            ],
        ),
        (
            "not_delivered",
            |s, phase| {
                let lease = s.leased(phase);
                let step = s.host.not_delivered(lease);
                s.stepped(&step)
            },
            ["> Rq {}", "> Ac {}", "> De {}", "> Fa {}", "> Bl {}", "> Bl suspended {}"],
        ),
        (
            "not_delivered, again",
            |s, phase| {
                let lease = s.leased(phase);
                s.host.not_delivered(lease);
                let step = s.host.not_delivered(lease);
                s.stepped(&step)
            },
            ["> - {}"; 6],
        ),
        (
            "lease over",
            |s, phase| {
                s.leased(phase);
                s.host.wait(61 * SECOND_MS);
                let step = s.host.timeout();
                s.stepped(&step)
            },
            ["> - {}"; 6],
        ),
        (
            "timeout",
            |s, _| {
                s.host.wait(HOUR_MS);
                let step = s.host.timeout();
                s.stepped(&step)
            },
            ["> - {}", "> Rq {acceptance_expired resync(e)}", "> - {}", "> Rq {unlocked resync(source)}", "> - {}", "> - {}"],
        ),
        (
            "reset",
            |s, _| s.act(Command::Reset { taken: &[] }),
            [
                "> Rq {reset revoke resync}",
                "> Rq {reset revoke resync}",
                "> Rq {reset W8 revoke resync}",
                "> Rq {reset revoke resync}",
                "> Rq {reset revoke resync}",
                "> Rq {reset revoke resync}",
            ],
        ),
        (
            "suspend",
            |s, _| s.act(Command::Suspend { bind: None, confirm_blocked: false }),
            [
                "> Rq suspended {suspended resync}",
                "> Ac suspended {suspended resync}",
                "> De suspended {suspended resync}",
                "> Fa suspended {suspended resync}",
                "> Bl suspended {suspended resync}",
                "refused ADMIN_CONFIRM_BLOCKED",
            ],
        ),
        (
            "block",
            |s, _| s.act(Command::Block),
            [
                "> Bl {blocked_by_administrator revoke resync}",
                "> Bl {blocked_by_administrator revoke resync}",
                "> Bl {blocked_by_administrator W8 revoke resync}",
                "> Bl {blocked_by_administrator revoke resync}",
                "> Bl {blocked_by_administrator revoke resync}",
                "> Bl {blocked_by_administrator revoke resync}",
            ],
        ),
        (
            "release again",
            |s, _| s.act(Command::ReleaseAgain { account: None, tenant_wide: false }),
            // S3: what is open without end stays so, also in a device that was blocked before its first delivery.
            ["> - {}", "> - {}", "> De {released resync}", "> - {}", "> - {}", "> - {}"],
        ),
        (
            "new SIP password",
            |s, _| s.act(Command::NewSipPassword { account: 1 }),
            ["> - {}", "> - {}", "> De {new_sip_password resync}", "> - {}", "> - {}", "> - {}"],
        ),
        (
            "deactivate",
            |s, _| s.act(Command::Deactivate),
            [
                "> Rq inactive {deactivated revoke}",
                "> Rq inactive {deactivated revoke}",
                "> De inactive {deactivated W8 revoke}",
                "> Fa inactive {deactivated revoke}",
                "> Bl inactive {deactivated revoke}",
                "> Bl inactive {deactivated revoke}",
            ],
        ),
        (
            "deactivate, again",
            |s, _| {
                s.act(Command::Deactivate);
                s.act(Command::Deactivate)
            },
            ["> - {}"; 6],
        ),
        (
            "activate",
            |s, _| {
                s.act(Command::Deactivate);
                s.act(Command::Activate { taken: &[] })
            },
            [
                "> Rq {activated resync}",
                "> Rq {activated resync}",
                "> De {activated resync}",
                "> Fa {activated resync}",
                "> Bl {activated resync}",
                "> Bl {activated resync}",
            ],
        ),
        (
            "activate, policy: reset",
            |s, _| {
                s.host.change(|settings| settings.activate_resets = true);
                s.act(Command::Deactivate);
                s.act(Command::Activate { taken: &[] })
            },
            ["> Rq {activated reset revoke resync}"; 6],
        ),
        (
            "delete",
            |s, _| s.act(Command::Delete),
            [
                "> gone {deleted revoke}",
                "> gone {deleted revoke}",
                "> gone {deleted W8 revoke}",
                "> gone {deleted revoke}",
                "> gone {deleted revoke}",
                "> gone {deleted revoke}",
            ],
        ),
        (
            "delete, then recreate",
            |s, _| {
                s.act(Command::Delete);
                s.act(Command::Create(new_device(phone(1), retaining(true))))
            },
            ["> Rq {created}"; 6],
        ),
        ("create", |s, _| s.act(Command::Create(new_device(phone(1), retaining(true)))), ["refused ADMIN_DEVICE_EXISTS"; 6]),
        (
            "delete, then import as installed",
            |s, _| {
                s.act(Command::Delete);
                let until = s.host.now.plus_ms(DAY_MS);
                s.act(Command::ImportInstalled { device: new_device(phone(1), retaining(true)), until })
            },
            ["> Rq {imported_installed}"; 6],
        ),
        (
            "transfer to a new MAC",
            |s, _| {
                let old = s.act(Command::Transfer { mac: phone(2), known_elsewhere: false, taken: &[] });
                s.host.mac = phone(2);
                format!("{old}; new: {}", s.phase())
            },
            [
                "> gone {transferred revoke}; new: Rq",
                "> gone {transferred revoke}; new: Rq",
                "> gone {transferred W8 revoke}; new: Rq",
                "> gone {transferred revoke}; new: Rq",
                "> gone {transferred revoke}; new: Rq",
                "> gone {transferred revoke}; new: Rq",
            ],
        ),
        (
            "key rotated, policy changed, clock back by five minutes",
            |s, _| {
                s.host.rotate(2);
                s.host.change(|settings| (settings.attempts, settings.lockout_ms) = (1, MINUTE_MS));
                s.host.now = s.host.now.minus_ms(5 * MINUTE_MS);
                let step = s.host.timeout();
                s.stepped(&step)
            },
            ["> - {}"; 6],
        ),
        (
            "clock back by a day",
            |s, _| {
                s.host.now = s.host.now.minus_ms(DAY_MS);
                let step = s.host.timeout();
                s.stepped(&step)
            },
            [
                "> - {}",
                "> Ac {clock_corrected}",
                // The acceptance may be repeated inside its window, which is a deadline too.
                "> De {clock_corrected}",
                "> Fa {clock_corrected}",
                "> - {}",
                "> - {}",
            ],
        ),
    ];
    let mut wrong = Vec::new();
    let mut cells = 0;
    for (event, run, expected) in rows {
        for (phase, expected) in PHASES.into_iter().zip(expected) {
            if expected.is_empty() {
                continue;
            }
            let mut stage = Stage::new(phase);
            let observed = run(&mut stage, phase);
            cells += 1;
            if observed != *expected {
                wrong.push(format!("{event} x {phase}:\n    expected {expected}\n    observed {observed}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cells} cells:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn table_4_1_stages_are_what_they_say() {
    for phase in PHASES {
        assert_eq!(Stage::new(phase).phase(), phase.split('[').next().unwrap());
    }
}

#[test]
fn table_4_1_transfer_of_a_blocked_or_inactive_device_makes_a_new_one() {
    let mut stage = Stage::new("Bl[admin]");
    stage.act(Command::Deactivate);
    stage.act(Command::Transfer { mac: phone(2), known_elsewhere: false, taken: &[] });
    stage.host.mac = phone(2);
    assert_eq!(stage.phase(), "Rq");
}

#[test]
fn table_4_1_release_again_on_a_device_blocked_after_a_delivery_opens_it() {
    let mut stage = Stage::new("De");
    stage.act(Command::Block);
    assert_eq!(stage.act(Command::ReleaseAgain { account: None, tenant_wide: false }), "> Bl {released resync}");
    let mut stage = Stage::new("De");
    stage.act(Command::Block);
    assert_eq!(stage.act(Command::NewSipPassword { account: 2 }), "> Bl {new_sip_password resync}");
}

#[test]
fn table_4_2_overlays() {
    let rows: &[(&str, Event, [&str; 6])] = &[
        (
            "inactive, fetch",
            |s, _| {
                let credential = s.host.credential();
                s.act(Command::Deactivate);
                s.fetch(A, &credential)
            },
            ["deny R3 > - {~denied}"; 6],
        ),
        (
            "inactive, PAP call",
            |s, _| {
                let (e, pap) = (s.usable(), s.pap.clone());
                s.act(Command::Deactivate);
                s.dial(&e, &pap)
            },
            ["not_possible > - {~pap_not_judged play:not_possible hangup}"; 6],
        ),
        (
            "suspended and fits, fetch",
            |s, _| {
                s.host.suspend(Some(A));
                s.fetch(A, "")
            },
            [
                "full R4 with lease > Rq suspended {}",
                "full R4 with lease > Ac suspended {}",
                // S7: the source a suspension is bound to gets secrets of a closed release; nothing is left to report.
                "full R4 with > - {}",
                "full R4 with lease > Fa suspended {}",
                "full R4 with lease > Bl suspended {}",
                "full R4 with lease > Bl suspended {}",
            ],
        ),
        (
            "suspended and fits, PAP call",
            |s, _| {
                let (e, pap) = (s.usable(), s.pap.clone());
                s.host.suspend(Some(A));
                s.dial(&e, &pap)
            },
            ["no_pin_needed > - {~pap_not_judged play:no_pin hangup resync(e)}"; 6],
        ),
        (
            "suspended, stays for repeats after the delivery",
            |s, _| {
                s.host.suspend(Some(A));
                if let Some(lease) = full(&s.host.fetch(A)).lease {
                    s.host.deliver(lease);
                }
                let decision = s.host.fetch(A);
                format!("{} {}", said(&decision), s.phase())
            },
            ["full R4 De suspended"; 6],
        ),
        (
            "suspended for another, fetch",
            |s, _| {
                s.host.suspend(Some(C));
                s.fetch(A, "")
            },
            [REQUIRED, REQUIRED, "restricted R10 > De suspended {overwritten ~restricted}", REQUIRED, BLOCKED, BLOCKED],
        ),
        (
            "suspended for another, PAP call",
            |s, _| {
                let (e, pap) = (s.usable(), s.pap.clone());
                s.host.suspend(Some(C));
                s.dial(&e, &pap)
            },
            compared("accepted > Ac suspended {pap_accepted play:accepted hangup resync(e)}"),
        ),
        (
            "suspended, bound by first delivery, a second one unproven",
            |s, _| {
                s.host.suspend(None);
                let lease = full(&s.host.fetch(B)).lease.unwrap();
                s.host.deliver(lease);
                s.fetch(C, "")
            },
            ["restricted R10 > De {suspension_contested overwritten ~restricted}"; 6],
        ),
        (
            "suspension over",
            |s, _| {
                s.host.suspend(None);
                s.host.change(|settings| settings.delivery_window_ms = MINUTE_MS);
                s.host.wait(30 * MINUTE_MS);
                let step = s.host.timeout();
                s.stepped(&step)
            },
            [
                "> Rq {suspension_ended resync}",
                "> Rq {acceptance_expired suspension_ended resync(e) resync}",
                "> De {suspension_ended}",
                "> Rq {unlocked suspension_ended resync(source) resync}",
                "> Bl {suspension_ended resync}",
                "> Bl {suspension_ended resync}",
            ],
        ),
        (
            "throttled, unproven fetch",
            |s, _| {
                let guard = libprov::guard::SourceGuard::new(source(A)).with_throttle(s.host.now, HOUR_MS);
                s.host.guards.insert(source(A).into(), guard);
                s.fetch(A, "")
            },
            ["deny R1 > - {~denied}"; 6],
        ),
        (
            "throttled, proven fetch",
            |s, _| {
                let guard = libprov::guard::SourceGuard::new(source(C)).with_throttle(s.host.now, HOUR_MS);
                s.host.guards.insert(source(C).into(), guard);
                let credential = s.host.credential();
                let decision = s.host.fetch_with(C, &credential);
                said(&decision)
            },
            ["full R7", "full R7", "full R7", "full R7", "full R7", "restricted R5"],
        ),
        (
            "suspension + reset",
            |s, _| {
                s.host.suspend(None);
                s.act(Command::Reset { taken: &[] });
                s.phase()
            },
            ["Rq"; 6],
        ),
        (
            "suspension + block",
            |s, _| {
                s.host.suspend(None);
                s.act(Command::Block);
                s.phase()
            },
            ["Bl"; 6],
        ),
        (
            "delete + late delivered",
            |s, phase| {
                let lease = s.leased(phase);
                s.act(Command::Delete);
                let step = s.host.deliver(lease);
                s.stepped(&step)
            },
            ["> - {lease_ignored}"; 6],
        ),
        (
            "reset between decide and delivered",
            |s, phase| {
                let lease = s.leased(phase);
                let credential = s.host.credential();
                s.act(Command::Reset { taken: &[] });
                let step = s.host.deliver(lease);
                format!("{}; {}", s.stepped(&step), s.fetch(C, &credential))
            },
            ["> - {lease_ignored}; deny R9 > - {~denied}"; 6],
        ),
    ];
    let mut wrong = Vec::new();
    for (event, run, expected) in rows {
        for (phase, expected) in PHASES.into_iter().zip(expected) {
            let mut stage = Stage::new(phase);
            let observed = run(&mut stage, phase);
            if observed != *expected {
                wrong.push(format!("{event} x {phase}:\n    expected {expected}\n    observed {observed}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} cells:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn table_4_1_inside_the_window_an_accepted_token_repeats() {
    for model in [retaining(true), own(true, false, Carriage::HttpAuth)] {
        let mut host = Host::of(model);
        let (e, _) = host.provision(A);
        let decision = host.fetch_with_token(A, &e);
        assert_eq!(said(&decision), "full R8");
        assert!(!full(&decision).secrets.sip.is_empty());
    }
}
