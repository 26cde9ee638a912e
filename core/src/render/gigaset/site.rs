//! The base as a whole, and its phonebook (`docs/facts/gigaset.md`, section 4).

use super::words::{LANGUAGE, TONES, ZONE, language, tones, zone};
use crate::models::Confidence::{Confirmed, Inferred, OneSource};
use crate::profile::{PhoneLang, Phonebook};
use crate::render::derived::WAITING_INTERVAL_MIN;
use crate::render::pen::{Fault, Form, Pen, Put, Stop};
use crate::render::rows::{Index, Row, Scope, Shape};
use crate::render::syntax::frame::{NAMED, NAMED_50, NUMBER, entry, symbol, symbol_close, symbol_form, symbol_open};
use crate::render::{FullJob, ProvisioningUrl, Restricted, SecretKind};
use crate::secret::Secret;
use alloc::vec::Vec;

/// The base as a whole.
pub(super) struct Site;

pub(super) struct FullSite<'a> {
    pub(super) job: &'a FullJob<'a>,
    /// The MAC address as the file must name it.
    pub(super) mac: &'a str,
    /// Where the base looks for all other files: host and port, on a manager with the scheme before them.
    pub(super) data_server: &'a str,
    pub(super) poll_min: u32,
    pub(super) offset_min: Option<i16>,
    pub(super) summer: bool,
    /// The password of the web pages where the model can have it.
    pub(super) admin: Option<&'a Secret>,
    /// The PIN that pairs handsets where the model can have it.
    pub(super) pairing: Option<&'a Secret>,
    /// Whether an account wants G.722.
    pub(super) wideband: bool,
    pub(super) firmware_due: bool,
}

pub(super) struct WaitingSite<'a> {
    pub(super) job: &'a Restricted<'a>,
    pub(super) mac: &'a str,
    pub(super) data_server: &'a str,
}

impl Scope for Site {
    type Full<'a> = FullSite<'a>;
    type Restricted<'a> = WaitingSite<'a>;
}

type S = Row<Site>;

/// What every file begins with: without the base's own address in it nothing of a file is taken (section 3).
pub(super) static HEAD: &[S] = &[
    S::new(entry!(&NAMED, "MAC_ADDRESS"), Confirmed, |f, p| p.text("mac", f.mac), |r, p| p.text("mac", r.mac)),
    S::new(entry!(&NAMED, "PROFILE_NAME", "string"), Confirmed, |_, p| p.word("PBX"), |_, p| p.word("PBX")),
    // One parameter in two rows, of which one speaks: a URL that holds the credential is marked as such. The file's whole address,
    // so that neither index files nor placeholders stand between (section 2).
    S::new(
        entry!(&NAMED, "S_CONFIGFILE_URL", "string"),
        Confirmed,
        |f, p| match f.job.provisioning.url {
            ProvisioningUrl::Open(url) => {
                p.url("provisioning.url", url)?;
                file(f.mac, p)
            }
            ProvisioningUrl::Credential(_) => p.skip(),
        },
        |r, p| {
            p.url("url", r.job.url)?;
            file(r.mac, p)
        },
    ),
    S::new(
        entry!(&NAMED, "S_CONFIGFILE_URL", "string"),
        Confirmed,
        |f, p| match f.job.provisioning.url {
            ProvisioningUrl::Open(_) => p.skip(),
            ProvisioningUrl::Credential(url) => {
                p.secret("provisioning.url", url)?;
                file(f.mac, p)
            }
        },
        |_, p| p.skip(),
    )
    .secret(SecretKind::Credential),
    // One source, for an older device of the family: a base that does not know it still looks once a day.
    S::new(
        entry!(&NUMBER, "I_CHECK_FOR_UPDATES_TIMER_INIT", "integer"),
        Inferred,
        |f, p| p.number(f.poll_min),
        |_, p| p.number(WAITING_INTERVAL_MIN),
    ),
    S::new(
        symbol!(number "BS_AE_SwConfig.ucCountryCodeTone"),
        Confirmed,
        |f, p| p.word(f.job.profile.tones.and_then(tones).unwrap_or(TONES)),
        |_, p| p.word(TONES),
    ),
];

