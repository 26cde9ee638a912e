//! The roster as CSV, and the spreading of work (SPEC X1, X2, X3, R24).

use std::sync::{Mutex, MutexGuard, PoisonError};

use libprov::models::{ModelRef, OwnModel};
use libprov::roster::{self, Column, Delimiter, Import, ImportError, Known, Options};
use libprov::stagger::{interval_ms, offset_ms};
use libprov::time::DAY_MS;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::answer::Step;
use crate::convert::{blob, each, entropy, instant, length_ms, mac, number, optional, quoted, text, truth, tuple};
use crate::effect;
use crate::errors::{self, ARGUMENT, Coded, barrier, invalid, refused, work};
use crate::models::Model;
use crate::records::Device;
use crate::request::Facts;
use crate::secret::{self, Secret};
use crate::tenant::Tenant;
use crate::words::{KNOWN, LANG, ROSTER_COLUMN};

impl Coded for ImportError {
    fn number(&self) -> libprov::error::ErrorCode {
        self.code()
    }
    fn field(&self) -> Option<&str> {
        match self {
            Self::InstalledUntil { .. } => Some("installed_until"),
            _ => None,
        }
    }
}

/// Work on more devices than that lets other threads run.
const HEAVY_DEVICES: usize = 100;

fn format(
    lang: &Bound<'_, PyAny>,
    delimiter: Option<&Bound<'_, PyAny>>,
    bom: Option<&Bound<'_, PyAny>>,
) -> PyResult<roster::Format> {
    let plain = roster::Format::new(LANG.read(lang, "lang")?);
    let delimiter = match delimiter.map(|given| text(given, "delimiter")).transpose()? {
        None => plain.delimiter,
        Some(",") => Delimiter::Comma,
        Some(";") => Delimiter::Semicolon,
        Some("\t") => Delimiter::Tab,
        Some(_) => return Err(refused(lang.py(), ARGUMENT, "delimiter", "delimiter is none of ',', ';' and a tab")),
    };
    Ok(roster::Format { delimiter, bom: optional(bom, "bom", truth)?.unwrap_or(false), ..plain })
}

fn devices<'py>(value: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, Device>>> {
    each(value, "devices", |item, field| item.cast::<Device>().cloned().map_err(|_| errors::wrong_type(item, field, "a Device")))
}

/// Write a roster without PAPs: all devices but deleted ones, in the order given (SPEC X1).
///
/// Args:
///     devices: what to write.
///     lang: the language of the titles.
///     delimiter: ",", ";" or a tab; without one, what spreadsheets in that language expect.
///     bom: whether the file begins with a byte order mark, by which some spreadsheets know UTF-8.
///     now: an aware datetime in any zone, or milliseconds since 1970.
///
/// Returns:
///     The file. Write it with `newline=""`, or its line ends are changed.
///
/// >>> from libprov import export_roster
/// >>> export_roster([], lang="en", now=1_900_000_000_000)
/// 'Vendor,Type,MAC address,Creation date,Site,Authentication state,Accounts\r\n'
#[pyfunction]
#[pyo3(signature = (devices, *, lang, delimiter = None, bom = None, now))]
pub(crate) fn export_roster(
    devices: &Bound<'_, PyAny>,
    lang: &Bound<'_, PyAny>,
    delimiter: Option<&Bound<'_, PyAny>>,
    bom: Option<&Bound<'_, PyAny>>,
    now: &Bound<'_, PyAny>,
) -> PyResult<String> {
    let (py, format, now) = (devices.py(), format(lang, delimiter, bom)?, instant(now, "now")?);
    let held = self::devices(devices)?;
    let lent: Vec<_> = held.iter().map(|device| &device.get().0).collect();
    work(py, lent.len() > HEAVY_DEVICES, || roster::export(lent, &format, now))
}

