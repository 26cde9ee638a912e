//! Import: a checked roster becomes devices, all of it or nothing unless asked otherwise (SPEC X1, X2, R24).

use super::read::{Fault, Item, Options, Reader, Reason, Row};
use crate::device::{AdminError, Command, Device, NewDevice};
use crate::entropy::Entropy;
use crate::error::codes;
use crate::mac::MacAddr;
use crate::models::ModelRef;
use crate::pap::{Pap, PapSet};
use crate::request::{Facts, Step, admin_but};
use crate::tenant::Tenant;
use crate::time::Timestamp;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// How many faults an import keeps. Behind them comes one more, [`Reason::More`], with the number of those that are not kept.
pub const MAX_FAULTS: usize = 10_000;

/// Takes the file of a roster in pieces and keeps what is in it: at most [`Options::max_rows`] rows and [`MAX_FAULTS`] faults.
///
/// ```
/// # use libprov::{entropy::Entropy, ids::*, keys::*, policy::*, site::Site, tenant::Tenant, time::Timestamp};
/// use libprov::roster::{Import, Known, Options};
/// # let now = Timestamp::from_ms(1_900_000_000_000)?;
/// # let policy = Policy::new(Settings::cloud(&[ShortNumber::parse("112").unwrap()]))?;
/// # let keys = Keyring::new(TenantKey::new(1, core::array::from_fn(|i| i as u8))?);
/// # let mut site = Site::new(Tenant::new(TenantId::from_number(1), policy, keys));
/// let mut import = Import::new(Options::default());
/// import.feed(b"MAC address,Vendor,Type,Site\n80:5e:c0:01:02:03,yea");
/// import.feed(b"link,T46S,Berlin\n");
/// let mut checked = import.finish();
/// for at in 0..checked.rows().len() {
///     let known = site.device(checked.rows()[at].mac()).is_some(); // and nobody else's, which the host knows
///     checked.know(at, if known { Known::Here } else { Known::New });
/// }
/// assert_eq!(checked.faults(), []);
///
/// # let drawn = core::array::from_fn(|i| i as u8);
/// let mut batch = checked.begin(site.tenant(), &[], now, Entropy::new(drawn)?)?;
/// for row in checked.good_rows() {
///     let step = batch.step(site.facts(Some(row.mac()), None), row)?;
///     site.commit(step.writes)?; // then perform step.effects
/// }
/// assert_eq!(site.devices().next().map(|device| device.state(now).name()), Some("required"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Import {
    options: Options,
    reader: Reader,
    rows: Vec<RosterRow>,
    faults: Faults,
}

/// The faults of a file, in the order of its lines.
#[derive(Clone, Debug, Default)]
struct Faults {
    /// The first of them.
    kept: Vec<Fault>,
    /// The line of the first that is not kept.
    first_left: Option<u32>,
    /// How many are not kept.
    left: usize,
    /// How many lines have any, and the last of these.
    lines: usize,
    last_line: Option<u32>,
}

impl Faults {
    fn push(&mut self, fault: Fault) {
        if self.last_line.replace(fault.line) != Some(fault.line) {
            self.lines = self.lines.saturating_add(1);
        }
        if self.kept.len() < MAX_FAULTS {
            self.kept.push(fault);
        } else {
            self.first_left.get_or_insert(fault.line);
            self.left = self.left.saturating_add(1);
        }
    }
}

impl Import {
    /// An import at the start of a file.
    pub fn new(options: Options) -> Self {
        Self { reader: Reader::new(&options), options, rows: Vec::new(), faults: Faults::default() }
    }

    /// Takes the next piece of the file, of any size.
    pub fn feed(&mut self, mut piece: &[u8]) {
        while let Some(item) = self.reader.next(&mut piece) {
            take(&mut self.rows, &mut self.faults, item);
        }
    }

