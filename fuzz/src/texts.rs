//! Targets that read a text or a file.

use libprov::adoption::Adoption;
use libprov::credential::EnrolmentId;
use libprov::device::Device;
use libprov::guard::{SourceGuard, TenantGuard};
use libprov::ip::{ClientAddress, ForwardHeader, IpPrefix, ProxyPolicy, TrustedProxies, client_address};
use libprov::lang::Lang;
use libprov::mac::MacAddr;
use libprov::mfa::Account;
use libprov::models::{self, Dialect};
use libprov::profile::{DialString, Profile, Server, SipUser, Transport};
use libprov::render::{self, FullJob, Provisioning, ProvisioningUrl, Restricted, SecretsOut, read_key_value};
use libprov::secret::Secret;
use libprov::snapshot::{self, Record};
use libprov::tenant::Tenant;
use libprov::whitelist::TempEntry;
use serde_json::json;
use std::fmt::Debug;

/// `MacAddr::parse`: what it accepts it reads back from both of its written forms (SPEC D1).
pub(crate) fn mac(text: &str) {
    let Ok(mac) = MacAddr::parse(text) else { return };
    assert_eq!(MacAddr::parse(&mac.to_string()), Ok(mac));
    assert_eq!(MacAddr::parse(mac.bare().as_str()), Ok(mac));
    assert_eq!(MacAddr::from_octets(mac.octets()), Ok(mac));
    assert!(text.eq_ignore_ascii_case(&mac.to_string()) || !text.contains(':'));
}

/// `IpPrefix::parse`: reads back what it wrote, and every suggestion is one it takes (SPEC W1).
pub(crate) fn prefix(text: &str) {
    match IpPrefix::parse(text) {
        Ok(prefix) => {
            assert_eq!(IpPrefix::parse(&prefix.to_string()), Ok(prefix));
            assert_eq!(IpPrefix::new(prefix.network(), prefix.prefix_len()), Ok(prefix));
            // An IPv4-mapped address lies in no IPv6 prefix, not even in the one that ends with it (SPEC W4).
            let ends = [prefix.network(), prefix.last()];
            assert!(ends.into_iter().all(|end| prefix.contains(end) || end != end.to_canonical()));
        }
        Err(error) => {
            if let Some(suggestion) = error.suggestion() {
                let prefix = IpPrefix::parse(suggestion).expect("a suggestion that can be parsed");
                assert_eq!(prefix.to_string(), suggestion);
            }
        }
    }
}

/// `client_address`: the answer is never a trusted proxy, and a stranger's header is not read (SPEC W6).
pub(crate) fn forward(text: &str) {
    let lines: Vec<&str> = text.split('\n').collect();
    let networks = ["10.0.0.0/8", "2001:db8:1::/48"].map(|text| IpPrefix::parse(text).unwrap());
    let (proxy, stranger) = ("10.0.0.1".parse().unwrap(), "192.0.2.1".parse().unwrap());
    for header in ["Forwarded", "X-Forwarded-For", "X-Real-IP", "CF-Connecting-IP"] {
        let mut policy = ProxyPolicy {
            header: Some(ForwardHeader::parse(header).unwrap()),
            trusted: TrustedProxies::Networks(networks.to_vec()),
        };
        assert_eq!(client_address(&policy, stranger, &lines), ClientAddress::new(stranger));
        let found = client_address(&policy, proxy, &lines);
        assert!(found.ip().is_none_or(|address| !policy.is_trusted_proxy(address)), "{found:?}");
        policy.trusted = TrustedProxies::Hops(2);
        let _ = client_address(&policy, stranger, &lines);
    }
}

