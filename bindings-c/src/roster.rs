//! The roster as CSV, and the spreading of work (SPEC X1, X2, X3, R24).

use crate::admin::paps;
use crate::barrier::{Call, Failure, Kept, barrier, freeing, give, handles, required};
use crate::bytes::{Blob, prov_bytes};
use crate::convert::{
    OutStruct, Sized32, array, bytes, entropy, flag, init_struct, instant, put_text, read_struct, text, unused,
};
use crate::decision::{Made, prov_decision};
use crate::error::prov_error;
use crate::record::{prov_device, prov_tenant};
use crate::request::{load, prov_facts};
use crate::status::prov_status;
use crate::voice::locked;
use libprov::device::Device;
use libprov::lang::Lang;
use libprov::mac::MacAddr;
use libprov::request::Step;
use libprov::roster::{
    Batch, Checked, Column, Delimiter, Fault, Format, Import, Known, Options, RosterRow, export, export_with_paps,
};
use libprov::stagger;
use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::sync::Mutex;

/// The delimiter that spreadsheets in the language expect.
pub const PROV_DELIMITER_CUSTOMARY: u8 = 0;
/// ",".
pub const PROV_DELIMITER_COMMA: u8 = 1;
/// ";".
pub const PROV_DELIMITER_SEMICOLON: u8 = 2;
/// A tab.
pub const PROV_DELIMITER_TAB: u8 = 3;

/// Nobody has the MAC, or this tenant has deleted it.
pub const PROV_KNOWN_NEW: u8 = 0;
/// This tenant has it.
pub const PROV_KNOWN_HERE: u8 = 1;
/// Another tenant has it.
pub const PROV_KNOWN_ELSEWHERE: u8 = 2;

/// The vendor.
pub const PROV_COLUMN_VENDOR: u8 = 1;
/// The model.
pub const PROV_COLUMN_MODEL: u8 = 2;
/// The MAC address.
pub const PROV_COLUMN_MAC: u8 = 3;
/// The creation date.
pub const PROV_COLUMN_CREATED: u8 = 4;
/// The site.
pub const PROV_COLUMN_SITE: u8 = 5;
/// The state.
pub const PROV_COLUMN_STATE: u8 = 6;
/// The PAP.
pub const PROV_COLUMN_PAP: u8 = 7;
/// The number of accounts.
pub const PROV_COLUMN_ACCOUNTS: u8 = 8;

/// A roster that was read and checked. It never changes; many threads may use it at once.
pub struct prov_roster(Kept<Roster>);

pub(crate) struct Roster {
    checked: Checked,
    faults: Vec<Fault>,
}

impl Roster {
    pub(crate) fn new(checked: Checked) -> Self {
        let faults = checked.faults();
        Self { checked, faults }
    }

    fn row(&self, index: usize) -> Result<&RosterRow, Failure> {
        self.checked.rows().get(index).ok_or(Failure::Argument("index", "is not below the count"))
    }

    fn fault(&self, index: usize) -> Result<&Fault, Failure> {
        self.faults.get(index).ok_or(Failure::Argument("index", "is not below the count"))
    }
}

/// An import that is going on. It remembers the PAPs that it gave, and guards that by itself: many threads may use it at once.
pub struct prov_roster_batch(Kept<Mutex<Batch>>);

handles! {
    prov_roster: Roster, poisons: true;
    prov_roster_batch: Mutex<Batch>, poisons: true;
}

/// How a roster is read.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_roster_options {
    /// Set by prov_roster_options_init.
    pub struct_size: u32,
    /// How many lines behind the header are taken, good and bad ones, empty ones aside. It bounds the memory.
    pub max_rows: u32,
    /// Not 0: new devices are installed already, and their first full configuration needs no PAP until that instant.
    pub installed_until_ms: i64,
    /// How many accounts a device has whose line does not say it: 1 to 254.
    pub accounts: u8,
    /// 1: a device that is known is changed, its type and its site.
    pub update: u8,
    /// 1: good lines are imported although others are bad.
    pub skip_bad_lines: u8,
    /// 0.
    pub reserved: [u8; 5],
}

// SAFETY: `repr(C)`, the size first, no padding (asserted below), numbers only.
unsafe impl Sized32 for prov_roster_options {
    const FIRST: usize = size_of::<Self>();
}

const _: () = assert!(size_of::<prov_roster_options>() == 24);

