//! Tenants: making one, and its permanent whitelist (SPEC W1, W4).

use crate::barrier::{Failure, barrier, give, required};
use crate::convert::{OutStruct, Sized32, address, init_struct, put_text, read_struct, text, unused};
use crate::error::prov_error;
use crate::record::prov_tenant;
use crate::status::prov_status;
use libprov::ids::ShortNumber;
use libprov::ip::IpPrefix;
use libprov::keys::{Keyring, TenantKey};
use libprov::policy::{Policy, Settings};
use libprov::tenant::Tenant;
use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::net::IpAddr;
use zeroize::Zeroize;

/// For a PBX that serves phones over the Internet.
pub const PROV_PRESET_CLOUD: u8 = 1;
/// For a PBX in the customer's own network: that network is whitelisted, plain HTTP is allowed there.
pub const PROV_PRESET_ON_PREMISES: u8 = 2;

/// What prov_tenant_new makes a tenant of. Wipe it afterwards, for the key in it.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_new_tenant {
    /// Set by prov_new_tenant_init.
    pub struct_size: u32,
    /// A PROV_PRESET.
    pub preset: u8,
    /// Under which id tokens and credentials name the key.
    pub key_id: u8,
    /// 0.
    pub reserved: [u8; 2],
    /// The tenant's id: a UUID or a number below 2^64, as text.
    pub id: *const c_char,
    /// Its length.
    pub id_len: usize,
    /// Emergency numbers of 2 to 6 digits, parted by spaces: at least one.
    pub emergency: *const c_char,
    /// Its length.
    pub emergency_len: usize,
    /// With PROV_PRESET_ON_PREMISES the PBX's own networks, parted by spaces: "10.0.0.0/24 2001:db8::/64".
    pub own_networks: *const c_char,
    /// Its length.
    pub own_networks_len: usize,
    /// 32 bytes drawn from the operating system, kept secret: whoever has them can fetch every configuration.
    pub key: [u8; 32],
}

// SAFETY: `repr(C)`, the size first, no padding (asserted below), numbers and raw pointers only.
unsafe impl Sized32 for prov_new_tenant {
    const FIRST: usize = size_of::<Self>();
}

/// Prepares the struct; size is its sizeof.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_new_tenant_init(config: *mut prov_new_tenant, size: usize) -> prov_status {
    barrier(None, |_| {
        // SAFETY: the caller's promise for the struct.
        unsafe { init_struct(config, size, "config", |_| {}) }
    })
}

/// Makes a tenant with the defaults of a preset, an empty permanent whitelist (on premises: its own networks) and one key.
/// Other settings are changed in its JSON snapshot, which is checked when it is read.
/// config  prepared by prov_new_tenant_init.
/// out     a new handle; free it with prov_tenant_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_tenant_new(
    config: *const prov_new_tenant,
    out: Option<&mut MaybeUninit<*mut prov_tenant>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for the struct.
        let mut config = unsafe { read_struct(config, "config") }?;
        let key = TenantKey::new(config.key_id, config.key);
        config.key.zeroize();
        unused(&config.reserved, "config")?;
        let keys = Keyring::new(key?);
        // SAFETY: the caller's promise for text.
        let id = unsafe { text(config.id, config.id_len, "config.id") }?.parse()?;
        // SAFETY: the caller's promise for text.
        let emergency = unsafe { text(config.emergency, config.emergency_len, "config.emergency") }?;
        let emergency = emergency
            .split_ascii_whitespace()
            .map(|number| {
                ShortNumber::parse(number).ok_or(Failure::Argument("config.emergency", "holds what is not 2 to 6 digits"))
            })
            .collect::<Result<Vec<_>, _>>()?;
        // SAFETY: the caller's promise for text.
        let networks = unsafe { text(config.own_networks, config.own_networks_len, "config.own_networks") }?;
        let networks = networks.split_ascii_whitespace().map(IpPrefix::parse).collect::<Result<Vec<_>, _>>()?;
        let tenant = match config.preset {
            PROV_PRESET_CLOUD if !networks.is_empty() => {
                return Err(Failure::Argument("config.own_networks", "belong to PROV_PRESET_ON_PREMISES"));
            }
            PROV_PRESET_CLOUD => Tenant::new(id, Policy::new(Settings::cloud(&emergency))?, keys),
            PROV_PRESET_ON_PREMISES => Tenant::on_premises(id, &emergency, &networks, keys)?,
            _ => return Err(Failure::Argument("config.preset", "is no PROV_PRESET")),
        };
        give(out, tenant);
        Ok(())
    })
}

