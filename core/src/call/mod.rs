//! Calls and other SIP requests of accounts: what is let through, where it goes, and what is said instead (SPEC C1, C2, C5, C6).
//!
//! [`route`] judges one request by the SIP identity that the PBX authenticated, never by its address or a whitelist. The PBX
//! must enforce the outcome: a telephone's own dial plan is a convenience. An emergency call stands above everything: no
//! state, lock or throttle refuses it.

use crate::announcement::Announcement;
use crate::credential::EnrolmentId;
use crate::device::machine::Draft;
use crate::device::places::Place;
use crate::device::{Device, Phase, Standing, bucket};
use crate::effect::{Audit, AuditEvent, Effect, Effects, Resync};
use crate::hooks::{self, Switch};
use crate::ids::{Epoch, LeaseId, ShortNumber};
use crate::ip::Source;
use crate::mac::MacAddr;
use crate::number::{self, Dialled};
use crate::policy::Settings;
use crate::request::{self, Facts, Step, Writes};
use crate::time::{Deadline, Timestamp};

/// A SIP request, as the PBX received and authenticated it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Call<'a> {
    /// Who asks.
    pub caller: Caller<'a>,
    /// The method.
    pub method: Method,
    /// What was dialled: the user part or the whole request URI, as it came. For REGISTER it does not count.
    pub target: &'a str,
    /// Whether it belongs to a dialogue that this party has with the PBX already.
    pub in_dialog: bool,
    /// Whether it carries a Replaces header (RFC 3891).
    pub replaces: bool,
    /// With REGISTER, how many contacts this SIP user would have after it.
    pub contacts: u8,
}

impl<'a> Call<'a> {
    /// A new call to a target.
    pub const fn invite(caller: Caller<'a>, target: &'a str) -> Self {
        Self { caller, method: Method::Invite, target, in_dialog: false, replaces: false, contacts: 0 }
    }

    /// A registration that leaves the SIP user with so many contacts.
    pub const fn register(caller: Caller<'a>, contacts: u8) -> Self {
        Self { caller, method: Method::Register, target: "", in_dialog: false, replaces: false, contacts }
    }
}

/// Who asks. The device of an account is in the facts, also for an enrolment account that is *called*.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Caller<'a> {
    /// An enrolment account, by the SIP user that authenticated itself with the password of [`request::identify`].
    Enrolment(&'a str),
    /// A full account of the device.
    Full {
        /// Its slot, from 1.
        account: u8,
        /// The epoch of the device when its password was set. A password that outlived a reset keeps its epoch.
        epoch: Epoch,
    },
    /// Somebody outside, such as the public network, with the number that a trusted trunk asserts. A host that knows the
    /// emergency service by other means (its trunk, RFC 7090) passes the emergency number that service answers.
    Outside(&'a str),
    /// Nobody that is known.
    Unknown,
}

/// A SIP method (RFC 3261 and its extensions).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum Method {
    /// REGISTER.
    Register = 1,
    /// INVITE.
    Invite = 2,
    /// ACK.
    Ack = 3,
    /// BYE.
    Bye = 4,
    /// CANCEL.
    Cancel = 5,
    /// PRACK.
    Prack = 6,
    /// UPDATE.
    Update = 7,
    /// INFO.
    Info = 8,
    /// OPTIONS.
    Options = 9,
    /// REFER, MESSAGE, SUBSCRIBE, NOTIFY, PUBLISH, and whatever else there is.
    Other = 10,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 10] = [
        Self::Register,
        Self::Invite,
        Self::Ack,
        Self::Bye,
        Self::Cancel,
        Self::Prack,
        Self::Update,
        Self::Info,
        Self::Options,
        Self::Other,
    ];

    /// The name as SIP writes it; `OTHER` for all others.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Register => "REGISTER",
            Self::Invite => "INVITE",
            Self::Ack => "ACK",
            Self::Bye => "BYE",
            Self::Cancel => "CANCEL",
            Self::Prack => "PRACK",
            Self::Update => "UPDATE",
            Self::Info => "INFO",
            Self::Options => "OPTIONS",
            Self::Other => "OTHER",
        }
    }

    /// The method with this name, in the case that SIP demands; [`Method::Other`] for all others.
    pub fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|method| method.name() == name).unwrap_or(Self::Other)
    }
}