/// One good line of a roster.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_row {
    /// The line it begins on, from 1.
    pub line: u32,
    /// The MAC address.
    pub mac: [u8; 6],
    /// How many accounts.
    pub accounts: u8,
    /// A PROV_KNOWN, as prov_roster_know said.
    pub known: u8,
}

const _: () = assert!(size_of::<prov_row>() == 12);

/// One thing that is wrong with a roster.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_fault {
    /// The line it begins on, from 1.
    pub line: u32,
    /// What is wrong: a PROV_E.
    pub status: prov_status,
    /// Which field of the line, from 1; 0 where it is the whole line.
    pub position: u16,
    /// A PROV_COLUMN; 0 where it is none of them.
    pub column: u8,
    /// 0.
    pub reserved: u8,
}

const _: () = assert!(size_of::<prov_fault>() == 12);

fn column_number(column: Column) -> u8 {
    match column {
        Column::Vendor => PROV_COLUMN_VENDOR,
        Column::Model => PROV_COLUMN_MODEL,
        Column::Mac => PROV_COLUMN_MAC,
        Column::Created => PROV_COLUMN_CREATED,
        Column::Site => PROV_COLUMN_SITE,
        Column::State => PROV_COLUMN_STATE,
        Column::Pap => PROV_COLUMN_PAP,
        Column::Accounts => PROV_COLUMN_ACCOUNTS,
        _ => 0,
    }
}

fn format(lang: &str, delimiter: u8, bom: u8) -> Result<Format, Failure> {
    let lang = Lang::from_code(lang).ok_or(Failure::Argument("lang", "is none of de, en, fr, es, it, pl"))?;
    let plain = Format::new(lang);
    let delimiter = match delimiter {
        PROV_DELIMITER_CUSTOMARY => plain.delimiter,
        PROV_DELIMITER_COMMA => Delimiter::Comma,
        PROV_DELIMITER_SEMICOLON => Delimiter::Semicolon,
        PROV_DELIMITER_TAB => Delimiter::Tab,
        _ => return Err(Failure::Argument("delimiter", "is no PROV_DELIMITER")),
    };
    Ok(Format { delimiter, bom: flag(bom, "bom")?, ..plain })
}

/// The devices of an array of handles.
///
/// # Safety
/// `devices` points to `count` handles, or is NULL.
unsafe fn borrowed<'a>(call: &Call, devices: *const *const prov_device, count: usize) -> Result<Vec<&'a Device>, Failure> {
    if count == 0 {
        return Ok(Vec::new());
    }
    if devices.is_null() {
        return Err(Failure::Null("devices"));
    }
    if count > isize::MAX as usize / size_of::<*const prov_device>() {
        return Err(Failure::Argument("count", "is more than memory holds"));
    }
    // SAFETY: not NULL, and the caller promised that many.
    let handles = unsafe { std::slice::from_raw_parts(devices, count) };
    let borrow = |handle: &*const prov_device| {
        // SAFETY: the caller's promise for handles.
        let handle = unsafe { handle.as_ref() };
        call.shared(handle, "devices")
    };
    handles.iter().map(borrow).collect()
}

/// Writes a roster without PAPs: all devices but deleted ones, in the order given.
/// devices    count handles; NULL is allowed where count is 0.
/// lang       the language of the titles: de, en, fr, es, it or pl.
/// delimiter  a PROV_DELIMITER.
/// bom        1: the file begins with a byte order mark, by which some spreadsheets know UTF-8.
/// out        the file, in UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_roster_export(
    devices: *const *const prov_device,
    count: usize,
    lang: *const c_char,
    lang_len: usize,
    delimiter: u8,
    bom: u8,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for arrays of handles.
        let devices = unsafe { borrowed(call, devices, count) }?;
        // SAFETY: the caller's promise for text.
        let format = format(unsafe { text(lang, lang_len, "lang") }?, delimiter, bom)?;
        give(out, Blob::new(export(devices, &format, instant(now_ms)?).into_bytes()));
        Ok(())
    })
}

/// Writes a roster with the PAPs of devices that are not authenticated yet. The file is a secret.
/// tenant   the devices' tenant.
/// devices, count, lang, delimiter, bom: as in prov_roster_export.
/// out      the file.
/// effects  a decision with the audit event: perform its effects before the file is given away.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_roster_export_with_paps(
    tenant: Option<&prov_tenant>,
    devices: *const *const prov_device,
    count: usize,
    lang: *const c_char,
    lang_len: usize,
    delimiter: u8,
    bom: u8,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
    effects: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let tenant = call.shared(tenant, "tenant")?;
        let (out, effects) = (required(out, "out")?, required(effects, "effects")?);
        // SAFETY: the caller's promise for arrays of handles.
        let devices = unsafe { borrowed(call, devices, count) }?;
        // SAFETY: the caller's promise for text.
        let format = format(unsafe { text(lang, lang_len, "lang") }?, delimiter, bom)?;
        let made = export_with_paps(devices, &format, tenant.keys(), instant(now_ms)?);
        give(out, Blob::new(made.file.expose().as_bytes().to_vec()));
        give(effects, Made::Stepped(Step { effects: made.effects, ..Step::default() }));
        Ok(())
    })
}

