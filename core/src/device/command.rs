//! What administrators do to a device: create, reset, suspend, block, release again and the rest (SPEC A2, A4, R24, S3, S5).

use super::machine::{Draft, default_bind};
use super::release::{AccountSet, Release, Scope};
use super::{Bind, Device, Installed, Phase, Rare, StoredPap, Suspension};
use crate::effect::{Audit, AuditEvent, Effect, Effects, Resync};
use crate::entropy::{Entropy, Operation, Stream};
use crate::error::codes;
use crate::ids::{Epoch, TenantId};
use crate::ip::{IpPrefix, WidthLimits};
use crate::keys::Keyring;
use crate::mac::MacAddr;
use crate::models::ModelRef;
use crate::pap::{self, Pap, PapError, PapSet};
use crate::policy::{PapSource, Policy};
use crate::state::{BlockCause, State};
use crate::time::{Deadline, Timestamp};
use alloc::boxed::Box;

/// Longest site name, in characters.
pub(crate) const SITE_CHARS: usize = 64;

/// What a new device is.
#[derive(Clone, Debug)]
pub struct NewDevice<'a> {
    /// Its MAC address.
    pub mac: MacAddr,
    /// Its vendor and model.
    pub model: ModelRef,
    /// How many SIP accounts it has, 1 to 254.
    pub accounts: u8,
    /// The site it stands at, at most 64 characters.
    pub site: Option<&'a str>,
    /// Whether another tenant has this MAC, which only the host can see (SPEC R18).
    pub known_elsewhere: bool,
    /// The PAPs of the tenant's other unauthenticated devices; empty where uniqueness (P3) is not asked for.
    pub taken: &'a [Pap],
}

/// One administrative act on one device.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Command<'a> {
    /// Create it, or create it again after a deletion.
    Create(NewDevice<'a>),
    /// Create it as *installed*: its first full configuration needs no PAP until that date (SPEC R24).
    ImportInstalled {
        /// What it is.
        device: NewDevice<'a>,
        /// Until when, exclusive.
        until: Timestamp,
    },
    /// Replace a broken device: its accounts, model and site go to a new MAC, the old one is deleted (SPEC R24).
    Transfer {
        /// The new MAC.
        mac: MacAddr,
        /// Whether any record of the new MAC exists, in this tenant or another.
        known_elsewhere: bool,
        /// As in [`NewDevice::taken`].
        taken: &'a [Pap],
    },
    /// *Reset authentication*: new epoch, new PAP, everything before is void (SPEC A2).
    Reset {
        /// As in [`NewDevice::taken`].
        taken: &'a [Pap],
    },
    /// *Suspend authentication* (SPEC A4).
    Suspend {
        /// The address or network it is for; without one, the source of its first full delivery.
        bind: Option<IpPrefix>,
        /// The administrator confirmed that a device blocked by an administrator may be set up.
        confirm_blocked: bool,
    },
    /// Block it for good, as a stolen telephone (SPEC A2).
    Block,
    /// *Transfer passwords again* (SPEC S3).
    ReleaseAgain {
        /// One account, or the whole device.
        account: Option<u8>,
        /// Whether this is part of a tenant-wide release, which is for proven requests only.
        tenant_wide: bool,
    },
    /// A SIP account got a new password (SPEC S5).
    NewSipPassword {
        /// The account's slot, from 1.
        account: u8,
    },
    /// Deactivate it (SPEC R3).
    Deactivate,
    /// Activate it.
    Activate {
        /// As in [`NewDevice::taken`], for the policy that resets on activation.
        taken: &'a [Pap],
    },
    /// Delete it.
    Delete,
    /// Change descriptive data.
    Describe {
        /// The new site; `Some("")` removes it, none leaves it.
        site: Option<&'a str>,
        /// Whether the location is confirmed for emergency calls; none leaves it.
        location_confirmed: Option<bool>,
    },
    /// Change type and site, and nothing else, as the import of a roster does for a device it knows (SPEC X1).
    Update {
        /// The new model.
        model: &'a ModelRef,
        /// The new site; `Some("")` removes it, none leaves it.
        site: Option<&'a str>,
    },
}

