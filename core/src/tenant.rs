//! A tenant's configuration: policy, permanent whitelist, authorised MACs and keys, as one record (SPEC E5).

use crate::error::codes;
use crate::ids::{ShortNumber, TenantId};
use crate::ip::{IpPrefix, WidthLimits};
use crate::keys::Keyring;
use crate::mac::MacAddr;
use crate::policy::{Policy, PolicyError, Settings};
use crate::whitelist::{Whitelist, WhitelistEntry, WhitelistError, WhitelistLimits};
use alloc::vec::Vec;

/// One PBX customer's configuration, by value, with a revision that rises by one with each change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tenant {
    pub(crate) id: TenantId,
    pub(crate) revision: u64,
    pub(crate) policy: Policy,
    pub(crate) whitelist: Whitelist,
    pub(crate) authorised: Option<Vec<MacAddr>>,
    pub(crate) keys: Keyring,
}

impl Tenant {
    /// A tenant with an empty permanent whitelist and no list of authorised MACs.
    pub fn new(id: TenantId, policy: Policy, keys: Keyring) -> Self {
        Self { id, revision: 1, policy, whitelist: Whitelist::default(), authorised: None, keys }
    }

    /// The preset for a PBX in the customer's own network: [`Settings::on_premises`], and those networks whitelisted.
    ///
    /// # Errors
    /// [`TenantError`] where a network cannot be whitelisted or the settings contradict each other.
    pub fn on_premises(
        id: TenantId,
        emergency: &[ShortNumber],
        own_networks: &[IpPrefix],
        keys: Keyring,
    ) -> Result<Self, TenantError> {
        let policy =
            Policy::new(Settings::on_premises(emergency, own_networks)).map_err(|source| TenantError::Policy { source })?;
        let mut tenant = Self::new(id, policy, keys);
        for network in own_networks {
            tenant = tenant.with_whitelisted(*network, "own network")?;
        }
        tenant.revision = 1;
        Ok(tenant)
    }

    /// The tenant's id.
    pub const fn id(&self) -> TenantId {
        self.id
    }

    /// The revision, for compare-and-swap.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The policy.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The permanent whitelist.
    pub const fn whitelist(&self) -> &Whitelist {
        &self.whitelist
    }

    /// The keys.
    pub const fn keys(&self) -> &Keyring {
        &self.keys
    }

    /// The MACs that alone may be provisioned, in ascending order; none: every known device (SPEC R3).
    pub fn authorised(&self) -> Option<&[MacAddr]> {
        self.authorised.as_deref()
    }

    /// The tenant with another policy.
    #[must_use]
    pub fn with_policy(self, policy: Policy) -> Self {
        Self { policy, revision: self.revision.saturating_add(1), ..self }
    }

    /// The tenant with other keys (SPEC R22).
    #[must_use]
    pub fn with_keys(self, keys: Keyring) -> Self {
        Self { keys, revision: self.revision.saturating_add(1), ..self }
    }

    /// The tenant with another list of authorised MACs; none lifts the restriction.
    #[must_use]
    pub fn with_authorised(self, authorised: Option<Vec<MacAddr>>) -> Self {
        let authorised = authorised.map(|mut macs| {
            macs.sort_unstable();
            macs.dedup();
            macs
        });
        Self { authorised, revision: self.revision.saturating_add(1), ..self }
    }

    /// The tenant with one more prefix on its permanent whitelist (SPEC W1).
    ///
    /// Resync the waiting devices it exempts afterwards, staggered.
    ///
    /// # Errors
    /// [`TenantError`] where the prefix is too wide for the policy, on the list already, or its label is not plain text.
    pub fn with_whitelisted(mut self, prefix: IpPrefix, label: &str) -> Result<Self, TenantError> {
        let width = if self.policy.settings().wide_prefixes { WidthLimits::ANY } else { WidthLimits::default() };
        let entry = WhitelistEntry { prefix, label: label.into() };
        let limits = WhitelistLimits { width, ..WhitelistLimits::default() };
        self.whitelist = self.whitelist.with(&entry, &limits).map_err(|source| TenantError::Whitelist { source })?;
        self.revision = self.revision.saturating_add(1);
        Ok(self)
    }

    /// The tenant without a prefix on its permanent whitelist.
    ///
    /// # Errors
    /// [`TenantError::Whitelist`] where it is not on the list.
    pub fn without_whitelisted(mut self, prefix: IpPrefix) -> Result<Self, TenantError> {
        self.whitelist = self.whitelist.without(prefix).map_err(|source| TenantError::Whitelist { source })?;
        self.revision = self.revision.saturating_add(1);
        Ok(self)
    }

    /// Whether this MAC may be provisioned at all (SPEC R3).
    pub(crate) fn authorises(&self, mac: MacAddr) -> bool {
        self.authorised.as_ref().is_none_or(|macs| macs.binary_search(&mac).is_ok())
    }
}

codes! {
    /// Why a tenant's configuration cannot be changed this way; nothing changed.
    pub enum TenantError {
        /// The settings are nonsense.
        #[error("{source}")]
        Policy {
            /// Why.
            source: PolicyError,
        } = TENANT_POLICY,
        /// The whitelist refuses the change.
        #[error("{source}")]
        Whitelist {
            /// Why.
            source: WhitelistError,
        } = TENANT_WHITELIST,
    }
}