/// `EnrolmentId::parse`: one text for one id, and what it says of itself is possible (SPEC R13).
pub(crate) fn enrolment(text: &str) {
    let Ok(id) = EnrolmentId::parse(text) else { return };
    let written = id.to_string();
    assert!(text == written || text.strip_prefix(written.as_str()).is_some_and(|port| port.starts_with('-')));
    assert_eq!(EnrolmentId::parse(&written), Ok(id));
    assert!(id.mac().is_some() && id.source().is_some() && matches!(id.as_bytes().len(), 26 | 30));
}

/// Reading a snapshot: what is accepted is written and read back as an equal record, from JSON too (SPEC E2).
pub(crate) fn snapshot(input: &[u8]) {
    fn record<R: Record + PartialEq + Debug>(input: &[u8], text: Option<&str>) {
        let from_bytes = snapshot::from_bytes::<R>(input).ok();
        let from_json = text.and_then(|text| snapshot::from_json::<R>(text).ok());
        for record in from_bytes.into_iter().chain(from_json) {
            assert_eq!(snapshot::from_bytes::<R>(&snapshot::to_bytes(&record)).as_ref(), Ok(&record));
            assert_eq!(snapshot::from_json::<R>(&snapshot::to_json(&record)).as_ref(), Ok(&record));
        }
    }
    // A checksum stops a fuzzer, so the same bytes are tried with the right one as well.
    let mut sealed = input.to_vec();
    if let Some(body) = input.len().checked_sub(4).filter(|body| *body >= 6) {
        use sha2::Digest;
        let sum = sha2::Sha256::digest(&input[..body]);
        sealed[body..].copy_from_slice(&sum[..4]);
    }
    let text = std::str::from_utf8(input).ok();
    record::<Device>(&sealed, text);
    record::<TempEntry>(&sealed, text);
    record::<SourceGuard>(&sealed, text);
    record::<TenantGuard>(&sealed, text);
    record::<Tenant>(&sealed, text);
    record::<Adoption>(&sealed, text);
    record::<Account>(&sealed, text);
    let _ = snapshot::from_bytes::<Device>(input);
}

/// The smallest model of each dialect.
pub(crate) fn one_of_each() -> impl Iterator<Item = &'static models::Model> {
    Dialect::ALL.iter().map(|dialect| {
        let of_it = models::all().filter(|model| model.dialect == *dialect);
        of_it.min_by_key(|model| (model.accounts, model.keys)).unwrap()
    })
}

/// The readers of all syntaxes on any bytes: an error or settings, and the same ones each time (SPEC V5, E3).
pub(crate) fn readers(file: &[u8]) {
    for model in one_of_each() {
        let read = |file| render::read(model, file).map_err(|error| error.to_string());
        assert_eq!(read(file).is_ok(), read(file).is_ok());
        // A file of the dialect with one place overwritten gets further into the reader.
        let Some((at, patch)) = file.split_first() else { continue };
        let mut whole = restricted(model, "Text").expect("a plain text");
        let place = usize::from(*at) * whole.len() / 256;
        let patched = place..(place + patch.len().min(64)).min(whole.len());
        whole.splice(patched, patch.iter().copied().take(64));
        let _ = render::read(model, &whole);
    }
}

/// `read_key_value`: what it reads can be written again and reads the same.
pub(crate) fn key_value(file: &[u8]) {
    let Ok(settings) = read_key_value(file) else { return };
    let mut again = String::from("#!version:1.0.0.1\n");
    for setting in &settings {
        again.push_str(&format!("{} = {}\n", setting.name, setting.value));
    }
    let read = read_key_value(again.as_bytes()).expect("a file that reads back");
    let parts = |settings: &[render::Setting<'_>]| -> Vec<(String, String)> {
        settings.iter().map(|setting| (setting.name.to_string(), setting.value.to_string())).collect()
    };
    assert_eq!(parts(&read), parts(&settings));
}