/// Prepares the struct: one account, a million rows, all lines or none; size is its sizeof.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_roster_options_init(options: *mut prov_roster_options, size: usize) -> prov_status {
    barrier(None, |_| {
        let plain = Options::default();
        // SAFETY: the caller's promise for the struct.
        unsafe {
            init_struct(options, size, "options", |options| {
                (options.accounts, options.max_rows) = (plain.accounts, plain.max_rows);
            })
        }
    })
}

/// Reads and checks a roster. Bad lines are no failure of this call: see prov_roster_fault.
/// options  prepared by prov_roster_options_init.
/// file     len bytes: titles in any of the six languages, then a line for each device.
/// out      a new handle; free it with prov_roster_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_roster_read(
    options: *const prov_roster_options,
    file: *const u8,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_roster>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for the struct.
        let raw = unsafe { read_struct(options, "options") }?;
        unused(&raw.reserved, "options")?;
        let installed_until = match raw.installed_until_ms {
            0 => None,
            until_ms => Some(instant(until_ms)?),
        };
        let mut import = Import::new(Options {
            own_models: Vec::new(),
            accounts: raw.accounts,
            update: flag(raw.update, "options.update")?,
            skip_bad_lines: flag(raw.skip_bad_lines, "options.skip_bad_lines")?,
            installed_until,
            max_rows: raw.max_rows,
        });
        // SAFETY: the caller's promise for bytes.
        import.feed(unsafe { bytes(file, len, "file") }?);
        give(out, Roster::new(import.finish()));
        Ok(())
    })
}

/// How many good lines a roster has.
#[unsafe(no_mangle)]
pub extern "C" fn prov_roster_row_count(roster: Option<&prov_roster>, out: Option<&mut MaybeUninit<usize>>) -> prov_status {
    barrier(None, |call| {
        let roster = call.shared(roster, "roster")?;
        required(out, "out")?.write(roster.checked.rows().len());
        Ok(())
    })
}

/// One good line; PROV_E_ARGUMENT for an index at or above the count.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_roster_row(
    roster: Option<&prov_roster>,
    index: usize,
    out: *mut prov_row,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let row = call.shared(roster, "roster")?.row(index)?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_row>(), "out") }?;
        let known = match row.known() {
            Known::New => PROV_KNOWN_NEW,
            Known::Here => PROV_KNOWN_HERE,
            Known::Elsewhere => PROV_KNOWN_ELSEWHERE,
        };
        out.put(&prov_row { line: row.line(), mac: row.mac().octets(), accounts: row.accounts(), known });
        Ok(())
    })
}

/// The same roster with what the host knows of the MACs of its rows.
/// known  a PROV_KNOWN for each row, in their order.
/// count  as prov_roster_row_count gives it.
/// out    a new handle; free it with prov_roster_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_roster_know(
    roster: Option<&prov_roster>,
    known: *const u8,
    count: usize,
    out: Option<&mut MaybeUninit<*mut prov_roster>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let roster = call.shared(roster, "roster")?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for bytes.
        let known = unsafe { bytes(known, count, "known") }?;
        let mut checked = roster.checked.clone();
        if known.len() != checked.rows().len() {
            return Err(Failure::Argument("count", "is not the number of rows"));
        }
        for (at, known) in known.iter().enumerate() {
            let known = match *known {
                PROV_KNOWN_NEW => Known::New,
                PROV_KNOWN_HERE => Known::Here,
                PROV_KNOWN_ELSEWHERE => Known::Elsewhere,
                _ => return Err(Failure::Argument("known", "holds something that is no PROV_KNOWN")),
            };
            checked.know(at, known);
        }
        give(out, Roster::new(checked));
        Ok(())
    })
}

