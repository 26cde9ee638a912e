//! The phone as a whole (`docs/facts/snom.md`, section 4).

use super::words::{auto_dial, language, timezone, tone_scheme};
use crate::models::Confidence::{Confirmed, Memory, OneSource};
use crate::models::Model;
use crate::profile::PhoneLang;
use crate::render::derived::WAITING_INTERVAL_MIN;
use crate::render::pen::{Pen, Put, Stop};
use crate::render::rows::{Index, Row, Scope, Shape};
use crate::render::syntax::snom_xml::{TEXT, element};
use crate::render::{FullJob, ProvisioningUrl, Restricted, SecretKind};

/// The phone as a whole.
pub(super) struct Site;

pub(super) struct FullSite<'a> {
    pub(super) job: &'a FullJob<'a>,
    /// The name of the phone's own file.
    pub(super) file: &'a str,
    pub(super) emergency_list: &'a str,
    pub(super) poll_s: u32,
    /// Minutes east of UTC in winter.
    pub(super) offset_min: Option<i16>,
    /// The rule of summer time in the phone's words; none without.
    pub(super) summer: Option<&'a str>,
    /// Whether the phone's own rule for its zone is the wanted one, so that the zone may be named.
    pub(super) by_name: bool,
    pub(super) firmware_due: bool,
    /// The firmware that the phone says it has.
    pub(super) release: Option<[u16; 2]>,
}

pub(super) struct WaitingSite<'a> {
    pub(super) job: &'a Restricted<'a>,
    pub(super) file: &'a str,
    pub(super) emergency_list: &'a str,
    /// The firmware that the phone says it has.
    pub(super) release: Option<[u16; 2]>,
}

impl Scope for Site {
    type Full<'a> = FullSite<'a>;
    type Restricted<'a> = WaitingSite<'a>;
}

type S = Row<Site>;

/// Emergency numbers of a phone that nobody told any (section 4).
const EMERGENCY: &str = "911 112 110 999 19222";

/// The key of the directory as it leaves the factory.
const DIRECTORY: &str = "keyevent F_ADR_BOOK";

/// The second soft key as one of the sources sets it.
const SOFT_KEY: &str = "keyevent F_REDIRECT";

/// The sources of settings that the phone may ask.
const ORDER: &str = "redirection:stop";

/// Seconds after the last digit while the phone waits, and from lifting the handset to the authentication service. The one number
/// from 3 to 9 that `auto_dial` takes on every firmware (section 4).
const WAITING_TIMEOUT_S: u8 = 5;

/// The firmware that is held to know `auto_dial_target`. The vendor names none; since this one, `auto_dial` takes any time (section 4).
const HOTLINE: [u16; 2] = [1001, 26];

