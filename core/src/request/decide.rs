//! The answer to a request: what comes before the table, the table's outcome made into an answer, leases.

use super::probe::Work;
use super::{Answer, Decision, Deny, Exemption, Facts, FileKind, Full, Method, Request, Restricted, Transport, Writes, delivery};
use crate::credential::{self, Enrolment, EnrolmentId, Seen, Subject};
use crate::device::machine::Draft;
use crate::device::release::Asker;
use crate::device::{Bind, Device, Lease, LeaseStatus, Listing, Phase, Secrets, Withheld};
use crate::effect::{Audit, AuditEvent, Effects};
use crate::entropy::{Entropy, Operation, Stream};
use crate::guard::SourceGuard;
use crate::hooks::{self, Switch};
use crate::ids::{Epoch, LeaseId};
use crate::ip::Source;
use crate::keys::Domain;
use crate::mac::MacAddr;
use crate::models::Carriage;
use crate::policy::Settings;
use crate::rule::Rule;
use crate::standing::{Access, Case, Notice, Outcome, Proof};
use crate::time::{Deadline, MINUTE_MS, Timestamp};
use crate::whitelist::{self, TEMP_UNPROVEN_WINDOW_MS, TempEntry};
use alloc::boxed::Box;

/// Answers a request for a file (SPEC section 4).
///
/// A deny or restricted answer by itself changes no record (SPEC E7). A full answer is valid only once its writes are
/// stored (SPEC A11, E5): on a conflict, reload and ask again. Late or repeated calls are harmless.
///
/// SPEC R0 to R25, A14, S1 to S7.
pub fn decide(facts: Facts<'_>, request: &Request<'_>, now: Timestamp, fresh: Entropy) -> Decision {
    let mut decision = Decision {
        answer: NOT_FOUND,
        rule: Rule::R2,
        proof: Proof::None,
        exemption: None,
        writes: Writes::default(),
        effects: Effects::default(),
    };
    let mut work = Work::new(facts, request);
    fill(facts, request, now, fresh, &mut work, &mut decision);
    if matches!(decision.answer, Answer::Deny(_)) {
        // SPEC R15: every denial does the same keyed work, whatever its reason.
        work.even_out();
    }
    decision
}