/// A base.
pub(super) static N510: &[S] = &[
    S::new(entry!(&NAMED_50, "S_PROV_USERNAME", "string"), OneSource, login_user, |_, p| p.clear())
        .secret(SecretKind::Credential)
        .since([192, 0]),
    S::new(entry!(&NAMED_50, "S_PROV_PASSWORD", "string"), OneSource, login_password, |_, p| p.clear())
        .secret(SecretKind::Credential)
        .since([192, 0]),
    // By default the vendor's own server, which may send the base elsewhere (SPEC V10). No path: it is asked for by plain HTTP,
    // and a path may hold a token.
    S::new(
        symbol!(text "BS_IP_Data1.aucS_DATA_SERVER" [0]),
        Confirmed,
        |f, p| p.text("provisioning.url", f.data_server),
        |r, p| p.text("url", r.data_server),
    ),
    S::new(symbol!(number "BS_IP_Data.ucB_AUTO_UPDATE_PROFILE"), Confirmed, |_, p| p.word("0x1"), |_, p| p.word("0x1")),
    S::new(symbol!(number "BS_IP_Data3.ucI_ONESHOT_PROVISIONING_MODE_1"), Confirmed, |_, p| p.word("0x1"), |_, p| p.word("0x1")),
    // Only for a base that is known to have an older one.
    S::new(
        symbol!(text "BS_IP_Data1.aucS_USER_FIRMWARE_URL"),
        OneSource,
        |f, p| match &f.job.profile.firmware {
            Some(target) if f.firmware_due => p.text("firmware.url", target.url.as_str()),
            _ => p.clear(),
        },
        |_, p| p.clear(),
    ),
    // The PIN of the web pages, of the menu and of pairing is one. Neither cleared where there is none nor while the base waits:
    // 0000 would be worse than any PIN that stays.
    S::new(
        symbol!(number "BS_CUSTOM.aucKdsPin" [0]),
        Confirmed,
        |f, p| pin("protection.admin_password", f.admin, p),
        |_, p| p.skip(),
    )
    .secret(SecretKind::Web),
    S::new(symbol!(number "BS_IP_Data1.ucI_HTTPLANGUAGE"), Confirmed, web_language, waiting_language),
    S::new(symbol!(text "BS_IP_Data1.aucS_TIME_NTP_SERVER"), Confirmed, ntp, |_, p| p.clear()),
    S::new(symbol!(number "BS_IP_Data1.uiI_TIME_TIMEZONE"), Confirmed, time_zone, |_, p| p.word(ZONE)),
    S::new(
        symbol!(number "BS_IP_Data1.ucB_TIME_USE_AUTOMATIC_DST"),
        Confirmed,
        |f, p| p.word(if f.summer { "0x1" } else { "0x0" }),
        |_, p| p.word("0x1"),
    ),
    // Another country: numbers go out as they were dialled, emergency numbers too.
    S::new(symbol!(number "BS_IP_Data1.ucI_DIALING_PLAN_COUNTRY_ID"), Confirmed, |_, p| p.word("0xff"), |_, p| p.word("0xff")),
    // The list of each account counts.
    S::new(symbol!(number "BS_IP_Data1.ucI_CODEC_PREFERENCES"), OneSource, |_, p| p.word("0"), |_, p| p.word("0")),
    // DTMF as RFC 4733 events: the authentication service must hear a PIN.
    S::new(symbol!(number "BS_IP_Data1.ucB_DTMF_TX_MODE_AUTO"), OneSource, |_, p| p.word("0"), |_, p| p.word("0")),
    S::new(symbol!(number "BS_IP_Data1.ucI_DTMF_TX_MODE_BITS"), OneSource, |_, p| p.word("2"), |_, p| p.word("2")),
    // The idle screen shows the handset's name.
    S::new(symbol!(number "BS_LM_AppCfg.bit.bHasIdleTextInternalName"), Confirmed, |_, p| p.word("1"), |_, p| p.word("1")),
    // Neither cleared where nobody says anything nor while the base waits: that would take it off its network.
    S::new(
        symbol!(number "BS_IP_Data1.ucB_VLAN_ENABLED"),
        OneSource,
        |f, p| if f.job.profile.network.vlan.is_some() { p.word("1") } else { p.skip() },
        |_, p| p.skip(),
    ),
    S::new(symbol!(number "BS_IP_Data1.uiI_VLAN_ID"), OneSource, vlan, |_, p| p.skip()),
    S::new(symbol!(number "BS_IP_Data1.ucI_VLAN_PRIORITY"), OneSource, vlan_priority, |_, p| p.skip()),
];

