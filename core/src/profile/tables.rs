//! Every field of a profile as data: names, bounds, words, and what the JSON Schema says of them.

use super::shape::{Entry, Grammar, Kind, Shape};
use super::{Codec, DialString, FirmwareVersion, Host, KeyKind, NumberPattern, PhoneLang, SipUser, Srtp, Tones, Transport, Url};
use crate::lang::Lang;

/// Characters of a label, a name or another short text.
const TEXT: Kind = Kind::Text(128);
const HOST: Kind =
    Kind::Of(&Grammar { check: |text| Host::parse(text).map(drop), most: 255, pattern: "^[A-Za-z0-9.:\\[\\]-]+$" });
pub(super) const URL: Kind = Kind::Of(&Grammar { check: Url::check, most: 512, pattern: "^https?://[^$\\s\"<>\\\\^`{|}]+$" });
pub(super) const DIAL: Kind =
    Kind::Of(&Grammar { check: |text| DialString::parse(text).map(drop), most: 64, pattern: "^[0-9A-Za-z*#+._-]+$" });
const PATTERN: Kind = Kind::Of(&Grammar { check: |text| NumberPattern::parse(text).map(drop), most: 32, pattern: "^[0-9*#x]+$" });
const USER: Kind =
    Kind::Of(&Grammar { check: |text| SipUser::parse(text).map(drop), most: 128, pattern: "^[A-Za-z0-9_.!~*'()+-]+$" });
const VERSION: Kind = Kind::Of(&Grammar {
    check: |text| FirmwareVersion::parse(text).map(drop),
    most: 35,
    pattern: "^[0-9]{1,5}([.-][0-9]{1,5}){0,5}$",
});
/// What a key carries: which of the two depends on its kind.
const KEY_VALUE: Kind = Kind::Of(&Grammar {
    check: |text| {
        Url::check(text).or_else(|wrong| if text.contains(':') { Err(wrong) } else { DialString::parse(text).map(drop) })
    },
    most: 512,
    pattern: "^([0-9A-Za-z*#+._-]+|https?://[^$\\s\"<>\\\\^`{|}]+)$",
});
const SLOT_NUMBER: Kind = Kind::Number(1, super::shape::MOST_SLOTS as i64);
const VLAN: Kind = Kind::Number(1, 4094);

/// A field that may be absent.
const fn may(name: &'static str, kind: Kind, title: &'static str, about: &'static str) -> Entry {
    Entry { name, kind, needed: false, title, about }
}

/// A field that must not be absent where its object is there.
const fn must(name: &'static str, kind: Kind, title: &'static str, about: &'static str) -> Entry {
    Entry { name, kind, needed: true, title, about }
}

pub(super) static PROFILE: Shape = Shape {
    name: "profile",
    fields: &[
        may("accounts", Kind::Slots(&ACCOUNT), "SIP accounts", "By slot."),
        may("handsets", Kind::Slots(&HANDSET), "Handsets", "Of a DECT base, by slot."),
        may("protection", Kind::Object(&PROTECTION), "Protection", "Who may change the phone."),
        may("keys", Kind::Slots(&KEY), "Function keys", "Beside the screen, by slot."),
        may("modules", Kind::Slots(&MODULE), "Expansion modules", "By slot."),
        may("language", Kind::Word(LANGUAGE_WORDS), "Language", "Of the phone's own texts."),
        may("language_file", URL, "Language file", "A file with the phone's own texts in that language."),
        may("menu", URL, "Menu", "The menu that the server shows on the phone's screen."),
        may("phonebook", Kind::Object(&PHONEBOOK), "Phonebook", "That the phone fetches."),
        may("firmware", Kind::Object(&FIRMWARE), "Firmware", "That a phone with an older one fetches."),
        may("time", Kind::Object(&TIME), "Clock", ""),
        may("tones", Kind::Word(TONE_WORDS), "Tones", "The country whose tones the phone plays."),
        may("network", Kind::Object(&NETWORK), "Network", "VLAN and LLDP."),
        may("syslog", Kind::Object(&SYSLOG), "Log", "Where the phone sends its log."),
        may("provisioning", Kind::Object(&PROVISIONING), "Provisioning", "How often the phone asks for its configuration."),
        may("dialling", Kind::Object(&DIALLING), "Dialling", "When a typed number is complete."),
        may("display_text", TEXT, "Display text", "What the idle screen shows."),
        may("overrides", Kind::Overrides, "Raw parameters", "Of the vendor, by name. Their values count as secrets."),
    ],
};