/// What an administrative act gives: the changed record, a second new one, and effects.
#[derive(Debug)]
pub(crate) struct Acted {
    pub(crate) device: Option<Device>,
    pub(crate) second: Option<Device>,
    pub(crate) effects: Effects,
}

/// Where the act happens.
#[derive(Clone, Copy)]
pub(crate) struct Office<'a> {
    pub(crate) tenant: TenantId,
    pub(crate) policy: &'a Policy,
    pub(crate) keys: &'a Keyring,
    pub(crate) now: Timestamp,
    /// PAPs that may not be drawn, beside those that the command names.
    pub(crate) used: Option<&'a PapSet>,
}

impl Office<'_> {
    /// Performs one act.
    pub(crate) fn act(self, device: Option<&Device>, command: &Command<'_>, fresh: Entropy) -> Result<Acted, AdminError> {
        match command {
            Command::Create(new) => self.create(device, new, None, AuditEvent::Created, fresh),
            Command::ImportInstalled { device: new, until } => {
                if *until <= self.now {
                    return Err(AdminError::InstalledUntil { until: *until });
                }
                let len = until.since(self.now);
                self.create(device, new, Some(Deadline::new(self.now, len)), AuditEvent::ImportedInstalled, fresh)
            }
            _ => {
                let device = device.filter(|device| !device.deleted && device.tenant == self.tenant);
                self.change(device.ok_or(AdminError::UnknownDevice)?, command, fresh)
            }
        }
    }

    fn create(
        self,
        old: Option<&Device>,
        new: &NewDevice<'_>,
        installed: Option<Deadline>,
        event: AuditEvent,
        fresh: Entropy,
    ) -> Result<Acted, AdminError> {
        if new.known_elsewhere || old.is_some_and(|old| old.tenant != self.tenant) {
            return Err(AdminError::KnownElsewhere);
        }
        if old.is_some_and(|old| !old.deleted || old.mac != new.mac) {
            return Err(AdminError::DeviceExists);
        }
        let mut device = self.fresh(old, new, fresh.stream(Operation::Create, Some(new.mac), old.map_or(0, Device::revision)))?;
        if let Some(until) = installed {
            device.rare.get_or_insert_default().installed = Some(Installed { until, taken_by: None });
        }
        let mut effects = Effects::NONE;
        effects.audit(Audit { new: Some(State::Required), ..Audit::of(event) });
        // A tombstone's effects are still owed, and this call's from now on.
        if let Some(pending) = old.map(Device::pending_effects).filter(|pending| !pending.is_empty()) {
            device.rare.get_or_insert_default().pending = pending.to_vec();
        }
        device.owe(&effects);
        Ok(Acted { device: Some(device), second: None, effects })
    }

    /// A record in `required` with a fresh epoch and PAP.
    fn fresh(self, old: Option<&Device>, new: &NewDevice<'_>, mut stream: Stream) -> Result<Device, AdminError> {
        if !(1..=AccountSet::MAX).contains(&new.accounts) {
            return Err(AdminError::Accounts { accounts: new.accounts, max: AccountSet::MAX });
        }
        let epoch = next_epoch(&mut stream, old.map(Device::epoch));
        let pap = self.new_pap(new.mac, epoch, old, new.taken, &mut stream)?;
        // A record that was removed and made again must not pass the old one's compare-and-swap: a first revision is the
        // time in milliseconds, ahead of every revision that rose one by one from an earlier time.
        let first = u64::try_from(self.now.as_ms()).unwrap_or(1);
        Ok(Device {
            revision: old.map_or(first, |old| old.revision.saturating_add(1)),
            tenant: self.tenant,
            epoch,
            created_at: self.now,
            reset_at: None,
            delivered_at: None,
            model: new.model.clone(),
            site: site(new.site.unwrap_or_default())?,
            release: Release::Open,
            lease: None,
            rare: None,
            pap,
            epoch_wrong: 0,
            mac: new.mac,
            phase: Phase::Required,
            accounts: new.accounts,
            credential_key: None,
            active: true,
            deleted: false,
            overwritten: false,
            location_confirmed: false,
        })
    }

    fn new_pap(
        self,
        mac: MacAddr,
        epoch: Epoch,
        old: Option<&Device>,
        taken: &[Pap],
        stream: &mut Stream,
    ) -> Result<StoredPap, AdminError> {
        let replaced = old.and_then(|old| old.pap(self.keys));
        let rules = self.policy.pap_rules();
        let refuse = |source: PapError| AdminError::Pap { source };
        Ok(match self.policy.settings().pap_source {
            PapSource::Stored => {
                StoredPap::Stored(pap::draw(rules, replaced.as_ref(), (taken, self.used), stream).map_err(refuse)?)
            }
            PapSource::Derived => {
                let key = self.keys.current();
                let (counter, _) = pap::derive(rules, key, (self.tenant, mac, epoch), replaced.as_ref()).map_err(refuse)?;
                StoredPap::Derived { counter, key_id: key.id(), digits: rules.digits }
            }
        })
    }

    fn change(self, device: &Device, command: &Command<'_>, fresh: Entropy) -> Result<Acted, AdminError> {
        let settings = self.policy.settings();
        let now = self.now;
        let mut effects = Effects::NONE;
        let mut draft = Draft::new(device, settings, now, &mut effects);
        let mut second = None;
        match command {
            Command::Create(_) | Command::ImportInstalled { .. } => {}
            Command::Reset { taken } => self.reset(&mut draft, taken, AuditEvent::Reset, fresh)?,
            Command::Suspend { bind, confirm_blocked } => {
                if draft.get().phase == Phase::Blocked(BlockCause::Administrator) && !confirm_blocked {
                    return Err(AdminError::ConfirmBlocked);
                }
                if let Some(prefix) = bind {
                    let limits = if settings.wide_prefixes { WidthLimits::ANY } else { WidthLimits::default() };
                    prefix.check_width(limits).map_err(|_| AdminError::BindWide { prefix: *prefix })?;
                }
                let until = Deadline::new(now, settings.suspension_ms);
                let bind = bind.map_or(default_bind(settings), Bind::Given);
                let later = draft.get().suspension(now).map(|old| old.until).filter(|old| old.end() > until.end());
                draft.rare().suspension = Some(Suspension { until: later.unwrap_or(until), bind });
                draft.effects.audit(Audit::of(AuditEvent::Suspended));
                draft.effects.push(Effect::Resync(Resync::Device));
            }
            Command::Block => {
                let old = draft.get().state(now);
                let device = draft.edit();
                device.phase = Phase::Blocked(BlockCause::Administrator);
                // A lease given before the block must not lift it later.
                device.lease = None;
                if let Some(rare) = device.rare.as_deref_mut() {
                    rare.suspension = None;
                    rare.accepted = None;
                    rare.dialogues.clear();
                }
                draft.effects.audit(Audit::of(AuditEvent::BlockedByAdministrator).states(old, State::Blocked));
                withdraw(&mut draft);
                draft.effects.push(Effect::Revoke);
                draft.effects.push(Effect::Resync(Resync::Device));
            }
            Command::ReleaseAgain { account, tenant_wide } => {
                let scope = match account {
                    None => Scope::All,
                    Some(slot) => Scope::Account(known_account(draft.get(), *slot)?),
                };
                self.open(&mut draft, scope, *tenant_wide, AuditEvent::Released);
            }
            Command::NewSipPassword { account } => {
                let scope = Scope::SipOnly(known_account(draft.get(), *account)?);
                self.open(&mut draft, scope, false, AuditEvent::NewSipPassword);
            }
            Command::Deactivate => {
                // Again, it ends what was granted since: a suspension of an inactive device (SPEC A4).
                if draft.get().active || draft.get().is_suspended(now) {
                    let device = draft.edit();
                    device.active = false;
                    device.lease = None;
                    if device.phase == Phase::Accepted {
                        device.phase = Phase::Required;
                    }
                    if let Some(rare) = device.rare.as_deref_mut() {
                        rare.suspension = None;
                        rare.accepted = None;
                    }
                    draft.effects.audit(Audit::of(AuditEvent::Deactivated));
                    withdraw(&mut draft);
                    draft.effects.push(Effect::Revoke);
                }
            }
            Command::Activate { taken } => {
                if !draft.get().active {
                    draft.edit().active = true;
                    draft.effects.audit(Audit::of(AuditEvent::Activated));
                    if settings.activate_resets {
                        self.reset(&mut draft, taken, AuditEvent::Reset, fresh)?;
                    }
                    draft.effects.push(Effect::Resync(Resync::Device));
                }
            }
            Command::Delete => delete(&mut draft, AuditEvent::Deleted),
            Command::Transfer { mac, known_elsewhere, taken } => {
                if *known_elsewhere {
                    return Err(AdminError::KnownElsewhere);
                }
                if *mac == device.mac {
                    return Err(AdminError::DeviceExists);
                }
                let new = NewDevice {
                    mac: *mac,
                    model: device.model.clone(),
                    accounts: device.accounts,
                    site: device.site(),
                    known_elsewhere: false,
                    taken,
                };
                let mut made = self.fresh(None, &new, fresh.stream(Operation::Create, Some(*mac), device.revision))?;
                made.location_confirmed = device.location_confirmed;
                // What happened is owed by the tombstone.
                second = Some(made);
                delete(&mut draft, AuditEvent::Transferred);
            }
            Command::Describe { site: name, location_confirmed } => {
                let new_site = match name {
                    Some(name) => site(name)?,
                    None => device.site.clone(),
                };
                let confirmed = location_confirmed.unwrap_or(device.location_confirmed);
                if new_site != device.site || confirmed != device.location_confirmed {
                    let device = draft.edit();
                    device.site = new_site;
                    device.location_confirmed = confirmed;
                    draft.effects.audit(Audit::of(AuditEvent::Changed));
                }
            }
            Command::Update { model, site: name } => {
                let new_site = match name {
                    Some(name) => site(name)?,
                    None => device.site.clone(),
                };
                if new_site != device.site || **model != device.model {
                    let device = draft.edit();
                    device.site = new_site;
                    device.model = (*model).clone();
                    draft.effects.audit(Audit::of(AuditEvent::Changed));
                }
            }
        }
        let device = draft.finish();
        Ok(Acted { device, second, effects })
    }

    /// SPEC A2 (5).
    fn reset(self, draft: &mut Draft<'_>, taken: &[Pap], event: AuditEvent, fresh: Entropy) -> Result<(), AdminError> {
        let device = draft.get();
        let (mac, old) = (device.mac, device.state(self.now));
        let mut stream = fresh.stream(Operation::Reset, Some(mac), device.revision);
        let epoch = next_epoch(&mut stream, Some(device.epoch));
        let pap = self.new_pap(mac, epoch, Some(device), taken, &mut stream)?;
        draft.effects.audit(Audit::of(event).states(old, State::Required));
        withdraw(draft);
        let device = draft.edit();
        device.epoch = epoch;
        device.pap = pap;
        device.phase = Phase::Required;
        device.epoch_wrong = 0;
        device.reset_at = Some(self.now);
        device.delivered_at = None;
        device.release = Release::Open;
        device.lease = None;
        device.overwritten = false;
        device.credential_key = None;
        clear_epoch(device);
        draft.effects.push(Effect::Revoke);
        draft.effects.push(Effect::Resync(Resync::Device));
        Ok(())
    }

    /// SPEC S3, S5.
    fn open(self, draft: &mut Draft<'_>, scope: Scope, proven_only: bool, event: AuditEvent) {
        let settings = self.policy.settings();
        let len = match settings.secret_window_from {
            crate::policy::WindowFrom::Delivery => settings.release_ms,
            crate::policy::WindowFrom::Release => settings.secret_window_ms,
        };
        let accounts = draft.get().accounts;
        let mut release = draft.get().release.clone();
        if release.open(accounts, scope, Deadline::new(self.now, len), proven_only) {
            draft.edit().release = release;
            draft.effects.audit(Audit::of(event));
            draft.effects.push(Effect::Resync(Resync::Device));
        }
    }
}

