//! The roll-out day, chapter by chapter.

use crate::data::Input;
use crate::host::{Got, Host};
use crate::timeline::Timeline;
use libprov::credential::Enrolment;
use libprov::device::{Command, NewDevice, Verdict, Withheld};
use libprov::effect::{AuditEvent, Effect, Resync};
use libprov::ids::AttemptId;
use libprov::ip::{ClientAddress, IpPrefix, Source};
use libprov::keys::{Keyring, TenantKey};
use libprov::lang::Lang;
use libprov::mac::MacAddr;
use libprov::profile::Profile;
use libprov::request::{self, Answer, Attempt, Request, Transport};
use libprov::snapshot;
use libprov::state::State;
use std::collections::BTreeSet;
use std::error::Error;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The branch office behind one NAT address, the head office on the permanent whitelist, a home office, an attacker.
const BRANCH: &str = "203.0.113.10";
const HEAD_OFFICE: &str = "192.0.2.5";
const HOME: &str = "2001:db8:77:1::23";
const ATTACKER: &str = "198.51.100.66";
/// The SIP password of every profile in `examples/data/`.
const SIP_PASSWORD: &str = "EXAMPLE-SIP";

/// Plays the day.
pub(crate) fn play(input: &Input, host: Host, timeline: &mut Timeline) -> Result<()> {
    let mut day = Day { host, timeline, macs: Vec::new(), secrets: Vec::new() };
    day.roster(input)?;
    day.whitelist_spellings()?;
    let first = day.first_fetch()?;
    day.wrong_three_times(first)?;
    day.right_pap(first)?;
    day.window()?;
    day.neighbours()?;
    day.attacker()?;
    day.lost_configuration()?;
    day.suspension()?;
    day.reset_and_block()?;
    day.doors_that_stay_shut()?;
    day.head_office()?;
    day.hostile_names(input)?;
    day.keys_and_nodes()?;
    day.snapshots()?;
    day.nothing_leaked()
}

struct Day<'a> {
    host: Host,
    timeline: &'a mut Timeline,
    macs: Vec<MacAddr>,
    /// Everything secret that was seen, to be looked for in the log.
    secrets: Vec<String>,
}