/// What [`route`] decided.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Route<'a> {
    /// An emergency call. Connect it at once to the canonical number, not to what was dialled; store the writes afterwards,
    /// and let no conflict hold it up (SPEC C2).
    Emergency(Emergency<'a>),
    /// The host's own dial plan decides from here.
    Through,
    /// Connect it to the authentication service, whatever was dialled.
    Service(Service),
    /// Connect the emergency service to this enrolment account (SPEC C5).
    CallBack(EnrolmentId),
    /// Take the registration: one contact for this SIP user.
    Register,
    /// It belongs to a dialogue that goes on and starts nothing new.
    InDialog,
    /// Refused; answer 403, and say why to a caller.
    Refused(Announcement),
}

impl Route<'_> {
    /// The stable name, lower case with underscores.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Emergency(_) => "emergency",
            Self::Through => "through",
            Self::Service(_) => "service",
            Self::CallBack(_) => "call_back",
            Self::Register => "register",
            Self::InDialog => "in_dialog",
            Self::Refused(_) => "refused",
        }
    }
}

/// An emergency call (SPEC C2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Emergency<'a> {
    /// The number of the tenant's list to connect to.
    pub number: ShortNumber,
    /// The device; none for an unknown caller.
    pub mac: Option<MacAddr>,
    /// The site it stands at, if one was named.
    pub site: Option<&'a str>,
    /// Whether an administrator confirmed that location.
    pub location_confirmed: bool,
    /// Whether the caller proved to be that device: a full account of this epoch, or the accepted enrolment. Anyone who knows
    /// a MAC can get another enrolment of it, from anywhere.
    pub proven: bool,
}

/// A call to the authentication service (SPEC C1, C6).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Service {
    /// The enrolment that calls.
    pub enrolment: EnrolmentId,
    /// The dialogue that gave way to it: hang up that call.
    pub ended: Option<EnrolmentId>,
}

/// What [`route`] gives.
#[derive(Clone, Debug)]
#[must_use = "the writes and effects are work that nobody else will do"]
pub struct Routed<'a> {
    /// What to do with the request.
    pub route: Route<'a>,
    /// The records that changed.
    pub writes: Writes,
    /// What to do after they were stored. What is played is for callers only.
    pub effects: Effects,
}

/// Routes a call, or judges another SIP request, of or to an account (SPEC C1, C2, C5, C6).
///
/// `facts.device` is the device of the account; of an enrolment's SIP user, [`EnrolmentId::mac`] names it. For a full account
/// whose first request proves its delivery (SPEC A14), `facts.temp` is the temporary whitelist entry of the source of
/// [`Device::lease`], and `facts.source` its guard; for an enrolment account `facts.source`, `facts.wider` and `facts.budget` are
/// those of the source inside the enrolment, as for [`request::enter_pap`], and for a full account
/// `facts.budget` is needed too. Store the writes before the call is connected, but for an emergency call. A request that changes no
/// record allocates nothing.
///
/// ```
/// # use libprov::{call::*, ids::*, keys::*, policy::*, request::Facts, tenant::Tenant, time::Timestamp};
/// # let now = Timestamp::from_ms(1_900_000_000_000)?;
/// # let key = TenantKey::new(1, core::array::from_fn(|i| i as u8))?;
/// let mut settings = Settings::cloud(&[ShortNumber::parse("112").unwrap()]);
/// settings.emergency_for_unknown = true;
/// let tenant = Tenant::new(TenantId::from_number(1), Policy::new(settings)?, Keyring::new(key));
/// let dial = |target| route(Facts::of(&tenant), &Call::invite(Caller::Unknown, target), now).route.name();
/// assert_eq!(dial("sip:112@pbx.example"), "emergency");
/// assert_eq!(dial("sip:0900123@pbx.example"), "refused");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn route<'a>(facts: Facts<'a>, call: &Call<'_>, now: Timestamp) -> Routed<'a> {
    let (mut writes, mut effects) = (Writes::default(), Effects::default());
    let route = judge(facts, call, now, &mut writes, &mut effects);
    // To make empty ones anew is quicker than to move these.
    match (writes.is_empty(), effects.is_empty()) {
        (true, true) => Routed { route, writes: Writes::default(), effects: Effects::default() },
        (true, false) => Routed { route, writes: Writes::default(), effects },
        (false, _) => Routed { route, writes, effects },
    }
}