pub(super) static SITE: &[S] = &[
    // A user may change the language; the next file takes it back.
    S::new(element!(rw "language"), Confirmed, full_language, waiting_language),
    S::new(element!(rw "web_language"), Confirmed, full_language, waiting_language),
    // The zone's name, where the phone has one; its offset and rule are said beside it, and alone where it has none.
    S::new(
        element!("timezone"),
        Confirmed,
        |f, p| match f.job.profile.time.zone.as_ref().filter(|_| f.by_name).and_then(timezone) {
            Some(word) => p.word(word),
            None => p.clear(),
        },
        |_, p| p.clear(),
    ),
    S::new(
        element!("utc_offset"),
        Confirmed,
        |f, p| match f.offset_min {
            None => p.clear(),
            Some(minutes) => {
                if minutes < 0 {
                    p.word("-")?;
                }
                p.number(u32::from(minutes.unsigned_abs()) * 60)
            }
        },
        |_, p| p.clear(),
    ),
    S::new(element!("dst"), Confirmed, |f, p| p.maybe("time.zone", f.summer), |_, p| p.clear()),
    S::new(
        element!("ntp_server"),
        Confirmed,
        |f, p| p.maybe("time.ntp_server", f.job.profile.time.ntp_server.as_ref().map(|host| host.as_str())),
        |_, p| p.clear(),
    ),
    S::new(
        element!("time_24_format"),
        Confirmed,
        |f, p| p.word(if f.job.profile.time.hours_24 == Some(false) { "off" } else { "on" }),
        |_, p| p.word("on"),
    ),
    // USA is the factory default.
    S::new(
        element!("tone_scheme"),
        Confirmed,
        |f, p| p.word(f.job.profile.tones.and_then(tone_scheme).unwrap_or("USA")),
        |_, p| p.word("USA"),
    ),
    // Read-only, it would keep administrators out of the phone's own menu as well.
    S::new(element!(rw "admin_mode"), Confirmed, |_, p| p.word("off"), |_, p| p.word("off")),
    // No password is cleared, here or while the phone waits: the factory default would be worse than any that stays.
    S::new(element!("admin_mode_password"), Confirmed, menu_password, |_, p| p.skip()).secret(SecretKind::Menu),
    S::new(element!("admin_mode_password_confirm"), Confirmed, menu_password, |_, p| p.skip()).secret(SecretKind::Menu),
    S::new(element!("http_user"), Confirmed, admin_name, |_, p| p.skip()),
    S::new(element!("http_pass"), Confirmed, admin_password, |_, p| p.skip()).secret(SecretKind::Web),
    S::new(element!("webserver_admin_name"), Confirmed, admin_name, |_, p| p.skip()).since(TWO_LOGINS),
    S::new(element!("webserver_admin_password"), Confirmed, admin_password, |_, p| p.skip())
        .secret(SecretKind::Web)
        .since(TWO_LOGINS),
    S::new(
        element!("webserver_user_name"),
        Confirmed,
        |f, p| if f.job.profile.protection.user_password.is_some() { p.word("user") } else { p.skip() },
        |_, p| p.skip(),
    )
    .since(TWO_LOGINS),
    S::new(
        element!("webserver_user_password"),
        Confirmed,
        |f, p| match &f.job.profile.protection.user_password {
            Some(password) => p.secret("protection.user_password", password),
            None => p.skip(),
        },
        |_, p| p.skip(),
    )
    .secret(SecretKind::Web)
    .since(TWO_LOGINS),
    // Off while the phone waits: its pages would show the URL with the token to whoever knows the factory password.
    S::new(
        element!("webserver_type"),
        Confirmed,
        |f, p| match f.job.profile.protection.web {
            Some(false) => p.word("off"),
            // Never plain HTTP, over which the password would be read.
            None | Some(true) => p.word("https"),
        },
        |_, p| p.word("off"),
    ),
    // The whole URL of the phone's own file, so that no placeholder needs to be understood. One parameter in two rows, of which
    // one speaks: a URL that holds the credential is marked as such.
    S::new(
        element!("setting_server"),
        Confirmed,
        |f, p| match f.job.provisioning.url {
            ProvisioningUrl::Open(url) => {
                p.url("provisioning.url", url)?;
                p.text("provisioning.url", f.file)
            }
            ProvisioningUrl::Credential(_) => p.skip(),
        },
        |r, p| {
            p.url("url", r.job.url)?;
            p.text("url", r.file)
        },
    ),
    S::new(
        element!("setting_server"),
        Confirmed,
        |f, p| match f.job.provisioning.url {
            ProvisioningUrl::Open(_) => p.skip(),
            ProvisioningUrl::Credential(url) => {
                p.secret("provisioning.url", url)?;
                p.text("provisioning.url", f.file)
            }
        },
        |_, p| p.skip(),
    )
    .secret(SecretKind::Credential),
    S::new(
        element!("http_client_user"),
        Confirmed,
        |f, p| p.maybe("provisioning.login.user", f.job.provisioning.login.map(|(user, _)| user.as_str())),
        |_, p| p.clear(),
    )
    .secret(SecretKind::Credential),
    S::new(
        element!("http_client_pass"),
        Confirmed,
        |f, p| p.maybe_secret("provisioning.login.password", f.job.provisioning.login.map(|(_, password)| password)),
        |_, p| p.clear(),
    )
    .secret(SecretKind::Credential),
    S::new(element!("settings_refresh_timer"), Confirmed, |f, p| p.number(f.poll_s), |_, p| p.number(WAITING_INTERVAL_MIN * 60)),
    // Nothing else may send the phone elsewhere (SPEC V10): a source that the list does not name is not asked. To fetch from
    // `setting_server` is the first step of `redirection`, so without that word the phone might not come back at all.
    S::new(element!("provisioning_order"), OneSource, |_, p| p.word(ORDER), |_, p| p.word(ORDER)),
    S::new(element!("pnp_config"), Confirmed, |_, p| p.word("off"), |_, p| p.word("off")),
    // Only for a phone that is known to have an older one; what it runs does not change when the target goes.
    S::new(
        element!("update_policy"),
        Confirmed,
        |f, p| p.word(if f.firmware_due { "auto_update" } else { "settings_only" }),
        |_, p| p.word("settings_only"),
    ),
    S::new(
        element!("firmware_status"),
        Confirmed,
        |f, p| match &f.job.profile.firmware {
            Some(target) if f.firmware_due => p.text("firmware.url", target.url.as_str()),
            _ => p.clear(),
        },
        |_, p| p.clear(),
    ),
    // Neither cleared where nobody says anything nor while the phone waits: that would take it off its network.
    S::new(
        element!("vlan_id"),
        Confirmed,
        |f, p| f.job.profile.network.vlan.map_or(Err(Stop::Skip), |vlan| p.number(vlan)),
        |_, p| p.skip(),
    ),
    S::new(
        element!("vlan_qos"),
        Confirmed,
        |f, p| f.job.profile.network.vlan_priority.map_or(Err(Stop::Skip), |priority| p.number(priority)),
        |_, p| p.skip(),
    ),
    S::new(
        element!("vlan_pc_id"),
        Confirmed,
        |f, p| f.job.profile.network.pc_vlan.map_or(Err(Stop::Skip), |vlan| p.number(vlan)),
        |_, p| p.skip(),
    ),
    S::new(
        element!("lldp_enable"),
        OneSource,
        |f, p| match f.job.profile.network.lldp {
            Some(true) => p.word("on"),
            Some(false) => p.word("off"),
            None => p.skip(),
        },
        |_, p| p.skip(),
    ),
    S::new(
        element!("syslog_server"),
        OneSource,
        |f, p| p.maybe("syslog.host", f.job.profile.syslog.as_ref().map(|syslog| syslog.host.as_str())),
        |_, p| p.clear(),
    ),
    // 0 to 9, and 5 by default (section 4). That it counts as RFC 5424 does is from memory; a wrong one logs too much or too little.
    S::new(
        element!("log_level"),
        Memory,
        |f, p| p.number(f.job.profile.syslog.as_ref().and_then(|syslog| syslog.level).unwrap_or(5)),
        |_, p| p.number(5u8),
    ),
    S::new(
        element!("auto_dial"),
        OneSource,
        |f, p| match f.job.profile.dialling.timeout_s {
            Some(seconds) => p.number(auto_dial(seconds, f.release)),
            None => p.word("off"),
        },
        // A number that waits because another begins with it goes out by itself; all others end at the service anyway.
        |_, p| p.number(WAITING_TIMEOUT_S),
    ),
    // What the phone dials by itself when the handset is lifted and nothing is typed for as long as `auto_dial` says. One that an
    // earlier file left would be armed by that row, so it is cleared on every firmware. Only where the firmware is known to be
    // recent does the phone that waits call the service so: of others nobody knows that they leave time to type (SPEC V3).
    S::new(
        element!("auto_dial_target"),
        OneSource,
        |_, p| p.clear(),
        |r, p| {
            if r.release.is_some_and(|release| release >= HOTLINE) {
                p.text("service_code", r.job.service_code.as_str())
            } else {
                p.clear()
            }
        },
    ),
    S::new(
        element!("keyboard_lock_emergency"),
        Confirmed,
        |f, p| match f.emergency_list {
            "" => p.word(EMERGENCY),
            list => p.text("emergency", list),
        },
        |r, p| p.text("emergency", r.emergency_list),
    ),
    S::new(element!("ldap_server"), Confirmed, |_, p| p.clear(), |_, p| p.clear()),
    S::new(element!("ldap_username"), Confirmed, |_, p| p.clear(), |_, p| p.clear()),
    S::new(element!("ldap_password"), Confirmed, |_, p| p.clear(), |_, p| p.clear()),
    S::new(
        element!("dkey_directory"),
        Confirmed,
        |f, p| match &f.job.profile.phonebook {
            None => p.word(DIRECTORY),
            Some(book) => {
                p.word("url ")?;
                p.text("phonebook.url", book.url.as_str())
            }
        },
        service,
    ),
    // The second soft key opens the server's menu; D models have it under another name.
    S::new(element!("gui_fkey2"), OneSource, menu, service).needs(is_old),
];