/// Answers into a decision that is a denial so far; it is large, so it is made where the caller wants it.
fn fill(facts: Facts<'_>, request: &Request<'_>, now: Timestamp, fresh: Entropy, work: &mut Work<'_>, decision: &mut Decision) {
    match (request.method, request.file) {
        // STATE-TABLES 4.3
        (Method::Head, _) => return decision.refuse(Rule::Method, 404),
        (Method::Other, _) => return decision.refuse(Rule::Method, 405),
        (Method::Get, FileKind::Common) => {
            decision.answer = Answer::Static;
            decision.rule = Rule::Static;
            return;
        }
        (Method::Get, FileKind::Main | FileKind::Side { .. }) => {}
    }
    let source = request.address.source();
    let Some(mac) = request.mac else { return decision.deny(Rule::R2, source) };
    // SPEC R21, before everything else, from public data alone.
    if let Some(guard) = challenge(facts, request, mac, now) {
        decision.writes.source = Some(Box::new(guard));
        decision.answer = Answer::Challenge;
        decision.rule = Rule::R21;
        return;
    }
    let device = facts.device();
    let mut seen = Shown::look(facts, request, mac, device, now);
    decision.proof = seen.proof;
    let mismatch = request.agent_mac.is_some_and(|agent| agent != mac);
    let note_mismatch = |effects: &mut Effects| {
        if mismatch {
            effects.audit(Audit::of(AuditEvent::MacMismatch).from(source).aggregated());
        }
    };
    let settings = facts.tenant.policy().settings();
    // SPEC R12: a whitelisted source is neither counted nor throttled.
    let watched = !seen.proof.is_proven() && !facts.tenant.whitelist().covers(request.address);
    // SPEC R1
    if watched && let Some(until) = work.throttled_until(now) {
        note_mismatch(&mut decision.effects);
        return work.throttle(until, now, decision);
    }
    let known = device.filter(|device| device.mac() == mac);
    let foreign = request.certificate.is_some_and(|certified| certified != mac);
    // What is answered exactly as an unknown MAC counts as one, or the limit would tell them apart.
    let unknown = known.is_none_or(|device| !device.is_active() || !facts.tenant.authorises(mac) || foreign);
    if watched
        && (unknown || seen.forged)
        && let Some(until) = work.probe(now, decision)
    {
        note_mismatch(&mut decision.effects);
        return work.throttle(until, now, decision);
    }
    let Some(device) = known else {
        // SPEC R18, R2
        let elsewhere = facts.device.is_some_and(|device| device.tenant() != facts.tenant.id());
        note_mismatch(&mut decision.effects);
        if facts.device.is_none() && !foreign {
            work.offer(now, decision);
        }
        return decision.deny(if elsewhere { Rule::R18 } else { Rule::R2 }, source);
    };
    // SPEC R3
    if unknown {
        note_mismatch(&mut decision.effects);
        return decision.deny(Rule::R3, source);
    }
    // SPEC R17: what cannot be answered here must not spend anything either.
    let Some(cleartext) = transport(settings, request, device) else {
        note_mismatch(&mut decision.effects);
        return decision.deny(Rule::R17, source);
    };
    let Decision { answer, rule, proof, exemption, writes, effects } = decision;
    let mut draft = Draft::new(device, settings, now, effects);
    note_mismatch(draft.effects);
    if cleartext {
        draft.effects.audit(Audit::of(AuditEvent::Cleartext).from(source).aggregated());
    }
    if draft.is_changed() {
        // What was due may have ended what the proof rests on.
        seen.judge(draft.get(), settings, request, now);
        *proof = seen.proof;
    }
    let temp = facts.temp.filter(|entry| entry.key() == source);
    let matched = facts.tenant.whitelist().lookup(request.address);
    let case = Case {
        device: draft.get(),
        settings,
        address: request.address,
        token_source: seen.token.and_then(|id| id.source()),
        proof: seen.proof,
        permanent: matched.is_some(),
        temp,
        now,
    };
    let outcome = case.judge();
    if outcome.contested {
        draft.contest(source);
    }
    *exemption = match outcome.rule {
        _ if outcome.unenforced => Some(Exemption::NotEnforced),
        Rule::R4 => Some(Exemption::Suspension),
        Rule::R6a => matched.map(|found| Exemption::Permanent(found.prefix())),
        Rule::R6b => temp.map(|entry| Exemption::Temporary { until: entry.valid().shown_end(now) }),
        Rule::R8a => Some(Exemption::Installed),
        _ => None,
    };
    let stream = fresh.stream(Operation::Decide, Some(mac), device.revision());
    let mut scene = Scene {
        facts,
        request,
        source,
        now,
        draft: &mut draft,
        seen: &seen,
        outcome,
        temp,
        permanent: matched.is_some(),
        writes,
    };
    *rule = scene.answer(stream, answer);
    if draft.is_changed() {
        writes.device = draft.finish();
    }
}

impl Decision {
    /// The one denial (SPEC R15); its reason goes to the audit only.
    pub(super) fn deny(&mut self, rule: Rule, source: Source) {
        self.effects.audit(Audit::of(AuditEvent::Denied).from(source).by(rule).aggregated());
        self.rule = rule;
    }

    fn refuse(&mut self, rule: Rule, status: u16) {
        self.answer = Answer::Deny(Deny { status, retry_after_s: None });
        self.rule = rule;
    }
}

/// What a request showed, before and after the device's own state is looked at.
#[derive(Clone, Copy)]
struct Shown {
    proof: Proof,
    token: Option<EnrolmentId>,
    /// The genuine tokens, whatever their age: of the URL and of the login.
    genuine: [Option<EnrolmentId>; 2],
    /// Whether a credential was shown that was this device's in no epoch.
    forged: bool,
}