#[inline]
fn judge<'a>(facts: Facts<'a>, call: &Call<'_>, now: Timestamp, writes: &mut Writes, effects: &mut Effects) -> Route<'a> {
    let (party, device) = Party::of(facts, call);
    match device {
        Some(device) => {
            let mut draft = Draft::new(device, facts.tenant.policy().settings(), now, effects);
            let situation = Situation::of(&party, &draft);
            let made = Desk { facts, call, party, draft: &mut draft, writes }.judge(situation, device);
            if draft.is_changed() {
                writes.device = draft.finish();
            }
            made
        }
        None => stranger(facts.tenant.policy().settings(), call, &party, effects),
    }
}

/// Says that a full account registered, authenticated: the first time, that its configuration arrived (SPEC A14, C1).
///
/// `epoch` is that of the device when the account's password was set. Of an earlier epoch, and of a blocked or inactive device,
/// it changes nothing but the audit; so does every further one. The facts are those of [`route`].
pub fn registered(facts: Facts<'_>, account: u8, epoch: Epoch, now: Timestamp) -> Step {
    let Routed { writes, effects, .. } = route(facts, &Call::register(Caller::Full { account, epoch }, 1), now);
    Step { writes, effects }
}

/// Says that a call of or to an enrolment account is over: its place is free for the next (SPEC C5, C6).
///
/// `user` is its SIP user. Calling it twice, or for a call that holds no place, is harmless; without it the place is free
/// after [`Settings::dialogue_ms`](crate::policy::Settings::dialogue_ms).
pub fn hung_up(facts: Facts<'_>, user: &str, now: Timestamp) -> Step {
    let mut step = Step::default();
    if let (Some(device), Some(id)) = (facts.device(), EnrolmentId::read(user)) {
        let mut draft = Draft::new(device, facts.tenant.policy().settings(), now, &mut step.effects);
        draft.hung_up(&id);
        step.writes.device = draft.finish();
    }
    step
}

/// The account that is judged.
#[derive(Clone, Copy)]
enum Party {
    /// An enrolment, and whether its tag proves it for the present epoch.
    Enrolment {
        id: EnrolmentId,
        genuine: bool,
    },
    Full {
        epoch: Epoch,
    },
    /// Somebody outside calls an enrolment account.
    ToEnrolment {
        id: EnrolmentId,
        genuine: bool,
    },
    Outside,
    Unknown,
}

impl Party {
    /// SPEC R16: whoever it is, and the device that knows him.
    fn of<'a>(facts: Facts<'a>, call: &Call<'_>) -> (Self, Option<&'a Device>) {
        let device = facts.device();
        match call.caller {
            Caller::Enrolment(user) => match request::recognise(facts, user) {
                Some((id, genuine)) if device.is_some_and(|device| id.mac() == Some(device.mac())) => {
                    (Self::Enrolment { id, genuine: genuine.is_some() }, device)
                }
                _ => (Self::Unknown, None),
            },
            Caller::Full { account, epoch } => match device.filter(|device| (1..=device.accounts()).contains(&account)) {
                Some(device) => (Self::Full { epoch }, Some(device)),
                None => (Self::Unknown, None),
            },
            Caller::Outside(_) => match called_enrolment(call.target) {
                Some(id) => {
                    let genuine = device.is_some_and(|device| id.is_genuine(facts.tenant.keys(), device.subject()));
                    (Self::ToEnrolment { id, genuine }, device)
                }
                None => (Self::Outside, None),
            },
            Caller::Unknown => (Self::Unknown, None),
        }
    }
}

/// What a request wants.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Wish {
    /// To go on with what goes on.
    InDialog,
    /// A new call.
    Call,
    /// A registration.
    Register,
    /// Anything else.
    Else,
}

impl Wish {
    /// SPEC C6.
    const fn of(call: &Call<'_>) -> Self {
        match (call.method, call.in_dialog) {
            // Taking over another's dialogue is a wish of its own, in a dialogue or not.
            (Method::Invite, _) if call.replaces => Self::Else,
            // ACK and CANCEL belong to an INVITE that was judged.
            (Method::Ack | Method::Cancel, _)
            | (Method::Invite | Method::Bye | Method::Prack | Method::Update | Method::Info | Method::Options, true) => {
                Self::InDialog
            }
            (Method::Invite, false) => Self::Call,
            (Method::Register, _) => Self::Register,
            _ => Self::Else,
        }
    }
}

