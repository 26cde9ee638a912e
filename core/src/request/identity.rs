//! Who a SIP or HTTP user name is, and what password goes with it (SPEC R16).

use super::Facts;
use crate::credential::{self, Enrolment, EnrolmentId, Subject};
use crate::device::Device;
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
    /// Whether it is good at present: of this epoch, not expired, the device active. It decides over HTTP. Over SIP let every
    /// enrolment in whose password is right, and let [`call::route`](crate::call::route) decide: an emergency call must get
    /// there (SPEC C2).
    pub is_current: bool,
    /// The password for digest authentication: the SIP password of an enrolment, or the credential.
    pub password: Secret,
    /// The credential under the previous key, while the ring has one: try it where the password does not fit, for a telephone
    /// that has not fetched since the rotation still has this one (SPEC R22).
    pub previous: Option<Secret>,
}

/// Finds who a SIP or HTTP user name is (SPEC R16): an enrolment id with or without port, or the MAC of a credential.
///
/// Read the MAC from the name first ([`EnrolmentId::parse`], [`MacAddr::parse`]) and load that device. Unknown names of the same
/// shape cost the same and get a password that nobody has.
pub fn identify(facts: Facts<'_>, user: &str, now: Timestamp) -> Identity {
    let keys = facts.tenant.keys();
    let device = facts.device();
    if let Some((id, genuine)) = recognise(facts, user)
        && let Some(mac) = id.mac()
    {
        let subject = device.map_or_else(|| nobody(facts, mac), Device::subject);
        let password = Enrolment::from_id(id).sip_password(keys, subject.tenant, subject.epoch);
        return match genuine {
            Some(device) => {
                let is_current = device.is_active() && device.is_present(&id, facts.tenant.policy().settings(), now);
                let kind = IdentityKind::Enrolment(id);
                Identity { kind, mac: Some(device.mac()), is_current, password, previous: None }
            }
            None => unknown(password),
        };
    }
    if let Ok(mac) = MacAddr::parse(user) {
        let device = device.filter(|device| device.mac() == mac);
        let subject = device.map_or_else(|| nobody(facts, mac), Device::subject);
        let password = credential::issue(keys.current(), subject);
        let previous = keys.previous().map(|key| credential::issue(key, subject));
        return match device {
            Some(device) => {
                let kind = IdentityKind::Credential;
                Identity { kind, mac: Some(mac), is_current: device.is_active(), password, previous }
            }
            None => unknown(password),
        };
    }
    // Keyed, so that it stays the same for the same name.
    let out = keys.current().mac(Domain::Dummy, &[user.as_bytes().get(..user.len().min(64)).unwrap_or_default()]);
    unknown(Secret::new(credential::base32(out.get(..20).unwrap_or_default())))
}

/// The enrolment a user name stands for, and the device if its tag proves it for this epoch: R16 without a password. One HMAC
/// for every name of that shape; nothing is allocated.
pub(crate) fn recognise<'a>(facts: Facts<'a>, user: &str) -> Option<(EnrolmentId, Option<&'a Device>)> {
    let id = EnrolmentId::read(user)?;
    let device = facts.device();
    let mac = id.mac()?;
    let subject = device.map_or_else(|| nobody(facts, mac), Device::subject);
    let genuine = id.is_genuine(facts.tenant.keys(), subject);
    Some((id, device.filter(|_| genuine)))
}

const fn unknown(password: Secret) -> Identity {
    Identity { kind: IdentityKind::Unknown, mac: None, is_current: false, password, previous: None }
}

/// The subject of a MAC that no device has: the epoch 0 is as good as any, for its values go nowhere.
fn nobody(facts: Facts<'_>, mac: MacAddr) -> Subject {
    Subject { tenant: facts.tenant.id(), mac, epoch: Epoch::from_number(0) }
}
