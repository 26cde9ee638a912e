//! DTMF digits from SIP INFO bodies and RFC 4733 telephone events, one per key press (SPEC C4).

/// A key of a telephone: `0` to `9`, `*`, `#`, `A` to `D`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Digit(u8);

impl Digit {
    /// The key with this character, lower-case letters too.
    pub const fn from_char(key: char) -> Option<Self> {
        match key {
            '0'..='9' | '*' | '#' | 'A'..='D' => Some(Self(key as u8)),
            'a'..='d' => Some(Self((key as u8).to_ascii_uppercase())),
            _ => None,
        }
    }

    /// The key with this event code: 0 to 9, 10 for `*`, 11 for `#`, 12 to 15 for `A` to `D` (RFC 4733 section 3.2).
    pub const fn from_event(code: u8) -> Option<Self> {
        match code {
            0..=9 => Some(Self(b'0' + code)),
            10 => Some(Self(b'*')),
            11 => Some(Self(b'#')),
            12..=15 => Some(Self(b'A' + code - 12)),
            _ => None,
        }
    }

    /// The character.
    pub const fn as_char(self) -> char {
        self.0 as char
    }
}

/// Longest INFO body that is looked at, in bytes.
const INFO_BYTES: usize = 512;

/// Reads the key of a SIP INFO request; none for anything but one key.
///
/// `application/dtmf-relay` holds `Signal=4` on a line of its own, `application/dtmf` the bare key. Both also write `*` and `#` as
/// 10 and 11, and `A` to `D` as 12 to 15. Parameters of the content type and letter case do not count.
///
/// ```
/// use libprov::dtmf::{Digit, parse_info};
/// let four = Digit::from_char('4');
/// assert_eq!(parse_info("application/dtmf-relay", b"Signal=4\r\nDuration=160\r\n"), four);
/// assert_eq!(parse_info("application/dtmf", b"4"), four);
/// assert_eq!(parse_info("application/dtmf", b"hello"), None);
/// ```
pub fn parse_info(content_type: &str, body: &[u8]) -> Option<Digit> {
    let text = core::str::from_utf8(body.get(..body.len().min(INFO_BYTES))?).ok()?;
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/dtmf") {
        return parse_key(text.trim());
    }
    if !kind.eq_ignore_ascii_case("application/dtmf-relay") {
        return None;
    }
    let mut found = None;
    for line in text.lines() {
        if let Some((name, value)) = line.split_once('=')
            && name.trim().eq_ignore_ascii_case("signal")
        {
            let key = parse_key(value.trim())?;
            // Two signals that differ are no key press.
            if found.replace(key).is_some_and(|before| before != key) {
                return None;
            }
        }
    }
    found
}

fn parse_key(text: &str) -> Option<Digit> {
    let mut chars = text.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some(key), None, _) => Digit::from_char(key),
        (Some('1'), Some(second), None) => {
            Digit::from_event(10 + u8::try_from(second.to_digit(10).filter(|digit| *digit <= 5)?).ok()?)
        }
        _ => None,
    }
}

/// How far back in RTP time a packet can have been overtaken: ten seconds at 48 kHz, a minute at 8 kHz.
const OVERTAKEN: u32 = 480_000;

/// Which way the digits of a call come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Way {
    Info,
    Events,
}

/// Collects the digits of one call, each key press once.
///
/// Some telephones send every key both as INFO and as an event: the way of the first key counts for the whole call, the other
/// is ignored (SPEC C4). What is no key is ignored and counted.
///
/// ```
/// use libprov::dtmf::{Collector, Digit};
/// let mut keys = Collector::new();
/// let start = [4, 0x0a, 0x00, 0xa0];
/// let end = [4, 0x8a, 0x03, 0x20];
/// assert_eq!(keys.event(&start, 1000), Digit::from_char('4'));
/// assert_eq!(keys.event(&end, 1000), None); // the same key press
/// assert_eq!(keys.event(&end, 1000), None);
/// assert_eq!(keys.info("application/dtmf", b"4"), None); // the same key by the other way
/// assert_eq!(keys.event(&start, 2000), Digit::from_char('4')); // pressed again
/// ```
#[derive(Clone, Debug, Default)]
pub struct Collector {
    way: Option<Way>,
    /// RTP timestamp of the last key press.
    last: Option<u32>,
    ignored: u32,
}

impl Collector {
    /// A collector for a new call.
    pub const fn new() -> Self {
        Self { way: None, last: None, ignored: 0 }
    }

    /// Takes a SIP INFO request; the key if it is one and counts. A retransmission is the SIP stack's to remove.
    pub fn info(&mut self, content_type: &str, body: &[u8]) -> Option<Digit> {
        let Some(digit) = parse_info(content_type, body) else {
            self.ignored = self.ignored.saturating_add(1);
            return None;
        };
        self.accepts(Way::Info).then_some(digit)
    }