const NOTHING_SHOWN: Shown = Shown { proof: Proof::None, token: None, genuine: [None; 2], forged: false };

impl Shown {
    /// SPEC R0: one HMAC for each text of a shape of ours, whether the device is known or not.
    fn look(facts: Facts<'_>, request: &Request<'_>, mac: MacAddr, device: Option<&Device>, now: Timestamp) -> Self {
        let keys = facts.tenant.keys();
        let subject = match device {
            Some(device) => Subject { mac, ..device.subject() },
            None => Subject { tenant: facts.tenant.id(), mac, epoch: Epoch::from_number(0) },
        };
        let mut shown = NOTHING_SHOWN;
        for (at, text) in [request.presented.in_url, request.presented.in_login].into_iter().enumerate() {
            let Some(text) = text else { continue };
            match credential::examine(text, keys, subject) {
                Seen::Credential { genuine: true, .. } => shown.proof = shown.proof.min(Proof::Credential),
                Seen::Credential { genuine: false, forged, .. } => {
                    shown.forged |= forged;
                    shown.proof = shown.proof.min(Proof::StaleCredential);
                }
                Seen::Token { id, genuine: true } => {
                    if let Some(slot) = shown.genuine.get_mut(at) {
                        *slot = Some(id);
                    }
                }
                Seen::Token { genuine: false, .. } | Seen::Nothing => {}
            }
        }
        let settings = facts.tenant.policy().settings();
        if settings.accept_certificates && request.certificate == Some(mac) {
            shown.proof = Proof::Certificate;
        }
        match device {
            // An unknown device's token and credential prove nothing, whatever their HMAC says.
            None => shown = NOTHING_SHOWN,
            Some(device) => shown.judge(device, settings, request, now),
        }
        shown
    }

    /// Ranks a token by what the device accepted.
    fn judge(&mut self, device: &Device, settings: &Settings, request: &Request<'_>, now: Timestamp) {
        let shown = self;
        let accepted = device.accepted();
        let is_accepted =
            |id: &EnrolmentId| accepted.is_some_and(|accepted| accepted.enrolment == *id || hooks::is_off(Switch::R13));
        // The accepted one before any other, wherever it was presented.
        let mut present = shown.genuine.into_iter().flatten().filter(|id| device.is_present(id, settings, now));
        let first = present.next();
        shown.token = first.filter(is_accepted).or(present.next().filter(is_accepted)).or(first);
        if matches!(shown.proof, Proof::AcceptedToken | Proof::AcceptedAddress | Proof::PresentToken) {
            shown.proof = Proof::None;
        }
        if let Some(id) = shown.token {
            // SPEC R8, S7: after its window it proves the enrolment and no longer the device.
            let in_window = accepted.is_some_and(|accepted| {
                !accepted.window.is_over(now) && (!settings.token_needs_source || accepted.source == request.address.source())
            });
            let proves = is_accepted(&id) && in_window;
            shown.proof = shown.proof.min(if proves { Proof::AcceptedToken } else { Proof::PresentToken });
        }
        // SPEC R19: a model that carries nothing is known by its address, for a short while.
        if device.model().capabilities().carriage == Carriage::None
            && accepted.is_some_and(|accepted| accepted.source == request.address.source() && !accepted.window.is_over(now))
        {
            shown.proof = shown.proof.min(Proof::AcceptedAddress);
        }
    }
}

/// The making of one answer.
struct Scene<'s, 'a> {
    facts: Facts<'a>,
    request: &'s Request<'s>,
    source: Source,
    now: Timestamp,
    draft: &'s mut Draft<'a>,
    seen: &'s Shown,
    outcome: Outcome,
    temp: Option<&'a TempEntry>,
    permanent: bool,
    writes: &'s mut Writes,
}

