//! What a call about a portal user needs to know: the tenant's settings, and the facts (SPEC M1, M3, M6 to M9).

use crate::account::prov_account;
use crate::barrier::{Call, Failure, barrier};
use crate::convert::{Sized32, address, flag, init_struct, read_struct, text, unused};
use crate::otp::{PROV_ALGORITHM_SHA1, algorithm};
use crate::record::prov_tenant;
use crate::status::prov_status;
use libprov::ip::{ClientAddress, IpPrefix};
use libprov::mfa::{Account, MfaFacts, MfaPolicy, MfaSettings, RecoveryMode, SwitchOff};
use libprov::otp::{Totp, Window};
use libprov::whitelist::{Whitelist, WhitelistEntry, WhitelistLimits};
use std::ffi::c_char;

/// A right code, and that the risk is accepted.
pub const PROV_SWITCH_OFF_CODE: u8 = 1;
/// That the risk is accepted.
pub const PROV_SWITCH_OFF_RISK_ONLY: u8 = 2;

/// What a tenant decides about the second factor. The library keeps it nowhere: pass it with every call.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_mfa_policy {
    /// Set by prov_mfa_policy_init.
    pub struct_size: u32,
    /// How codes of new secrets are made: a PROV_ALGORITHM.
    pub algorithm: u8,
    /// 1: 4 and 5 digits are allowed, although accounts then lock after very few tries.
    pub short_codes: u8,
    /// Steps accepted on either side; 0 to 2, default 1.
    pub window: u8,
    /// Wrong codes until an enrolment is void; 1 to 10, default 10.
    pub enrolment_tries: u8,
    /// 1: the tenant demands the factor of everybody.
    pub demanded: u8,
    /// 1: an enrolment that is demanded needs a grant of an administrator.
    pub grants: u8,
    /// What the owner gives to switch the factor off: a PROV_SWITCH_OFF.
    pub switch_off: u8,
    /// How many recovery codes there are: 1 (default): one, and using it gives a new one; 2 to 20: each is good once.
    pub recovery: u8,
    /// 1: trusted addresses skip the code of a login.
    pub trusted_addresses: u8,
    /// 0.
    pub reserved: u8,
    /// Steps searched on either side by prov_mfa_resynchronise; 1 to 1000, default 120; 0: no such login.
    pub resync_steps: u16,
    /// Digits of a code; default 6.
    pub digits: u32,
    /// Seconds of a step; default 30.
    pub period_s: u32,
    /// Where step 0 begins, in seconds since 1970; default 0.
    pub t0_s: u64,
    /// How long an enrolment waits for its confirmation; one minute to one hour, default 15 min.
    pub enrolment_ms: u64,
    /// How long a demand waits until the account is locked; one to 90 days, default 14 days; 0: for ever.
    pub demand_ms: u64,
    /// How long a grant is good; one hour to 30 days, default 72 h.
    pub grant_ms: u64,
}

// SAFETY: `repr(C)`, the size first, no padding (asserted below), numbers only.
unsafe impl Sized32 for prov_mfa_policy {
    const FIRST: usize = size_of::<Self>();
}

const _: () = assert!(size_of::<prov_mfa_policy>() == 56);

/// Prepares the struct with the defaults; size is its sizeof.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_policy_init(policy: *mut prov_mfa_policy, size: usize) -> prov_status {
    barrier(None, |_| {
        let fill = |policy: &mut prov_mfa_policy| {
            let plain = MfaSettings::default();
            policy.algorithm = PROV_ALGORITHM_SHA1;
            policy.window = plain.window.steps();
            policy.enrolment_tries = plain.enrolment_tries;
            policy.switch_off = PROV_SWITCH_OFF_CODE;
            policy.recovery = 1;
            policy.resync_steps = plain.resync_steps;
            policy.digits = plain.totp.digits().into();
            policy.period_s = plain.totp.period_s().into();
            policy.enrolment_ms = plain.enrolment_ms;
            policy.demand_ms = plain.demand_ms.unwrap_or_default();
            policy.grant_ms = plain.grant_ms;
        };
        // SAFETY: the caller's promise for the struct.
        unsafe { init_struct(policy, size, "policy", fill) }
    })
}

