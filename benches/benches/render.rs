//! How long does one configuration file take, beside templates of the same bytes and a `write!` loop?
//!
//! `cargo bench -p libprov-benches --bench render`. The templates under `benches/templates/` hold the whole file with an
//! expression for every value; they are cut from our own output (`LIBPROV_BLESS=1` writes them anew, then build again), so that
//! all runners write the same bytes. Ours checks and escapes every value and knows which parameters there are; a template does
//! neither. Fails when a parameter allocates.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use askama::Template;
use libprov::lang::Lang;
use libprov::mac::MacAddr;
use libprov::models::{self, Model};
use libprov::profile::{DialString, Profile, Server, SipUser, Transport};
use libprov::render::{self, Enrolment, FullJob, Provisioning, ProvisioningUrl, Restricted, SecretsOut};
use libprov::secret::Secret;
use libprov_benches::{CountingHeap, Runner, print_table, race, verdict};

#[global_allocator]
static HEAP: CountingHeap = CountingHeap::new();

const OPS: u64 = 64;

/// Beside askama, beside minijinja, and nanoseconds for an override.
const ASKAMA: f64 = 2.0;
const MINIJINJA: f64 = 0.12;
const OVERRIDE_NS: f64 = 150.0;

/// A template with an expression for every value.
macro_rules! templates {
    ($($name:ident $path:literal $vendor:literal $model:literal $full:literal,)*) => {
        $(
            #[derive(Template)]
            #[template(path = $path, escape = "none")]
            struct $name<'a> {
                v: &'a [String],
            }
        )*

        /// All files: path of the template, vendor, model, whether it is a full one, and askama's renderer.
        const FILES: &[(&str, &str, &str, bool, Askama)] = &[$((
            $path, $vendor, $model, $full,
            |v, out| $name { v }.render_into(out).unwrap(),
        ),)*];
    };
}

type Askama = fn(&[String], &mut String);

templates! {
    YealinkFull "yealink-full.txt" "yealink" "T41S" true,
    YealinkRestricted "yealink-restricted.txt" "yealink" "T41S" false,
    SnomFull "snom-full.txt" "snom" "D765" true,
    SnomRestricted "snom-restricted.txt" "snom" "D765" false,
    PattonFull "patton-full.txt" "patton" "SN4118" true,
    PattonRestricted "patton-restricted.txt" "patton" "SN4118" false,
    GigasetFull "gigaset-full.txt" "gigaset" "N510 IP PRO" true,
    GigasetRestricted "gigaset-restricted.txt" "gigaset" "N510 IP PRO" false,
}

