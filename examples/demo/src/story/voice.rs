//! The voice dialogue: keys as telephones send them, wrong PAPs, pauses, and the emergency number inside it.

use super::{Day, Result};
use crate::host::{VoiceCall, Way};
use libprov::announcement::Announcement;
use libprov::dialogue::Action;
use libprov::ids::ShortNumber;
use libprov::lang::Lang;
use libprov::mac::MacAddr;
use libprov::state::State;

/// A lobby with its own address.
const LOBBY: &str = "203.0.113.201";

impl Day<'_> {
    /// Three wrong PAPs in one call, then the right one by other means.
    pub(super) fn dialogue(&mut self) -> Result<()> {
        self.timeline.chapter("The authentication service, key by key");
        let mac = self.mac(36)?;
        let mut call = self.pick_up(mac)?;
        let left = self.host.press(&mut call, Way::Info, "111112#")?;
        self.claim("C3", "`#` ends an entry, and the service says how many tries are left", {
            left == [play(Announcement::TriesLeft(2))]
        });
        let cleared = self.host.press(&mut call, Way::Info, "99A9*#")?;
        self.claim("C3", "`*` clears an entry, and what is empty is no attempt", {
            cleared == [play(Announcement::EnterPin)] && call.dialogue.ignored() == 1
        });
        let long = self.host.press(&mut call, Way::Info, &"7".repeat(40))?;
        let second = self.host.press(&mut call, Way::Info, "#")?;
        self.claim("A5", "an over-long entry is consumed to its `#`, and is one wrong attempt", {
            long.is_empty() && second == [play(Announcement::TriesLeft(1))]
        });
        let third = self.host.press(&mut call, Way::Info, "111114#")?;
        let until = self.host.now.plus_ms(30 * 60_000);
        for action in &third {
            self.event(&format!("the third wrong PAP: {action:?}"));
        }
        self.claim("C3", "after the third wrong PAP it says until when it is locked, and hangs up", {
            third == [play(Announcement::Locked(until)), Action::HangUp] && self.state(mac) == Some(State::Failed)
        });
        self.host.pass(30)?;

        let pap = self.host.pap(mac).unwrap_or_default();
        let mut call = self.pick_up(mac)?;
        let typed = self.host.press(&mut call, Way::Events, &format!("{pap}#"))?;
        self.claim("C4", "RFC 4733 events, five packets a key, make one digit each", {
            typed == [play(Announcement::Accepted), Action::HangUp]
        });
        let mac = self.mac(37)?;
        let pap = self.host.pap(mac).unwrap_or_default();
        let mut call = self.pick_up(mac)?;
        let both = self.host.press(&mut call, Way::Both, &format!("{pap}#"))?;
        self.claim("C4", "a telephone that sends every key as INFO and as event does not double it", {
            both == [play(Announcement::Accepted), Action::HangUp]
        });
        let said: Vec<String> = Lang::ALL.iter().map(|lang| Announcement::Accepted.text(*lang, self.host.now)).collect();
        self.event(&format!("the service says: \"{}\"", said.first().map(String::as_str).unwrap_or_default()));
        let distinct = said.iter().all(|one| said.iter().filter(|other| *other == one).count() == 1);
        self.claim("E4", "announcements are sentences in six languages", said.len() == 6 && distinct);
        Ok(())
    }

    /// Silence, and the emergency number typed where a PAP is asked for.
    pub(super) fn pauses(&mut self) -> Result<()> {
        self.timeline.chapter("Callers who hesitate, and one who needs help");
        let mac = self.mac(35)?;
        let before = self.device_tries(mac);
        let mut call = self.pick_up(mac)?;
        let typed = self.host.press(&mut call, Way::Info, "482")?;
        let discarded = self.host.wait(&mut call, 10)?;
        self.host.press(&mut call, Way::Info, "48")?;
        let over = self.host.wait(&mut call, 10)?;
        self.claim("C3", "an entry that pauses for 10 s is discarded, the second one ends the call", {
            typed.is_empty()
                && discarded == [play(Announcement::EnterAgain)]
                && over == [play(Announcement::TimeOver), Action::HangUp]
        });
        let mut call = self.pick_up(mac)?;
        let silent = self.host.wait(&mut call, 179)?;
        let ended = self.host.wait(&mut call, 1)?;
        self.claim("C3", "a silent caller is cut off after three minutes", {
            silent.is_empty() && ended == [play(Announcement::TimeOver), Action::HangUp]
        });
        let number = ShortNumber::parse("112").ok_or("no number")?;
        let rescued = [play(Announcement::Emergency), Action::Transfer(number)];
        let mut call = self.pick_up(mac)?;
        let help = self.host.press(&mut call, Way::Events, "112#")?;
        self.event(&format!("112# is typed in place of a PIN: {help:?}"));
        self.claim("C3", "an emergency number typed in place of a PIN is transferred there", help == rescued);
        let mut call = self.pick_up(mac)?;
        self.host.press(&mut call, Way::Info, "112")?;
        let waited = self.host.wait(&mut call, 10)?;
        self.claim("C3", "an emergency number is transferred too when `#` never comes", waited == rescued);
        self.claim(
            "A5",
            "pauses, hang-ups and emergency numbers in the dialogue are no attempts",
            self.device_tries(mac) == before,
        );
        Ok(())
    }

    /// A telephone in the lobby fetches its restricted configuration and dials the service.
    fn pick_up(&mut self, mac: MacAddr) -> Result<VoiceCall> {
        let user = self.host.get(mac, LOBBY, None)?.enrolment()?.sip_user(None);
        self.host.dial_service(&user)?.map_err(|said| format!("refused: {}", said.name()).into())
    }

    /// What the device shows of its attempts: its state, and how many wrong PAPs the audit log has of it.
    fn device_tries(&self, mac: MacAddr) -> (Option<State>, usize) {
        let of_mac = format!("\"mac\":\"{mac}\"");
        let wrong = |line: &&String| line.contains(&of_mac) && (line.contains("\"pap_wrong\"") || line.contains("\"locked\""));
        (self.state(mac), self.host.audit.iter().filter(wrong).count())
    }
}

fn play(announcement: Announcement) -> Action {
    Action::Play(announcement)
}