/// How the account stands (SPEC C1; the columns of STATE-TABLES 4.2).
#[derive(Clone, Copy)]
enum Situation {
    /// A full account of a device that is inactive.
    FullInactive,
    /// A full account of a blocked device.
    FullBlocked,
    /// A full account of an earlier epoch: the device was reset.
    FullEarlier,
    /// A full account of a provisioned device.
    FullDelivered,
    /// A full account that was given in this epoch; its arrival is not known yet.
    FullGiven(LeaseId),
    /// A full account of this epoch, and no full configuration was given.
    FullWaiting,
    /// An enrolment whose tag does not prove it: of an earlier epoch, under a forgotten key, or forged.
    Unproven,
    Inactive,
    /// Expired, or ended by a delivery.
    Ended,
    Suspended,
    Blocked,
    Failed(Deadline),
    /// Accepted, and this is the enrolment.
    Accepted,
    AcceptedOther,
    Delivered,
    Required,
    /// Somebody outside calls this enrolment.
    Called,
}

impl Situation {
    fn of(party: &Party, draft: &Draft<'_>) -> Self {
        let (device, settings, now) = (draft.get(), draft.settings, draft.now);
        match party {
            Party::Full { .. } if !device.is_active() => Self::FullInactive,
            Party::Full { .. } if matches!(device.phase, Phase::Blocked(_)) => Self::FullBlocked,
            Party::Full { epoch } if *epoch != device.epoch() => Self::FullEarlier,
            Party::Full { .. } if device.phase == Phase::Delivered => Self::FullDelivered,
            Party::Full { .. } => device.lease().map_or(Self::FullWaiting, |lease| Self::FullGiven(lease.id())),
            Party::Enrolment { genuine: false, .. } => Self::Unproven,
            Party::Enrolment { id, .. } => Self::of_enrolment(id, device, settings, now),
            Party::ToEnrolment { .. } | Party::Outside | Party::Unknown => Self::Called,
        }
    }

    fn of_enrolment(id: &EnrolmentId, device: &Device, settings: &Settings, now: Timestamp) -> Self {
        let source = id.source().unwrap_or(Source::UNRESOLVED);
        if !device.is_active() {
            return Self::Inactive;
        }
        if !device.is_present(id, settings, now) {
            return Self::Ended;
        }
        if device.suspension(now).is_some_and(|suspension| suspension.bind.fits_source(source)) {
            return Self::Suspended;
        }
        match device.standing_of(bucket(settings, source), now) {
            Standing::Blocked(_) | Standing::BlockedSource => Self::Blocked,
            Standing::Failed(lock) => Self::Failed(lock),
            Standing::Accepted if device.accepted().is_some_and(|accepted| accepted.enrolment == *id) => Self::Accepted,
            Standing::Accepted => Self::AcceptedOther,
            Standing::Delivered => Self::Delivered,
            Standing::Required => Self::Required,
        }
    }

    /// Whether the caller proved to be the device, for the emergency service.
    const fn is_proven(self) -> bool {
        matches!(self, Self::FullDelivered | Self::FullGiven(_) | Self::FullWaiting | Self::Accepted)
    }
}

/// The judging of one request of a known device.
struct Desk<'s, 'd, 'a> {
    facts: Facts<'a>,
    call: &'s Call<'s>,
    party: Party,
    draft: &'s mut Draft<'d>,
    writes: &'s mut Writes,
}

