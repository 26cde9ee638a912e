//! Unknown and forged MACs: what a denied request costs its source (SPEC R1, R12), and the offer for adoption (SPEC D5).

use super::{Answer, Decision, Deny, Facts, FileKind, Request};
use crate::adoption::{Adopt, Adoption, Offer, Offered};
use crate::effect::{Audit, AuditEvent, Effect};
use crate::guard::{Probed, SourceGuard};
use crate::ip::Source;
use crate::keys::Domain;
use crate::mac::MacAddr;
use crate::oui;
use crate::rule::Rule;
use crate::time::{Deadline, SECOND_MS, Timestamp};
use alloc::boxed::Box;

/// The guards of one request, and the keyed work that every denial does.
pub(super) struct Work<'a> {
    facts: Facts<'a>,
    request: &'a Request<'a>,
    source: Source,
    tag: Option<u64>,
}

impl<'a> Work<'a> {
    pub(super) const fn new(facts: Facts<'a>, request: &'a Request<'a>) -> Self {
        Self { facts, request, source: request.address.source(), tag: None }
    }

    /// Until when the source, or the /48 around it, is throttled (SPEC R1).
    pub(super) fn throttled_until(&self, now: Timestamp) -> Option<Timestamp> {
        let until = |guard: &SourceGuard| guard.throttled_until(now);
        let (own, around) = (self.facts.known_guard(self.source), self.facts.known_around(self.source));
        own.and_then(until).max(around.and_then(until))
    }

    /// Denies by R1.
    pub(super) fn throttle(&self, until: Timestamp, now: Timestamp, decision: &mut Decision) {
        decision.deny(Rule::R1, self.source);
        if self.facts.guard_of(self.source).is_proven(self.facts.tenant.id(), now) {
            // SPEC R15: only those who proved themselves before learn that they are throttled.
            let retry = until.since(now).div_ceil(SECOND_MS);
            decision.answer = Answer::Deny(Deny { status: 429, retry_after_s: Some(u32::try_from(retry).unwrap_or(u32::MAX)) });
        }
    }

    /// Counts a request for an unknown or forged MAC (SPEC R12); an instant: it is over the limit, throttled until then.
    pub(super) fn probe(&mut self, now: Timestamp, decision: &mut Decision) -> Option<Timestamp> {
        let tag = self.tag();
        let settings = self.facts.tenant.policy().settings();
        let (window, limit) = (settings.probe_window_ms, settings.probe_limit);
        let mut over = None;
        match self.facts.guard_of(self.source).probe(tag, now, window, limit) {
            // What the source is remembered for was counted around it too.
            Probed::Repeat => return None,
            Probed::Counted(next) => decision.writes.source = Some(Box::new(next)),
            Probed::Over(next) => {
                over = next.throttled_until(now);
                decision.writes.source = Some(Box::new(next));
            }
        }
        if over.is_none()
            && let Some(around) = self.facts.guard_around(self.source)
        {
            match around.probe(tag, now, window, limit) {
                Probed::Repeat => {}
                Probed::Counted(next) => decision.writes.wider = Some(Box::new(next)),
                Probed::Over(next) => {
                    over = next.throttled_until(now);
                    decision.writes.wider = Some(Box::new(next));
                    // Denied requests do not count.
                    decision.writes.source = None;
                }
            }
        }
        if over.is_some() {
            decision.effects.audit(Audit::of(AuditEvent::SourceThrottled).from(self.source).by(Rule::R1));
        }
        over
    }

    /// Puts an unknown device on offer where the policy says so (SPEC D5).
    pub(super) fn offer(&self, now: Timestamp, decision: &mut Decision) {
        let (facts, request) = (self.facts, self.request);
        let settings = facts.tenant.policy().settings();
        let (Some(mac), Some(ip), FileKind::Main) = (request.mac, request.address.ip(), request.file) else { return };
        let own =
            facts.tenant.whitelist().covers(request.address) || settings.own_networks.iter().any(|network| network.contains(ip));
        let adopt = if own { settings.adoption_own } else { settings.adoption };
        if adopt == Adopt::Refuse || !facts.tenant.authorises(mac) || oui::lookup(mac).is_none() {
            return;
        }
        let activate = adopt == Adopt::Activate;
        let offer = Offer { mac, source: self.source, activate, settled: false, valid: Deadline::new(now, settings.adoption_ms) };
        let nothing = Adoption::new();
        match facts.adoption.unwrap_or(&nothing).offer(offer, now, settings.adoption_cap) {
            Offered::Known => {}
            Offered::Settled => return,
            Offered::Listed(next) => {
                decision.writes.adoption = Some(Box::new(next));
                decision.effects.audit(Audit::of(AuditEvent::AdoptionOffered).from(self.source).by(Rule::R2));
            }
            Offered::Full => {
                decision.effects.audit(Audit::of(AuditEvent::AdoptionFull).from(self.source).by(Rule::R2).aggregated());
                return;
            }
        }
        if activate {
            // Again with every request until the host did it.
            decision.effects.push(Effect::Adopt);
        }
    }

    /// Makes the tag where no probe did.
    pub(super) fn even_out(&mut self) {
        core::hint::black_box(self.tag());
    }

    /// The keyed tag of tenant and MAC: a store that leaks names no telephones that somebody asked for.
    fn tag(&mut self) -> u64 {
        if let Some(tag) = self.tag {
            return tag;
        }
        let mac = self.request.mac.map_or([0; 6], MacAddr::octets);
        let tenant = self.facts.tenant;
        let out = tenant.keys().current().mac(Domain::Probe, &[tenant.id().as_bytes(), &mac]);
        let tag = out.first_chunk().copied().map_or(0, u64::from_be_bytes);
        self.tag = Some(tag);
        tag
    }
}