/// The same soft key on D models; its index counts from 0.
pub(super) static SOFT_KEYS: &[S] = &[S::new(element!("context_key" X), OneSource, menu, service).needs(|model| !is_old(model))];

/// The firmware with two web logins: 10.1.100 and newer (section 4).
pub(super) const TWO_LOGINS: [u16; 2] = [1001, 100];

/// 715, 720 and 725 have soft keys of other names than the D models.
fn is_old(model: &Model) -> bool {
    !model.name.starts_with('D')
}

fn full_language(f: &FullSite<'_>, p: &mut Pen<'_>) -> Put {
    p.word(f.job.profile.language.and_then(|lang| language(lang, f.job.model, f.release)).unwrap_or("English"))
}

fn waiting_language(r: &WaitingSite<'_>, p: &mut Pen<'_>) -> Put {
    p.word(language(PhoneLang::Own(r.job.lang), r.job.model, r.release).unwrap_or("English"))
}

fn menu_password(f: &FullSite<'_>, p: &mut Pen<'_>) -> Put {
    match &f.job.profile.protection.menu_password {
        Some(password) => p.secret("protection.menu_password", password),
        None => p.skip(),
    }
}

/// The name of the web administrator, who has one where he has a password.
fn admin_name(f: &FullSite<'_>, p: &mut Pen<'_>) -> Put {
    if f.job.profile.protection.admin_password.is_some() { p.word("admin") } else { p.skip() }
}

fn admin_password(f: &FullSite<'_>, p: &mut Pen<'_>) -> Put {
    match &f.job.profile.protection.admin_password {
        Some(password) => p.secret("protection.admin_password", password),
        None => p.skip(),
    }
}

fn menu(f: &FullSite<'_>, p: &mut Pen<'_>) -> Put {
    match &f.job.profile.menu {
        None => p.word(SOFT_KEY),
        Some(url) => {
            p.word("url ")?;
            p.text("menu", url.as_str())
        }
    }
}

fn service(r: &WaitingSite<'_>, p: &mut Pen<'_>) -> Put {
    p.word("speed ")?;
    p.text("service_code", r.job.service_code.as_str())
}
