//! What a test of the renderers needs: an office with its job, a phone that waits, and a rich profile.

#![allow(dead_code, reason = "each test binary takes what it needs")]

use libprov::lang::Lang;
use libprov::mac::MacAddr;
use libprov::models::Model;
use libprov::profile::{DialString, Profile, Server, SipUser, Transport};
use libprov::render::{self, Enrolment, FullJob, Provisioning, ProvisioningUrl, RenderError, Restricted, SecretsOut, Warnings};
use libprov::secret::Secret;
use serde_json::{Value, json};

pub fn mac() -> MacAddr {
    "80:5e:c0:01:02:03".parse().unwrap()
}

pub fn numbers(list: &[&str]) -> Vec<DialString> {
    list.iter().map(|number| number.parse().unwrap()).collect()
}

pub struct Office {
    pub url: Secret,
    pub user: SipUser,
    pub password: Secret,
    pub emergency: Vec<DialString>,
}

pub fn office() -> Office {
    Office {
        url: "https://prov.example.net/p/".into(),
        user: "d805ec0010203".parse().unwrap(),
        password: "EXAMPLE-CREDENTIAL".into(),
        emergency: numbers(&["112", "110"]),
    }
}

impl Office {
    pub fn job<'a>(&'a self, profile: &'a Profile, model: &'static Model) -> FullJob<'a> {
        let mut provisioning = Provisioning::new(ProvisioningUrl::Open(&self.url));
        provisioning.login = Some((&self.user, &self.password));
        FullJob::new(profile, model, mac(), SecretsOut::ALL, provisioning, &self.emergency)
    }
}

