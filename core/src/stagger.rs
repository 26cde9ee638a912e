//! Spreading work over a period, so that a site is not hit at once (SPEC X3).
//!
//! Each device has its place in every period by a hash of its tenant and its MAC: nothing is stored, every node of a host finds
//! the same place, and no release of this library moves it. The hash is SHA-256 without a key. A place is no secret, and a key
//! would move every telephone of a tenant at the moment the tenant's key is changed (SPEC R22).

use crate::ids::TenantId;
use crate::mac::MacAddr;
use crate::time::{HOUR_MS, SECOND_MS};
use sha2::{Digest, Sha256};

/// The shortest interval of periodic provisioning: 4 hours (SPEC X3).
pub const MIN_INTERVAL_MS: u64 = 4 * HOUR_MS;
/// The longest interval of periodic provisioning: 6 hours (SPEC X3).
pub const MAX_INTERVAL_MS: u64 = 6 * HOUR_MS;

/// What a place is for; part of the hash, so that the early ones of one purpose are not the early ones of another.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Purpose {
    Offset = 1,
    Interval = 2,
}

/// How long this device waits in a period of `period_ms` milliseconds: 0 up to, and not including, the period.
///
/// For resyncs of many devices and for transfers of passwords (SPEC X3, W1, S3): begin a device's work that long after the
/// start of the period. The places are even over the period, and a device keeps its place, in proportion, when the period
/// changes. A period of 0 gives 0.
///
/// ```
/// use libprov::{ids::TenantId, mac::MacAddr, stagger};
/// let (tenant, mac) = (TenantId::from_number(1), MacAddr::parse("80:5e:c0:01:02:03")?);
/// let wait_ms = stagger::offset_ms(tenant, mac, 600_000);
/// assert!(wait_ms < 600_000);
/// assert_eq!(wait_ms, stagger::offset_ms(tenant, mac, 600_000));
/// # Ok::<(), libprov::mac::MacError>(())
/// ```
pub fn offset_ms(tenant: TenantId, mac: MacAddr, period_ms: u64) -> u64 {
    place(Purpose::Offset, tenant, mac, period_ms)
}

/// The interval at which this device asks for its configuration: 4 to 6 hours, in whole seconds. SPEC X3.
///
/// ```
/// use libprov::{ids::TenantId, mac::MacAddr, stagger};
/// let mac = MacAddr::parse("80:5e:c0:01:02:03")?;
/// let interval_ms = stagger::interval_ms(TenantId::from_number(1), mac);
/// assert!((stagger::MIN_INTERVAL_MS..=stagger::MAX_INTERVAL_MS).contains(&interval_ms));
/// # Ok::<(), libprov::mac::MacError>(())
/// ```
pub fn interval_ms(tenant: TenantId, mac: MacAddr) -> u64 {
    let seconds = (MAX_INTERVAL_MS - MIN_INTERVAL_MS) / SECOND_MS + 1;
    MIN_INTERVAL_MS + place(Purpose::Interval, tenant, mac, seconds) * SECOND_MS
}

/// A number below `bound`, the same for the same input for ever: 64 bits of the hash, scaled.
fn place(purpose: Purpose, tenant: TenantId, mac: MacAddr, bound: u64) -> u64 {
    let mut input = [0u8; 39];
    let (name, rest) = input.split_at_mut(16);
    name.copy_from_slice(b"libprov stagger ");
    let (kind, rest) = rest.split_at_mut(1);
    kind.copy_from_slice(&[purpose as u8]);
    let (who, what) = rest.split_at_mut(16);
    who.copy_from_slice(tenant.as_bytes());
    what.copy_from_slice(&mac.octets());
    let hash: [u8; 32] = Sha256::digest(input).into();
    let bits = hash.first_chunk::<8>().copied().map_or(0, u64::from_be_bytes);
    ((u128::from(bits) * u128::from(bound)) >> 64) as u64
}