/// A manager.
pub(super) static N720: &[S] = &[
    S::new(entry!(&NAMED_50, "S_PROV_USERNAME", "string"), Inferred, login_user, |_, p| p.clear())
        .secret(SecretKind::Credential)
        .since([84, 0]),
    S::new(entry!(&NAMED_50, "S_PROV_PASSWORD", "string"), Inferred, login_password, |_, p| p.clear())
        .secret(SecretKind::Credential)
        .since([84, 0]),
    S::new(
        symbol!(text "BS_IP_Data.aucS_DATA_SERVER[%]"),
        OneSource,
        |f, p| p.text("provisioning.url", f.data_server),
        |r, p| p.text("url", r.data_server),
    ),
    S::new(symbol!(number "BS_IP_Data.ucB_DO_CHECK_FOR_PROFILE_UPDATES"), OneSource, |_, p| p.word("1"), |_, p| p.word("1")),
    S::new(
        symbol!(text "BS_CUSTOM.WebUIPassword"),
        OneSource,
        |f, p| match f.admin {
            Some(password) => p.secret("protection.admin_password", password),
            None => p.skip(),
        },
        |_, p| p.skip(),
    )
    .secret(SecretKind::Web),
    S::new(
        symbol!(number "BS_CUSTOM.aucKdsPin[%]"),
        OneSource,
        |f, p| pin("protection.pairing_pin", f.pairing, p),
        |_, p| p.skip(),
    )
    .secret(SecretKind::Other),
    // Goes with the PIN: withheld and kept as it is.
    S::new(
        symbol!(number "BS_CUSTOM.bit.UseRandomRegistrationPIN"),
        OneSource,
        |f, p| if f.pairing.is_some() { p.word("0") } else { p.skip() },
        |_, p| p.skip(),
    )
    .secret(SecretKind::Other),
    S::new(symbol!(number "BS_IP_Data.ucI_HTTPLANGUAGE"), OneSource, web_language, waiting_language),
    S::new(symbol!(text "BS_IP_Data.aucS_TIME_NTP_SERVER[%]"), OneSource, ntp, |_, p| p.clear()),
    S::new(symbol!(number "BS_IP_Data.ucB_TIME_USE_AUTOMATIC_NTP_SYN"), OneSource, |_, p| p.word("1"), |_, p| p.word("1")),
    S::new(symbol!(number "BS_IP_Data.uiI_TIME_TIMEZONE"), OneSource, time_zone, |_, p| p.word(ZONE)),
    S::new(
        symbol!(number "BS_IP_Data.ucB_TIME_USE_AUTOMATIC_DST"),
        OneSource,
        |f, p| p.word(if f.summer { "1" } else { "0" }),
        |_, p| p.word("1"),
    ),
    S::new(symbol!(number "BS_IP_Data.ucI_DIALING_PLAN_COUNTRY_ID"), OneSource, |_, p| p.word("0xff"), |_, p| p.word("0xff")),
    S::new(symbol!(number "BS_VOIP_Data.ucB_DTMF_TX_MODE_AUTO"), OneSource, |_, p| p.word("1"), |_, p| p.word("1")),
    // Off unless it is asked for: it takes half of a base's calls.
    S::new(
        symbol!(number "BS_VOIP_Data.EnableWideband"),
        OneSource,
        |f, p| p.word(if f.wideband { "1" } else { "0" }),
        |_, p| p.word("0"),
    ),
    S::new(symbol!(number "BS_VOIP_Data.NameOnIdleDisplay"), OneSource, |_, p| p.word("1"), |_, p| p.word("1")),
    S::new(
        symbol!(number "BS_IP_Data.ucB_VLAN_ENABLED"),
        OneSource,
        |f, p| if f.job.profile.network.vlan.is_some() { p.word("1") } else { p.skip() },
        |_, p| p.skip(),
    ),
    S::new(symbol!(number "BS_IP_Data.uiI_VLAN_ID"), OneSource, vlan, |_, p| p.skip()),
    S::new(symbol!(number "BS_IP_Data.ucI_VLAN_PRIORITY"), OneSource, vlan_priority, |_, p| p.skip()),
];

/// The phonebook, as the base's directory of its own kind.
pub(super) struct PhonebookSlot;

impl Scope for PhonebookSlot {
    type Full<'a> = &'a Phonebook;
    type Restricted<'a> = ();
}

type P = Row<PhonebookSlot>;

/// The number of that directory (section 4).
const DIRECTORY: &str = "0x2a";

/// The shape of a directory's symbol, which stands once.
macro_rules! directory {
    ($kind:ident $name:literal, $all:literal) => {
        symbol!(@
            $kind, concat!("BS_XML_Netdirs.", $name, $all), concat!("BS_XML_Netdirs.", $name, $all),
            symbol_open!($kind), Index::None
        )
    };
}

/// The shape of a directory's symbol that a provider has.
macro_rules! provider {
    ($kind:ident $name:literal, $all:literal) => {
        symbol!(@
            $kind, concat!("BS_XML_Netdirs.astNetdirProvider[X].", $name, $all), "BS_XML_Netdirs.astNetdirProvider[",
            concat!("].", $name, $all, symbol_open!($kind)), Index::Zero
        )
    };
}