    /// Takes the payload of an RFC 4733 packet with its RTP timestamp; the key at the first packet of a key press.
    ///
    /// All packets of one key press share its timestamp; those that come late, after another key press began, are ignored.
    pub fn event(&mut self, payload: &[u8], rtp_timestamp: u32) -> Option<Digit> {
        // Event, end and volume, duration: four bytes; a packet may hold more events, of which the first is the present one.
        let (Some([code, _, _, _]), 0) = (payload.first_chunk::<4>().copied(), payload.len() % 4) else {
            self.ignored = self.ignored.saturating_add(1);
            return None;
        };
        let Some(digit) = Digit::from_event(code) else {
            self.ignored = self.ignored.saturating_add(1);
            return None;
        };
        if let Some(last) = self.last {
            // The same key press, or a packet of an earlier one that was overtaken. What lies further back is no past: a
            // re-INVITE or another sender begins with a time of its own (RFC 3550 section 5.1).
            if last.wrapping_sub(rtp_timestamp) <= OVERTAKEN {
                return None;
            }
        }
        if !self.accepts(Way::Events) {
            return None;
        }
        self.last = Some(rtp_timestamp);
        Some(digit)
    }

    /// How many packets and bodies held no key.
    pub const fn ignored(&self) -> u32 {
        self.ignored
    }

    fn accepts(&mut self, way: Way) -> bool {
        *self.way.get_or_insert(way) == way
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    #[test]
    fn c4_every_usual_info_body_gives_its_key() {
        for (kind, body, key) in [
            ("application/dtmf-relay", "Signal=4\r\nDuration=160\r\n", '4'),
            ("application/dtmf-relay", "Signal= 4\nDuration= 160", '4'),
            ("APPLICATION/DTMF-RELAY; charset=utf-8", "duration=250\r\nSIGNAL = #\r\n", '#'),
            ("application/dtmf-relay", "Signal=10\r\n", '*'),
            ("application/dtmf-relay", "Signal=11\r\n", '#'),
            ("application/dtmf-relay", "Signal=12\r\n", 'A'),
            ("application/dtmf", "5\r\n", '5'),
            ("application/dtmf", "11", '#'),
            ("application/dtmf", "d", 'D'),
        ] {
            assert_eq!(parse_info(kind, body.as_bytes()), Digit::from_char(key), "{kind} {body:?}");
        }
    }

    #[test]
    fn c4_rubbish_is_no_key_and_counted() {
        let mut keys = Collector::new();
        for (kind, body) in [
            ("application/dtmf-relay", &b"Signal=\r\n"[..]),
            ("application/dtmf-relay", b"Signal=16"),
            ("application/dtmf-relay", b"Signal=4\r\nSignal=5"),
            ("application/dtmf-relay", b"Duration=160"),
            ("application/dtmf", b"44"),
            ("application/dtmf", b"\xff"),
            ("application/dtmf", "٤".as_bytes()),
            ("text/plain", b"4"),
            ("", b""),
        ] {
            assert_eq!(keys.info(kind, body), None, "{kind}");
        }
        for payload in [&[][..], &[4], &[4, 0, 0], &[16, 0, 0, 160], &[255; 8], &[4, 0, 0, 160, 0]] {
            assert_eq!(keys.event(payload, 7), None);
        }
        assert_eq!(keys.ignored(), 15);
        assert_eq!(keys.event(&[4, 10, 0, 160], 7), Digit::from_char('4'), "rubbish decides no way");
    }

    #[test]
    fn c4_repeats_and_late_packets_of_a_key_press_are_removed() {
        let mut keys = Collector::new();
        let mut typed = String::new();
        // Two keys that are the same and one that is not, near the wrap of the timestamp, each with three end packets.
        for (code, timestamp) in [(1u8, u32::MAX - 100), (1, 700), (2, 1_500)] {
            for (end, duration) in [(0u8, 160u16), (0, 320), (0x80, 480), (0x80, 480), (0x80, 480)] {
                let [high, low] = duration.to_be_bytes();
                typed.extend(keys.event(&[code, end | 10, high, low], timestamp).map(Digit::as_char));
            }
            // A packet of the key before, overtaken on its way.
            typed.extend(keys.event(&[9, 0x8a, 1, 0], timestamp.wrapping_sub(50)).map(Digit::as_char));
        }
        assert_eq!(typed, "112");
    }

    #[test]
    fn c4_another_sender_begins_with_a_time_of_its_own() {
        let mut keys = Collector::new();
        let four = Digit::from_char('4');
        for timestamp in [3_000_000_000u32, 5_000, 4_000_000_000, 1_000_000_000] {
            assert_eq!(keys.event(&[4, 10, 0, 160], timestamp), four, "{timestamp}");
            assert_eq!(keys.event(&[4, 0x8a, 1, 0], timestamp), None, "{timestamp}");
        }
    }

    #[test]
    fn c4_a_phone_that_sends_both_does_not_double_its_digits() {
        for info_first in [true, false] {
            let mut keys = Collector::new();
            let mut typed = String::new();
            for (n, key) in "482913#".chars().enumerate() {
                let code = match key {
                    '#' => 11,
                    digit => digit as u8 - b'0',
                };
                let body = alloc::format!("Signal={key}\r\nDuration=100");
                if info_first {
                    typed.extend(keys.info("application/dtmf-relay", body.as_bytes()).map(Digit::as_char));
                }
                typed.extend(keys.event(&[code, 10, 0, 160], n as u32 * 800).map(Digit::as_char));
                if !info_first {
                    typed.extend(keys.info("application/dtmf-relay", body.as_bytes()).map(Digit::as_char));
                }
            }
            assert_eq!(typed, "482913#");
        }
    }
}