/// How many things are wrong with a roster. A bad line has one for each of its columns that is. Behind 10000 of them comes one
/// more, PROV_E_ROSTER_FAULTS, whose text says how many there are from its line on.
#[unsafe(no_mangle)]
pub extern "C" fn prov_roster_fault_count(roster: Option<&prov_roster>, out: Option<&mut MaybeUninit<usize>>) -> prov_status {
    barrier(None, |call| {
        let roster = call.shared(roster, "roster")?;
        required(out, "out")?.write(roster.faults.len());
        Ok(())
    })
}

/// One thing that is wrong, in the order of the lines; PROV_E_ARGUMENT for an index at or above the count.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_roster_fault(
    roster: Option<&prov_roster>,
    index: usize,
    out: *mut prov_fault,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let fault = call.shared(roster, "roster")?.fault(index)?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_fault>(), "out") }?;
        out.put(&prov_fault {
            line: fault.line,
            status: prov_status::from(fault.reason.code().number()),
            position: fault.position,
            column: fault.column.map_or(0, column_number),
            reserved: 0,
        });
        Ok(())
    })
}

/// The same as one English line: "line 7, column 3 (MAC address): ...".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_roster_fault_text(
    roster: Option<&prov_roster>,
    index: usize,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let fault = call.shared(roster, "roster")?.fault(index)?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&fault.to_string(), buf, cap, needed) }
    })
}

/// Begins the import of a roster with one entropy for all of it. PROV_E_ROSTER_BAD_LINES while anything is wrong and bad lines
/// are not to be skipped; nothing is imported then.
/// taken  the PAPs of the tenant's other unauthenticated devices, parted by spaces; may be empty.
/// out    a new handle; free it with prov_roster_batch_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_roster_begin(
    roster: Option<&prov_roster>,
    tenant: Option<&prov_tenant>,
    taken: *const c_char,
    taken_len: usize,
    now_ms: i64,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_roster_batch>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let roster = call.shared(roster, "roster")?;
        let tenant = call.shared(tenant, "tenant")?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        let taken = paps(unsafe { text(taken, taken_len, "taken") }?)?;
        // SAFETY: the caller's promise for arrays.
        let fresh = unsafe { self::entropy(entropy) }?;
        give(out, Mutex::new(roster.checked.begin(tenant, &taken, instant(now_ms)?, fresh)?));
        Ok(())
    })
}

/// Makes or changes the device of one row, as prov_admin_create does.
/// facts  the tenant, and the record or tombstone of this MAC, if there is one.
/// index  of a good line whose MAC is not known, or that is to be updated.
/// out    a new decision; its prov_decision_device is the record to store.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_roster_batch_step(
    batch: Option<&prov_roster_batch>,
    roster: Option<&prov_roster>,
    index: usize,
    facts: *const prov_facts,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let batch = call.shared(batch, "batch")?;
        let row = call.shared(roster, "roster")?.row(index)?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for structs and handles.
        let facts = unsafe { load(call, facts) }?;
        let step = locked(batch)?.step(facts, row)?;
        give(out, Made::Stepped(step));
        Ok(())
    })
}

/// Frees a roster; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_roster_free(roster: Option<Box<prov_roster>>) {
    freeing(roster);
}

/// Wipes and frees a batch; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_roster_batch_free(batch: Option<Box<prov_roster_batch>>) {
    freeing(batch);
}

/// How long a device waits in a period, so that many devices do not come at once: 0 up to, and not including, the period. The
/// same device has the same place in every version of the library.
/// cbindgen:ptrs-as-arrays=[[mac;6]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_stagger(
    tenant: Option<&prov_tenant>,
    mac: *const u8,
    period_ms: u64,
    out: Option<&mut MaybeUninit<u64>>,
) -> prov_status {
    barrier(None, |call| {
        let tenant = call.shared(tenant, "tenant")?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for the array.
        let mac = MacAddr::from_octets(unsafe { array(mac, "mac") }?)?;
        out.write(stagger::offset_ms(tenant.id(), mac, period_ms));
        Ok(())
    })
}

/// The interval at which a device asks for its configuration: 4 to 6 hours in milliseconds, whole seconds.
/// cbindgen:ptrs-as-arrays=[[mac;6]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_stagger_interval(
    tenant: Option<&prov_tenant>,
    mac: *const u8,
    out: Option<&mut MaybeUninit<u64>>,
) -> prov_status {
    barrier(None, |call| {
        let tenant = call.shared(tenant, "tenant")?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for the array.
        let mac = MacAddr::from_octets(unsafe { array(mac, "mac") }?)?;
        out.write(stagger::interval_ms(tenant.id(), mac));
        Ok(())
    })
}