impl<'a> Desk<'_, '_, 'a> {
    /// The table of SPEC C1, in its order.
    fn judge(&mut self, situation: Situation, device: &'a Device) -> Route<'a> {
        let wish = Wish::of(self.call);
        let dialled = if wish == Wish::Call { number::normalise(self.call.target) } else { Dialled::Other };
        let emergency = emergency(self.draft.settings, &dialled);
        match (wish, emergency, situation) {
            // SPEC C6: it starts nothing.
            (Wish::InDialog, _, _) => Route::InDialog,
            // SPEC C5
            (Wish::Call, _, Situation::Called) => self.call_back(),
            (_, _, Situation::Called) => self.refuse(Announcement::Refused),
            // SPEC C2: above every row, for every account that R16 knows; for others by policy.
            (_, Some(number), situation)
                if !matches!(situation, Situation::Unproven) || self.draft.settings.emergency_for_unknown =>
            {
                self.emergency(number, situation, device)
            }
            // SPEC C1: a full account of a device that is inactive, blocked or reset.
            (_, _, Situation::FullInactive) => self.refuse(Announcement::NotInService),
            (_, _, Situation::FullBlocked) => self.refuse(Announcement::Blocked),
            (_, _, Situation::FullEarlier | Situation::FullWaiting) => self.refuse(Announcement::NotAuthenticated),
            // SPEC C1, A14: of the present epoch with a full answer given.
            (_, _, Situation::FullGiven(lease)) => {
                request::arrive(self.facts, self.draft, lease, self.writes);
                if self.draft.get().phase == Phase::Delivered {
                    self.through(wish, &dialled)
                } else {
                    self.refuse(Announcement::Blocked)
                }
            }
            // SPEC C1: of the present epoch, active and delivered.
            (_, _, Situation::FullDelivered) => self.through(wish, &dialled),
            (Wish::Call, _, _) if hooks::is_off(Switch::C1) => self.through(wish, &dialled),
            // SPEC C6: an enrolment account may register, call, and nothing else.
            (Wish::Else, _, _) => self.refuse(Announcement::Refused),
            (Wish::Register, _, Situation::Unproven) => self.refuse(Announcement::NotInService),
            (Wish::Register, _, _) if self.call.contacts > 1 => self.refuse(Announcement::Refused),
            (Wish::Register, _, Situation::Ended) => {
                // It stays reachable, for emergency calls and for the resync that mends it.
                self.resync();
                Route::Register
            }
            (Wish::Register, _, _) => Route::Register,
            // STATE-TABLES 4.2: inactive; an enrolment account never gets through, whatever the state.
            (_, _, Situation::Inactive) => self.refuse(Announcement::NotInService),
            // SPEC C1: expired or of an earlier epoch.
            (_, _, Situation::Unproven | Situation::Ended) => {
                self.resync();
                self.refuse(Announcement::Restarting)
            }
            // SPEC C1: suspended.
            (_, _, Situation::Suspended) => {
                self.resync();
                self.refuse(Announcement::NoPinNeeded)
            }
            // SPEC C1: failed, blocked.
            (_, _, Situation::Failed(lock)) => self.refuse(Announcement::Locked(lock.shown_end(self.draft.now))),
            (_, _, Situation::Blocked) => self.refuse(Announcement::Blocked),
            // SPEC C1: accepted, this enrolment and another.
            (_, _, Situation::Accepted) => {
                self.resync();
                self.refuse(Announcement::Already)
            }
            (_, _, Situation::AcceptedOther) => self.refuse(Announcement::NotPossible),
            // SPEC C1: delivered.
            (_, _, Situation::Delivered) => self.refuse(Announcement::ResetNeeded),
            // SPEC C6: feature codes are refused.
            (_, _, Situation::Required) if self.is_feature(&dialled) => self.refuse(Announcement::Refused),
            // SPEC C1: required, whatever was dialled.
            (_, _, Situation::Required) => self.service(),
        }
    }

    fn enrolment(&self) -> Option<EnrolmentId> {
        match self.party {
            Party::Enrolment { id, .. } | Party::ToEnrolment { id, .. } => Some(id),
            Party::Full { .. } | Party::Outside | Party::Unknown => None,
        }
    }

    fn emergency(&mut self, number: ShortNumber, situation: Situation, device: &'a Device) -> Route<'a> {
        let id = self.enrolment();
        if let Some(id) = id.filter(|_| !matches!(situation, Situation::Unproven)) {
            self.draft.expect_call_back(&id, number);
        }
        let audit = Audit::of(AuditEvent::EmergencyCall);
        self.draft.effects.audit(match id.and_then(|id| id.source()) {
            Some(source) => audit.from(source),
            None => audit,
        });
        Route::Emergency(Emergency {
            number,
            mac: Some(device.mac()),
            site: device.site(),
            location_confirmed: device.is_location_confirmed(),
            proven: situation.is_proven(),
        })
    }

    /// SPEC C1: nobody calls an enrolment account.
    fn through(&mut self, wish: Wish, dialled: &Dialled) -> Route<'a> {
        // What is a number is no enrolment's SIP user.
        if wish != Wish::Register && *dialled == Dialled::Other && called_enrolment(self.call.target).is_some() {
            return self.refuse(Announcement::Refused);
        }
        Route::Through
    }

    fn service(&mut self) -> Route<'a> {
        let Some(enrolment) = self.enrolment() else { return self.refuse(Announcement::NotPossible) };
        let source = enrolment.source().unwrap_or(Source::UNRESOLVED);
        // SPEC R12: over the budget the dialogue is refused, and nothing else is touched.
        if !request::may_try(self.facts, source, self.draft.now) {
            self.draft.effects.audit(Audit::of(AuditEvent::PapBudget).from(source).aggregated());
            return self.refuse(Announcement::NotPossible);
        }
        match self.draft.take_place(&enrolment) {
            Place::Taken(ended) => Route::Service(Service { enrolment, ended }),
            Place::None => self.refuse(Announcement::NotPossible),
        }
    }

