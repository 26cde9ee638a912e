//! Writing a roster (SPEC X1).

use super::Column;
use super::record::{Delimiter, push_field};
use crate::device::Device;
use crate::effect::{Audit, AuditEvent, Effects};
use crate::keys::Keyring;
use crate::lang::Lang;
use crate::mac::MacAddr;
use crate::secret::Secret;
use crate::state::State;
use crate::time::Timestamp;
use alloc::string::String;
use zeroize::Zeroize;

/// How a roster is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Format {
    /// The language of the titles: the tenant's.
    pub lang: Lang,
    /// What stands between fields.
    pub delimiter: Delimiter,
    /// Whether the file begins with a byte order mark, by which some spreadsheets know UTF-8.
    pub bom: bool,
}

impl Format {
    /// The form that spreadsheets in this language expect, without a byte order mark.
    pub const fn new(lang: Lang) -> Self {
        Self { lang, delimiter: Delimiter::customary(lang), bom: false }
    }
}

/// Writes a roster without PAPs: all devices but deleted ones, in the order given. SPEC X1.
///
/// ```
/// # use libprov::{entropy::Entropy, ids::*, keys::*, mac::MacAddr, models::*, policy::*, tenant::Tenant, time::Timestamp};
/// # use libprov::{device::{Command, NewDevice}, request::{Facts, admin}};
/// use libprov::{lang::Lang, roster::{Format, export}};
/// # let now = Timestamp::from_ms(1_900_000_000_000)?;
/// # let policy = Policy::new(Settings::cloud(&[ShortNumber::parse("112").unwrap()]))?;
/// # let keys = Keyring::new(TenantKey::new(1, core::array::from_fn(|i| i as u8))?);
/// # let tenant = Tenant::new(TenantId::from_number(1), policy, keys);
/// # let model = ModelRef::Known(lookup("yealink", "T46S").unwrap());
/// # let mac = MacAddr::parse("80:5e:c0:01:02:03")?;
/// # let new = NewDevice { mac, model, accounts: 1, site: Some("Köln"), known_elsewhere: false, taken: &[] };
/// # let step = admin(Facts::of(&tenant), &Command::Create(new), now, Entropy::new(core::array::from_fn(|i| i as u8))?)?;
/// # let device = step.writes.device.unwrap();
/// let file = export([&device], &Format::new(Lang::De), now);
/// assert_eq!(file.lines().next(), Some("Hersteller;Typ;MAC-Adresse;Erstellungsdatum;Standort;Authentifizierungsstatus;Konten"));
/// assert_eq!(file.lines().nth(1), Some("yealink;T46S;80:5e:c0:01:02:03;2030-03-17T17:46:40.000Z;Köln;required;1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn export<'a>(devices: impl IntoIterator<Item = &'a Device>, format: &Format, now: Timestamp) -> String {
    let exporter = Exporter::new(format, now);
    let mut out = String::new();
    exporter.header(&mut out);
    for device in devices {
        exporter.row(&mut out, device);
    }
    out
}

/// Writes a roster with the PAPs of devices that are not authenticated yet (SPEC X1). The file is a secret.
///
/// The effect is the audit event; write it with the actor before the file is given away.
///
/// A PAP is written as text with its leading zeros. A spreadsheet that takes the column for numbers shows `012345` as `12345`:
/// have the column read as text, or read the PAP elsewhere.
pub fn export_with_paps<'a>(
    devices: impl IntoIterator<Item = &'a Device>,
    format: &Format,
    keys: &Keyring,
    now: Timestamp,
) -> WithPaps {
    let (exporter, effects) = Exporter::with_paps(format, keys, now);
    let mut out = String::with_capacity(ROOM);
    exporter.header(&mut out);
    for device in devices {
        make_room(&mut out, longest_row(device));
        exporter.row(&mut out, device);
    }
    WithPaps { file: Secret::new(out), effects }
}

/// A roster with PAPs, and the audit event that goes with it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "the effects are work that nobody else will do"]
pub struct WithPaps {
    /// The file.
    pub file: Secret,
    /// What to do before it is given away.
    pub effects: Effects,
}

/// Writes a roster row by row, for files that do not fit memory.
#[derive(Clone, Debug)]
pub struct Exporter<'k> {
    format: Format,
    now: Timestamp,
    paps: Option<&'k Keyring>,
}

impl Exporter<'static> {
    /// One without PAPs.
    pub const fn new(format: &Format, now: Timestamp) -> Self {
        Self { format: *format, now, paps: None }
    }
}