/// 2 accounts and 12 keys, as the target says.
fn profile(overrides: usize) -> Profile {
    let accounts: Vec<String> = (1..=2)
        .map(|n| {
            format!(
                r#"{{"label": "20{n} Reception", "display_name": "Reception {n}", "user": "20{n}", "auth_user": "u20{n}",
                "password": "kd83-Ktq7-{n}", "server": {{"host": "sip{n}.example.net", "port": 5060}},
                "expires_s": 600, "codecs": ["g722", "pcma", "pcmu"]}}"#
            )
        })
        .collect();
    let keys: Vec<String> =
        (1..=12).map(|n| format!(r#"{{"kind": "blf", "value": "3{n:02}", "pickup": "*8", "label": "Desk {n}"}}"#)).collect();
    let names = [
        "features.dnd.allow",
        "local_time.date_format",
        "phone_setting.backlight_time",
        "account.1.label",
        "account.2.display_name",
        "voice_mail.number.1",
        "linekey.3.label",
        "features.fwd.allow",
        "features.call_log_show_num",
        "account.3.label",
    ];
    let overrides: Vec<String> = names.iter().take(overrides).map(|name| format!(r#""{name}": "1""#)).collect();
    let json = format!(
        r#"{{"accounts": [{}], "keys": [{}], "language": "de", "tones": "de",
        "protection": {{"admin_password": "hT5-adm", "web": true}},
        "time": {{"ntp_server": "ntp.example.net", "zone": "Europe/Berlin"}}, "overrides": {{{}}}}}"#,
        accounts.join(","),
        keys.join(","),
        overrides.join(",")
    );
    Profile::from_json(&json).unwrap()
}

struct World {
    url: Secret,
    user: SipUser,
    password: Secret,
    emergency: Vec<DialString>,
    server: Server,
    service: DialString,
    mac: MacAddr,
}

impl World {
    fn new() -> Self {
        Self {
            url: "https://prov.example.net/p/".into(),
            user: "d805ec0010203".parse().unwrap(),
            password: "hT5-cred".into(),
            emergency: vec!["112".parse().unwrap(), "110".parse().unwrap()],
            server: Server { host: "auth.example.net".parse().unwrap(), port: None, transport: Transport::Udp },
            service: "*89".parse().unwrap(),
            mac: "805ec0010203".parse().unwrap(),
        }
    }

    /// The number of warnings, each of which has a text of its own.
    fn full(&self, profile: &Profile, model: &'static Model, out: &mut Vec<u8>) -> usize {
        let mut provisioning = Provisioning::new(ProvisioningUrl::Open(&self.url));
        provisioning.login = Some((&self.user, &self.password));
        let job = FullJob::new(profile, model, self.mac, SecretsOut::ALL, provisioning, &self.emergency);
        render::render_full(&job, out).unwrap().as_slice().len()
    }

    fn restricted(&self, model: &'static Model, out: &mut Vec<u8>) {
        let job = Restricted {
            model,
            mac: self.mac,
            lang: Lang::De,
            display_text: "Anmeldung noetig",
            enrolment: Enrolment { user: &self.user, password: &self.password, server: &self.server },
            emergency: &self.emergency,
            outside_line: None,
            service_code: &self.service,
            url: &self.url,
            firmware: None,
            forget: &[],
            vlan: None,
        };
        render::render_restricted(&job, out).unwrap();
    }

    fn file(&self, model: &'static Model, full: bool, profile: &Profile) -> Vec<u8> {
        let mut out = Vec::new();
        if full {
            self.full(profile, model, &mut out);
        } else {
            self.restricted(model, &mut out);
        }
        out
    }
}

/// The file in pieces: what stands before each value, the values, and what stands after the last.
struct Pieces {
    before: Vec<String>,
    values: Vec<String>,
    after: String,
}

fn pieces(model: &Model, file: &[u8]) -> Pieces {
    let text: String = file.iter().copied().map(char::from).collect();
    let mut pieces = Pieces { before: Vec::new(), values: Vec::new(), after: String::new() };
    let starts: Vec<usize> = [0].into_iter().chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let mut at = 0;
    for setting in render::read(model, file).unwrap() {
        let line = setting.line as usize;
        let (start, end) = (starts[line - 1].max(at), starts.get(line).copied().unwrap_or(text.len()));
        // The value stands near the end of its line; one that the file escapes stays where it is.
        let of_line = &text[start..end];
        let empty = || {
            let opens = [("></", 1), ("value='\"", 8), ("value=\"", 7)];
            opens.iter().find_map(|(open, length)| of_line.find(open).map(|at| at + length))
        };
        let found = if setting.value.is_empty() { empty() } else { of_line.rfind(&*setting.value) };
        let Some(found) = found else {
            continue;
        };
        pieces.before.push(text[at..start + found].to_owned());
        pieces.values.push(setting.value.clone().into_owned());
        at = start + found + setting.value.len();
    }
    pieces.after = text[at..].to_owned();
    pieces
}

fn template(pieces: &Pieces) -> String {
    let mut text = String::new();
    for (at, before) in pieces.before.iter().enumerate() {
        text.push_str(before);
        write!(text, "{{{{ v[{at}] }}}}").unwrap();
    }
    text.push_str(&pieces.after);
    text
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("templates")
}

fn main() -> ExitCode {
    let world = World::new();
    let plain = profile(0);
    let mut rows = Vec::new();
    let mut failed = false;
    for (path, vendor, name, full, askama) in FILES {
        let model = models::lookup(vendor, name).unwrap();
        let file = world.file(model, *full, &plain);
        let pieces = pieces(model, &file);
        let source = template(&pieces);
        if std::env::var_os("LIBPROV_BLESS").is_some() {
            fs::write(folder().join(path), &source).unwrap();
            continue;
        }
        let stored = fs::read_to_string(folder().join(path)).unwrap_or_default();
        assert!(stored == source, "benches/templates/{path} is old; LIBPROV_BLESS=1 writes it");
        let mut engine = minijinja::Environment::new();
        engine.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        engine.set_keep_trailing_newline(true);
        engine.add_template("t", &source).unwrap();
        let engine = engine.get_template("t").unwrap();
        let expected: String = file.iter().copied().map(char::from).collect();
        let mut text = String::with_capacity(2 * file.len());
        askama(&pieces.values, &mut text);
        // Askama drops the newline at the end of a template file.
        assert_eq!(text.trim_end(), expected.trim_end(), "{path}: askama");
        assert_eq!(engine.render(minijinja::context! { v => pieces.values }).unwrap(), expected, "{path}: minijinja");

        let mut out = Vec::with_capacity(256 * 1024);
        world.file(model, *full, &plain);
        let before = HEAP.allocations();
        let mut warnings = 0;
        if *full {
            warnings = world.full(&plain, model, &mut out);
        } else {
            world.restricted(model, &mut out);
        }
        let allocations = HEAP.allocations() - before;
        let mut small = String::with_capacity(2 * file.len());
        let mut looped = String::with_capacity(2 * file.len());
        let runners: Vec<Runner<'_>> = vec![
            (
                "ours",
                Box::new(|| {
                    for _ in 0..OPS {
                        out.clear();
                        if *full {
                            world.full(black_box(&plain), model, &mut out);
                        } else {
                            world.restricted(black_box(model), &mut out);
                        }
                        black_box(&out);
                    }
                    OPS
                }),
            ),
            (
                "askama",
                Box::new(|| {
                    for _ in 0..OPS {
                        small.clear();
                        askama(black_box(&pieces.values), &mut small);
                        black_box(&small);
                    }
                    OPS
                }),
            ),
            (
                "minijinja",
                Box::new(|| {
                    for _ in 0..OPS {
                        black_box(engine.render(minijinja::context! { v => black_box(&pieces.values) }).unwrap());
                    }
                    OPS
                }),
            ),
            (
                "write!",
                Box::new(|| {
                    for _ in 0..OPS {
                        looped.clear();
                        for (before, value) in pieces.before.iter().zip(&pieces.values) {
                            write!(looped, "{before}{value}").unwrap();
                        }
                        write!(looped, "{}", pieces.after).unwrap();
                        black_box(&looped);
                    }
                    OPS
                }),
            ),
        ];
        let laps = race(OPS, Duration::from_millis(600), runners);
        let [ours, askama, minijinja, write] = laps.as_slice() else { unreachable!() };
        // A job makes a few texts of its own and one for each warning; a parameter makes none.
        failed |= allocations > 24 + 2 * warnings as u64;
        rows.push(vec![
            path.trim_end_matches(".txt").to_owned(),
            format!("{} / {}", file.len(), pieces.values.len()),
            format!("{:.1} µs", ours.ns / 1000.0),
            verdict(ours.ns / askama.ns, ASKAMA),
            verdict(ours.ns / minijinja.ns, MINIJINJA),
            format!("{:.2}", ours.ns / write.ns),
            format!("{allocations}"),
        ]);
    }
    if std::env::var_os("LIBPROV_BLESS").is_some() {
        println!("templates written");
        return ExitCode::SUCCESS;
    }
    print_table(
        "B9: one file into a reused buffer, all checks on",
        &["file", "bytes / values", "ours", "beside askama", "beside minijinja", "beside write!", "allocations"],
        &rows,
    );
    overrides(&world);
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn overrides(world: &World) {
    let model = models::lookup("yealink", "T41S").unwrap();
    let (none, ten) = (profile(0), profile(10));
    let mut first = Vec::with_capacity(256 * 1024);
    let mut second = Vec::with_capacity(256 * 1024);
    let runners: Vec<Runner<'_>> = vec![
        (
            "none",
            Box::new(|| {
                for _ in 0..OPS {
                    first.clear();
                    world.full(black_box(&none), model, &mut first);
                }
                OPS
            }),
        ),
        (
            "ten",
            Box::new(|| {
                for _ in 0..OPS {
                    second.clear();
                    world.full(black_box(&ten), model, &mut second);
                }
                OPS
            }),
        ),
    ];
    let laps = race(OPS, Duration::from_millis(600), runners);
    let [none, ten] = laps.as_slice() else { unreachable!() };
    let each = (ten.ns - none.ns) / 10.0;
    print_table(
        "B9: raw overrides",
        &["ten overrides", "each"],
        &[vec![format!("{:.0} ns", ten.ns - none.ns), format!("{each:.0} ns {}", verdict(each / OVERRIDE_NS, 1.0))]],
    );
}
