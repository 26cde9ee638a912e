//! The input: tenant, roster and profiles of `examples/data/`.

use libprov::ids::{ShortNumber, TenantId};
use libprov::ip::IpPrefix;
use libprov::keys::{Keyring, TenantKey};
use libprov::lang::Lang;
use libprov::mac::MacAddr;
use libprov::models::{self, Capabilities, Carriage, ModelRef, OwnModel};
use libprov::policy::{Policy, Settings};
use libprov::tenant::Tenant;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

/// Everything the demo reads.
pub(crate) struct Input {
    /// The tenant's file.
    pub(crate) config: Config,
    /// The devices, in the order of the file.
    pub(crate) roster: Vec<Row>,
    /// Profiles as JSON text, by name.
    pub(crate) profiles: BTreeMap<String, String>,
}

/// `tenant.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    tenant: String,
    preset: String,
    language: String,
    /// Emergency numbers.
    pub(crate) emergency: Vec<String>,
    /// The code of the authentication service.
    pub(crate) service_code: String,
    /// Where telephones fetch; a token or credential and `/` follow.
    pub(crate) provisioning_url: String,
    /// The SIP server of the authentication service.
    pub(crate) auth_server: SipServer,
    whitelist: Vec<Listed>,
}

/// A SIP server.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SipServer {
    /// Name or address.
    pub(crate) host: String,
    /// Port.
    pub(crate) port: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    prefix: String,
    label: String,
}

/// A row of `roster.csv`.
#[derive(Deserialize)]
pub(crate) struct Row {
    vendor: String,
    #[serde(rename = "type")]
    model: String,
    mac: String,
    /// The site's name.
    pub(crate) site: String,
    /// How many SIP accounts.
    pub(crate) accounts: u8,
    /// The name of its profile.
    pub(crate) profile: String,
}

impl Input {
    /// Reads the folder.
    pub(crate) fn read(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let config = serde_json::from_str(&read(&folder.join("tenant.json"))?)?;
        let roster = csv::Reader::from_reader(read(&folder.join("roster.csv"))?.as_bytes())
            .deserialize()
            .collect::<Result<Vec<Row>, _>>()?;
        let mut profiles = BTreeMap::new();
        for entry in fs::read_dir(folder.join("profiles"))? {
            let path = entry?.path();
            if let Some(name) = path.file_stem().and_then(|stem| stem.to_str()) {
                profiles.insert(name.to_owned(), read(&path)?);
            }
        }
        Ok(Self { config, roster, profiles })
    }
}

fn read(path: &Path) -> Result<String, Box<dyn Error>> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

impl Config {
    /// The tenant's configuration with a key of this demo.
    pub(crate) fn tenant(&self) -> Result<Tenant, Box<dyn Error>> {
        if self.preset != "cloud" {
            return Err(format!("preset {:?} is not played here; use cloud", self.preset).into());
        }
        let mut settings = Settings::cloud(&self.emergency()?);
        settings.lang = Lang::from_code(&self.language).ok_or_else(|| format!("unknown language {:?}", self.language))?;
        // A demo may have a key everybody can read; a PBX draws its own.
        let key = TenantKey::new(1, std::array::from_fn(|i| (i * 7 + 3) as u8))?;
        let id: TenantId = self.tenant.parse()?;
        let mut tenant = Tenant::new(id, Policy::new(settings)?, Keyring::new(key));
        for listed in &self.whitelist {
            tenant = tenant.with_whitelisted(IpPrefix::parse(&listed.prefix)?, &listed.label)?;
        }
        Ok(tenant)
    }

    fn emergency(&self) -> Result<Vec<ShortNumber>, Box<dyn Error>> {
        let parse = |text: &String| ShortNumber::parse(text).ok_or_else(|| format!("{text:?} is no emergency number").into());
        self.emergency.iter().map(parse).collect()
    }
}

impl Row {
    /// Its MAC address.
    pub(crate) fn mac(&self) -> Result<MacAddr, Box<dyn Error>> {
        Ok(MacAddr::parse(&self.mac)?)
    }

    /// Its model: a row of the vendor table, or one that this host would render itself and cannot restrict.
    pub(crate) fn model(&self) -> ModelRef {
        match models::lookup(&self.vendor, &self.model) {
            Some(model) => ModelRef::Known(model),
            None => ModelRef::Own(Box::new(OwnModel {
                vendor: self.vendor.as_str().into(),
                name: self.model.as_str().into(),
                capabilities: Capabilities { restricted: false, retains: false, carriage: Carriage::None },
            })),
        }
    }
}
