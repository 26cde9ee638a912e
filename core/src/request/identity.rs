//! Who a SIP or HTTP user name is, and what password goes with it (SPEC R16).

use super::Facts;
use crate::credential::{self, Enrolment, EnrolmentId, Subject};
use crate::ids::Epoch;
use crate::keys::Domain;
use crate::mac::MacAddr;
use crate::secret::Secret;
use crate::time::Timestamp;

/// What a user name stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum IdentityKind {
    /// An enrolment account of this device.
    Enrolment(EnrolmentId),
    /// The credential of this device, in HTTP authentication.
    Credential,
    /// Nobody. The password is a dummy that never matches.
    Unknown,
}

/// The answer for a user name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Identity {
    /// What it stands for.
    pub kind: IdentityKind,
    /// The device's MAC; none for nobody.
    pub mac: Option<MacAddr>,
    /// Whether it is good at present: of this epoch, not expired, the device active.
    pub is_current: bool,
    /// The password for digest authentication: the SIP password of an enrolment, or the credential.
    pub password: Secret,
    /// The credential under the previous key, while the ring has one: try it where the password does not fit, for a telephone
    /// that has not fetched since the rotation still has this one (SPEC R22).
    pub previous: Option<Secret>,
}

/// Finds who a SIP or HTTP user name is (SPEC R16): an enrolment id with or without port, or the MAC of a credential.
///
/// Read the MAC from the name first ([`EnrolmentId::parse`], [`MacAddr::parse`]) and load that device. Unknown names cost the
/// same and get a dummy password.
pub fn identify(facts: Facts<'_>, user: &str, now: Timestamp) -> Identity {
    let tenant = facts.tenant;
    let keys = tenant.keys();
    let device = facts.device();
    // A password nobody has: keyed, so that it stays the same for the same name; made for known names too, at the same cost.
    let out = keys.current().mac(Domain::Dummy, &[user.as_bytes().get(..user.len().min(64)).unwrap_or_default()]);
    if let Ok(id) = EnrolmentId::parse(user)
        && let Some(mac) = id.mac()
    {
        let subject = device.map_or_else(|| nobody(facts, mac), |device| device.subject());
        let genuine = id.is_genuine(keys, subject);
        let password = Enrolment::from_id(id).sip_password(keys, subject.tenant, subject.epoch);
        if let Some(device) = device.filter(|_| genuine) {
            let is_current = device.is_active() && device.is_present(&id, tenant.policy().settings(), now);
            let kind = IdentityKind::Enrolment(id);
            return Identity { kind, mac: Some(device.mac()), is_current, password, previous: None };
        }
    } else if let Ok(mac) = MacAddr::parse(user) {
        let subject = device.map_or_else(|| nobody(facts, mac), |device| device.subject());
        let password = credential::issue(keys.current(), subject);
        let previous = keys.previous().map(|key| credential::issue(key, subject));
        if let Some(device) = device.filter(|device| device.mac() == mac) {
            let (kind, is_current) = (IdentityKind::Credential, device.is_active());
            return Identity { kind, mac: Some(mac), is_current, password, previous };
        }
    }
    let password = Secret::new(data_encoding::BASE32_NOPAD.encode(out.get(..20).unwrap_or_default()).to_ascii_lowercase());
    Identity { kind: IdentityKind::Unknown, mac: None, is_current: false, password, previous: None }
}

/// The subject of a MAC that no device has: the epoch 0 is as good as any, for its values go nowhere.
fn nobody(facts: Facts<'_>, mac: MacAddr) -> Subject {
    Subject { tenant: facts.tenant.id(), mac, epoch: Epoch::from_number(0) }
}
