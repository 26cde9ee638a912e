//! The roster as CSV and the spreading of work (SPEC X1 to X3, R24), by the public API.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/lab.rs"]
mod lab;

use lab::{START_MS, address, cloud, entropy, tenant};
use libprov::device::{AdminError, Command, Device, NewDevice};
use libprov::effect::AuditEvent;
use libprov::entropy::Entropy;
use libprov::error::ErrorCode;
use libprov::ids::TenantId;
use libprov::lang::Lang;
use libprov::mac::MacAddr;
use libprov::models::{self, Capabilities, Carriage, ModelRef, OwnModel};
use libprov::pap::Pap;
use libprov::policy::PapSource;
use libprov::request::{self, Facts, Request};
use libprov::roster::{
    Checked, Column, Delimiter, Exporter, Fault, Format, Import, ImportError, Item, Known, MAX_FAULTS, Options, Reader, Reason,
    export, export_with_paps,
};
use libprov::rule::Rule;
use libprov::site::Site;
use libprov::stagger::{self, MAX_INTERVAL_MS, MIN_INTERVAL_MS};
use libprov::tenant::Tenant;
use libprov::time::{DAY_MS, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeSet;

const TITLES: &str = "Vendor,Type,MAC address,Creation date,Site,Authentication state,PAP,Accounts\n";

fn now() -> Timestamp {
    Timestamp::from_ms(START_MS).unwrap()
}

fn mac(number: u32) -> MacAddr {
    let [a, b, c, d] = number.to_be_bytes();
    MacAddr::from_octets([0x80, 0x5e, a, b, c, d]).unwrap()
}

fn own(vendor: &str, name: &str) -> OwnModel {
    let capabilities = Capabilities { restricted: true, retains: true, carriage: Carriage::Url };
    OwnModel { vendor: vendor.into(), name: name.into(), capabilities }
}

fn model() -> ModelRef {
    ModelRef::Known(models::lookup("yealink", "T46S").unwrap())
}

/// A device as an administrator makes it.
fn made(tenant: &Tenant, mac: MacAddr, model: ModelRef, accounts: u8, site: Option<&str>) -> Device {
    let new = NewDevice { mac, model, accounts, site, known_elsewhere: false, taken: &[] };
    let step = request::admin(Facts::of(tenant), &Command::Create(new), now(), entropy(1)).unwrap();
    step.writes.device.unwrap()
}

fn checked_with(file: &[u8], options: Options) -> Checked {
    let mut import = Import::new(options);
    import.feed(file);
    import.finish()
}

fn checked(file: &str) -> Checked {
    checked_with(file.as_bytes(), Options::default())
}

/// The faults of a file of this body below the usual titles.
fn faults(body: &str) -> Vec<Fault> {
    checked(&format!("{TITLES}{body}")).faults()
}

fn texts(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(Fault::to_string).collect()
}

/// Makes all devices of a roster that was read.
fn run(site: &mut Site, checked: &Checked, taken: &[Pap], fresh: Entropy) -> Vec<Device> {
    let mut batch = checked.begin(site.tenant(), taken, now(), fresh).unwrap();
    let mut made = Vec::new();
    for row in checked.good_rows() {
        let step = batch.step(site.facts(Some(row.mac()), None), row).unwrap();
        made.extend(step.writes.device.clone());
        site.commit(step.writes).unwrap();
    }
    made
}

// X1: export.

#[test]
fn x1_the_columns_of_the_source_document_come_in_its_words_and_order() {
    let titles: Vec<&str> = Column::ALL.into_iter().map(|column| column.title(Lang::De)).collect();
    assert_eq!(
        titles,
        ["Hersteller", "Typ", "MAC-Adresse", "Erstellungsdatum", "Standort", "Authentifizierungsstatus", "PAP", "Konten"]
    );
    let tenant = tenant(cloud(), &[]);
    let device = made(&tenant, mac(1), model(), 2, Some("Köln, Dom"));
    for lang in Lang::ALL {
        let file = export([&device], &Format::new(lang), now());
        let between = if lang == Lang::En { "," } else { ";" };
        assert_eq!(file.split("\r\n").next().unwrap().split(between).count(), 7, "{file}");
        assert_eq!(file.matches("\r\n").count(), 2);
        assert!(file.contains("\"Köln, Dom\"") && file.contains("2030-03-17T17:47:00.000Z") && file.contains("required"));
        assert!(!file.starts_with('\u{feff}'));
        assert!(export([&device], &Format { bom: true, ..Format::new(lang) }, now()).starts_with('\u{feff}'));
    }
}

#[test]
fn x1_paps_are_exported_by_their_own_audited_call_and_only_while_they_are_waited_for() {
    let mut site = Site::new(tenant(cloud(), &["192.0.2.0/24"]));
    for at in 1..=3 {
        let device = made(site.tenant(), mac(at), model(), 1, None);
        site.commit(request::Writes { device: Some(device), ..Default::default() }).unwrap();
    }
    // One is delivered, one is deleted.
    let home = address("192.0.2.7");
    let ask = request::decide(site.facts(Some(mac(1)), None), &Request::main_file(mac(1), home), now(), entropy(2));
    assert_eq!(ask.rule, Rule::R6a);
    site.commit(ask.writes).unwrap();
    let lease = site.device(mac(1)).unwrap().lease().unwrap().id();
    let arrived = request::delivered(site.facts(Some(mac(1)), Some(home.source())), lease, now());
    site.commit(arrived.writes).unwrap();
    let gone = request::admin(site.facts(Some(mac(3)), None), &Command::Delete, now(), entropy(3)).unwrap();
    site.commit(gone.writes).unwrap();

    let keys = site.tenant().keys();
    let pap = site.device(mac(2)).unwrap().pap(keys).unwrap().reveal();
    let plain = export(site.devices(), &Format::new(Lang::En), now());
    assert!(!plain.contains(&pap) && !plain.contains("PAP"), "{plain}");
    let with = export_with_paps(site.devices(), &Format::new(Lang::En), keys, now());
    let lines: Vec<&str> = with.file.expose().lines().collect();
    assert_eq!(lines.len(), 3, "no tombstone");
    assert_eq!(lines[0], TITLES.trim());
    assert!(lines[1].ends_with(",successful,,1"), "{}", lines[1]);
    assert!(lines[2].ends_with(&format!(",required,{pap},1")));
    assert!(with.effects.has_audit(AuditEvent::PapsExported) && with.effects.iter().count() == 1);
    assert!(!format!("{with:?}").contains(&pap));

    // Row by row it is the same file, and the event comes before it.
    let (exporter, effects) = Exporter::with_paps(&Format::new(Lang::En), keys, now());
    let mut out = String::new();
    exporter.header(&mut out);
    site.devices().for_each(|device| exporter.row(&mut out, device));
    assert_eq!((out.as_str(), effects), (with.file.expose(), with.effects.clone()));

    // Blocked and failed devices are not authenticated either.
    let blocked = request::admin(site.facts(Some(mac(2)), None), &Command::Block, now(), entropy(4)).unwrap();
    let with = export_with_paps(blocked.writes.device.as_ref(), &Format::new(Lang::En), keys, now());
    assert!(with.file.expose().contains(&format!(",blocked,{pap},1")));
}

#[test]
fn x1_a_derived_pap_is_exported_too_with_its_leading_zeros() {
    let mut settings = cloud();
    settings.pap_source = PapSource::Derived;
    let tenant = tenant(settings, &[]);
    let devices: Vec<Device> = (1..200).map(|at| made(&tenant, mac(at), model(), 1, None)).collect();
    let with = export_with_paps(&devices, &Format::new(Lang::Fr), tenant.keys(), now());
    let mut zeros = 0;
    for (line, device) in with.file.expose().lines().skip(1).zip(&devices) {
        let pap = line.split(';').nth(6).unwrap();
        assert_eq!(pap, device.pap(tenant.keys()).unwrap().reveal());
        zeros += usize::from(pap.starts_with('0'));
    }
    assert!(zeros > 0);
}

// X1: import.

#[test]
fn x1_what_is_exported_in_any_language_is_imported_again() {
    let tenant = tenant(cloud(), &[]);
    let devices: Vec<Device> =
        (1..40).map(|at| made(&tenant, mac(at), model(), (at % 16 + 1) as u8, Some("=Büro; \"Süd\", 2"))).collect();
    for lang in Lang::ALL {
        for delimiter in Delimiter::ALL {
            let format = Format { lang, delimiter, bom: delimiter == Delimiter::Tab };
            let file = export_with_paps(&devices, &format, tenant.keys(), now());
            let read = checked(file.file.expose());
            assert_eq!(read.faults(), []);
            for (row, device) in read.rows().iter().zip(&devices) {
                assert_eq!((row.mac(), row.model(), row.site()), (device.mac(), device.model(), device.site()));
                assert_eq!(row.accounts(), device.accounts());
            }
            assert_eq!(read.rows().len(), devices.len());
        }
    }
}

#[test]
fn x1_titles_are_read_in_any_language_case_and_order() {
    let file = "ADRES mac;konta; type ;Site;HERSTELLER;État D'Authentification\n80-5E-C0-01-02-03;2;t46s;;YEALINK;x\n";
    let read = checked(file);
    assert_eq!(read.faults(), []);
    let row = &read.rows()[0];
    assert_eq!((row.line(), row.accounts(), row.site()), (2, 2, Some("")));
    assert_eq!((row.model(), row.mac().to_string().as_str()), (&model(), "80:5e:c0:01:02:03"));
}

#[test]
fn x1_a_forged_state_and_pap_get_nothing() {
    let mut site = Site::new(tenant(cloud(), &[]));
    let body = "yealink,T46S,80:5e:c0:01:02:03,2021-01-01,,successful,123987,1\n";
    let read = checked(&format!("{TITLES}{body}"));
    let device = run(&mut site, &read, &[], entropy(9)).remove(0);
    assert_eq!(device.state(now()).name(), "required");
    assert_ne!(device.pap(site.tenant().keys()).unwrap().reveal(), "123987");
    assert_eq!((device.created_at(), device.delivered_at()), (now(), None), "a record is made when it is made (SPEC E5)");
    let ask = Request::main_file(device.mac(), address("203.0.113.9"));
    let answer = request::decide(site.facts(Some(device.mac()), None), &ask, now(), entropy(1));
    assert_eq!((answer.rule, answer.writes.is_empty()), (Rule::R11, true));
}

#[test]
fn x1_a_known_mac_is_a_duplicate_unless_update_which_changes_type_and_site_only() {
    let mut site = Site::new(tenant(cloud(), &[]));
    let old = made(site.tenant(), mac(1), model(), 3, Some("Bonn"));
    site.commit(request::Writes { device: Some(old.clone()), ..Default::default() }).unwrap();
    let file = format!("{TITLES}yealink,T48S,{},,Ulm,successful,,1\n", mac(1));

    let mut read = checked(&file);
    read.know(0, Known::Here);
    read.know(7, Known::Here);
    assert_eq!(
        texts(&read.faults()),
        ["line 2 (MAC address): the device exists already; ask for an update to change its type and site"]
    );
    assert_eq!(read.faults()[0].reason.code(), ErrorCode::ROSTER_MAC_KNOWN);
    let tenant = site.tenant().clone();
    assert_eq!(read.begin(&tenant, &[], now(), entropy(2)).unwrap_err(), ImportError::BadLines { lines: 1 });
    // A host that forgot to look is stopped all the same.
    let unaware = checked(&file);
    let mut batch = unaware.begin(&tenant, &[], now(), entropy(2)).unwrap();
    assert_eq!(batch.step(Facts { device: Some(&old), ..Facts::of(&tenant) }, &unaware.rows()[0]), Err(AdminError::DeviceExists));

    let update = |file: &str| {
        let mut read = checked_with(file.as_bytes(), Options { update: true, ..Options::default() });
        read.know(0, Known::Here);
        assert_eq!(read.faults(), []);
        let mut batch = read.begin(&tenant, &[], now(), entropy(2)).unwrap();
        batch.step(Facts { device: Some(&old), ..Facts::of(&tenant) }, &read.rows()[0]).unwrap()
    };
    let step = update(&file);
    assert!(step.effects.has_audit(AuditEvent::Changed));
    let new = step.writes.device.unwrap();
    assert_eq!((new.model().name(), new.site()), ("T48S", Some("Ulm")));
    let described = request::admin(
        Facts { device: Some(&old), ..Facts::of(&tenant) },
        &Command::Update { model: new.model(), site: Some("Ulm") },
        now(),
        entropy(3),
    );
    assert_eq!(described.unwrap().writes.device.unwrap(), new, "type and site, and nothing else");
    assert_eq!((new.accounts(), new.epoch(), new.revision()), (3, old.epoch(), old.revision() + 1));
    assert_eq!(new.pap(tenant.keys()), old.pap(tenant.keys()));
    // Without a site column the site stays; an empty one removes it; what changes nothing writes nothing.
    let bare = format!("Vendor,Type,MAC address\nyealink,T46S,{}\n", mac(1));
    assert!(update(&bare).writes.is_empty() && update(&bare).effects.is_empty());
    let empty = format!("Vendor,Type,MAC address,Site\nyealink,T46S,{},\n", mac(1));
    assert_eq!(update(&empty).writes.device.unwrap().site(), None);
}

#[test]
fn r18_a_mac_of_another_tenant_is_refused_without_saying_whose_it_is() {
    let file = format!("{TITLES}yealink,T48S,{},,,,,\nyealink,T48S,{},,,,,\n", mac(1), mac(2));
    let options = Options { skip_bad_lines: true, update: true, ..Options::default() };
    let mut read = checked_with(file.as_bytes(), options);
    read.know(0, Known::Elsewhere);
    let fault = &read.faults()[0];
    assert_eq!(fault.to_string(), "line 2 (MAC address): this MAC address cannot be added; check the label on the telephone");
    assert_eq!(fault.reason.code(), ErrorCode::ADMIN_KNOWN_ELSEWHERE);
    assert_eq!(read.good_rows().map(|row| row.line()).collect::<Vec<_>>(), [3]);
    let tenant = tenant(cloud(), &[]);
    let mut batch = read.begin(&tenant, &[], now(), entropy(1)).unwrap();
    assert_eq!(batch.step(Facts::of(&tenant), &read.rows()[0]), Err(AdminError::KnownElsewhere));
}

#[test]
fn r24_a_roster_is_imported_as_installed_until_a_date_ahead() {
    let mut site = Site::new(tenant(cloud(), &[]));
    let file = format!("{TITLES}yealink,T48S,{},,,,,\n", mac(1));
    let until = now().plus_ms(DAY_MS);
    let installed = |until| checked_with(file.as_bytes(), Options { installed_until: Some(until), ..Options::default() });
    let tenant = site.tenant().clone();
    let late = installed(now());
    assert_eq!(late.begin(&tenant, &[], now(), entropy(1)).unwrap_err(), ImportError::InstalledUntil { until: now() });
    let read = installed(until);
    let mut batch = read.begin(&tenant, &[], now(), entropy(1)).unwrap();
    let step = batch.step(Facts::of(&tenant), &read.rows()[0]).unwrap();
    assert!(step.effects.has_audit(AuditEvent::ImportedInstalled));
    site.commit(step.writes).unwrap();
    let ask = Request::main_file(mac(1), address("203.0.113.9"));
    let at = |now| request::decide(site.facts(Some(mac(1)), None), &ask, now, entropy(1)).rule;
    assert_eq!((at(until.minus_ms(1)), at(until)), (Rule::R8a, Rule::R11));
}

#[test]
fn r24_a_transfer_keeps_accounts_model_and_site_and_takes_a_fresh_pap() {
    let tenant = tenant(cloud(), &[]);
    let old = made(&tenant, mac(1), model(), 3, Some("Bonn"));
    let facts = Facts { device: Some(&old), ..Facts::of(&tenant) };
    let transfer = Command::Transfer { mac: mac(2), known_elsewhere: false, taken: &[] };
    let step = request::admin(facts, &transfer, now(), entropy(5)).unwrap();
    let (dead, new) = (step.writes.device.unwrap(), step.writes.second.unwrap());
    let file = export([&dead, &*new], &Format::new(Lang::En), now());
    assert_eq!(file.lines().nth(1).unwrap(), format!("yealink,T46S,{},2030-03-17T17:47:00.000Z,Bonn,required,3", mac(2)));
    assert_eq!(file.lines().count(), 2);
    assert_ne!(new.pap(tenant.keys()), old.pap(tenant.keys()));
}

#[test]
fn e8_one_entropy_makes_a_batch_of_different_devices_each_with_its_audit_event() {
    let mut site = Site::new(tenant(cloud(), &[]));
    let body: String = (0..500).map(|at| format!("yealink,T46S,{},,,,,\n", mac(at + 1))).collect();
    let read = checked(&format!("{TITLES}{body}"));
    let tenant = site.tenant().clone();
    let mut batch = read.begin(&tenant, &[], now(), entropy(3)).unwrap();
    for row in read.good_rows() {
        let step = batch.step(Facts::of(&tenant), row).unwrap();
        assert_eq!(step.effects.audits().map(|audit| audit.event).collect::<Vec<_>>(), [AuditEvent::Created]);
    }
    let devices = run(&mut site, &read, &[], entropy(3));
    let epochs: BTreeSet<_> = devices.iter().map(Device::epoch).collect();
    assert_eq!(epochs.len(), 500);
}

#[test]
fn p3_paps_are_unique_in_a_batch_and_among_those_the_caller_names() {
    let mut settings = cloud();
    settings.pap_digits = 4;
    let mut site = Site::new(tenant(settings, &[]));
    // All but some are taken.
    let taken: Vec<Pap> = (0..10_000u32).filter(|n| n % 7 != 3).map(|n| Pap::parse(&format!("{n:04}")).unwrap()).collect();
    let body: String = (0..1_300).map(|at| format!("yealink,T46S,{},,,,,\n", mac(at + 1))).collect();
    let read = checked(&format!("{TITLES}{body}"));
    let devices = run(&mut site, &read, &taken, entropy(3));
    let keys = site.tenant().keys();
    let paps: BTreeSet<u32> = devices.iter().map(|device| device.pap(keys).unwrap().reveal().parse().unwrap()).collect();
    assert_eq!(paps.len(), 1_300);
    assert!(paps.iter().all(|pap| pap % 7 == 3));
    // When none is left, the rest of the batch says so and nothing else happens.
    let body: String = (0..300).map(|at| format!("yealink,T46S,{},,,,,\n", mac(at + 10_001))).collect();
    let more = checked(&format!("{TITLES}{body}"));
    let all: Vec<Pap> = devices.iter().map(|device| device.pap(keys).unwrap()).chain(taken).collect();
    let tenant = site.tenant().clone();
    let mut batch = more.begin(&tenant, &all, now(), entropy(4)).unwrap();
    let results: Vec<_> = more.rows().iter().map(|row| batch.step(Facts::of(&tenant), row)).collect();
    let refused = results.iter().filter(|step| step.as_ref().is_err_and(|e| e.code() == ErrorCode::PAP_EXHAUSTED)).count();
    assert!(refused > 150 && results.iter().filter(|step| step.is_ok()).count() + refused == 300, "{refused}");
}

#[test]
fn a10_a_deleted_device_is_made_again_by_an_import_and_owes_what_it_owed() {
    let mut site = Site::new(tenant(cloud(), &[]));
    let old = made(site.tenant(), mac(1), model(), 3, None);
    site.commit(request::Writes { device: Some(old), ..Default::default() }).unwrap();
    let gone = request::admin(site.facts(Some(mac(1)), None), &Command::Delete, now(), entropy(3)).unwrap();
    site.commit(gone.writes).unwrap();
    let read = checked(&format!("{TITLES}yealink,T46S,{},,,,,\n", mac(1)));
    let device = run(&mut site, &read, &[], entropy(1)).remove(0);
    assert!(!device.is_deleted() && device.pending_effects().len() > 1);
}

// X2.

#[test]
fn x2_every_bad_line_is_reported_with_line_column_and_reason() {
    let file = concat!(
        "Vendor,Type,MAC address,Creation date,Site,Accounts\n",
        "yealink,T46S,80:5e:c0:00:00:01,,,\n",
        "yealink,T46S\n",
        "yealink,T46S,80:5e:c0:00:00:02,,,,\n",
        "yealink,T46S,80:5e:c0:00:00,31.02.2024,,99\n",
        "yealink,T46S,80:5e:c0:00:00:01,,,\n",
        "acme,T46S,80:5e:c0:00:00:03,,,\n",
        "yealink,T64S,80:5e:c0:00:00:04,,,\n",
        "yealink,T46S,80:5e:c0:00:00:05,,\"two\nlines\",\n",
        "yealink,T46S,80:5e:c0:00:00:06,,,many\n",
        "\n",
        "yealink,T46S,\"80:5e:c0:00:00:07\"x,,,\n",
        "yealink,T46S,01:00:5e:00:00:01,,,300\n",
        "yealink,T46S,80:5e:c0:00:00:08,,\"open,\n",
    );
    let read = checked(file);
    assert_eq!(
        texts(&read.faults()),
        [
            "line 3: the line has 2 fields, the header has 6",
            "line 4: the line has 7 fields, the header has 6",
            "line 5, column 3 (MAC address): this is not the MAC address of a device; expected 12 hex digits, bare or in groups like 80:5e:c0:01:02:03",
            "line 5, column 4 (Creation date): this is not a date; expected 2030-03-17, alone or with a time",
            "line 5, column 6 (Accounts): the number of accounts is not 1 to 16",
            "line 6, column 3 (MAC address): the MAC address stands on line 2 already",
            "line 7, column 1 (Vendor): the vendor \"acme\" is unknown",
            "line 8, column 2 (Type): the model \"T64S\" is unknown; the nearest are T54S, T34W, T41S",
            "line 9, column 5 (Site): the text is longer than 64 characters or holds a control character",
            "line 11, column 6 (Accounts): the number of accounts is not 1 to 16",
            "line 13: text stands behind a closing quote; double the quotes inside a field",
            "line 14, column 3 (MAC address): this is not the MAC address of a device; expected 12 hex digits, bare or in groups like 80:5e:c0:01:02:03",
            "line 14, column 6 (Accounts): the number of accounts is not 1 to 16",
            "line 15: a quote is opened and never closed",
        ]
    );
    let tenant = tenant(cloud(), &[]);
    let lines = ImportError::BadLines { lines: 11 };
    assert_eq!(read.begin(&tenant, &[], now(), entropy(1)).unwrap_err(), lines);
    assert_eq!(lines.code(), ErrorCode::ROSTER_BAD_LINES);
    // Asked to skip bad lines, the good one is made.
    let read = checked_with(file.as_bytes(), Options { skip_bad_lines: true, ..Options::default() });
    let mut site = Site::new(tenant);
    assert_eq!(run(&mut site, &read, &[], entropy(1)).len(), 1);
}

#[test]
fn x2_titles_that_are_unknown_missing_or_repeated_stop_the_import() {
    let file = "Vendor,Hersteller,Colour,MAC\n1,2,3,4\n";
    assert_eq!(
        texts(&checked(file).faults()),
        [
            "line 1, column 2 (Vendor): the column stands there twice",
            "line 1, column 3: the column title \"Colour\" is unknown",
            "line 1, column 4: the column title \"MAC\" is unknown",
            "line 1 (Type): the column is missing",
            "line 1 (MAC address): the column is missing",
        ]
    );
    for (file, reason) in [
        (&b""[..], Reason::Empty),
        (b"\xef\xbb\xbf\r\n\r\n", Reason::Empty),
        (b"\xff\xfeV\0e\0", Reason::Encoding),
        (&[b'x'; 70_000], Reason::LineBytes),
        (b"\"Vendor", Reason::QuoteOpen),
        (b"\"Vendor\"x,Type\n", Reason::QuoteStray),
    ] {
        let read = checked_with(file, Options { skip_bad_lines: true, ..Options::default() });
        assert_eq!(read.faults()[0].reason, reason);
        assert!(read.rows().is_empty());
    }
}

#[test]
fn x2_bad_utf8_long_texts_and_too_many_rows_are_reported() {
    let head = "Vendor;Type;MAC address;Site\n".as_bytes();
    let line = |site: &[u8]| [b"yealink;T46S;80:5e:c0:00:00:01;", site, b"\n"].concat();
    let read = |lines: &[Vec<u8>]| checked_with(&[head.to_vec(), lines.concat()].concat(), Options::default()).faults();
    let lone = [0xed, 0xa0, 0x80]; // half of a surrogate pair
    for bad in [&b"K\xf6ln"[..], &lone, b"\xc3", b"\xff"] {
        let faults = read(&[line(bad)]);
        assert_eq!(faults.len(), 1);
        assert_eq!((faults[0].position, faults[0].column, &faults[0].reason), (4, Some(Column::Site), &Reason::Encoding));
    }
    // Two halves in two fields are not one character.
    let halves = [b"yealink;T46S\xc3;\xa980:5e:c0:00:00:01;\n".to_vec()];
    assert_eq!(read(&halves).iter().map(|fault| fault.position).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(read(&[line("ß".repeat(64).as_bytes())]), []);
    assert_eq!(read(&[line("ß".repeat(65).as_bytes())])[0].reason, Reason::Text { max: 64 });
    assert_eq!(read(&[line(&vec![b'x'; 10_000])])[0].reason.code(), ErrorCode::ROSTER_TEXT);
    assert_eq!(read(&[line(&vec![b'x'; 100_000])])[0].reason, Reason::LineBytes);
    assert_eq!(read(&[line(b"a\0b")])[0].reason.code(), ErrorCode::ROSTER_TEXT);

    let body: String = (1..20).map(|at| format!("yealink,T46S,{},,,,,\n", mac(at))).collect();
    let options = Options { max_rows: 5, skip_bad_lines: true, ..Options::default() };
    let read = checked_with(format!("{TITLES}{body}").as_bytes(), options);
    assert_eq!(texts(&read.faults()), ["line 7: there are more rows than may be imported at once; split the file"]);
    assert_eq!(read.rows().len(), 5);
}

#[test]
fn p5_no_fault_repeats_a_pap_that_stands_in_the_wrong_column() {
    let pap = "907341";
    let all = faults(&format!(
        "{pap},{pap},{pap},{pap},{pap},,,{pap}\nyealink,{pap},{pap},,,,,\n yealink,T46S,80:5e:c0:01:02:03,,\"{pap}\nx\",,{pap},{pap}\n"
    ));
    assert!(all.len() >= 8);
    assert!(!format!("{all:?} {:?}", texts(&all)).contains(pap));
    let titles = checked(&format!("{pap};Type\n")).faults();
    assert!(!format!("{titles:?} {:?}", texts(&titles)).contains(pap));
}

#[test]
fn p5_no_fault_repeats_a_pap_as_a_spreadsheet_writes_it() {
    let full_width: String = "907341".chars().filter_map(|digit| char::from_u32(digit as u32 - 0x30 + 0xff10)).collect();
    let arabic: String = "907341".chars().filter_map(|digit| char::from_u32(digit as u32 - 0x30 + 0x660)).collect();
    let long = format!("907341{}x", " ".repeat(30));
    for pap in [
        "'907341",
        "=\"\"907341\"\"",
        "907 341",
        "907341.0",
        "\u{a0}907-341",
        "907.341,00",
        "(907341)",
        "9 0 7 3 4 1",
        "90734155",
        "90734190734",
        "9.07341E+05",
        "9,07341e5",
        "+907341",
        "4711",
        &full_width,
        &arabic,
        &long,
    ] {
        let field = format!("\"{pap}\"");
        let all = faults(&format!("{field},T46S,{},,,,,\nyealink,{field},{field},{field},,,,{field}\n", mac(1)));
        assert!(all.len() >= 5, "{pap}: {all:?}");
        let titles = checked(&format!("{field};Type\n")).faults();
        let told = format!("{all:?} {:?} {titles:?} {:?}", texts(&all), texts(&titles));
        let bare = pap.replace("\"\"", "\"");
        assert!(!told.contains(bare.trim()), "{told}");
        for digits in ["907341", "9073", "907 341", "907-341", "907.341", "07341", "4711", "9 0 7 3 4 1"] {
            assert!(!told.contains(digits), "{told}");
        }
        assert!(told.contains("(digits)"), "{told}");
    }
    // What is no PAP is told: models have letters, or few digits.
    for name in ["T64S", "VVX1500", "123", "x907"] {
        let told = faults(&format!("yealink,{name},{},,,,,\n", mac(1)));
        assert!(texts(&told)[0].contains(&format!("the model \"{name}\" is unknown")), "{told:?}");
    }
}

#[test]
fn p5_no_debug_of_an_import_or_a_reader_shows_what_was_read() {
    let file = format!("{TITLES}yealink,T46S,{},,,required,907341,\nyealink,T46S,{},,,required,907342", mac(1), mac(2));
    let mut import = Import::new(Options::default());
    import.feed(file.as_bytes());
    let mut reader = Reader::new(&Options::default());
    let mut rest = file.as_bytes();
    while let Some(item) = reader.next(&mut rest) {
        assert!(matches!(item, Item::Row(_)));
    }
    let mut early = Import::new(Options::default());
    early.feed(b"907341;Type");
    for shown in [format!("{import:?}"), format!("{reader:?}"), format!("{early:?}"), format!("{early:#?}")] {
        let shown: String = shown.split_whitespace().collect();
        for secret in ["907341", "907342"] {
            let numbers = format!("{:?}", secret.as_bytes()).replace(['[', ']', ' '], "");
            assert!(!shown.contains(secret) && !shown.contains(&numbers), "{shown}");
        }
    }
}

#[test]
fn e3_every_record_behind_the_header_counts_towards_the_rows() {
    let options = Options { max_rows: 3, skip_bad_lines: true, ..Options::default() };
    for bad in ["\"\"x\n", "a\n", "acme,x,y,z,,,,\n", &format!("{}\n", "x".repeat(70_000))] {
        let read = checked_with(format!("{TITLES}{}", bad.repeat(50)).as_bytes(), options.clone());
        let faults = read.faults();
        let last = faults.last().unwrap();
        assert_eq!((last.line, &last.reason), (5, &Reason::Rows), "{bad:.20}");
        assert!(faults.len() <= 3 * 4 + 1 && read.rows().is_empty());
    }
}

#[test]
fn e3_ten_thousand_faults_are_kept_and_the_last_one_says_how_many_more_there_are() {
    let body = |bad: usize| "\"\"x\n".repeat(bad);
    let read = checked(&format!("{TITLES}{}", body(MAX_FAULTS)));
    assert_eq!(read.faults().len(), MAX_FAULTS);
    assert!(read.faults().iter().all(|fault| fault.reason == Reason::QuoteStray));

    let mut read =
        checked(&format!("{TITLES}yealink,T46S,{},,,,,\n{}yealink,T46S,{},,,,,\n", mac(1), body(MAX_FAULTS + 4), mac(2)));
    let faults = read.faults();
    assert_eq!(faults.len(), MAX_FAULTS + 1);
    assert_eq!((faults[0].line, faults[MAX_FAULTS - 1].line), (3, 10_002));
    let last = &faults[MAX_FAULTS];
    assert_eq!((last.line, last.position, last.column, &last.reason), (10_003, 0, None, &Reason::More { faults: 4 }));
    assert_eq!(last.reason.code(), ErrorCode::ROSTER_FAULTS);
    assert_eq!(last.to_string(), "line 10003: from here on 4 more things are wrong; mend the lines above and try again");
    let lines = |read: &Checked| read.begin(&tenant(cloud(), &[]), &[], now(), entropy(1)).unwrap_err();
    assert_eq!(lines(&read), ImportError::BadLines { lines: MAX_FAULTS + 4 });

    // What the host knows comes on top, in the order of the lines.
    read.know(0, Known::Here);
    read.know(1, Known::Elsewhere);
    let faults = read.faults();
    assert_eq!((faults.len(), faults[0].line, &faults[0].reason), (MAX_FAULTS + 1, 2, &Reason::MacKnown));
    assert_eq!((faults[MAX_FAULTS].line, &faults[MAX_FAULTS].reason), (10_002, &Reason::More { faults: 6 }));
    assert_eq!(lines(&read), ImportError::BadLines { lines: MAX_FAULTS + 6 });

    // Rows that the host knows are bounded too, where the file itself has no fault.
    let good: String = (1..=MAX_FAULTS as u32 + 2).map(|at| format!("yealink,T46S,{},,,,,\n", mac(at))).collect();
    let mut read = checked(&format!("{TITLES}{good}"));
    (0..read.rows().len()).for_each(|at| read.know(at, Known::Here));
    let faults = read.faults();
    assert_eq!(
        (faults.len(), faults[MAX_FAULTS].line, &faults[MAX_FAULTS].reason),
        (MAX_FAULTS + 1, 10_002, &Reason::More { faults: 2 })
    );
    assert_eq!(lines(&read), ImportError::BadLines { lines: MAX_FAULTS + 2 });

    // A line with two faults is one bad line, kept or not.
    let read = checked(&format!("{TITLES}{}", "yealink,T46S,x,x,,,,\n".repeat(MAX_FAULTS)));
    assert_eq!(read.faults()[MAX_FAULTS].reason, Reason::More { faults: MAX_FAULTS });
    assert_eq!(lines(&read), ImportError::BadLines { lines: MAX_FAULTS });
}

#[test]
fn x2_own_models_are_known_by_exact_name_first_and_any_case_next() {
    let options =
        Options { own_models: vec![own("acme", "One"), own("acme", "one"), own("yealink", "T46S")], ..Options::default() };
    let file =
        "Vendor,Type,MAC address\nacme,one,805ec0000001\nACME,One,805ec0000002\nAcme,ONE,805ec0000003\nacme,two,805ec0000004\n";
    let read = checked_with(file.as_bytes(), options);
    let names: Vec<&str> = read.rows().iter().map(|row| row.model().name()).collect();
    assert_eq!(names[0], "one");
    assert!(names[1..].iter().all(|name| name.eq_ignore_ascii_case("one")));
    assert_eq!(texts(&read.faults()), ["line 5, column 2 (Type): the model \"two\" is unknown"]);
}

#[test]
fn x2_the_default_number_of_accounts_fits_the_model_or_is_reported() {
    let options = |accounts| Options { accounts, ..Options::default() };
    let file = "Vendor,Type,MAC address\nyealink,T19P_E2,805ec0000001\n";
    assert_eq!(checked_with(file.as_bytes(), options(1)).rows()[0].accounts(), 1);
    for accounts in [0, 2, 255] {
        let faults = checked_with(file.as_bytes(), options(accounts)).faults();
        assert_eq!((faults.len(), &faults[0].reason), (1, &Reason::Accounts { max: 1 }));
    }
}

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[-=+@',;\"\t\r\n \u{0}\u{202e}\u{feff}＝＠ab]{1,8}",
        1 => "\\PC{1,12}",
        1 => "[=\"a]".prop_map(|text| text.repeat(10_000)),
    ]
}

proptest! {
    #[test]
    fn x1_names_of_any_text_survive_an_export_and_an_import(
        vendor in hostile(), name in hostile(), lang in proptest::sample::select(&Lang::ALL), piece in 1usize..3000,
    ) {
        let tenant = tenant(cloud(), &[]);
        let strange = own(&vendor, &name);
        let near = own(&format!("'{vendor}"), &format!("'{name}"));
        let device = made(&tenant, mac(1), ModelRef::Own(Box::new(strange.clone())), 1, None);
        let file = export([&device], &Format::new(lang), now());
        let mut import = Import::new(Options { own_models: vec![near, strange], ..Options::default() });
        file.as_bytes().chunks(piece).for_each(|piece| import.feed(piece));
        let read = import.finish();
        prop_assert_eq!(read.faults(), vec![]);
        prop_assert_eq!(read.rows()[0].model(), device.model());
    }

    #[test]
    fn e3_any_bytes_below_good_titles_give_rows_or_faults(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let read = checked_with(&[TITLES.as_bytes(), &body].concat(), Options::default());
        prop_assert!(read.rows().len() + read.faults().len() <= 8 * 300);
    }
}

// X3.

#[test]
fn x3_places_never_change_from_one_release_to_the_next() {
    let uuid: TenantId = "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap();
    let vectors: Vec<(u64, u64)> = [(TenantId::from_number(1), mac(1)), (TenantId::from_number(1), mac(2)), (uuid, mac(1))]
        .into_iter()
        .map(|(tenant, mac)| (stagger::offset_ms(tenant, mac, 3_600_000), stagger::interval_ms(tenant, mac)))
        .collect();
    assert_eq!(vectors, [(213_544, 16_468_000), (1_397_285, 14_724_000), (3_499_957, 14_990_000)]);
}

#[test]
fn x3_places_are_even_over_the_period_and_stay_in_proportion() {
    for tenant in [1, 2] {
        let tenant = TenantId::from_number(tenant);
        for bins in [60usize, 997] {
            let mut counts = vec![0u32; bins];
            let devices = 100_000u32;
            for at in 0..devices {
                let offset = stagger::offset_ms(tenant, mac(at), bins as u64);
                counts[offset as usize] += 1;
            }
            let mean = f64::from(devices) / bins as f64;
            let chi: f64 = counts.iter().map(|count| (f64::from(*count) - mean).powi(2) / mean).sum();
            let freedom = bins as f64 - 1.0;
            // Five standard deviations of a chi-squared distribution with that many degrees of freedom.
            assert!((chi - freedom).abs() < 5.0 * (2.0 * freedom).sqrt(), "chi² {chi} for {freedom}");
        }
        let (hour, day) = (stagger::offset_ms(tenant, mac(9), 3_600_000), stagger::offset_ms(tenant, mac(9), 24 * 3_600_000));
        assert!(day.abs_diff(hour * 24) < 24);
        assert_eq!((stagger::offset_ms(tenant, mac(9), 0), stagger::offset_ms(tenant, mac(9), 1)), (0, 0));
        assert!(stagger::offset_ms(tenant, mac(9), u64::MAX) < u64::MAX);
    }
}

#[test]
fn x3_intervals_are_even_from_4_to_6_hours_and_no_copy_of_the_offsets() {
    let tenant = TenantId::from_number(1);
    let mut counts = [0u32; 24];
    let (mut low, mut high, mut same) = (u64::MAX, 0, 0);
    for at in 0..100_000 {
        let interval = stagger::interval_ms(tenant, mac(at));
        assert!((MIN_INTERVAL_MS..=MAX_INTERVAL_MS).contains(&interval) && interval.is_multiple_of(1000));
        (low, high) = (low.min(interval), high.max(interval));
        let bin = (interval - MIN_INTERVAL_MS) / 300_001;
        counts[bin as usize] += 1;
        same += u32::from(stagger::offset_ms(tenant, mac(at), 24) == bin);
    }
    assert_eq!((low, high), (MIN_INTERVAL_MS, MAX_INTERVAL_MS));
    assert!(counts.iter().all(|count| (3_900..4_450).contains(count)), "{counts:?}");
    assert!((3_500..4_900).contains(&same), "{same}");
}
