//! What a file is made of.

use crate::lang::Lang;
use crate::mac::MacAddr;
use crate::models::Model;
use crate::profile::{DialString, FirmwareVersion, Profile, Server, SipUser};
use crate::secret::Secret;

/// What a full file is made of.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FullJob<'a> {
    /// What the phone shall be.
    pub profile: &'a Profile,
    /// Which model it is.
    pub model: &'static Model,
    /// Its MAC address.
    pub mac: MacAddr,
    /// Where it asks for its configuration from now on.
    pub provisioning: Provisioning<'a>,
    /// Which secrets may go out: what the decision's answer says, [`SecretsOut::ALL`] where nothing is released only once.
    ///
    /// On snom a backup server is a hidden SIP identity, whose password is that of the account and withheld with it. A phone that
    /// had the backup server before keeps that password; for a new backup server the account's password must go out once more.
    pub secrets: SecretsOut,
    /// The tenant's emergency numbers, 1 to 20 of 2 to 8 digits: they dial even while the phone is locked.
    pub emergency: &'a [DialString],
    /// The outside-line prefix, digits only: no pattern of [`Profile`] may cut an emergency number behind it short. None by default.
    pub outside_line: Option<&'a DialString>,
    /// Which raw overrides are allowed; the harmless ones by default.
    pub overrides: OverridePolicy,
    /// What happens to a character that the device's character set does not have; refused by default.
    pub characters: CharacterPolicy,
    /// The firmware that the phone says it has; none where nobody knows, and then a firmware target is not stated.
    pub firmware: Option<&'a FirmwareVersion>,
    /// Names of raw overrides that earlier files of this phone may have set and this profile has no more: they go back to their
    /// factory default. Where the file has no word for that (numbers of a Gigaset base, network settings, what is withheld) the
    /// earlier value stays and a warning says so ([`super::WarningReason::NotReset`]). None by default.
    pub forget: &'a [&'a str],
}

impl<'a> FullJob<'a> {
    /// A job with these secrets and harmless overrides only. Which secrets go out is asked of every caller, since a forgotten
    /// answer would otherwise release them again (SPEC S1). An empty list of emergency numbers is refused when it is rendered:
    /// the phone would fall back on those of its factory.
    pub const fn new(
        profile: &'a Profile,
        model: &'static Model,
        mac: MacAddr,
        secrets: SecretsOut,
        provisioning: Provisioning<'a>,
        emergency: &'a [DialString],
    ) -> Self {
        Self {
            profile,
            model,
            mac,
            secrets,
            provisioning,
            emergency,
            outside_line: None,
            overrides: OverridePolicy::Harmless,
            characters: CharacterPolicy::Refuse,
            firmware: None,
            forget: &[],
        }
    }
}

/// Where a phone asks for its configuration, and how it proves who it is (SPEC V10).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Provisioning<'a> {
    /// The URL without the file's name, ending in `/`.
    pub url: ProvisioningUrl<'a>,
    /// HTTP user and password; none clears an earlier login. The device credential: withheld with [`SecretKind::Credential`].
    pub login: Option<(&'a SipUser, &'a Secret)>,
    /// Minutes between two requests, 5 to 43 200; none takes the profile's, and 240 to 360 by the MAC address where that has none.
    pub interval_min: Option<u16>,
}

impl<'a> Provisioning<'a> {
    /// A URL, no login, and the profile's interval.
    pub const fn new(url: ProvisioningUrl<'a>) -> Self {
        Self { url, login: None, interval_min: None }
    }
}