impl<'k> Exporter<'k> {
    /// One with the PAPs of devices that are not authenticated yet, and the audit event: write that one first.
    ///
    /// Every buffer it appends to holds secrets from then on: wipe it, and do not let it grow by itself.
    pub fn with_paps(format: &Format, keys: &'k Keyring, now: Timestamp) -> (Self, Effects) {
        let mut effects = Effects::NONE;
        effects.audit(Audit::of(AuditEvent::PapsExported));
        (Self { format: *format, now, paps: Some(keys) }, effects)
    }

    /// Appends the header line.
    pub fn header(&self, out: &mut String) {
        if self.format.bom {
            out.push('\u{feff}');
        }
        let columns = Column::ALL.into_iter().filter(|column| *column != Column::Pap || self.paps.is_some());
        for (at, column) in columns.enumerate() {
            if at > 0 {
                self.next_field(out);
            }
            push_field(out, column.title(self.format.lang));
        }
        out.push_str("\r\n");
    }

    /// Appends the line of a device; nothing for a deleted one.
    pub fn row(&self, out: &mut String, device: &Device) {
        if device.is_deleted() {
            return;
        }
        push_field(out, device.model().vendor());
        self.next_field(out);
        push_field(out, device.model().name());
        self.next_field(out);
        push_mac(out, device.mac());
        self.next_field(out);
        push_instant(out, device.created_at());
        self.next_field(out);
        push_field(out, device.site().unwrap_or_default());
        self.next_field(out);
        let state = device.state(self.now);
        out.push_str(state.name());
        self.next_field(out);
        if let Some(keys) = self.paps {
            if state != State::Successful
                && let Some(pap) = device.pap(keys)
            {
                pap.push_to(out);
            }
            self.next_field(out);
        }
        push_number(out, u32::from(device.accounts()), 1);
        out.push_str("\r\n");
    }

    fn next_field(&self, out: &mut String) {
        out.push(char::from(self.format.delimiter.byte()));
    }
}

/// What a secret file begins with, in bytes.
const ROOM: usize = 4_096;

/// At least the bytes of the line: names with every character doubled and in quotes, and what has a fixed length.
fn longest_row(device: &Device) -> usize {
    let names = device.model().vendor().len() + device.model().name().len() + device.site().map_or(0, str::len);
    names.saturating_mul(2).saturating_add(256)
}

/// Grows without leaving a copy of the text behind: what a vector leaves when it moves is not wiped.
fn make_room(out: &mut String, more: usize) {
    if out.capacity() - out.len() >= more {
        return;
    }
    let mut larger = String::with_capacity(out.capacity().saturating_mul(2).saturating_add(more));
    larger.push_str(out);
    out.zeroize();
    *out = larger;
}

/// `80:5e:c0:01:02:03`.
fn push_mac(out: &mut String, mac: MacAddr) {
    let bare = mac.bare();
    let mut rest = bare.as_str();
    while let Some((pair, more)) = rest.split_at_checked(2) {
        out.push_str(pair);
        if more.is_empty() {
            return;
        }
        out.push(':');
        rest = more;
    }
}

/// As [`Timestamp`] shows itself, without the cost of the formatting machinery.
fn push_instant(out: &mut String, at: Timestamp) {
    let (year, month, day, hour, minute, second, ms) = at.civil();
    push_number(out, year.unsigned_abs(), 4);
    for (before, number) in [('-', month), ('-', day), ('T', hour), (':', minute), (':', second)] {
        out.push(before);
        push_number(out, u32::from(number), 2);
    }
    out.push('.');
    push_number(out, u32::from(ms), 3);
    out.push('Z');
}

/// A number with at least `width` digits.
fn push_number(out: &mut String, mut number: u32, width: usize) {
    let mut digits = [b'0'; 10];
    let mut used = 0usize;
    for digit in digits.iter_mut().rev() {
        if number == 0 && used >= width {
            break;
        }
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
        used += 1;
    }
    let shown = digits.get(digits.len() - used..).and_then(|digits| core::str::from_utf8(digits).ok());
    out.push_str(shown.unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn x1_instants_and_macs_are_written_as_they_show_themselves() {
        for ms in [1_577_836_800_000, 1_900_000_000_000, 1_709_164_799_009, 7_289_654_399_999] {
            let at = Timestamp::from_ms(ms).unwrap();
            let mut out = String::new();
            push_instant(&mut out, at);
            assert_eq!(out, at.to_string());
        }
        let mac = MacAddr::parse("80:5e:c0:01:02:0f").unwrap();
        let mut out = String::new();
        push_mac(&mut out, mac);
        push_number(&mut out, 0, 1);
        push_number(&mut out, 4_294_967_295, 1);
        assert_eq!(out, "80:5e:c0:01:02:0f04294967295");
    }
}
