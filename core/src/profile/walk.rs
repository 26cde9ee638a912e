//! Every field of a profile by name, and which of them one profile gives.

use super::{Account, Key, KeyKind, Profile, Server, Transport};
use alloc::string::String;
use core::fmt::Write;

/// Declares the fields with their paths; `[]` stands for a slot.
macro_rules! fields {
    ($($name:ident = $path:literal,)*) => {
        /// A field of a profile.
        #[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
        #[non_exhaustive]
        pub enum Field {
            $(#[doc = concat!("`", $path, "`")] $name,)*
        }

        impl Field {
            /// All fields, in the order of the JSON Schema.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The path, its slots written `[]`, such as `accounts[].server.port`.
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$name => $path,)*
                }
            }
        }
    };
}

fields! {
    AccountLabel = "accounts[].label",
    AccountDisplayName = "accounts[].display_name",
    AccountUser = "accounts[].user",
    AccountAuthUser = "accounts[].auth_user",
    AccountPassword = "accounts[].password",
    ServerHost = "accounts[].server.host",
    ServerPort = "accounts[].server.port",
    ServerTransport = "accounts[].server.transport",
    BackupHost = "accounts[].backup_server.host",
    BackupPort = "accounts[].backup_server.port",
    BackupTransport = "accounts[].backup_server.transport",
    ProxyHost = "accounts[].outbound_proxy.host",
    ProxyPort = "accounts[].outbound_proxy.port",
    ProxyTransport = "accounts[].outbound_proxy.transport",
    AccountVoicemail = "accounts[].voicemail",
    AccountExpires = "accounts[].expires_s",
    AccountSrtp = "accounts[].srtp",
    AccountCodecs = "accounts[].codecs",
    HandsetName = "handsets[].name",
    HandsetAccount = "handsets[].account",
    AdminPassword = "protection.admin_password",
    UserPassword = "protection.user_password",
    MenuPassword = "protection.menu_password",
    PairingPin = "protection.pairing_pin",
    Web = "protection.web",
    KeyKind = "keys[].kind",
    KeyValue = "keys[].value",
    KeyPickup = "keys[].pickup",
    KeyLabel = "keys[].label",
    KeyAccount = "keys[].account",
    ModuleKeyKind = "modules[].keys[].kind",
    ModuleKeyValue = "modules[].keys[].value",
    ModuleKeyPickup = "modules[].keys[].pickup",
    ModuleKeyLabel = "modules[].keys[].label",
    ModuleKeyAccount = "modules[].keys[].account",
    Language = "language",
    LanguageFile = "language_file",
    Menu = "menu",
    PhonebookName = "phonebook.name",
    PhonebookUrl = "phonebook.url",
    PhonebookUser = "phonebook.user",
    PhonebookPassword = "phonebook.password",
    FirmwareVersion = "firmware.version",
    FirmwareUrl = "firmware.url",
    NtpServer = "time.ntp_server",
    TimeZone = "time.zone",
    UtcOffset = "time.utc_offset_min",
    DstAuto = "time.dst_auto",
    Hours24 = "time.hours_24",
    Tones = "tones",
    Vlan = "network.vlan",
    VlanPriority = "network.vlan_priority",
    PcVlan = "network.pc_vlan",
    Lldp = "network.lldp",
    SyslogHost = "syslog.host",
    SyslogPort = "syslog.port",
    SyslogLevel = "syslog.level",
    PollInterval = "provisioning.interval_min",
    PollJitter = "provisioning.jitter_min",
    DialTimeout = "dialling.timeout_s",
    DialAtOnce = "dialling.at_once",
    DisplayText = "display_text",
}

/// A field of one profile: which, and in which slots.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Given {
    pub(crate) field: Field,
    /// The outer and the inner slot; 0 where there is none.
    pub(crate) slots: [u16; 2],
}

impl Given {
    /// The path, such as `accounts[2].server.port`.
    pub(crate) fn path(self) -> String {
        let text = self.field.path();
        // One allocation: each slot has five digits at most.
        let mut path = String::with_capacity(text.len() + 10);
        let mut slots = self.slots.iter();
        for (at, part) in text.split("[]").enumerate() {
            if at > 0 {
                // Writing to a string does not fail.
                let _ = write!(path, "[{}]", slots.next().copied().unwrap_or_default());
            }
            path.push_str(part);
        }
        path
    }
}

impl Profile {
    /// Calls `each` for every field that this profile gives, in the order of [`Field::ALL`] slot by slot. What has a default and
    /// needs no saying (UDP, a second server's transport that is the first one's) is not given.
    pub(crate) fn given(&self, mut each: impl FnMut(Given)) {
        let mut say = |given: bool, field: Field, slots: [u16; 2]| {
            if given {
                each(Given { field, slots });
            }
        };
        for account in &self.accounts {
            say_account(account, &mut say);
        }
        for handset in &self.handsets {
            say(handset.name.is_some(), Field::HandsetName, [handset.slot, 0]);
            say(handset.account.is_some(), Field::HandsetAccount, [handset.slot, 0]);
        }
        let p = &self.protection;
        say(p.admin_password.is_some(), Field::AdminPassword, [0; 2]);
        say(p.user_password.is_some(), Field::UserPassword, [0; 2]);
        say(p.menu_password.is_some(), Field::MenuPassword, [0; 2]);
        say(p.pairing_pin.is_some(), Field::PairingPin, [0; 2]);
        say(p.web.is_some(), Field::Web, [0; 2]);
        let of_phone = [Field::KeyKind, Field::KeyValue, Field::KeyPickup, Field::KeyLabel, Field::KeyAccount];
        for key in &self.keys {
            say_key(key, of_phone, [key.slot, 0], &mut say);
        }
        let of_module =
            [Field::ModuleKeyKind, Field::ModuleKeyValue, Field::ModuleKeyPickup, Field::ModuleKeyLabel, Field::ModuleKeyAccount];
        for module in &self.modules {
            for key in &module.keys {
                say_key(key, of_module, [module.slot, key.slot], &mut say);
            }
        }
        self.say_rest(&mut say);
    }