static ACCOUNT: Shape = Shape {
    name: "account",
    fields: &[
        may("label", TEXT, "Label", "Beside the line key."),
        may("display_name", TEXT, "Display name", "What the other side sees."),
        must("user", USER, "User", "The user part of the SIP address."),
        may("auth_user", TEXT, "Login", "Where it is not the user."),
        may("password", Kind::Secret, "Password", ""),
        must("server", Kind::Object(&SERVER), "Server", "The registrar."),
        may("backup_server", Kind::Object(&SERVER), "Backup server", "Where the server does not answer."),
        may("outbound_proxy", Kind::Object(&SERVER), "Outbound proxy", "Where every request goes first."),
        may("voicemail", DIAL, "Voice mailbox", "Its number."),
        may("expires_s", Kind::Number(30, 604_800), "Registration", "Seconds between two registrations."),
        may("srtp", Kind::Word(SRTP_WORDS), "SRTP", "Encryption of the voice."),
        may("codecs", Kind::List(&Kind::Word(CODEC_WORDS)), "Codecs", "In order of preference."),
    ],
};

static SERVER: Shape = Shape {
    name: "server",
    fields: &[
        must("host", HOST, "Host", "A DNS name, an IPv4 or an IPv6 address."),
        may("port", Kind::Port, "Port", "None leaves it to the phone."),
        may("transport", Kind::Word(TRANSPORT_WORDS), "Transport", "UDP where nothing is said."),
    ],
};

static HANDSET: Shape = Shape {
    name: "handset",
    fields: &[
        may("name", TEXT, "Name", "On its screen."),
        may("account", SLOT_NUMBER, "Account", "The slot of the account it uses; none takes that of its own slot."),
    ],
};

static PROTECTION: Shape = Shape {
    name: "protection",
    fields: &[
        may("admin_password", Kind::Secret, "Administrator's password", "Of the web pages."),
        may("user_password", Kind::Secret, "User's password", "Of the web pages."),
        may("menu_password", Kind::Digits(4, 8), "Menu password", "Of the administrator's part of the phone's own menu."),
        may("pairing_pin", Kind::Digits(4, 8), "Pairing PIN", "Pairs a handset with a DECT base."),
        may("web", Kind::Bool, "Web pages", "Whether they can be reached."),
    ],
};

pub(super) static KEY: Shape = Shape {
    name: "key",
    fields: &[
        must("kind", Kind::Word(KEY_WORDS), "Kind", "What the key does."),
        may("value", KEY_VALUE, "Value", "A number or a URL, as the kind has it."),
        may("pickup", DIAL, "Pickup code", "With which a watched line's calls are picked up."),
        may("label", TEXT, "Label", ""),
        may("account", SLOT_NUMBER, "Account", "The slot of the account it uses; none leaves it to the phone."),
    ],
};

static MODULE: Shape =
    Shape { name: "module", fields: &[may("keys", Kind::Slots(&KEY), "Function keys", "Of this module, by slot.")] };

static PHONEBOOK: Shape = Shape {
    name: "phonebook",
    fields: &[
        may("name", TEXT, "Name", "As the phone shows it."),
        must("url", URL, "URL", ""),
        may("user", TEXT, "Login", ""),
        may("password", Kind::Secret, "Password", ""),
    ],
};

static FIRMWARE: Shape = Shape {
    name: "firmware",
    fields: &[
        must("version", VERSION, "Version", "A phone with an older one fetches it."),
        must("url", URL, "URL", "Of the firmware file."),
    ],
};

static TIME: Shape = Shape {
    name: "time",
    fields: &[
        may("ntp_server", HOST, "Time server", "NTP."),
        may("zone", Kind::Zone, "Time zone", "Its IANA name, such as Europe/Berlin."),
        may("utc_offset_min", Kind::Number(-720, 840), "Offset", "Minutes east of UTC in winter, where there is no zone."),
        may("dst_auto", Kind::Bool, "Summer time", "By the phone's own rules (true) or never (false); none by the zone's."),
        may("hours_24", Kind::Bool, "24 hours", "Hours from 0 to 23 (true) or twice from 1 to 12 (false)."),
    ],
};

static NETWORK: Shape = Shape {
    name: "network",
    fields: &[
        may("vlan", VLAN, "VLAN", "Of the phone."),
        may("vlan_priority", Kind::Number(0, 7), "VLAN priority", "IEEE 802.1p."),
        may("pc_vlan", VLAN, "VLAN of the computer", "At the phone's second socket."),
        may("lldp", Kind::Bool, "LLDP", "Whether the phone learns its VLAN by LLDP."),
    ],
};

static SYSLOG: Shape = Shape {
    name: "syslog",
    fields: &[
        must("host", HOST, "Host", ""),
        may("port", Kind::Port, "Port", "None is 514."),
        may("level", Kind::Number(0, 7), "Level", "RFC 5424 severity: 0 (emergency) to 7 (debug)."),
    ],
};