impl Scene<'_, '_> {
    /// Puts the answer where it belongs, and returns the rule that gave it.
    fn answer(&mut self, stream: Stream, answer: &mut Answer) -> Rule {
        let outcome = self.outcome;
        if let FileKind::Side { private } = self.request.file {
            // STATE-TABLES 4.3: holds no secret, is no delivery, changes nothing.
            let may = outcome.access == Access::Full && (self.seen.proof.is_proven() || !private);
            if may {
                *answer = Answer::Full(Full { lease: None, secrets: Secrets::NONE, withheld: None });
                return outcome.rule;
            }
            self.audit_denied(Rule::SideFile);
            return Rule::SideFile;
        }
        match outcome.access {
            Access::Deny => {
                self.audit_denied(outcome.rule);
                outcome.rule
            }
            Access::Restricted(_) if !self.draft.get().model().capabilities().restricted => {
                self.audit_denied(Rule::R20);
                Rule::R20
            }
            Access::Restricted(notice) => {
                *answer = self.restricted(notice, stream);
                outcome.rule
            }
            Access::Full => {
                *answer = self.full(stream);
                outcome.rule
            }
        }
    }

    fn audit_denied(&mut self, rule: Rule) {
        self.draft.effects.audit(Audit::of(AuditEvent::Denied).from(self.source).by(rule).aggregated());
    }

    fn restricted(&mut self, notice: Notice, mut stream: Stream) -> Answer {
        let source = self.source;
        let rule = self.outcome.rule;
        if rule == Rule::R10 {
            let accepted = self.draft.get().accepted().map(|accepted| accepted.enrolment);
            if self.seen.token.is_some() && self.seen.token == accepted {
                self.draft.effects.audit(Audit::of(AuditEvent::TokenLate).from(source).aggregated());
            }
        }
        let device = self.draft.get();
        // What was delivered before a block is overwritten by its file just as well.
        if matches!(rule, Rule::R5 | Rule::R10) && device.delivered_at().is_some() && !device.is_overwritten() {
            // SPEC S5, E7: written once.
            self.draft.edit().overwritten = true;
            self.draft.effects.audit(Audit::of(AuditEvent::Overwritten).from(source).by(rule));
        }
        self.draft.effects.audit(Audit::of(AuditEvent::Restricted).from(source).by(rule).aggregated());
        let device = self.draft.get();
        let keys = self.facts.tenant.keys();
        let weak = device.model().capabilities().carriage == Carriage::None;
        let enrolment = match self.seen.token {
            // SPEC R13: who presents a valid token gets the same enrolment.
            Some(id) => Enrolment::from_id(id),
            None if weak => {
                // SPEC R19: the same for the same address; it changes twice in the life of an enrolment.
                let half = (self.draft.settings.enrolment_ms / 2).max(1);
                let age = self.now.since(Timestamp::MIN);
                let start = Timestamp::MIN.plus_ms(age - age % half);
                let since = device.reset_at().unwrap_or(device.created_at());
                // One that is given out after a delivery must not be ended by it from the start (SPEC R13).
                let after = device.delivered_at().map_or(since, |at| at.plus_ms(MINUTE_MS));
                let issued_at = since.max(start).max(after);
                Enrolment::issue(
                    keys,
                    device.subject(),
                    source,
                    issued_at,
                    credential::weak_nonce(keys, device.subject(), source),
                )
            }
            None => Enrolment::issue(keys, device.subject(), source, self.now, stream.next_u64()),
        };
        Answer::Restricted(Restricted { notice, enrolment, weak })
    }

