//! The roll-out day, chapter by chapter.

mod attacks;
mod calls;
mod csv;
mod evening;
mod guards;
mod office;
mod rollout;
mod voice;

use crate::data::Input;
use crate::host::{Got, Host};
use crate::timeline::Timeline;
use libprov::credential::Enrolment;
use libprov::effect::{AuditEvent, Effect};
use libprov::ip::{ClientAddress, Source};
use libprov::mac::MacAddr;
use libprov::state::State;
use std::error::Error;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The branch office behind one NAT address, the head office on the permanent whitelist, a home office, an attacker.
const BRANCH: &str = "203.0.113.10";
const HEAD_OFFICE: &str = "192.0.2.5";
const HOME: &str = "2001:db8:77:1::23";
const ATTACKER: &str = "198.51.100.66";
/// The SIP password of every profile in `examples/data/`.
const SIP_PASSWORD: &str = "EXAMPLE-SIP";

type Chapter<'a> = fn(&mut Day<'a>) -> Result<()>;

/// The chapters, in the order of the day.
const fn chapters<'a>() -> [Chapter<'a>; 30] {
    [
        Day::roster,
        Day::whitelist_spellings,
        Day::first_fetch,
        Day::wrong_three_times,
        Day::right_pap,
        Day::window,
        Day::neighbours,
        Day::waiting_telephone,
        Day::call_back,
        Day::every_state,
        Day::first_register,
        Day::dialogue,
        Day::pauses,
        Day::attacker,
        Day::lost_configuration,
        Day::suspension,
        Day::reset_and_block,
        Day::doors_that_stay_shut,
        Day::head_office,
        Day::hostile_names,
        Day::keys_and_nodes,
        Day::scanners,
        Day::guessers,
        Day::adoption,
        Day::exported,
        Day::imported,
        Day::staggered,
        Day::audit,
        Day::snapshots,
        Day::nothing_leaked,
    ]
}

/// Plays the day. A chapter that cannot be played to its end does not end the day.
pub(crate) fn play(input: &Input, host: Host, timeline: &mut Timeline) {
    let mut day = Day { input, host, timeline, macs: Vec::new(), first: None, secrets: Vec::new() };
    for chapter in chapters() {
        if let Err(error) = chapter(&mut day) {
            day.timeline.stop(day.host.now, &*error);
        }
    }
}

struct Day<'a> {
    input: &'a Input,
    host: Host,
    timeline: &'a mut Timeline,
    macs: Vec<MacAddr>,
    /// The enrolment of the first telephone.
    first: Option<Enrolment>,
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

    fn taken(&self) -> Vec<libprov::pap::Pap> {
        self.host.site.devices().filter_map(|device| device.pap(self.host.site.tenant().keys())).collect()
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