/// What belongs to an epoch ends with it; effects that are still owed stay.
fn clear_epoch(device: &mut Device) {
    if let Some(rare) = device.rare.as_deref_mut() {
        let pending = core::mem::take(&mut rare.pending);
        *rare = Rare { pending, ..Rare::default() };
    }
}

/// Makes the record a tombstone: nothing of it can be used, only its effects are still owed.
fn delete(draft: &mut Draft<'_>, event: AuditEvent) {
    draft.effects.audit(Audit { old: Some(draft.get().state(draft.now)), ..Audit::of(event) });
    withdraw(draft);
    let device = draft.edit();
    device.deleted = true;
    device.active = false;
    device.pap = StoredPap::None;
    device.release = Release::Closed;
    device.lease = None;
    device.credential_key = None;
    if device.phase == Phase::Accepted {
        // The accepted enrolment goes with the epoch; a snapshot holds no acceptance without one.
        device.phase = Phase::Required;
    }
    clear_epoch(device);
    draft.effects.push(Effect::Revoke);
}

/// SPEC W8: the temporary entries the device made go.
fn withdraw(draft: &mut Draft<'_>) {
    if draft.get().temporary_sources().is_empty() {
        return;
    }
    for source in core::mem::take(&mut draft.rare().temporary) {
        draft.effects.push(Effect::Withdraw(source));
    }
}