    fn full(&mut self, mut stream: Stream) -> Answer {
        let (source, now, outcome) = (self.source, self.now, self.outcome);
        let settings = self.draft.settings;
        let (secrets, withheld) = self.secrets();
        let listing = self.listing();
        if outcome.unenforced {
            self.draft.effects.audit(Audit::of(AuditEvent::NotEnforced).from(source).by(outcome.rule).aggregated());
        }
        if outcome.weak {
            self.draft.effects.audit(Audit::of(AuditEvent::WeakBinding).from(source).by(outcome.rule).aggregated());
        }
        let device = self.draft.get();
        let key_id = secrets.credential.then(|| self.facts.tenant.keys().current().id());
        let changes = device.phase != Phase::Delivered
            || device.is_overwritten() && secrets == Secrets::all(device.accounts())
            || device.release.is_spent_by(secrets, now)
            || key_id.is_some() && key_id != device.credential_key
            // SPEC R12: so that it stays known that deliveries from this source are proven.
            || matches!(outcome.rule, Rule::R7 | Rule::R8)
                && self.facts.known_guard(source).is_some_and(|guard| guard.proof_fades(self.facts.tenant.id(), now))
            || outcome.rule == Rule::R4 && device.suspension(now).is_some_and(|suspension| suspension.bind == Bind::Awaiting)
            || match listing {
                Listing::Nothing => false,
                Listing::Slide => self.temp.is_some_and(|entry| entry.is_live(now)),
                Listing::Make | Listing::SlideUnproven => true,
            };
        if !changes {
            return Answer::Full(Full { lease: None, secrets, withheld });
        }
        // SPEC A14: the same source gets its lease again, any other takes it over.
        let going_on = device.lease().filter(|lease| lease.is_live(now) && lease.source() == source).map(Lease::id);
        let id = going_on.unwrap_or_else(|| LeaseId::from_number(stream.next_u64()));
        let lease = Lease {
            id,
            source,
            valid: Deadline::new(now, settings.lease_ms),
            rule: outcome.rule,
            secrets,
            listing,
            key_id,
            permanent: self.permanent,
            unenforced: outcome.unenforced,
            status: LeaseStatus::Open,
        };
        self.draft.take_lease(lease);
        let neighbour = self.temp.filter(|_| outcome.rule == Rule::R6b && going_on.is_none());
        if let Some(entry) = neighbour {
            self.draft.effects.audit(Audit::of(AuditEvent::AdmittedByNeighbour).from(source).by(Rule::R6b));
            self.writes.temp = Some(entry.count_unproven(now, TEMP_UNPROVEN_WINDOW_MS));
        }
        if settings.on_answer || hooks::is_off(Switch::A14) {
            // SPEC A14: the host cannot know, so the answer is the delivery.
            delivery::arrive(Facts { temp: self.temp, ..self.facts }, self.draft, id, self.writes);
            if let Some(entry) = neighbour {
                // Counted and slid in one change (SPEC E5).
                let (len, most) = (settings.temporary_ms, settings.temporary_unproven_ms);
                self.writes.temp = Some(entry.unproven_delivery(now, len, most, TEMP_UNPROVEN_WINDOW_MS));
            }
            return Answer::Full(Full { lease: None, secrets, withheld });
        }
        Answer::Full(Full { lease: Some(id), secrets, withheld })
    }

    /// Which secrets go out (SPEC S1 to S7).
    fn secrets(&self) -> (Secrets, Option<Withheld>) {
        let device = self.draft.get();
        let outcome = self.outcome;
        let all = Secrets::all(device.accounts());
        let retains = device.model().capabilities().retains;
        if hooks::is_off(Switch::S1) {
            return (all, None);
        }
        // SPEC S4, S5
        if outcome.proven && (!retains || device.is_overwritten()) {
            return (all, None);
        }
        // SPEC S7: a closed release opens for the source an administrator bound a suspension to; one that bound itself to
        // whoever came first opens nothing.
        let given = device.suspension(self.now).is_some_and(|suspension| matches!(suspension.bind, Bind::Given(_)));
        if outcome.rule == Rule::R4 && given {
            return (all, None);
        }
        // SPEC S7: a model that can prove nothing and keeps nothing; SPEC R23: the same while nothing is enforced.
        if !retains && (outcome.weak || outcome.unenforced) {
            return (all, None);
        }
        let leased_to = device.lease().filter(|lease| lease.is_live(self.now)).map(Lease::source);
        let asker = Asker { source: self.source, proven: outcome.proven, leased_to, now: self.now };
        let (mut secrets, withheld) = device.release.ask(device.accounts(), asker);
        if matches!(self.seen.proof, Proof::Certificate | Proof::Credential) && outcome.proven {
            // It proved to be the device: its credential goes along, under the current key (SPEC R22).
            secrets.credential = true;
        }
        (secrets, withheld)
    }