/// The rows: what stands behind a symbol that is an array, and the word for who may log in.
macro_rules! phonebook {
    ($all:literal, $login:literal) => {
        &[
            P::new(directory!(number "aucAvailableNetdirs", $all), OneSource, |_, p| p.word(DIRECTORY), |(), p| p.word(DIRECTORY))
                .unused(|(), p| p.word(DIRECTORY)),
            P::new(directory!(number "aucActivatedNetdirs", $all), OneSource, |_, p| p.word(DIRECTORY), |(), p| p.word("0x0"))
                .unused(|(), p| p.word("0x0")),
            P::new(
                directory!(number "aucNetdirSelForDirectAccess", $all),
                OneSource,
                |_, p| p.word(DIRECTORY),
                |(), p| p.word("0x0"),
            )
            .unused(|(), p| p.word("0x0")),
            P::new(provider!(text "aucProviderName", $all), OneSource, |f, p| name(f, p), |(), p| p.clear()),
            P::new(provider!(text "aucPrivatePagesDirName", $all), OneSource, |f, p| name(f, p), |(), p| p.clear()),
            P::new(
                provider!(text "aucServerURL", $all),
                OneSource,
                |f, p| p.text("phonebook.url", f.url.as_str()),
                |(), p| p.clear(),
            ),
            P::new(
                provider!(text "aucUsername", $all),
                OneSource,
                |f, p| p.maybe("phonebook.user", f.user.as_deref()),
                |(), p| p.clear(),
            ),
            P::new(
                provider!(text "aucPassword", $all),
                OneSource,
                |f, p| p.maybe_secret("phonebook.password", f.password.as_ref()),
                |(), p| p.clear(),
            )
            .secret(SecretKind::Other),
            P::new(provider!(number "ucAuthPossibilities", ""), OneSource, |_, p| p.word($login), |(), p| p.word($login))
                .unused(|(), p| p.word($login)),
            P::new(provider!(number "bitfldCap.bSearchPeopleCap", ""), OneSource, |_, p| p.word("1"), |(), p| p.word("1"))
                .unused(|(), p| p.word("1")),
        ]
    };
}

/// A base's symbols have no index at their end.
pub(super) static PHONEBOOK_N510: &[P] = phonebook!("", "0x4");

/// A manager's symbols are arrays.
pub(super) static PHONEBOOK_N720: &[P] = phonebook!("[%]", "0");

/// The file's name, behind the URL.
fn file(mac: &str, p: &mut Pen<'_>) -> Put {
    p.text("mac", mac)?;
    p.word(".xml")
}

fn login_user(f: &FullSite<'_>, p: &mut Pen<'_>) -> Put {
    p.maybe("provisioning.login.user", f.job.provisioning.login.map(|(user, _)| user.as_str()))
}

fn login_password(f: &FullSite<'_>, p: &mut Pen<'_>) -> Put {
    p.maybe_secret("provisioning.login.password", f.job.provisioning.login.map(|(_, password)| password))
}

fn web_language(f: &FullSite<'_>, p: &mut Pen<'_>) -> Put {
    p.word(f.job.profile.language.and_then(language).unwrap_or(LANGUAGE))
}

fn waiting_language(r: &WaitingSite<'_>, p: &mut Pen<'_>) -> Put {
    p.word(language(PhoneLang::Own(r.job.lang)).unwrap_or(LANGUAGE))
}

fn ntp(f: &FullSite<'_>, p: &mut Pen<'_>) -> Put {
    p.maybe("time.ntp_server", f.job.profile.time.ntp_server.as_ref().map(|host| host.as_str()))
}

fn time_zone(f: &FullSite<'_>, p: &mut Pen<'_>) -> Put {
    p.word(f.offset_min.and_then(zone).unwrap_or(ZONE))
}

fn vlan(f: &FullSite<'_>, p: &mut Pen<'_>) -> Put {
    f.job.profile.network.vlan.map_or(Err(Stop::Skip), |vlan| p.hex(vlan))
}

fn vlan_priority(f: &FullSite<'_>, p: &mut Pen<'_>) -> Put {
    f.job.profile.network.vlan_priority.map_or(Err(Stop::Skip), |priority| p.number(priority))
}

fn name(book: &Phonebook, p: &mut Pen<'_>) -> Put {
    match &book.name {
        Some(name) => p.text("phonebook.name", name),
        None => p.word("PBX"),
    }
}

/// Four digits as two bytes: `1234` is `0x12,0x34`.
fn pin(field: &'static str, pin: Option<&Secret>, p: &mut Pen<'_>) -> Put {
    static PIN: Form = Form { text: digits, clear: None };
    match pin {
        Some(pin) => p.secret_as(&PIN, field, pin),
        None => p.skip(),
    }
}

fn digits(out: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    if let Some(character) = text.chars().find(|c| !c.is_ascii_digit()) {
        return Err(Fault::Character(character));
    }
    let [a, b, c, d] = text.as_bytes() else {
        return Err(Fault::LongerThan(4));
    };
    out.extend_from_slice(&[b'0', b'x', *a, *b, b',', b'0', b'x', *c, *d]);
    Ok(())
}

/// Whether a PIN can be written.
pub(super) fn is_pin(pin: &Secret) -> bool {
    let text = pin.expose();
    text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())
}
