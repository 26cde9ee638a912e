//! Tenants: policy, permanent whitelist, authorised MACs and keys.

use super::super::SnapshotError;
use super::super::wire::{MacWire, NumberWire, PrefixWire, SecretWire, TenantIdWire, broken};
use crate::adoption::Adopt;
use crate::ip::{ForwardHeader, ProxyPolicy, TrustedProxies, WidthLimits};
use crate::keys::{Keyring, TenantKey};
use crate::lang::Lang;
use crate::policy::{Enforcement, LockScope, PapSource, Policy, Settings, SuspensionBind, Temporary, WindowFrom};
use crate::secret::Secret;
use crate::tenant::Tenant;
use crate::whitelist::{Whitelist, WhitelistEntry, WhitelistLimits};
use alloc::string::String;
use alloc::vec::Vec;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantWire {
    id: TenantIdWire,
    revision: u64,
    policy: PolicyWire,
    whitelist: Vec<(PrefixWire, String)>,
    authorised: Option<Vec<MacWire>>,
    key: KeyWire,
    previous_key: Option<KeyWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyWire {
    id: u8,
    hex: SecretWire,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LockScopeWire {
    Source,
    Device,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SuspensionBindWire {
    FirstDelivery,
    Unbound,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PapSourceWire {
    Stored,
    Derived,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TemporaryWire {
    Off,
    Waiting,
    FirstN(u32),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WindowFromWire {
    Delivery,
    Release,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EnforcementWire {
    Off,
    Observe,
    Enforce,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AdoptWire {
    Refuse,
    List,
    Activate,
}

impl From<Adopt> for AdoptWire {
    fn from(live: Adopt) -> Self {
        match live {
            Adopt::Refuse => Self::Refuse,
            Adopt::List => Self::List,
            Adopt::Activate => Self::Activate,
        }
    }
}

impl From<AdoptWire> for Adopt {
    fn from(wire: AdoptWire) -> Self {
        match wire {
            AdoptWire::Refuse => Self::Refuse,
            AdoptWire::List => Self::List,
            AdoptWire::Activate => Self::Activate,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TrustedWire {
    Networks(Vec<PrefixWire>),
    Hops(u8),
}

/// Declares the wire form of the plain settings and both conversions, so that no field can be forgotten.
macro_rules! plain_settings {
    ($($field:ident: $type:ty),+ $(,)?) => {
        #[derive(Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct PolicyWire {
            $($field: $type,)+
            lock_scope: LockScopeWire,
            suspension_bind: SuspensionBindWire,
            pap_source: PapSourceWire,
            temporary: TemporaryWire,
            temporary_vendors: Vec<String>,
            secret_window_from: WindowFromWire,
            enforcement: EnforcementWire,
            adoption: AdoptWire,
            adoption_own: AdoptWire,
            rollout_networks: Vec<PrefixWire>,
            own_networks: Vec<PrefixWire>,
            http_models: Vec<(String, String)>,
            proxy_header: Option<String>,
            proxies: TrustedWire,
            emergency: Vec<NumberWire>,
            outside_line: Option<String>,
            service_code: String,
            lang: String,
        }

        impl From<&Settings> for PolicyWire {
            fn from(live: &Settings) -> Self {
                Self {
                    $($field: live.$field.clone(),)+
                    lock_scope: match live.lock_scope {
                        LockScope::Source => LockScopeWire::Source,
                        LockScope::Device => LockScopeWire::Device,
                    },
                    suspension_bind: match live.suspension_bind {
                        SuspensionBind::FirstDelivery => SuspensionBindWire::FirstDelivery,
                        SuspensionBind::Unbound => SuspensionBindWire::Unbound,
                    },
                    pap_source: match live.pap_source {
                        PapSource::Stored => PapSourceWire::Stored,
                        PapSource::Derived => PapSourceWire::Derived,
                    },
                    temporary: match live.temporary {
                        Temporary::Off => TemporaryWire::Off,
                        Temporary::Waiting => TemporaryWire::Waiting,
                        Temporary::FirstN(k) => TemporaryWire::FirstN(k),
                    },
                    temporary_vendors: live.temporary_vendors.iter().map(|name| name.as_ref().into()).collect(),
                    secret_window_from: match live.secret_window_from {
                        WindowFrom::Delivery => WindowFromWire::Delivery,
                        WindowFrom::Release => WindowFromWire::Release,
                    },
                    enforcement: match live.enforcement {
                        Enforcement::Off => EnforcementWire::Off,
                        Enforcement::Observe => EnforcementWire::Observe,
                        Enforcement::Enforce => EnforcementWire::Enforce,
                    },
                    adoption: live.adoption.into(),
                    adoption_own: live.adoption_own.into(),
                    rollout_networks: live.rollout_networks.iter().map(|network| PrefixWire(*network)).collect(),
                    own_networks: live.own_networks.iter().map(|network| PrefixWire(*network)).collect(),
                    http_models: live.http_models.iter().map(|(vendor, name)| (vendor.as_ref().into(), name.as_ref().into())).collect(),
                    proxy_header: live.proxies.header.as_ref().map(|header| header.name().into()),
                    proxies: match &live.proxies.trusted {
                        TrustedProxies::Networks(networks) => {
                            TrustedWire::Networks(networks.iter().map(|network| PrefixWire(*network)).collect())
                        }
                        TrustedProxies::Hops(hops) => TrustedWire::Hops(*hops),
                    },
                    emergency: live.emergency.iter().map(|number| NumberWire(*number)).collect(),
                    outside_line: live.outside_line.as_deref().map(Into::into),
                    service_code: live.service_code.as_ref().into(),
                    lang: live.lang.code().into(),
                }
            }
        }

        impl TryFrom<PolicyWire> for Policy {
            type Error = SnapshotError;
            fn try_from(wire: PolicyWire) -> Result<Self, SnapshotError> {
                let header = match wire.proxy_header {
                    None => None,
                    Some(name) => Some(ForwardHeader::parse(&name).map_err(|_| broken("proxy_header", "it is no header name"))?),
                };
                let settings = Settings {
                    $($field: wire.$field,)+
                    lock_scope: match wire.lock_scope {
                        LockScopeWire::Source => LockScope::Source,
                        LockScopeWire::Device => LockScope::Device,
                    },
                    suspension_bind: match wire.suspension_bind {
                        SuspensionBindWire::FirstDelivery => SuspensionBind::FirstDelivery,
                        SuspensionBindWire::Unbound => SuspensionBind::Unbound,
                    },
                    pap_source: match wire.pap_source {
                        PapSourceWire::Stored => PapSource::Stored,
                        PapSourceWire::Derived => PapSource::Derived,
                    },
                    temporary: match wire.temporary {
                        TemporaryWire::Off => Temporary::Off,
                        TemporaryWire::Waiting => Temporary::Waiting,
                        TemporaryWire::FirstN(k) => Temporary::FirstN(k),
                    },
                    temporary_vendors: wire.temporary_vendors.into_iter().map(Into::into).collect(),
                    secret_window_from: match wire.secret_window_from {
                        WindowFromWire::Delivery => WindowFrom::Delivery,
                        WindowFromWire::Release => WindowFrom::Release,
                    },
                    enforcement: match wire.enforcement {
                        EnforcementWire::Off => Enforcement::Off,
                        EnforcementWire::Observe => Enforcement::Observe,
                        EnforcementWire::Enforce => Enforcement::Enforce,
                    },
                    adoption: wire.adoption.into(),
                    adoption_own: wire.adoption_own.into(),
                    rollout_networks: wire.rollout_networks.into_iter().map(|network| network.0).collect(),
                    own_networks: wire.own_networks.into_iter().map(|network| network.0).collect(),
                    http_models: wire.http_models.into_iter().map(|(vendor, name)| (vendor.into(), name.into())).collect(),
                    proxies: ProxyPolicy {
                        header,
                        trusted: match wire.proxies {
                            TrustedWire::Networks(networks) => {
                                TrustedProxies::Networks(networks.into_iter().map(|network| network.0).collect())
                            }
                            TrustedWire::Hops(hops) => TrustedProxies::Hops(hops),
                        },
                    },
                    emergency: wire.emergency.into_iter().map(|number| number.0).collect(),
                    outside_line: wire.outside_line.map(Into::into),
                    service_code: wire.service_code.into(),
                    lang: Lang::from_code(&wire.lang).ok_or(broken("lang", "there is no such language"))?,
                };
                Policy::new(settings).map_err(|_| broken("policy", "a setting is out of range or contradicts another"))
            }
        }
    };
}

plain_settings! {
    attempts: u8,
    lockout_ms: u64,
    lockouts: u8,
    ceiling: u16,
    suspension_ms: u64,
    pap_digits: u8,
    pap_refuse_trivial: bool,
    delivery_window_ms: u64,
    weak_window_ms: u64,
    lease_ms: u64,
    on_answer: bool,
    enrolment_ms: u64,
    token_needs_source: bool,
    accept_certificates: bool,
    temporary_ms: u64,
    temporary_unproven_ms: u64,
    temporary_unproven_cap: u16,
    temporary_max: u32,
    secret_window_ms: u64,
    release_ms: u64,
    private_addresses: bool,
    http_in_own_networks: bool,
    wide_prefixes: bool,
    activate_resets: bool,
    emergency_for_unknown: bool,
    probe_limit: u8,
    probe_window_ms: u64,
    pap_source_hour: u16,
    pap_tenant_hour: u16,
    pap_tenant_day: u16,
    proven_source_ms: u64,
    adoption_cap: u16,
    adoption_ms: u64,
    challenge_prefixes: Vec<[u8; 3]>,
    challenge_ms: u64,
    entry_gap_ms: u64,
    entry_digits: u8,
    dialogue_ms: u64,
    audit_keys: u32,
    audit_window_ms: u64,
}

impl From<&TenantKey> for KeyWire {
    fn from(live: &TenantKey) -> Self {
        Self { id: live.id(), hex: SecretWire(Secret::new(HEXLOWER.encode(live.expose()))) }
    }
}

impl TryFrom<KeyWire> for TenantKey {
    type Error = SnapshotError;
    fn try_from(wire: KeyWire) -> Result<Self, SnapshotError> {
        let bytes = HEXLOWER.decode(wire.hex.0.expose().as_bytes()).ok().map(Zeroizing::new);
        let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok());
        let bytes = bytes.ok_or(broken("key", "it is not 64 lower-case hex digits"))?;
        Self::new(wire.id, bytes).map_err(|_| broken("key", "it is 32 equal bytes"))
    }
}

impl From<&Tenant> for TenantWire {
    fn from(live: &Tenant) -> Self {
        Self {
            id: TenantIdWire(live.id),
            revision: live.revision,
            policy: live.policy.settings().into(),
            whitelist: live.whitelist.entries().map(|entry| (PrefixWire(entry.prefix()), entry.label().into())).collect(),
            authorised: live.authorised.as_ref().map(|macs| macs.iter().map(|mac| MacWire(*mac)).collect()),
            key: live.keys.current().into(),
            previous_key: live.keys.previous().map(Into::into),
        }
    }
}

impl TryFrom<TenantWire> for Tenant {
    type Error = SnapshotError;
    fn try_from(wire: TenantWire) -> Result<Self, SnapshotError> {
        if wire.revision == 0 {
            return Err(broken("revision", "it is 0"));
        }
        let policy = Policy::try_from(wire.policy)?;
        // Entries that stood before a policy became stricter stay (SPEC W1 is about new ones).
        let limits = WhitelistLimits { width: WidthLimits::ANY, ..WhitelistLimits::default() };
        let entries = wire.whitelist.into_iter().map(|(prefix, label)| WhitelistEntry { prefix: prefix.0, label: label.into() });
        let whitelist = Whitelist::build(entries.collect(), &limits)
            .map_err(|_| broken("whitelist", "an entry stands twice, is too wide or has no plain label"))?;
        let authorised: Option<Vec<_>> = wire.authorised.map(|macs| macs.into_iter().map(|mac| mac.0).collect());
        if authorised.as_ref().is_some_and(|macs| !macs.is_sorted_by(|a, b| a < b)) {
            return Err(broken("authorised", "it is not in ascending order"));
        }
        let current = TenantKey::try_from(wire.key)?;
        let keys = match wire.previous_key {
            None => Keyring::new(current),
            Some(previous) => Keyring::with_previous(current, TenantKey::try_from(previous)?)
                .map_err(|_| broken("previous_key", "it has the id of the current key"))?,
        };
        Ok(Self { id: wire.id.0, revision: wire.revision, policy, whitelist, authorised, keys })
    }
}