    /// What the delivery may do to the temporary whitelist (SPEC W2, W3, W7).
    fn listing(&mut self) -> Listing {
        let outcome = self.outcome;
        if hooks::is_off(Switch::W3) {
            return Listing::Make;
        }
        if outcome.unenforced || outcome.only_suspension || self.permanent {
            return Listing::Nothing;
        }
        let settings = self.draft.settings;
        let device = self.draft.get();
        // What only counts as proven (R8a) names no address: a bare MAC must not whitelist whoever knew it.
        let wanted = if self.seen.proof.is_proven() && outcome.proven {
            let makes = match self.seen.proof {
                // The delivery that follows a right PAP, if the fetch came from the address inside its enrolment.
                Proof::AcceptedToken | Proof::AcceptedAddress => {
                    device.phase == Phase::Accepted && device.accepted().is_some_and(|accepted| accepted.source == self.source)
                }
                _ => settings.temporary_vendors.iter().any(|vendor| vendor.eq_ignore_ascii_case(device.model().vendor())),
            };
            // Whether there is an entry to slide is seen at the delivery.
            if makes { Listing::Make } else { Listing::Slide }
        } else if outcome.beneath == Rule::R6b {
            Listing::SlideUnproven
        } else {
            Listing::Nothing
        };
        if wanted == Listing::Make
            && whitelist::listable(self.request.address, settings.private_addresses, &settings.proxies).is_err()
        {
            let source = self.source;
            self.draft.effects.audit(Audit::of(AuditEvent::TemporaryRefused).from(source).aggregated());
            return Listing::Slide;
        }
        wanted
    }
}

const NOT_FOUND: Answer = Answer::Deny(Deny { status: 404, retry_after_s: None });

/// Whether secrets may leave over this transport, and whether that is in clear (SPEC R17).
fn transport(settings: &Settings, request: &Request<'_>, device: &Device) -> Option<bool> {
    match request.transport {
        Transport::Https => Some(false),
        Transport::Tftp => None,
        Transport::Http => {
            let own = settings.http_in_own_networks
                && request.address.ip().is_some_and(|ip| settings.own_networks.iter().any(|network| network.contains(ip)));
            let model = device.model();
            let named = settings
                .http_models
                .iter()
                .any(|(vendor, name)| vendor.eq_ignore_ascii_case(model.vendor()) && name.eq_ignore_ascii_case(model.name()));
            (own || named).then_some(!own)
        }
    }
}

/// The source guard to store if the request is challenged now (SPEC R21).
fn challenge(facts: Facts<'_>, request: &Request<'_>, mac: MacAddr, now: Timestamp) -> Option<SourceGuard> {
    let settings = facts.tenant.policy().settings();
    if request.file != FileKind::Main || request.presented.in_login.is_some() || !settings.challenge_prefixes.contains(&mac.oui())
    {
        return None;
    }
    let source = request.address.source();
    let (family, bits) = source.to_parts();
    let out = facts.tenant.keys().current().mac(Domain::Challenge, &[&[family], &bits.to_be_bytes(), &mac.octets()]);
    let tag = out.first_chunk().copied().map_or(0, u64::from_be_bytes);
    let guard = facts.guard_of(source);
    (!guard.was_challenged(tag, now, settings.challenge_ms)).then(|| guard.challenged(tag, now))
}