static PROVISIONING: Shape = Shape {
    name: "provisioning",
    fields: &[
        may("interval_min", Kind::Number(5, 43_200), "Interval", "Minutes between two requests."),
        may("jitter_min", Kind::Number(0, 1440), "Jitter", "At most so many minutes more, the same for a phone each time."),
    ],
};

static DIALLING: Shape = Shape {
    name: "dialling",
    fields: &[
        may("timeout_s", Kind::Number(1, 60), "Timeout", "Seconds after the last digit."),
        may("at_once", Kind::List(&PATTERN), "At once", "Numbers that are dialled without waiting; x is any digit."),
    ],
};

/// How a kind of key is made, and so what it carries.
#[derive(Clone, Copy)]
pub(super) enum Make {
    Plain(fn() -> KeyKind),
    Number(fn(DialString) -> KeyKind),
    MaybeNumber(fn(Option<DialString>) -> KeyKind),
    /// A number, and perhaps a pickup code.
    Watch(fn(DialString, Option<DialString>) -> KeyKind),
    Url(fn(Url) -> KeyKind),
}

/// Declares words with their meanings, and the list of the words alone.
macro_rules! words {
    ($($name:ident, $words:ident: $type:ty = { $($word:literal => $meaning:expr,)+ })+) => {
        $(
            pub(super) const $name: &[(&str, $type)] = &[$(($word, $meaning)),+];
            const $words: &[&str] = &[$($word),+];
        )+
    };
}

words! {
    TRANSPORTS, TRANSPORT_WORDS: Transport = {
        "udp" => Transport::Udp,
        "tcp" => Transport::Tcp,
        "tls" => Transport::Tls,
    }
    SRTP, SRTP_WORDS: Srtp = {
        "off" => Srtp::Off,
        "optional" => Srtp::Optional,
        "required" => Srtp::Required,
    }
    CODECS, CODEC_WORDS: Codec = {
        "pcma" => Codec::Pcma,
        "pcmu" => Codec::Pcmu,
        "g722" => Codec::G722,
        "g729" => Codec::G729,
        "opus" => Codec::Opus,
        "ilbc" => Codec::Ilbc,
        "g726_32" => Codec::G726_32,
    }
    LANGUAGES, LANGUAGE_WORDS: PhoneLang = {
        "de" => PhoneLang::Own(Lang::De),
        "en" => PhoneLang::Own(Lang::En),
        "fr" => PhoneLang::Own(Lang::Fr),
        "es" => PhoneLang::Own(Lang::Es),
        "it" => PhoneLang::Own(Lang::It),
        "pl" => PhoneLang::Own(Lang::Pl),
        "pt" => PhoneLang::Pt,
        "tr" => PhoneLang::Tr,
        "ru" => PhoneLang::Ru,
    }
    TONES, TONE_WORDS: Tones = {
        "at" => Tones::At,
        "be" => Tones::Be,
        "ch" => Tones::Ch,
        "de" => Tones::De,
        "es" => Tones::Es,
        "fr" => Tones::Fr,
        "gb" => Tones::Gb,
        "it" => Tones::It,
        "nl" => Tones::Nl,
        "us" => Tones::Us,
    }
    KEY_KINDS, KEY_WORDS: Make = {
        "none" => Make::Plain(|| KeyKind::None),
        "line" => Make::Plain(|| KeyKind::Line),
        "blf" => Make::Watch(|watch, pickup| KeyKind::Blf { watch, pickup }),
        "speed_dial" => Make::Number(KeyKind::SpeedDial),
        "intercom" => Make::Number(KeyKind::Intercom),
        "transfer" => Make::MaybeNumber(KeyKind::Transfer),
        "forward" => Make::MaybeNumber(KeyKind::Forward),
        "park" => Make::Number(KeyKind::Park),
        "pickup" => Make::MaybeNumber(KeyKind::Pickup),
        "dtmf" => Make::Number(KeyKind::Dtmf),
        "voicemail" => Make::Plain(|| KeyKind::Voicemail),
        "dnd" => Make::Plain(|| KeyKind::DoNotDisturb),
        "redial" => Make::Plain(|| KeyKind::Redial),
        "hold" => Make::Plain(|| KeyKind::Hold),
        "conference" => Make::Plain(|| KeyKind::Conference),
        "directory" => Make::Plain(|| KeyKind::Directory),
        "history" => Make::Plain(|| KeyKind::History),
        "url" => Make::Url(KeyKind::Url),
        "menu" => Make::Url(KeyKind::Menu),
    }
}