    /// The file is complete.
    pub fn finish(mut self) -> Checked {
        while let Some(item) = self.reader.end() {
            take(&mut self.rows, &mut self.faults, item);
        }
        Checked { options: self.options, rows: self.rows, faults: self.faults }
    }
}

fn take(rows: &mut Vec<RosterRow>, faults: &mut Faults, item: Item<'_>) {
    match item {
        Item::Row(row) => rows.push(RosterRow::of(row)),
        Item::Fault(fault) => faults.push(fault),
    }
}

/// A good line of a roster.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RosterRow {
    model: ModelRef,
    site: Option<Box<str>>,
    line: u32,
    mac: MacAddr,
    accounts: u8,
    known: Known,
}

impl RosterRow {
    fn of(row: Row<'_>) -> Self {
        Self {
            model: row.model.clone(),
            site: row.site.map(Into::into),
            line: row.line,
            mac: row.mac,
            accounts: row.accounts,
            known: Known::New,
        }
    }

    /// The line it begins on, from 1.
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// The MAC address.
    pub const fn mac(&self) -> MacAddr {
        self.mac
    }

    /// The vendor and model.
    pub const fn model(&self) -> &ModelRef {
        &self.model
    }

    /// The site: none where the file has no such column, empty where the field is.
    pub fn site(&self) -> Option<&str> {
        self.site.as_deref()
    }

    /// How many accounts.
    pub const fn accounts(&self) -> u8 {
        self.accounts
    }

    /// What the host said of its MAC.
    pub const fn known(&self) -> Known {
        self.known
    }
}

/// What a host knows of a MAC address.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Known {
    /// Nobody has it, or this tenant has deleted it.
    #[default]
    New,
    /// This tenant has it.
    Here,
    /// Another tenant has it (SPEC R18).
    Elsewhere,
}

/// A roster that was read to its end.
#[derive(Clone, Debug)]
pub struct Checked {
    options: Options,
    rows: Vec<RosterRow>,
    faults: Faults,
}

impl Checked {
    /// The good lines, in the order of the file.
    pub fn rows(&self) -> &[RosterRow] {
        &self.rows
    }

    /// Says what is known of the MAC of a row, by its place in [`Checked::rows`]. A place behind the last does nothing.
    ///
    /// Said before the report is read, so that the report is complete.
    pub fn know(&mut self, at: usize, known: Known) {
        if let Some(row) = self.rows.get_mut(at) {
            row.known = known;
        }
    }

    /// Everything that is wrong, in the order of the lines: the report of SPEC X2. Behind [`MAX_FAULTS`] of them the last one
    /// says how many more there are ([`Reason::More`]).
    pub fn faults(&self) -> Vec<Fault> {
        let mut of_rows = self.refused().peekable();
        let mut of_file = self.faults.kept.iter().peekable();
        let mut faults = Vec::new();
        while faults.len() < MAX_FAULTS {
            let of_row = match (of_rows.peek(), of_file.peek()) {
                (None, None) => break,
                (Some(row), Some(fault)) => row.line < fault.line,
                (row, _) => row.is_some(),
            };
            faults.extend(if of_row { of_rows.next() } else { of_file.next().cloned() });
        }
        let next = [of_rows.peek().map(|fault| fault.line), of_file.peek().map(|fault| fault.line), self.faults.first_left];
        if let Some(line) = next.into_iter().flatten().min() {
            let more = of_rows.count().saturating_add(of_file.count()).saturating_add(self.faults.left);
            faults.push(Fault { line, position: 0, column: None, reason: Reason::More { faults: more } });
        }
        faults
    }

    /// What is wrong with rows, in the order of the lines.
    fn refused(&self) -> impl Iterator<Item = Fault> {
        self.rows.iter().filter_map(|row| {
            let reason = self.refusal(row)?;
            Some(Fault { line: row.line, position: 0, column: Some(super::Column::Mac), reason })
        })
    }