/// Reads settings and has them checked.
///
/// # Safety
/// `policy` points to a prepared struct, or is NULL.
pub(crate) unsafe fn checked(policy: *const prov_mfa_policy) -> Result<MfaPolicy, Failure> {
    // SAFETY: the same promise.
    let raw = unsafe { read_struct(policy, "policy") }?;
    unused(&[raw.reserved], "policy")?;
    let mut totp = Totp::builder().algorithm(algorithm(raw.algorithm)?).digits(raw.digits).period_s(raw.period_s).t0_s(raw.t0_s);
    if flag(raw.short_codes, "policy.short_codes")? {
        totp = totp.short_codes();
    }
    Ok(MfaPolicy::new(MfaSettings {
        totp: totp.build()?,
        window: Window::new(raw.window)?,
        resync_steps: raw.resync_steps,
        enrolment_ms: raw.enrolment_ms,
        enrolment_tries: raw.enrolment_tries,
        demanded: flag(raw.demanded, "policy.demanded")?,
        demand_ms: (raw.demand_ms > 0).then_some(raw.demand_ms),
        grants: flag(raw.grants, "policy.grants")?,
        grant_ms: raw.grant_ms,
        switch_off: match raw.switch_off {
            PROV_SWITCH_OFF_CODE => SwitchOff::Code,
            PROV_SWITCH_OFF_RISK_ONLY => SwitchOff::RiskOnly,
            _ => return Err(Failure::Argument("policy.switch_off", "is no PROV_SWITCH_OFF")),
        },
        recovery: if raw.recovery == 1 { RecoveryMode::Single } else { RecoveryMode::Set(raw.recovery) },
        trusted_addresses: flag(raw.trusted_addresses, "policy.trusted_addresses")?,
    })?)
}

/// What a call about a portal user needs to know. Everything in it is borrowed for the call.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_mfa_facts {
    /// Set by prov_mfa_facts_init.
    pub struct_size: u32,
    /// 0.
    pub reserved: u32,
    /// The account, as it is stored; never NULL.
    pub account: *const prov_account,
    /// The tenant, for its keys; never NULL.
    pub tenant: *const prov_tenant,
    /// The tenant's settings; never NULL.
    pub policy: *const prov_mfa_policy,
    /// Where the request comes from: one IPv4 or IPv6 address. Length 0: it could not be told, and nobody trusts it.
    pub address: *const c_char,
    /// Its length.
    pub address_len: usize,
    /// Addresses and networks that this portal user trusts, parted by spaces; permanent entries only; may be empty.
    pub trusted: *const c_char,
    /// Its length.
    pub trusted_len: usize,
}

// SAFETY: `repr(C)`, the size first, no padding (asserted below), numbers and raw pointers only.
unsafe impl Sized32 for prov_mfa_facts {
    const FIRST: usize = size_of::<Self>();
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<prov_mfa_facts>() == 64);
#[cfg(target_pointer_width = "32")]
const _: () = assert!(size_of::<prov_mfa_facts>() == 36);

/// Prepares the struct: everything NULL; size is its sizeof.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_facts_init(facts: *mut prov_mfa_facts, size: usize) -> prov_status {
    barrier(None, |_| {
        // SAFETY: the caller's promise for the struct.
        unsafe { init_struct(facts, size, "facts", |_| {}) }
    })
}

/// What the struct held, where core can borrow it.
pub(crate) struct Held<'a> {
    account: &'a Account,
    keys: &'a libprov::keys::Keyring,
    policy: MfaPolicy,
    trusted: Whitelist,
    address: ClientAddress,
}

impl Held<'_> {
    pub(crate) const fn lend(&self) -> MfaFacts<'_> {
        MfaFacts { account: self.account, policy: &self.policy, keys: self.keys, trusted: &self.trusted, address: self.address }
    }
}

/// Borrows the records.
///
/// # Safety
/// `facts` points to a prepared struct, or is NULL; its pointers are NULL or what they say, and live for `'a`.
pub(crate) unsafe fn load<'a>(call: &Call, facts: *const prov_mfa_facts) -> Result<Held<'a>, Failure> {
    // SAFETY: the same promise.
    let raw = unsafe { read_struct(facts, "facts") }?;
    unused(&raw.reserved.to_ne_bytes(), "facts")?;
    // SAFETY: NULL or a handle that lives.
    let account = unsafe { raw.account.as_ref() };
    // SAFETY: NULL or a handle that lives.
    let tenant = unsafe { raw.tenant.as_ref() };
    let (account, tenant) = (call.shared(account, "facts.account")?, call.shared(tenant, "facts.tenant")?);
    if account.tenant() != tenant.id() {
        return Err(Failure::Argument("facts.tenant", "is not the tenant of facts.account"));
    }
    // SAFETY: the same promise.
    let address = address(unsafe { text(raw.address, raw.address_len, "facts.address") }?, "facts.address")?;
    // SAFETY: the same promise.
    let prefixes = unsafe { text(raw.trusted, raw.trusted_len, "facts.trusted") }?;
    let mut entries = Vec::new();
    for prefix in prefixes.split_ascii_whitespace() {
        entries.push(WhitelistEntry { prefix: IpPrefix::parse(prefix)?, label: "".into() });
    }
    let trusted = Whitelist::build(entries, &WhitelistLimits::default())?;
    // SAFETY: the same promise.
    Ok(Held { account, keys: tenant.keys(), policy: unsafe { checked(raw.policy) }?, trusted, address })
}