fn known_account(device: &Device, slot: u8) -> Result<u8, AdminError> {
    if (1..=device.accounts).contains(&slot) {
        Ok(slot)
    } else {
        Err(AdminError::Account { account: slot, accounts: device.accounts })
    }
}

fn next_epoch(stream: &mut Stream, old: Option<Epoch>) -> Epoch {
    loop {
        let epoch = Epoch::from_number(stream.next_u64());
        if Some(epoch) != old {
            return epoch;
        }
    }
}

/// Whether a text can be a site, the spaces around it aside.
pub(crate) fn is_site(name: &str) -> bool {
    let name = name.trim();
    // A text has no more characters than bytes; control characters above ASCII begin with the byte 0xc2.
    let plain = name.bytes().all(|byte| byte >= b' ' && byte != 0x7f && byte != 0xc2) || !name.chars().any(char::is_control);
    plain && (name.len() <= SITE_CHARS || name.chars().count() <= SITE_CHARS)
}

fn site(name: &str) -> Result<Option<Box<str>>, AdminError> {
    if !is_site(name) {
        return Err(AdminError::Text { field: "site", max: SITE_CHARS });
    }
    let name = name.trim();
    Ok((!name.is_empty()).then(|| name.into()))
}

codes! {
    /// Why an administrative act was refused; nothing changed.
    pub enum AdminError {
        /// There is no such device in this tenant.
        #[error("there is no such device; create it first")]
        UnknownDevice = ADMIN_UNKNOWN_DEVICE,
        /// The device exists, or the record passed is that of another device.
        #[error("the device exists already; reset it, or delete it first")]
        DeviceExists = ADMIN_DEVICE_EXISTS,
        /// The MAC cannot be added to this tenant (SPEC R18: without saying whose it is).
        #[error("this MAC address cannot be added; check the label on the telephone")]
        KnownElsewhere = ADMIN_KNOWN_ELSEWHERE,
        /// There is no such account slot.
        #[error("account {account} does not exist; the device has accounts 1 to {accounts}")]
        Account {
            /// The slot that was named.
            account: u8,
            /// How many there are.
            accounts: u8,
        } = ADMIN_ACCOUNT,
        /// The number of accounts is out of range.
        #[error("{accounts} accounts are out of range; a device has 1 to {max}")]
        Accounts {
            /// The number that was given.
            accounts: u8,
            /// The most there can be.
            max: u8,
        } = ADMIN_ACCOUNTS,
        /// A suspension's network is wider than policy allows.
        #[error("a suspension for {prefix} is wider than the policy allows; name one address or a smaller network")]
        BindWide {
            /// The network.
            prefix: IpPrefix,
        } = ADMIN_BIND_WIDE,
        /// An administrator blocked the device: suspending it must be confirmed.
        #[error("an administrator blocked this device; confirm that it may be set up again")]
        ConfirmBlocked = ADMIN_CONFIRM_BLOCKED,
        /// The end of the installed period is not ahead.
        #[error("the installed period would end at {until}, which is not ahead")]
        InstalledUntil {
            /// The end that was given.
            until: Timestamp,
        } = ADMIN_INSTALLED_UNTIL,
        /// A text is too long or holds a control character.
        #[error("{field} is longer than {max} characters or holds a control character")]
        Text {
            /// Which text.
            field: &'static str,
            /// How many characters it may have.
            max: usize,
        } = ADMIN_TEXT,
        /// No PAP could be made.
        #[error("{source}")]
        Pap {
            /// Why.
            source: PapError,
        } = PAP_EXHAUSTED,
    }
}