pub fn full_with(
    profile: &Value,
    model: &'static Model,
    change: impl FnOnce(&mut FullJob<'_>),
) -> Result<(Vec<u8>, Warnings), RenderError> {
    let profile = Profile::from_json(&profile.to_string()).unwrap();
    let office = office();
    let mut job = office.job(&profile, model);
    change(&mut job);
    let mut out = Vec::new();
    let warnings = render::render_full(&job, &mut out)?;
    Ok((out, warnings))
}

pub fn full(profile: &Value, model: &'static Model) -> Result<Vec<u8>, RenderError> {
    full_with(profile, model, |_| ()).map(|(file, _)| file)
}

pub struct Waiting {
    pub text: String,
    pub lang: Lang,
    pub user: SipUser,
    pub password: Secret,
    pub server: Server,
    pub emergency: Vec<DialString>,
    pub outside_line: Option<DialString>,
    pub service: DialString,
    pub url: Secret,
}

pub fn waiting() -> Waiting {
    Waiting {
        text: "Anmeldung nötig: *89".into(),
        lang: Lang::De,
        user: "aebqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaib".parse().unwrap(),
        password: "EXAMPLE-ENROLMENT".into(),
        server: Server {
            host: "auth.example.net".parse().unwrap(),
            port: Some(libprov::profile::Port::new(5061).unwrap()),
            transport: Transport::Tls,
        },
        emergency: numbers(&["112", "110", "911"]),
        outside_line: Some("0".parse().unwrap()),
        service: "*89".parse().unwrap(),
        url: "https://prov.example.net/t/EXAMPLE-TOKEN/".into(),
    }
}

impl Waiting {
    pub fn render(&self, model: &'static Model) -> Result<Vec<u8>, RenderError> {
        self.render_with(model, |_| ())
    }

    pub fn render_with<'a>(
        &'a self,
        model: &'static Model,
        change: impl FnOnce(&mut Restricted<'a>),
    ) -> Result<Vec<u8>, RenderError> {
        let mut job = Restricted {
            model,
            mac: mac(),
            lang: self.lang,
            display_text: &self.text,
            enrolment: Enrolment { user: &self.user, password: &self.password, server: &self.server },
            emergency: &self.emergency,
            outside_line: self.outside_line.as_ref(),
            service_code: &self.service,
            url: &self.url,
            firmware: None,
            forget: &[],
            vlan: None,
        };
        change(&mut job);
        let mut out = Vec::new();
        render::render_restricted(&job, &mut out)?;
        Ok(out)
    }

    pub fn render_warned(&self, model: &'static Model) -> Result<(Vec<u8>, Warnings), RenderError> {
        let mut warned = Warnings::default();
        let mut out = Vec::new();
        self.render_with(model, |job| {
            let mut file = Vec::new();
            warned = render::render_restricted(job, &mut file).unwrap_or_default();
            out = file;
        })?;
        Ok((out, warned))
    }
}

pub fn restricted(model: &'static Model) -> Vec<u8> {
    waiting().render(model).unwrap()
}

/// A profile that uses every field.
pub fn rich() -> Value {
    json!({
        "accounts": [
            {
                "label": "TEXT label 1", "display_name": "TEXT name 1", "user": "TEXTuser1", "auth_user": "TEXT auth 1",
                "password": "SECRET-sip-1",
                "server": {"host": "text-a.example.net", "port": 5061, "transport": "tls"},
                "backup_server": {"host": "text-b.example.net", "port": 5062, "transport": "tcp"},
                "outbound_proxy": {"host": "text-d.example.net", "port": 5063, "transport": "tls"},
                "voicemail": "TEXT500",
                "expires_s": 600, "srtp": "required", "codecs": ["g722", "pcma", "opus"]
            },
            {
                "label": "TEXT label 2", "user": "TEXTuser2", "password": "SECRET-sip-2",
                "server": {"host": "text-c.example.net"}
            }
        ],
        "handsets": [{"name": "TEXT handset 1", "account": 2}, {"name": "TEXT handset 2", "account": 1}],
        "protection": {
            "admin_password": "SECRET-admin", "user_password": "SECRET-user", "menu_password": "36251847",
            "pairing_pin": "95173648", "web": true
        },
        "keys": [
            {"kind": "line", "account": 1, "label": "TEXT key 1"},
            {"kind": "blf", "account": 1, "value": "TEXT202", "pickup": "*8", "label": "TEXT key 2"},
            {"kind": "speed_dial", "value": "TEXT203", "label": "TEXT key 3"},
            {"kind": "menu", "value": "https://prov.example.net/TEXT-menu", "label": "TEXT key 4"},
            {"kind": "url", "value": "https://prov.example.net/TEXT-url", "label": "TEXT key 5"}
        ],
        "modules": [{"keys": [{"kind": "blf", "account": 1, "value": "TEXT204", "pickup": "*8", "label": "TEXT key 6"}]}],
        "language": "de",
        "language_file": "https://prov.example.net/TEXT-language",
        "menu": "https://prov.example.net/TEXT-server-menu",
        "phonebook": {
            "name": "TEXT book", "url": "https://prov.example.net/TEXT-book", "user": "TEXT reader", "password": "SECRET-book"
        },
        "firmware": {"version": "999.1", "url": "https://prov.example.net/TEXT-firmware"},
        "time": {"ntp_server": "text-ntp.example.net", "zone": "Europe/Berlin", "hours_24": true},
        "tones": "de",
        "network": {"vlan": 12, "vlan_priority": 5, "pc_vlan": 13, "lldp": false},
        "syslog": {"host": "text-syslog.example.net", "port": 5514, "level": 4},
        "provisioning": {"interval_min": 310, "jitter_min": 20},
        "dialling": {"timeout_s": 6, "at_once": ["0xxxxxx", "*9x"]},
        "display_text": "TEXT idle"
    })
}

/// The same without what a phone takes from its network alone, which no file takes back.
pub fn rich_without_network() -> Value {
    let mut profile = rich();
    profile.as_object_mut().unwrap().remove("network");
    profile
}

/// A profile that uses much and fits every model of the first kind.
pub fn usual() -> Value {
    json!({
        "accounts": [{
            "label": "Reception", "display_name": "Reception", "user": "201", "password": "EXAMPLE-SIP",
            "server": {"host": "sip.example.net", "port": 5060}
        }],
        "language": "de", "tones": "de", "time": {"ntp_server": "ntp.example.net", "zone": "Europe/Berlin"}
    })
}