impl Day<'_> {
    fn claim(&mut self, rule: &str, text: &str, holds: bool) {
        self.timeline.claim(self.host.now, rule, text, holds);
    }

    fn event(&self, text: &str) {
        self.timeline.event(self.host.now, text);
    }

    fn mac(&self, number: usize) -> Result<MacAddr> {
        self.macs.get(number).copied().ok_or_else(|| "the roster is too short".into())
    }

    fn state(&self, mac: MacAddr) -> Option<State> {
        self.host.site.device(mac).map(|device| device.state(self.host.now))
    }

    fn roster(&mut self, input: &Input) -> Result<()> {
        self.timeline.chapter("Seven o'clock: the roster is read");
        for row in &input.roster {
            let mac = row.mac()?;
            let new = NewDevice {
                mac,
                model: row.model(),
                accounts: row.accounts,
                site: Some(&row.site),
                known_elsewhere: false,
                taken: &self.taken(),
            };
            self.host.admin(mac, &Command::Create(new))?;
            let json = input.profiles.get(&row.profile).ok_or_else(|| format!("no profile {:?}", row.profile))?;
            if let Ok(profile) = Profile::from_json(json) {
                self.host.equip(mac, profile);
            }
            self.macs.push(mac);
        }
        self.event(&format!("{} devices created, from {} profiles", self.macs.len(), input.profiles.len()));
        let paps: Vec<String> = self.macs.iter().filter_map(|mac| self.host.pap(*mac)).collect();
        let distinct: BTreeSet<&String> = paps.iter().collect();
        let six = paps.iter().all(|pap| pap.len() == 6 && pap.bytes().all(|byte| byte.is_ascii_digit()));
        self.claim("A1", "every device starts in `required` with a PAP of six digits", {
            six && paps.len() == self.macs.len() && self.macs.iter().all(|mac| self.state(*mac) == Some(State::Required))
        });
        self.claim("P3", "no two of them have the same PAP", distinct.len() == paps.len());
        self.secrets.extend(paps);
        Ok(())
    }

    fn taken(&self) -> Vec<libprov::pap::Pap> {
        self.host.site.devices().filter_map(|device| device.pap(self.host.site.tenant().keys())).collect()
    }

    fn whitelist_spellings(&mut self) -> Result<()> {
        let refused = |text: &str| match IpPrefix::parse(text) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        };
        let host_bits = refused("10.0.0.5/24");
        self.event(&format!("an administrator whitelists 10.0.0.5/24: \"{host_bits}\""));
        self.claim("W1", "a wrong prefix is refused with the right spelling", host_bits.contains("10.0.0.0/24"));
        let netmask = refused("192.0.2.0/255.255.255.0");
        self.claim("W1", "so is netmask notation", netmask.contains("192.0.2.0/24"));
        Ok(())
    }

    /// The first telephone asks from an address nobody knows.
    fn first_fetch(&mut self) -> Result<Enrolment> {
        self.timeline.chapter("The branch office connects its first telephone");
        let mac = self.mac(0)?;
        let got = self.host.get(mac, BRANCH, None)?;
        self.event(&format!("{mac} asks from {BRANCH}: {}", got.decision.explain(Lang::En).text));
        self.claim("R11", "an unknown address gets the restricted configuration", got.rule() == "R11" && got.is_restricted());
        let clean = !got.file.contains(SIP_PASSWORD) && !got.file.contains("sip.example.net");
        self.claim("V3", "the restricted file holds no value of the profile", clean);
        let enrolment = got.enrolment()?;
        let user = enrolment.sip_user(None);
        self.claim("R13", "it holds an enrolment account of its own, of at most 48 characters", {
            user.len() <= 48 && got.file.contains(&format!("account.1.user_name = {user}\n"))
        });
        let calls = ["112", "110", "*89"].iter().all(|number| got.file.contains(number));
        self.claim("C2", "emergency numbers and *89 can be dialled", calls);
        let token = self.host.token(mac, enrolment)?;
        let same = self.host.get(mac, BRANCH, Some(token.expose()))?;
        self.claim("R13", "who presents its token gets the same bytes", same.file == got.file);
        let other = self.host.get(mac, BRANCH, None)?;
        self.claim("R13", "who presents nothing gets another enrolment, also from the same address", {
            other.enrolment()?.id() != enrolment.id()
        });
        let writes = got.decision.writes.is_empty() && other.decision.writes.is_empty();
        self.claim("E7", "restricted answers change no record", writes);
        self.secrets.push(token.expose().into());
        Ok(enrolment)
    }

    fn wrong_three_times(&mut self, enrolment: Enrolment) -> Result<()> {
        self.timeline.chapter("Somebody mistypes");
        let mac = self.mac(0)?;
        let verdicts: Vec<Verdict> =
            ["000001", "000002", "31"].iter().map(|wrong| self.host.dial(enrolment, wrong)).collect::<Result<_>>()?;
        self.event(&format!("three wrong PAPs: {verdicts:?}"));
        self.claim("A2", "two tries left, one left, locked for 30 minutes", {
            let until = self.host.now.plus_ms(30 * 60_000);
            verdicts == [Verdict::Wrong { left: 2 }, Verdict::Wrong { left: 1 }, Verdict::Locked { until }]
        });
        self.claim("A1", "its state is `failed`", self.state(mac) == Some(State::Failed));
        let pap = self.host.pap(mac).unwrap_or_default();
        let locked = self.host.dial(enrolment, &pap)?;
        self.claim("A3", "while it is locked even the right PAP is not compared", matches!(locked, Verdict::Locked { .. }));
        self.host.effects.clear();
        self.host.pass(30)?;
        self.claim("A2", "30 minutes later it is `required` by itself", self.state(mac) == Some(State::Required));
        let resync = self.host.effects.iter().any(|effect| matches!(effect, Effect::Resync(Resync::DeviceAt(_))));
        self.claim("A7", "and the telephone is asked to fetch, so that its display changes", resync);
        Ok(())
    }

    fn right_pap(&mut self, enrolment: Enrolment) -> Result<()> {
        self.timeline.chapter("The right PAP");
        let mac = self.mac(0)?;
        let pap = self.host.pap(mac).unwrap_or_default();
        let verdict = self.host.dial(enrolment, &pap)?;
        self.claim("A2", "the right PAP is accepted", verdict == Verdict::Accepted);
        let other = self.host.get(mac, BRANCH, None)?;
        self.claim(
            "R13",
            "it authenticates this enrolment only: without the token the answer stays restricted",
            other.is_restricted(),
        );
        let token = self.host.token(mac, enrolment)?;
        let got = self.host.get(mac, BRANCH, Some(token.expose()))?;
        self.event(&format!("the telephone asks with its token: {}", got.decision.explain(Lang::En).text));
        self.claim("R8", "with the token it gets the full configuration", got.rule() == "R8" && got.is_full());
        self.claim("S1", "the first delivery carries all secrets", has_password(&got));
        self.host.deliver(mac, &got)?;
        self.claim("A8", "the delivery makes it `successful` and ends the PAP", {
            self.state(mac) == Some(State::Successful) && self.host.pap(mac).is_none()
        });
        let listed = self.host.site.temporary(source(BRANCH)?).map(|entry| entry.valid().end());
        self.claim("W3", "the address inside the enrolment is whitelisted for 8 hours", {
            listed == Some(self.host.now.plus_ms(8 * 3_600_000))
        });
        Ok(())
    }

    fn window(&mut self) -> Result<()> {
        self.timeline.chapter("Ten minutes for the passwords");
        let mac = self.mac(0)?;
        let credential = self.host.credential(mac)?;
        self.host.pass(4)?;
        let inside = self.host.get(mac, BRANCH, Some(credential.expose()))?;
        self.claim(
            "S2",
            "inside the window the SIP password may be fetched again",
            inside.rule() == "R7" && has_password(&inside),
        );
        let web = matches!(&inside.decision.answer, Answer::Full(full) if !full.secrets.web);
        self.claim("S2", "the web password went out once only", web);
        self.host.pass(7)?;
        let after = self.host.get(mac, BRANCH, Some(credential.expose()))?;
        self.event(&format!("eleven minutes later: {}", after.decision.explain(Lang::En).text));
        self.claim("S2", "after the window it is withheld from the file", after.is_full() && !after.file.contains(SIP_PASSWORD));
        let why = matches!(&after.decision.answer, Answer::Full(full) if full.withheld == Some(Withheld::Closed));
        self.claim("S6", "and the answer says so", why);
        self.secrets.push(credential.expose().into());
        Ok(())
    }

    fn neighbours(&mut self) -> Result<()> {
        self.timeline.chapter("The colleagues behind the same address");
        let mac = self.mac(1)?;
        self.host.effects.clear();
        let got = self.host.get(mac, BRANCH, None)?;
        self.event(&format!("{mac} asks from {BRANCH}: {}", got.decision.explain(Lang::En).text));
        self.claim(
            "R6b",
            "a waiting neighbour gets the full configuration without a PAP",
            got.rule() == "R6b" && has_password(&got),
        );
        self.claim("R6b", "which the audit log shows", self.audited(AuditEvent::AdmittedByNeighbour));
        self.host.deliver(mac, &got)?;
        let again = self.host.get(self.mac(0)?, BRANCH, None)?;
        self.claim("R10", "a provisioned device that presents nothing does not", again.rule() == "R10" && again.is_restricted());
        let credential = self.host.credential(self.mac(0)?)?;
        let repaired = self.host.get(self.mac(0)?, BRANCH, Some(credential.expose()))?;
        self.claim(
            "S5",
            "as that may have overwritten its telephone, the next proven fetch carries all secrets",
            has_password(&repaired),
        );
        let macs = self.mac(0)?;
        self.host.deliver(macs, &repaired)
    }

    fn attacker(&mut self) -> Result<()> {
        self.timeline.chapter("Somebody who knows every MAC");
        let mac = self.mac(2)?;
        let mut spied = Vec::new();
        for _ in 0..50 {
            spied.push(self.host.get(mac, ATTACKER, None)?);
        }
        self.event(&format!("{ATTACKER} polls {mac} fifty times"));
        self.claim("R11", "polling yields restricted configurations and no secret", {
            spied.iter().all(|got| got.is_restricted() && !got.file.contains(SIP_PASSWORD))
        });
        let his = spied.last().ok_or("nothing polled")?.enrolment()?;
        for wrong in ["111112", "111113", "111114"] {
            self.host.dial(his, wrong)?;
        }
        let user = self.host.get(mac, HOME, None)?;
        let fourth = self.host.dial(his, "111115")?;
        self.claim("A13", "three wrong PAPs lock him out, and not the user at home", {
            matches!(fourth, Verdict::Locked { .. })
                && matches!(&user.decision.answer, Answer::Restricted(r) if r.notice == libprov::standing::Notice::Required)
        });
        let hers = user.enrolment()?;
        let pap = self.host.pap(mac).unwrap_or_default();
        let verdict = self.host.dial(hers, &pap)?;
        let his_token = self.host.token(mac, his)?;
        let stolen = self.host.get(mac, ATTACKER, Some(his_token.expose()))?;
        self.claim("R13", "her PAP authenticates her enrolment; his fetch stays restricted", {
            verdict == Verdict::Accepted && stolen.is_restricted()
        });
        let sip_user = hers.sip_user(None);
        let trace = self.host.get(mac, ATTACKER, Some(&sip_user))?;
        self.claim("R13", "the SIP user read from a trace is no token", trace.is_restricted());
        let token = self.host.token(mac, hers)?;
        let got = self.host.get(mac, HOME, Some(token.expose()))?;
        self.host.deliver(mac, &got)?;
        let late = self.host.dial(his, &pap)?;
        self.claim("A8", "she gets hers, and his enrolment ends with it", {
            self.state(mac) == Some(State::Successful) && late == Verdict::Restarting
        });
        self.claim("W3", "his address is on no whitelist", self.host.site.temporary(source(ATTACKER)?).is_none());
        Ok(())
    }

    fn lost_configuration(&mut self) -> Result<()> {
        let mac = self.mac(2)?;
        let credential = self.host.credential(mac)?;
        let forged = format!("{}a", credential.expose().get(..33).unwrap_or_default());
        let forged = if forged == credential.expose() { forged.replace('a', "b") } else { forged };
        let got = self.host.get(mac, ATTACKER, Some(&forged))?;
        self.claim("R9", "a forged credential is denied", got.rule() == "R9" && got.decision.answer.status() == 404);
        Ok(())
    }

    fn suspension(&mut self) -> Result<()> {
        self.timeline.chapter("A telephone without a keypad: authentication suspended");
        let mac = self.mac(3)?;
        let bind = IpPrefix::parse("203.0.113.77")?;
        self.host.admin(mac, &Command::Suspend { bind: Some(bind), confirm_blocked: false })?;
        let elsewhere = self.host.get(mac, ATTACKER, None)?;
        self.claim("A4", "the suspension is for its address: polling from elsewhere gets nothing", elsewhere.is_restricted());
        let got = self.host.get(mac, "203.0.113.77", None)?;
        self.claim("R4", "from there the full configuration comes without a PAP", got.rule() == "R4" && has_password(&got));
        self.host.deliver(mac, &got)?;
        self.claim("W3", "a delivery that only a suspension allowed whitelists nothing", {
            self.host.site.temporary(source("203.0.113.77")?).is_none()
        });
        self.host.pass(31)?;
        let over = self.host.get(mac, "203.0.113.77", None)?;
        self.claim("A4", "after 30 minutes it is over", over.rule() == "R10");
        Ok(())
    }

    fn reset_and_block(&mut self) -> Result<()> {
        self.timeline.chapter("Reset and block");
        let mac = self.mac(0)?;
        let credential = self.host.credential(mac)?;
        self.host.effects.clear();
        self.host.admin(mac, &Command::Reset { taken: &self.taken() })?;
        let pap = self.host.pap(mac).unwrap_or_default();
        self.claim("A2", "a reset gives a new PAP at once and revokes the accounts", {
            pap.len() == 6 && !self.secrets.contains(&pap) && self.host.effects.contains(&Effect::Revoke)
        });
        self.claim("W8", "and withdraws the whitelist entry the device made", {
            self.host.site.temporary(source(BRANCH)?).is_some_and(|entry| !entry.is_live(self.host.now))
        });
        let stale = self.host.get(mac, BRANCH, Some(credential.expose()))?;
        self.event(&format!("the telephone with its old credential: {}", stale.decision.explain(Lang::En).text));
        self.claim("R9", "its old credential is denied: factory reset needed", stale.rule() == "R9");
        self.secrets.push(pap);
        let stolen = self.mac(1)?;
        let credential = self.host.credential(stolen)?;
        self.host.admin(stolen, &Command::Block)?;
        let got = self.host.get(stolen, BRANCH, Some(credential.expose()))?;
        self.claim("R5", "a blocked device is restricted although it proves itself", got.rule() == "R5" && got.is_restricted());
        self.host.pass(24 * 60)?;
        self.claim("A2", "a day later it still is", self.state(stolen) == Some(State::Blocked));
        self.host.admin(stolen, &Command::Reset { taken: &[] })?;
        self.claim("A2", "until it is reset", self.state(stolen) == Some(State::Required));
        Ok(())
    }

    fn doors_that_stay_shut(&mut self) -> Result<()> {
        self.timeline.chapter("Doors that stay shut");
        let unknown = self.host.get(MacAddr::parse("80:5e:c0:ff:ff:ff")?, ATTACKER, None)?;
        let inactive = self.mac(5)?;
        self.host.admin(inactive, &Command::Deactivate)?;
        let shut = self.host.get(inactive, ATTACKER, None)?;
        self.claim("R2", "an unknown MAC is denied", unknown.rule() == "R2");
        self.claim("R15", "an inactive device looks exactly like an unknown one", {
            shut.rule() == "R3" && shut.decision.answer == unknown.decision.answer && shut.file == unknown.file
        });
        let mut request = Request::main_file(self.mac(6)?, ClientAddress::new(BRANCH.parse()?));
        request.transport = Transport::Http;
        let http = self.host.fetch(&request)?;
        request.transport = Transport::Tftp;
        let tftp = self.host.fetch(&request)?;
        self.claim("R17", "nothing with a secret leaves over plain http or tftp", http.rule() == "R17" && tftp.rule() == "R17");
        let door = self.macs.last().copied().ok_or("the roster is empty")?;
        let got = self.host.get(door, BRANCH, None)?;
        self.claim("R20", "a model that cannot be restricted is denied", got.rule() == "R20");
        Ok(())
    }

    fn head_office(&mut self) -> Result<()> {
        self.timeline.chapter("The head office with its fixed address");
        let mut full = 0;
        let range = 7..30;
        let count = range.len();
        for number in range {
            let mac = self.mac(number)?;
            let got = self.host.get(mac, HEAD_OFFICE, None)?;
            if got.rule() == "R6a" && has_password(&got) {
                full += 1;
            }
            self.host.deliver(mac, &got)?;
        }
        self.event(&format!("{full} telephones ask from {HEAD_OFFICE}"));
        self.claim("R6a", "everybody on the permanent whitelist is provisioned without a PAP", full == count);
        let again = self.host.get(self.mac(8)?, HEAD_OFFICE, None)?;
        let later = {
            self.host.pass(11)?;
            self.host.get(self.mac(8)?, HEAD_OFFICE, None)?
        };
        self.claim("S7", "later an unproven fetch from there gets the file without secrets", {
            has_password(&again) && later.is_full() && !later.file.contains(SIP_PASSWORD)
        });
        Ok(())
    }

    fn hostile_names(&mut self, input: &Input) -> Result<()> {
        self.timeline.chapter("Hostile names");
        let mut refused = Vec::new();
        for (name, json) in &input.profiles {
            if let Err(error) = Profile::from_json(json) {
                refused.push(format!("{name}: {error}"));
            }
        }
        for number in [30, 31] {
            let mac = self.mac(number)?;
            if self.host.site.device(mac).is_some()
                && let Err(error) = self.host.get(mac, HEAD_OFFICE, None)
            {
                refused.push(error.to_string());
            }
        }
        for line in &refused {
            self.event(line);
        }
        self.claim("V4", "a newline and a right-to-left mark are refused by field, never stripped", refused.len() == 2);
        let markup = self.mac(8)?;
        let file = self.host.get(markup, HEAD_OFFICE, None)?.file;
        self.claim(
            "V4",
            "quotes, <, &, ]]>, =cmd, umlauts and emoji arrive as they are",
            file.contains("<script>alert(1)</script> & ]]>"),
        );
        Ok(())
    }

    fn keys_and_nodes(&mut self) -> Result<()> {
        self.timeline.chapter("Two nodes, and a new key");
        let mac = self.mac(6)?;
        let enrolment = self.host.get(mac, BRANCH, None)?.enrolment()?;
        let user = enrolment.sip_user(None);
        let (one, two) = (AttemptId::from_number(901), AttemptId::from_number(902));
        let facts = self.host.site.facts(Some(mac), None);
        let first = request::enter_pap(facts, &Attempt::new(one, &user, "135790")?, self.host.now);
        let second = request::enter_pap(facts, &Attempt::new(two, &user, "975310")?, self.host.now);
        let stored = self.host.site.commit(first.writes).is_ok();
        let refused = self.host.site.commit(second.writes).is_err();
        self.claim("A11", "of two nodes that judge at the same time only one can store its verdict", stored && refused);
        let device = self.mac(7)?;
        let credential = self.host.credential(device)?;
        let next = TenantKey::new(2, std::array::from_fn(|i| (i * 5 + 1) as u8))?;
        let keys: Keyring = self.host.site.tenant().keys().clone().rotated(next)?;
        self.host.site.set_tenant(self.host.site.tenant().clone().with_keys(keys));
        let got = self.host.get(device, HOME, Some(credential.expose()))?;
        let renewed = self.host.credential(device)?;
        self.claim("R22", "after a key rotation the old credential still proves, and the answer carries the new one", {
            got.rule() == "R7" && got.file.contains(renewed.expose()) && renewed != credential
        });
        self.host.deliver(device, &got)?;
        self.claim("R22", "and nothing of this device depends on the old key any more", {
            self.host.site.device(device).is_some_and(|device| !device.depends_on(1) && device.depends_on(2))
        });
        self.secrets.push(renewed.expose().into());
        Ok(())
    }

    fn snapshots(&mut self) -> Result<()> {
        self.timeline.chapter("Evening: everything is stored and read back");
        let mut same = true;
        let mut bytes = 0;
        for device in self.host.site.devices() {
            let binary = snapshot::to_bytes(device);
            bytes += binary.len();
            same &= snapshot::from_bytes::<libprov::device::Device>(&binary)? == *device;
            same &= snapshot::from_json::<libprov::device::Device>(&snapshot::to_json(device))? == *device;
        }
        self.event(&format!("{} devices in {bytes} bytes", self.host.site.devices().count()));
        self.claim("E2", "every device reads back as it was written, from bytes and from JSON", same);
        let mut cut = snapshot::to_bytes(self.host.site.tenant());
        cut.truncate(cut.len() / 2);
        let error = snapshot::from_bytes::<libprov::tenant::Tenant>(&cut).err().map(|error| error.to_string());
        self.claim("E2", "a snapshot that is cut off is refused", error.is_some());
        Ok(())
    }

    fn nothing_leaked(&mut self) -> Result<()> {
        let leaked =
            self.secrets.iter().chain([&SIP_PASSWORD.to_owned()]).filter(|secret| self.host.log.contains(*secret)).count();
        self.event(&format!("the log of the day has {} lines", self.host.log.lines().count()));
        self.claim("P5", "no PAP, token, credential or password stands in it", leaked == 0 && self.secrets.len() > 40);
        Ok(())
    }

    fn audited(&self, event: AuditEvent) -> bool {
        self.host.effects.iter().any(|effect| matches!(effect, Effect::Audit(audit) if audit.event == event))
    }
}

fn has_password(got: &Got) -> bool {
    got.is_full() && got.file.contains(SIP_PASSWORD)
}

fn source(address: &str) -> Result<Source> {
    Ok(ClientAddress::new(address.parse()?).source())
}
