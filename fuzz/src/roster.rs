//! The roster: any file gives rows or faults, and what was read comes back from an export (SPEC X1, X2).

use libprov::device::{Command, Device, NewDevice};
use libprov::entropy::Entropy;
use libprov::ids::{ShortNumber, TenantId};
use libprov::keys::{Keyring, TenantKey};
use libprov::lang::Lang;
use libprov::models::{Capabilities, Carriage, ModelRef, OwnModel};
use libprov::policy::{Policy, Settings};
use libprov::request::{Facts, admin};
use libprov::roster::{Checked, Delimiter, Format, Import, Options, RosterRow, export};
use libprov::tenant::Tenant;
use libprov::time::Timestamp;

/// The first byte says how the file is cut, the rest is the file; then it is a name of a model too.
pub(crate) fn roster(input: &[u8]) {
    let Some((cut, file)) = input.split_first() else { return };
    let piece = usize::from(*cut % 16) + 1;
    let read = checked(file, file.len().max(1), Vec::new());
    let again = checked(file, piece, Vec::new());
    assert_eq!((read.rows(), read.faults()), (again.rows(), again.faults()));
    for fault in read.faults() {
        assert!(fault.line > 0 && !fault.to_string().contains(['\r', '\n']));
    }
    let now = Timestamp::from_ms(1_900_000_000_000).unwrap();
    let tenant = tenant();
    let made: Vec<Device> = read.rows().iter().take(50).map(|row| device(&tenant, row, now)).collect();
    let lang = Lang::ALL[usize::from(cut / 16) % 6];
    let format = Format { lang, delimiter: Delimiter::ALL[piece % 3], bom: piece % 2 == 0 };
    let back = checked(export(&made, &format, now).as_bytes(), piece, Vec::new());
    assert!(back.faults().is_empty());
    for (row, device) in back.rows().iter().zip(&made) {
        assert_eq!((row.mac(), row.model(), row.accounts()), (device.mac(), device.model(), device.accounts()));
        assert_eq!(row.site(), Some(device.site().unwrap_or_default()));
    }
    assert_eq!(back.rows().len(), made.len());

    let Ok(name) = std::str::from_utf8(file) else { return };
    if name.len() > 10_000 {
        return;
    }
    let capabilities = Capabilities { restricted: true, retains: true, carriage: Carriage::Url };
    let own = OwnModel { vendor: name.into(), name: name.into(), capabilities };
    let vendor = checked(b"Vendor,Type,MAC address\nyealink,T46S,805ec0000001\n", 99, Vec::new()).rows()[0].clone();
    let strange = ModelRef::Own(Box::new(own.clone()));
    let device = of_model(&tenant, &vendor, strange.clone(), now);
    let back = checked(export([&device], &format, now).as_bytes(), piece, vec![own]);
    assert_eq!(back.rows().first().map(RosterRow::model), Some(&strange), "{:?}", back.faults());
}

fn checked(file: &[u8], piece: usize, own_models: Vec<OwnModel>) -> Checked {
    let mut import = Import::new(Options { own_models, ..Options::default() });
    file.chunks(piece).for_each(|piece| import.feed(piece));
    import.finish()
}

fn tenant() -> Tenant {
    let policy = Policy::new(Settings::cloud(&[ShortNumber::parse("112").unwrap()])).unwrap();
    let key = TenantKey::new(1, core::array::from_fn(|at| at as u8)).unwrap();
    Tenant::new(TenantId::from_number(1), policy, Keyring::new(key))
}

fn device(tenant: &Tenant, row: &RosterRow, now: Timestamp) -> Device {
    of_model(tenant, row, row.model().clone(), now)
}

fn of_model(tenant: &Tenant, row: &RosterRow, model: ModelRef, now: Timestamp) -> Device {
    let new = NewDevice { mac: row.mac(), model, accounts: row.accounts(), site: row.site(), known_elsewhere: false, taken: &[] };
    let fresh = Entropy::new(core::array::from_fn(|at| at as u8)).unwrap();
    admin(Facts::of(tenant), &Command::Create(new), now, fresh).unwrap().writes.device.unwrap()
}