/// A provisioning URL, with or without a secret in it.
#[derive(Clone, Copy, Debug)]
pub enum ProvisioningUrl<'a> {
    /// Holds no secret: always stated.
    Open(&'a Secret),
    /// Holds the device credential: withheld with [`SecretKind::Credential`].
    Credential(&'a Secret),
}

/// What a restricted file is made of, and nothing else can be in it.
#[derive(Clone, Copy, Debug)]
pub struct Restricted<'a> {
    /// Which model it is.
    pub model: &'static Model,
    /// Its MAC address, shown on a soft key.
    pub mac: MacAddr,
    /// The tenant's language.
    pub lang: Lang,
    /// What the idle screen says.
    pub display_text: &'a str,
    /// The account that reaches the authentication service.
    pub enrolment: Enrolment<'a>,
    /// The tenant's emergency numbers: 1 to 20 of 2 to 8 digits.
    pub emergency: &'a [DialString],
    /// The outside-line prefix, digits only: emergency numbers can be dialled behind it as well (SPEC C2).
    pub outside_line: Option<&'a DialString>,
    /// The code of the authentication service, such as `*89`: digits, `*` and `#`; on snom without `#`.
    pub service_code: &'a DialString,
    /// The provisioning URL with the fetch token, ending in `/`.
    pub url: &'a Secret,
    /// The firmware that the phone says it has; none where nobody knows.
    pub firmware: Option<&'a FirmwareVersion>,
    /// Names of raw overrides that earlier files of this phone may have set: they go back to their factory default, with a
    /// warning for each that stays, as in [`FullJob::forget`].
    pub forget: &'a [&'a str],
    /// The VLAN that the host knows the device to be on, 1 to 4094. A device whose restricted file replaces everything (Patton)
    /// would leave its network without it; the others keep what they have and ignore it.
    pub vlan: Option<u16>,
}

/// The SIP account of one enrolment (SPEC R13).
#[derive(Clone, Copy, Debug)]
pub struct Enrolment<'a> {
    /// The enrolment id.
    pub user: &'a SipUser,
    /// Its SIP password.
    pub password: &'a Secret,
    /// The authentication service's SIP server.
    pub server: &'a Server,
}

/// A kind of secret that is withheld or goes out by itself (SPEC S2).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
pub enum SecretKind {
    /// The SIP password of one account.
    Sip,
    /// The password of the phone's own menu.
    Menu,
    /// The passwords of the phone's web pages. On Yealink the menu's password is the same one and counts as this kind.
    Web,
    /// Any other.
    Other,
    /// The device credential: provisioning login, or the URL that holds it.
    Credential,
}

/// Which secrets may go into a file.
///
/// ```
/// use libprov::render::{SecretKind, SecretsOut};
/// let some = SecretsOut::NONE.with_sip(2).with(SecretKind::Credential);
/// assert!(some.allows(SecretKind::Sip, 2) && !some.allows(SecretKind::Sip, 1));
/// assert!(some.allows(SecretKind::Credential, 0) && !some.allows(SecretKind::Web, 0));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SecretsOut {
    /// One bit per account slot, slot 1 the lowest.
    sip: [u64; 4],
    /// One bit per other kind.
    kinds: u8,
}

impl SecretsOut {
    /// No secret.
    pub const NONE: Self = Self { sip: [0; 4], kinds: 0 };

    /// Every secret.
    pub const ALL: Self = Self { sip: [u64::MAX; 4], kinds: u8::MAX };

    /// With the SIP password of this account slot too, 1 to 256; other slots change nothing.
    #[must_use]
    pub const fn with_sip(mut self, slot: u16) -> Self {
        let bit = slot.wrapping_sub(1);
        if bit < 256 {
            self.sip[(bit / 64) as usize] |= 1 << (bit % 64);
        }
        self
    }

    /// With this kind too; [`SecretKind::Sip`] stands for the SIP passwords of all accounts.
    #[must_use]
    pub const fn with(mut self, kind: SecretKind) -> Self {
        match kind {
            SecretKind::Sip => self.sip = [u64::MAX; 4],
            _ => self.kinds |= 1 << kind as u8,
        }
        self
    }

    /// Whether a secret of this kind may go out; the account slot counts for [`SecretKind::Sip`] only.
    pub const fn allows(self, kind: SecretKind, slot: u16) -> bool {
        match kind {
            SecretKind::Sip => {
                let bit = slot.wrapping_sub(1);
                bit < 256 && self.sip[(bit / 64) as usize] >> (bit % 64) & 1 == 1
            }
            _ => self.kinds >> kind as u8 & 1 == 1,
        }
    }
}

/// Which raw overrides a profile may have (SPEC V4).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum OverridePolicy {
    /// Any known parameter but those that move provisioning, logins, certificates, firmware, remote control or action URLs.
    #[default]
    Harmless,
    /// Any known parameter. Those that [`OverridePolicy::Harmless`] refuses count as secrets of the kind [`SecretKind::Other`].
    Any,
}

/// What happens to a character that a device's character set does not have (SPEC V4). Secrets are never changed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum CharacterPolicy {
    /// The file is refused, naming field and character.
    #[default]
    Refuse,
    /// It is spelled plainly (`ä` as `ae`), with a warning; refused where it has no plain spelling.
    Transliterate,
}