    /// The rows that can be imported: all but those whose MAC is known and may not be changed.
    pub fn good_rows(&self) -> impl Iterator<Item = &RosterRow> {
        self.rows.iter().filter(|row| self.refusal(row).is_none())
    }

    /// Begins the import for this tenant with one drawn entropy for all of it (SPEC E8).
    ///
    /// `taken` are the PAPs of the tenant's other unauthenticated devices; empty where uniqueness beyond the batch (P3) is not
    /// asked for.
    ///
    /// # Errors
    /// [`ImportError::BadLines`] while anything is wrong and bad lines are not to be skipped, and
    /// [`ImportError::InstalledUntil`]; nothing is imported then.
    pub fn begin(&self, tenant: &Tenant, taken: &[Pap], now: Timestamp, fresh: Entropy) -> Result<Batch, ImportError> {
        if !self.options.skip_bad_lines {
            // A line is a row or has faults, never both.
            let lines = self.faults.lines.saturating_add(self.refused().count());
            if lines > 0 {
                return Err(ImportError::BadLines { lines });
            }
        }
        let (update, installed_until) = (self.options.update, self.options.installed_until);
        if let Some(until) = installed_until.filter(|until| *until <= now) {
            return Err(ImportError::InstalledUntil { until });
        }
        let used = PapSet::new(tenant.policy().pap_rules().digits, taken);
        Ok(Batch { update, installed_until, now, fresh, used })
    }

    fn refusal(&self, row: &RosterRow) -> Option<Reason> {
        match row.known {
            Known::Here if !self.options.update => Some(Reason::MacKnown),
            Known::Elsewhere => Some(Reason::KnownElsewhere),
            Known::Here | Known::New => None,
        }
    }
}

/// An import that is going on: it makes one device after the other.
#[derive(Debug)]
pub struct Batch {
    update: bool,
    installed_until: Option<Timestamp>,
    now: Timestamp,
    fresh: Entropy,
    used: PapSet,
}

impl Batch {
    /// Makes or changes the device of a row, as [`crate::request::admin`] does. Store its writes, then perform its effects.
    ///
    /// The facts hold the tenant and the record or tombstone with the row's MAC, if there is one. A device that was made since
    /// the host looked is refused here too, and after a conflict the row may be given again.
    ///
    /// # Errors
    /// [`AdminError`] where the MAC is known after all, or no PAP is left; nothing changed then.
    pub fn step(&mut self, facts: Facts<'_>, row: &RosterRow) -> Result<Step, AdminError> {
        let tenant = facts.tenant.id();
        let lives = facts.device.is_some_and(|device| !device.is_deleted() && device.tenant() == tenant);
        let command = if lives && self.update {
            Command::Update { model: &row.model, site: row.site() }
        } else {
            let new = NewDevice {
                mac: row.mac,
                model: row.model.clone(),
                accounts: row.accounts,
                site: row.site(),
                known_elsewhere: row.known == Known::Elsewhere,
                taken: &[],
            };
            match self.installed_until {
                None => Command::Create(new),
                Some(until) => Command::ImportInstalled { device: new, until },
            }
        };
        let step = admin_but(facts, &command, Some(&self.used), self.now, self.fresh.again())?;
        if let Some(pap) = step.writes.device.as_ref().and_then(Device::stored_pap) {
            self.used.insert(pap);
        }
        Ok(step)
    }
}

codes! {
    /// Why an import does not begin; nothing changed.
    pub enum ImportError {
        /// Lines are bad, and bad lines are not to be skipped (SPEC X2).
        #[error("{lines} lines are bad, so nothing is imported; mend them, or ask to skip bad lines")]
        BadLines {
            /// How many lines.
            lines: usize,
        } = ROSTER_BAD_LINES,
        /// The end of the installed period is not ahead.
        #[error("the installed period would end at {until}, which is not ahead")]
        InstalledUntil {
            /// The end that was given.
            until: Timestamp,
        } = ADMIN_INSTALLED_UNTIL,
    }
}