    fn say_rest(&self, say: &mut impl FnMut(bool, Field, [u16; 2])) {
        let mut once = |given: bool, field| say(given, field, [0; 2]);
        once(self.language.is_some(), Field::Language);
        once(self.language_file.is_some(), Field::LanguageFile);
        once(self.menu.is_some(), Field::Menu);
        if let Some(book) = &self.phonebook {
            once(book.name.is_some(), Field::PhonebookName);
            once(true, Field::PhonebookUrl);
            once(book.user.is_some(), Field::PhonebookUser);
            once(book.password.is_some(), Field::PhonebookPassword);
        }
        once(self.firmware.is_some(), Field::FirmwareVersion);
        once(self.firmware.is_some(), Field::FirmwareUrl);
        once(self.time.ntp_server.is_some(), Field::NtpServer);
        once(self.time.zone.is_some(), Field::TimeZone);
        once(self.time.utc_offset_min.is_some(), Field::UtcOffset);
        once(self.time.dst_auto.is_some(), Field::DstAuto);
        once(self.time.hours_24.is_some(), Field::Hours24);
        once(self.tones.is_some(), Field::Tones);
        once(self.network.vlan.is_some(), Field::Vlan);
        once(self.network.vlan_priority.is_some(), Field::VlanPriority);
        once(self.network.pc_vlan.is_some(), Field::PcVlan);
        once(self.network.lldp.is_some(), Field::Lldp);
        if let Some(syslog) = &self.syslog {
            once(true, Field::SyslogHost);
            once(syslog.port.is_some(), Field::SyslogPort);
            once(syslog.level.is_some(), Field::SyslogLevel);
        }
        once(self.provisioning.interval_min.is_some(), Field::PollInterval);
        once(self.provisioning.jitter_min.is_some(), Field::PollJitter);
        once(self.dialling.timeout_s.is_some(), Field::DialTimeout);
        once(!self.dialling.at_once.is_empty(), Field::DialAtOnce);
        once(self.display_text.is_some(), Field::DisplayText);
    }
}

fn say_account(account: &Account, say: &mut impl FnMut(bool, Field, [u16; 2])) {
    let mut once = |given: bool, field| say(given, field, [account.slot, 0]);
    once(account.label.is_some(), Field::AccountLabel);
    once(account.display_name.is_some(), Field::AccountDisplayName);
    once(true, Field::AccountUser);
    once(account.auth_user.is_some(), Field::AccountAuthUser);
    once(account.password.is_some(), Field::AccountPassword);
    let mut server = |server: Option<&Server>, usual: Transport, fields: [Field; 3]| {
        let [host, port, transport] = fields;
        once(server.is_some(), host);
        once(server.is_some_and(|server| server.port.is_some()), port);
        once(server.is_some_and(|server| server.transport != usual), transport);
    };
    let own = account.server.transport;
    server(Some(&account.server), Transport::Udp, [Field::ServerHost, Field::ServerPort, Field::ServerTransport]);
    server(account.backup_server.as_ref(), own, [Field::BackupHost, Field::BackupPort, Field::BackupTransport]);
    server(account.outbound_proxy.as_ref(), own, [Field::ProxyHost, Field::ProxyPort, Field::ProxyTransport]);
    once(account.voicemail.is_some(), Field::AccountVoicemail);
    once(account.expires_s.is_some(), Field::AccountExpires);
    once(account.srtp.is_some(), Field::AccountSrtp);
    once(!account.codecs.is_empty(), Field::AccountCodecs);
}

fn say_key(key: &Key, fields: [Field; 5], slots: [u16; 2], say: &mut impl FnMut(bool, Field, [u16; 2])) {
    let [kind, value, pickup, label, account] = fields;
    say(true, kind, slots);
    let carries = match &key.kind {
        KeyKind::None
        | KeyKind::Line
        | KeyKind::Voicemail
        | KeyKind::DoNotDisturb
        | KeyKind::Redial
        | KeyKind::Hold
        | KeyKind::Conference
        | KeyKind::Directory
        | KeyKind::History => false,
        KeyKind::Transfer(number) | KeyKind::Forward(number) | KeyKind::Pickup(number) => number.is_some(),
        KeyKind::Blf { .. }
        | KeyKind::SpeedDial(_)
        | KeyKind::Intercom(_)
        | KeyKind::Park(_)
        | KeyKind::Dtmf(_)
        | KeyKind::Url(_)
        | KeyKind::Menu(_) => true,
    };
    say(carries, value, slots);
    say(matches!(&key.kind, KeyKind::Blf { pickup: Some(_), .. }), pickup, slots);
    say(key.label.is_some(), label, slots);
    say(key.account.is_some(), account, slots);
}