/// Write a roster with the PAPs of devices that are not authenticated yet (SPEC X1).
///
/// The other arguments are those of `export_roster`.
///
/// Returns:
///     The file, a secret, and the effects: an audit event, to be written before the file is given away.
///
/// >>> import secrets
/// >>> from libprov import AuditEvent, Tenant, TenantKey, export_roster_with_paps
/// >>> tenant = Tenant.cloud(42, key=TenantKey(1, secrets.token_bytes(32)), emergency=["112"])
/// >>> file, effects = export_roster_with_paps(tenant, [], lang="de", now=1_900_000_000_000)
/// >>> file, effects[0].event is AuditEvent.PAPS_EXPORTED
/// (Secret('[secret]'), True)
#[pyfunction]
#[pyo3(signature = (tenant, devices, *, lang, delimiter = None, bom = None, now))]
pub(crate) fn export_roster_with_paps<'py>(
    tenant: &Bound<'py, Tenant>,
    devices: &Bound<'py, PyAny>,
    lang: &Bound<'py, PyAny>,
    delimiter: Option<&Bound<'py, PyAny>>,
    bom: Option<&Bound<'py, PyAny>>,
    now: &Bound<'py, PyAny>,
) -> PyResult<(Secret, Bound<'py, PyTuple>)> {
    let (py, format, now) = (devices.py(), format(lang, delimiter, bom)?, instant(now, "now")?);
    let held = self::devices(devices)?;
    let lent: Vec<_> = held.iter().map(|device| &device.get().0).collect();
    let keys = tenant.get().0.keys();
    let made = work(py, lent.len() > HEAVY_DEVICES, || roster::export_with_paps(lent, &format, keys, now))?;
    Ok((Secret(made.file), tuple(py, made.effects.iter(), effect::show)?))
}

/// Takes the file of a roster in pieces (SPEC X1, X2). Threads may share one.
///
/// Args:
///     own_models: models of the host's own, known beside those of the vendor table.
///     accounts: how many accounts a device has whose line does not say it.
///     update: whether a device that is known is changed: its type and its site.
///     skip_bad_lines: whether good lines are imported although others are bad.
///     installed_until: new devices are installed already until then (SPEC R24).
///     max_rows: how many lines behind the header are taken, good and bad ones. It bounds the memory.
///
/// >>> import secrets
/// >>> from libprov import Facts, RosterImport, Tenant, TenantKey
/// >>> roster = RosterImport()
/// >>> roster.feed(b"Hersteller;Typ;MAC-Adresse\nyealink;T46S;805ec0010203\n")
/// >>> checked = roster.finish()
/// >>> checked = checked.know(["new" for row in checked.rows])   # as the host's store says
/// >>> checked.faults
/// ()
/// >>> tenant = Tenant.cloud(42, key=TenantKey(1, secrets.token_bytes(32)), emergency=["112"])
/// >>> batch = checked.begin(tenant, now=1_900_000_000_000, entropy=secrets.token_bytes(32))
/// >>> [batch.step(Facts(tenant), row).writes.device.mac for row in checked.good_rows]
/// ['80:5e:c0:01:02:03']
#[pyclass(frozen, module = "libprov")]
pub(crate) struct RosterImport(Mutex<Option<Import>>);

impl RosterImport {
    fn lock(&self) -> MutexGuard<'_, Option<Import>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn finished(py: Python<'_>) -> PyErr {
    refused(py, ARGUMENT, "self", "the roster is finished; begin another RosterImport")
}

#[pymethods]
impl RosterImport {
    #[new]
    #[pyo3(signature = (*, own_models = None, accounts = None, update = None, skip_bad_lines = None, installed_until = None,
        max_rows = None))]
    fn new(
        own_models: Option<&Bound<'_, PyAny>>,
        accounts: Option<&Bound<'_, PyAny>>,
        update: Option<&Bound<'_, PyAny>>,
        skip_bad_lines: Option<&Bound<'_, PyAny>>,
        installed_until: Option<&Bound<'_, PyAny>>,
        max_rows: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let plain = Options::default();
        let own = |item: &Bound<'_, PyAny>, field: &str| -> PyResult<OwnModel> {
            let model = item.cast::<Model>().map_err(|_| errors::wrong_type(item, field, "a Model"))?;
            match &model.get().0 {
                ModelRef::Own(model) => Ok((**model).clone()),
                ModelRef::Known(_) => Err(refused(item.py(), ARGUMENT, field, "a model of the vendor table is known anyway")),
            }
        };
        Ok(Self(Mutex::new(Some(Import::new(Options {
            own_models: own_models.map_or_else(|| Ok(Vec::new()), |models| each(models, "own_models", own))?,
            accounts: optional(accounts, "accounts", |value, field| number(value, field, ARGUMENT))?.unwrap_or(plain.accounts),
            update: optional(update, "update", truth)?.unwrap_or(plain.update),
            skip_bad_lines: optional(skip_bad_lines, "skip_bad_lines", truth)?.unwrap_or(plain.skip_bad_lines),
            installed_until: optional(installed_until, "installed_until", instant)?,
            max_rows: optional(max_rows, "max_rows", |value, field| number(value, field, ARGUMENT))?.unwrap_or(plain.max_rows),
        })))))
    }

    /// Take the next piece of the file, of any size.
    #[pyo3(signature = (data, /))]
    fn feed(&self, data: &Bound<'_, PyAny>) -> PyResult<()> {
        let (py, piece) = (data.py(), blob(data, "data")?);
        // The lock is taken without the interpreter, or a thread that waits for it would stop all others.
        let fed = work(py, true, || self.lock().as_mut().map(|import| import.feed(&piece)))?;
        fed.ok_or_else(|| finished(py))
    }

    /// The file is complete: what is in it. Once only.
    fn finish(&self, py: Python<'_>) -> PyResult<Roster> {
        let import = py.detach(|| self.lock().take()).ok_or_else(|| finished(py))?;
        work(py, true, || Roster(import.finish()))
    }
}

