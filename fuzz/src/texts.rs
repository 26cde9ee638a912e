//! Targets that read a text or a file.

use libprov::adoption::Adoption;
use libprov::credential::EnrolmentId;
use libprov::device::Device;
use libprov::guard::{SourceGuard, TenantGuard};
use libprov::ip::{ClientAddress, ForwardHeader, IpPrefix, ProxyPolicy, TrustedProxies, client_address};
use libprov::lang::Lang;
use libprov::mac::MacAddr;
use libprov::mfa::Account;
use libprov::models;
use libprov::profile::{DialString, Profile, Server, SipUser, Transport};
use libprov::render::{self, FullJob, Provisioning, ProvisioningUrl, Restricted, read_key_value};
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

/// `Profile::from_json`, and rendering what it accepts for every model: a file that reads back, or an error (SPEC V1, V5).
pub(crate) fn profile(text: &str) {
    let Ok(profile) = Profile::from_json(text) else { return };
    assert!(profile.account_slots().is_sorted());
    for model in models::all().filter(|model| render::file_name(model, phone()).is_some()).step_by(7) {
        let _ = full(&profile, model);
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
        settings.iter().map(|setting| (setting.name.to_owned(), setting.value.to_owned())).collect()
    };
    assert_eq!(parts(&read), parts(&settings));
}

/// Any text in a field of a profile or of a restricted file: refused, or there unchanged and nowhere else (SPEC V4).
pub(crate) fn render(text: &str) {
    let server = json!({"host": "sip.example.net"});
    let account = |label: &str, password: &str| {
        json!({"accounts": [{"user": "201", "label": label, "password": password, "server": server}]}).to_string()
    };
    let model = models::lookup("yealink", "T19P_E2").unwrap();
    let plain = full(&Profile::from_json(&account("Label", "Password")).unwrap(), model).unwrap();
    for (name, json) in [("account.1.label", account(text, "Password")), ("account.1.password", account("Label", text))] {
        let Ok(profile) = Profile::from_json(&json) else { continue };
        let Ok(file) = full(&profile, model) else { continue };
        same_but(&plain, &file, name, text);
    }
    if let (Ok(plain), Ok(file)) = (restricted("Text"), restricted(text)) {
        let differing = differing(&plain, &file);
        assert!(differing.iter().all(|(_, value)| value == text), "{differing:?}");
    }
}

fn same_but(plain: &[u8], file: &[u8], name: &str, text: &str) {
    let differing = differing(plain, file);
    assert!(differing.iter().all(|(found, value)| found == name && value == text), "{differing:?}");
}

/// The settings of the second file that the first has not, both being of the same shape.
fn differing(plain: &[u8], file: &[u8]) -> Vec<(String, String)> {
    let (plain, file) = (read_key_value(plain).unwrap(), read_key_value(file).unwrap());
    assert_eq!(plain.len(), file.len());
    let pairs = plain.iter().zip(&file);
    assert!(pairs.clone().all(|(a, b)| a.name == b.name));
    pairs.filter(|(a, b)| a.value != b.value).map(|(_, b)| (b.name.to_owned(), b.value.to_owned())).collect()
}

fn phone() -> MacAddr {
    MacAddr::parse("80:5e:c0:01:02:03").unwrap()
}

fn full(profile: &Profile, model: &'static models::Model) -> Result<Vec<u8>, render::RenderError> {
    let url = Secret::from("https://prov.example.net/");
    let emergency: [DialString; 1] = ["112".parse().unwrap()];
    let mut job = FullJob::new(profile, model, phone(), Provisioning::new(ProvisioningUrl::Open(&url)));
    job.emergency = &emergency;
    let mut file = Vec::new();
    let outcome = render::render_full(&job, &mut file);
    assert!(outcome.is_ok() || file.is_empty(), "a failure leaves the buffer as it was");
    outcome?;
    read_key_value(&file).expect("a file that reads back");
    Ok(file)
}

fn restricted(text: &str) -> Result<Vec<u8>, render::RenderError> {
    let (user, password): (SipUser, Secret) = ("kzqwc3tb".parse().unwrap(), "s3cret".into());
    let server = Server { host: "auth.example.net".parse().unwrap(), port: None, transport: Transport::Tls };
    let emergency: [DialString; 1] = ["112".parse().unwrap()];
    let mut file = Vec::new();
    render::render_restricted(
        &Restricted {
            model: models::lookup("yealink", "T19P_E2").unwrap(),
            mac: phone(),
            lang: Lang::De,
            display_text: text,
            enrolment: render::Enrolment { user: &user, password: &password, server: &server },
            emergency: &emergency,
            outside_line: None,
            service_code: &"*89".parse().unwrap(),
            url: &Secret::from("https://prov.example.net/t/ovxgc5tf/"),
        },
        &mut file,
    )?;
    Ok(file)
}