    fn call_back(&mut self) -> Route<'a> {
        let (Party::ToEnrolment { id, genuine: true }, Caller::Outside(caller)) = (self.party, self.call.caller) else {
            return self.refuse(Announcement::Refused);
        };
        let service = match number::normalise(caller) {
            Dialled::Number(number) => ShortNumber::parse(number.as_str()),
            Dialled::Sos | Dialled::Other => None,
        };
        if service.is_some_and(|service| self.draft.call_back(&id, service)) {
            self.draft.effects.audit(Audit::of(AuditEvent::EmergencyCallBack));
            return Route::CallBack(id);
        }
        self.refuse(Announcement::Refused)
    }

    /// A code of the PBX other than the authentication service's own.
    fn is_feature(&self, dialled: &Dialled) -> bool {
        matches!(dialled, Dialled::Number(number) if number.is_code() && number.as_str() != &*self.draft.settings.service_code)
    }

    fn resync(&mut self) {
        if let Some(id) = self.enrolment() {
            self.draft.effects.push(Effect::Resync(Resync::Enrolment(id)));
        }
    }

    fn refuse(&mut self, announcement: Announcement) -> Route<'a> {
        let source = self.enrolment().and_then(|id| id.source());
        refuse(self.call, announcement, source, self.draft.effects)
    }
}

/// The emergency number that was dialled, by the tenant's list.
fn emergency(settings: &Settings, dialled: &Dialled) -> Option<ShortNumber> {
    number::emergency(dialled, &settings.emergency, settings.outside_line.as_deref())
}

/// The enrolment account that a target names.
fn called_enrolment(target: &str) -> Option<EnrolmentId> {
    let plain = number::sip_user(target).and_then(|user| EnrolmentId::read(user.as_str()));
    // What is spelt so that it cannot be read must not slip through either.
    plain.or_else(|| EnrolmentId::inside(target.as_bytes().get(..target.len().min(number::MAX_TEXT))?))
}

/// A request that no device's account made.
fn stranger<'a>(settings: &Settings, call: &Call<'_>, party: &Party, effects: &mut Effects) -> Route<'a> {
    let wish = Wish::of(call);
    if wish == Wish::InDialog {
        return Route::InDialog;
    }
    let emergency = if wish == Wish::Call { emergency(settings, &number::normalise(call.target)) } else { None };
    match (emergency, party) {
        // SPEC C2: for others by policy.
        (Some(number), _) if settings.emergency_for_unknown => {
            effects.audit(Audit::of(AuditEvent::EmergencyCall));
            Route::Emergency(Emergency { number, mac: None, site: None, location_confirmed: false, proven: false })
        }
        // What comes from outside and is for no enrolment account is the host's.
        (None, Party::Outside) => Route::Through,
        // SPEC C1: calls to an enrolment account.
        (_, Party::Outside | Party::ToEnrolment { .. }) => refuse(call, Announcement::Refused, None, effects),
        // SPEC C1: unknown identity.
        _ => refuse(call, Announcement::NotInService, None, effects),
    }
}

fn refuse<'a>(call: &Call<'_>, announcement: Announcement, source: Option<Source>, effects: &mut Effects) -> Route<'a> {
    let audit = Audit::of(AuditEvent::CallRefused).aggregated();
    effects.audit(match source {
        Some(source) => audit.from(source),
        None => audit,
    });
    // Only a call has somebody who listens.
    if call.method == Method::Invite && !call.in_dialog {
        effects.push(Effect::Play(announcement));
        effects.push(Effect::HangUp);
    }
    Route::Refused(announcement)
}