/// A roster that was read to its end.
#[pyclass(frozen, module = "libprov")]
pub(crate) struct Roster(roster::Checked);

#[pymethods]
impl Roster {
    /// The good lines, in the order of the file. Made anew each time it is asked for.
    #[getter]
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.0.rows().iter(), |py, row| Bound::new(py, RosterRow(row.clone())).map(Bound::into_any))
    }

    /// The rows that can be imported: all but those whose MAC is known and may not be changed.
    #[getter]
    fn good_rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.0.good_rows(), |py, row| Bound::new(py, RosterRow(row.clone())).map(Bound::into_any))
    }

    /// Everything that is wrong, in the order of the lines (SPEC X2). Behind 10000 faults one more says how many there are yet.
    #[getter]
    fn faults<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.0.faults().into_iter(), |py, fault| Bound::new(py, RosterFault(fault)).map(Bound::into_any))
    }

    /// The same roster with what the host knows of the MACs of its rows.
    ///
    /// Args:
    ///     known: for each of `rows`, in their order: new, here (this tenant has it) or elsewhere (another tenant has it).
    #[pyo3(signature = (known, /))]
    fn know(&self, known: &Bound<'_, PyAny>) -> PyResult<Self> {
        let all: Vec<Known> = each(known, "known", |item, field| KNOWN.read(item, field))?;
        if all.len() != self.0.rows().len() {
            return Err(refused(known.py(), ARGUMENT, "known", "known does not have as many items as there are rows"));
        }
        let mut checked = self.0.clone();
        for (at, known) in all.into_iter().enumerate() {
            checked.know(at, known);
        }
        Ok(Self(checked))
    }

    /// Begin the import with one entropy for all of it (SPEC E8).
    ///
    /// Args:
    ///     tenant: whose devices they become.
    ///     taken: PAPs of the tenant's other waiting devices, so that none is issued twice (SPEC P3).
    ///
    /// Raises:
    ///     InvalidInputError: lines are bad, and bad lines are not to be skipped; nothing is imported.
    #[pyo3(signature = (tenant, *, taken = None, now, entropy))]
    fn begin(
        &self,
        tenant: &Bound<'_, Tenant>,
        taken: Option<&Bound<'_, PyAny>>,
        now: &Bound<'_, PyAny>,
        entropy: &Bound<'_, PyAny>,
    ) -> PyResult<RosterBatch> {
        let py = tenant.py();
        let taken = taken.map_or_else(|| Ok(Vec::new()), |value| each(value, "taken", secret::taken))?;
        let (now, fresh) = (instant(now, "now")?, self::entropy(entropy)?);
        let begun = barrier(py, || self.0.begin(&tenant.get().0, &taken, now, fresh))?;
        begun.map(|batch| RosterBatch(Mutex::new(batch))).map_err(|error| invalid(py, &error, "roster"))
    }

    fn __repr__(&self) -> String {
        format!("<Roster of {} rows>", self.0.rows().len())
    }
}

/// An import that is going on: it makes one device after the other. Threads may share one.
#[pyclass(frozen, module = "libprov")]
pub(crate) struct RosterBatch(Mutex<roster::Batch>);

#[pymethods]
impl RosterBatch {
    /// Make or change the device of a row, as `create_device` does.
    ///
    /// Args:
    ///     facts: the tenant; and the record or tombstone of the row's MAC, if there is one.
    ///
    /// Raises:
    ///     AdminError: the device exists after all, cannot be added, or no PAP is left.
    #[pyo3(signature = (facts, row, /))]
    fn step(&self, facts: &Bound<'_, Facts>, row: &Bound<'_, RosterRow>) -> PyResult<Step> {
        let py = facts.py();
        let (lent, row) = (facts.get().lend(), &row.get().0);
        let step = work(py, true, || self.0.lock().unwrap_or_else(PoisonError::into_inner).step(lent, row))?;
        step.map(Step::from).map_err(|error| errors::admin(py, &error))
    }
}