/// The tenant with one more prefix on its permanent whitelist. Store it, then resync the waiting devices it exempts.
/// prefix  an IPv4 or IPv6 address or CIDR range. Host bits, netmasks, ports and the like are refused; error has the right
///         spelling.
/// label   what people call it: at most 64 characters, may be empty.
/// out     a new handle; the old one stays as it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_tenant_whitelist_add(
    tenant: Option<&prov_tenant>,
    prefix: *const c_char,
    prefix_len: usize,
    label: *const c_char,
    label_len: usize,
    out: Option<&mut MaybeUninit<*mut prov_tenant>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let tenant = call.shared(tenant, "tenant")?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        let prefix = IpPrefix::parse(unsafe { text(prefix, prefix_len, "prefix") }?)?;
        // SAFETY: the caller's promise for text.
        let label = unsafe { text(label, label_len, "label") }?;
        give(out, tenant.clone().with_whitelisted(prefix, label)?);
        Ok(())
    })
}

/// The tenant without a prefix on its permanent whitelist.
/// prefix  exactly as it stands there, in any spelling that prov_tenant_whitelist_add takes.
/// out     a new handle; the old one stays as it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_tenant_whitelist_remove(
    tenant: Option<&prov_tenant>,
    prefix: *const c_char,
    prefix_len: usize,
    out: Option<&mut MaybeUninit<*mut prov_tenant>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let tenant = call.shared(tenant, "tenant")?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        let prefix = IpPrefix::parse(unsafe { text(prefix, prefix_len, "prefix") }?)?;
        give(out, tenant.clone().without_whitelisted(prefix)?);
        Ok(())
    })
}

/// Which entry of the permanent whitelist holds an address.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct prov_match {
    /// 1 if one does; else everything is 0.
    pub found: u8,
    /// 4 or 6.
    pub family: u8,
    /// The number of leading bits that are fixed: 0 to 32 or 0 to 128.
    pub prefix_len: u8,
    /// 0.
    pub reserved: [u8; 5],
    /// Its place in the list, which is in the order of prefixes, IPv4 first.
    pub index: u64,
    /// The network address in network order; 4 bytes for IPv4.
    pub network: [u8; 16],
}

/// Finds the most specific entry of the permanent whitelist that holds an address. The time it takes hardly depends on the
/// number of entries.
/// address  one IPv4 or IPv6 address; IPv4-mapped IPv6 counts as IPv4. Length 0 could not be told: no entry holds it.
/// out      with its sizeof in out_size.
/// label    buf, cap and needed for the label of the entry; NULL and 0 where it is not wanted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_whitelist_lookup(
    tenant: Option<&prov_tenant>,
    address: *const c_char,
    address_len: usize,
    out: *mut prov_match,
    out_size: usize,
    label: *mut c_char,
    label_cap: usize,
    label_needed: Option<&mut MaybeUninit<usize>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let tenant = call.shared(tenant, "tenant")?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_match>(), "out") }?;
        // SAFETY: the caller's promise for text.
        let address = self::address(unsafe { text(address, address_len, "address") }?, "address")?;
        let found = tenant.whitelist().lookup(address);
        let name = found.map_or("", |found| found.label());
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(name, label, label_cap, label_needed) }?;
        let mut answer = prov_match::default();
        if let Some(found) = found {
            let prefix = found.prefix();
            answer.found = 1;
            answer.prefix_len = prefix.prefix_len();
            answer.index = found.index() as u64;
            match prefix.network() {
                IpAddr::V4(network) => {
                    answer.family = 4;
                    if let Some(bytes) = answer.network.first_chunk_mut() {
                        *bytes = network.octets();
                    }
                }
                IpAddr::V6(network) => {
                    answer.family = 6;
                    answer.network = network.octets();
                }
            }
        }
        out.put(&answer);
        Ok(())
    })
}

const _: () = assert!(size_of::<prov_match>() == 32);
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<prov_new_tenant>() == 88);
#[cfg(target_pointer_width = "32")]
const _: () = assert!(size_of::<prov_new_tenant>() == 64);