/// Any text in a field of a profile or of a restricted file, in every dialect: refused, or there unchanged and nowhere else
/// (SPEC V4).
pub(crate) fn render(text: &str) {
    let profile = |field: usize| {
        let texts: [&str; 6] = std::array::from_fn(|at| if at == field { text } else { PLAIN[at] });
        let [label, name, auth, password, book, idle] = texts;
        json!({
            "accounts": [{
                "user": "201", "label": label, "display_name": name, "auth_user": auth, "password": password,
                "server": {"host": "sip.example.net"}
            }],
            "keys": [{"kind": "speed_dial", "value": "202", "label": label}],
            "handsets": [{"name": name}],
            "phonebook": {"url": "https://prov.example.net/book", "name": book, "password": password},
            "protection": {"admin_password": password}, "display_text": idle
        })
        .to_string()
    };
    for model in one_of_each() {
        let plain = full(&Profile::from_json(&profile(usize::MAX)).unwrap(), model).unwrap();
        for (field, word) in PLAIN.iter().enumerate() {
            let Ok(profile) = Profile::from_json(&profile(field)) else { continue };
            let Ok(file) = full(&profile, model) else { continue };
            carried(model, (&plain, word), (&file, text));
        }
        if let Ok(file) = restricted(model, text) {
            carried(model, (&restricted(model, PLAIN[0]).unwrap(), PLAIN[0]), (&file, text));
        }
    }
}

/// What stands in the fields of [`render`] that do not hold its text; each is found nowhere else.
const PLAIN: [&str; 6] = ["Label", "Name", "Login", "Secret", "Book", "Idle"];

/// The second file has the parameters of the first, and what differs is its text in the place of the first one's; a word of a
/// command may stand between quotes.
fn carried(model: &models::Model, (plain, word): (&[u8], &str), (file, text): (&[u8], &str)) {
    let (plain, file) = (render::read(model, plain).unwrap(), render::read(model, file).unwrap());
    assert_eq!(plain.len(), file.len(), "{}", model.name);
    for (a, b) in plain.iter().zip(&file) {
        assert_eq!(a.name, b.name, "{}", model.name);
        let expected = [a.value.replace(word, text), a.value.replace(word, &format!("\"{text}\""))];
        assert!(a.value == b.value || expected.contains(&b.value.to_string()), "{}: {:?}", model.name, b.name);
    }
}

fn phone() -> MacAddr {
    MacAddr::parse("80:5e:c0:01:02:03").unwrap()
}

pub(crate) fn full(profile: &Profile, model: &'static models::Model) -> Result<Vec<u8>, render::RenderError> {
    let url = Secret::from("https://prov.example.net/");
    let emergency: [DialString; 1] = ["112".parse().unwrap()];
    let job = FullJob::new(profile, model, phone(), SecretsOut::ALL, Provisioning::new(ProvisioningUrl::Open(&url)), &emergency);
    let mut file = Vec::new();
    let outcome = render::render_full(&job, &mut file);
    assert!(outcome.is_ok() || file.is_empty(), "a failure leaves the buffer as it was");
    outcome?;
    render::read(model, &file).expect("a file that reads back");
    Ok(file)
}

fn restricted(model: &'static models::Model, text: &str) -> Result<Vec<u8>, render::RenderError> {
    let (user, password): (SipUser, Secret) = ("kzqwc3tb".parse().unwrap(), "s3cret".into());
    let server = Server { host: "auth.example.net".parse().unwrap(), port: None, transport: Transport::Tls };
    let emergency: [DialString; 1] = ["112".parse().unwrap()];
    let mut file = Vec::new();
    render::render_restricted(
        &Restricted {
            model,
            mac: phone(),
            lang: Lang::De,
            display_text: text,
            enrolment: render::Enrolment { user: &user, password: &password, server: &server },
            emergency: &emergency,
            outside_line: None,
            service_code: &"*89".parse().unwrap(),
            url: &Secret::from("https://prov.example.net/t/ovxgc5tf/"),
            firmware: None,
            forget: &[],
            vlan: None,
        },
        &mut file,
    )?;
    Ok(file)
}