/// A good line of a roster.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct RosterRow(roster::RosterRow);

#[pymethods]
impl RosterRow {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("mac", "model", "site");

    /// The line it begins on, from 1.
    #[getter]
    fn line(&self) -> u32 {
        self.0.line()
    }

    /// The MAC address.
    #[getter]
    fn mac(&self) -> String {
        self.0.mac().to_string()
    }

    /// The model.
    #[getter]
    fn model(&self) -> Model {
        Model(self.0.model().clone())
    }

    /// The site: None where the file has no such column, empty where the field is.
    #[getter]
    fn site(&self) -> Option<&str> {
        self.0.site()
    }

    /// How many accounts.
    #[getter]
    fn accounts(&self) -> u8 {
        self.0.accounts()
    }

    /// What the host said of its MAC.
    #[getter]
    fn known<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        KNOWN.show(py, self.0.known())
    }

    fn __repr__(&self) -> String {
        format!("<RosterRow {}: {}>", self.0.line(), self.0.mac())
    }

    fn __hash__(&self) -> u64 {
        u64::from(self.0.line())
    }
}

/// One thing that is wrong with a roster.
///
/// >>> from libprov import ErrorCode, RosterImport
/// >>> roster = RosterImport()
/// >>> roster.feed(b"Vendor,Type,MAC address\nyealink,T46S,805e\n")
/// >>> fault = roster.finish().faults[0]
/// >>> fault.line, fault.position, fault.column, fault.code is ErrorCode.ROSTER_MAC
/// (2, 3, <RosterColumn.MAC: 'mac'>, True)
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct RosterFault(roster::Fault);

#[pymethods]
impl RosterFault {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("line", "column", "code");

    /// The line it begins on, from 1.
    #[getter]
    fn line(&self) -> u32 {
        self.0.line
    }

    /// Which field of the line, from 1; 0 where it is the whole line.
    #[getter]
    fn position(&self) -> u16 {
        self.0.position
    }

    /// The column of that field, where it is a known one.
    #[getter]
    fn column<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.column.map(|column: Column| ROSTER_COLUMN.show(py, column)).transpose()
    }

    /// What is wrong, as a number.
    #[getter]
    fn code<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("libprov.errors")?.getattr("ErrorCode")?.call1((self.0.reason.code().number(),))
    }

    /// The same as one English line.
    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<RosterFault {}>", quoted(&self.0.to_string()))
    }

    fn __hash__(&self) -> u64 {
        u64::from(self.0.line)
    }
}

fn length(py: Python<'_>, ms: u64) -> PyResult<Bound<'_, PyAny>> {
    // Microseconds would be a float; days and milliseconds are not.
    py.import("datetime")?.getattr("timedelta")?.call1((0, ms / 1000, ms % 1000 * 1000))
}

/// How long a device waits in a period, so that many devices do not come at once (SPEC X3).
///
/// The same device has the same place in every release of the library.
///
/// Args:
///     tenant: the device's tenant.
///     mac: its MAC address.
///     period: a timedelta, or milliseconds; at most 366 days.
///
/// Returns:
///     A timedelta from 0 up to, and not including, the period.
#[pyfunction]
#[pyo3(signature = (tenant, mac, period, /))]
pub(crate) fn stagger<'py>(
    tenant: &Bound<'py, Tenant>,
    mac: &Bound<'py, PyAny>,
    period: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let (mac, period_ms) = (self::mac(mac, "mac")?, length_ms(period, "period")?);
    if period_ms > 366 * DAY_MS {
        return Err(refused(tenant.py(), ARGUMENT, "period", "period is longer than 366 days"));
    }
    length(tenant.py(), offset_ms(tenant.get().0.id(), mac, period_ms))
}

/// The interval at which a device asks for its configuration: 4 to 6 hours (SPEC X3).
#[pyfunction]
#[pyo3(signature = (tenant, mac, /))]
pub(crate) fn stagger_interval<'py>(tenant: &Bound<'py, Tenant>, mac: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    length(tenant.py(), interval_ms(tenant.get().0.id(), self::mac(mac, "mac")?))
}
