//! Accounts: the second factor of portal users (SPEC M3, M7, M12).

use super::super::SnapshotError;
use super::super::wire::{DeadlineWire, InstantWire, SecretWire, SourceWire, TenantIdWire, broken};
use crate::ids::{RecoverySetId, SessionId, TenantId, UserId};
use crate::mfa::{
    Account, App, Base, Demand, Known, Live, MAX_CODES, MAX_DRIFT, MAX_KNOWN, MAX_OWED, MAX_TOLD, MAX_WAIT_MS, MONTH_DAYS,
    MONTH_MS, MfaAudit, MfaEffect, MfaEvent, Notice, Paper, PaperHash, Pending, RECOVERY_TRIES, Recovered, Tally, Throttle,
};
use crate::otp::{Algorithm, OtpSecret, Totp};
use crate::time::{DAY_MS, Deadline};
use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountWire {
    revision: u64,
    tenant: TenantIdWire,
    user: TenantIdWire,
    base: BaseWire,
    pending: Option<PendingWire>,
    known: Vec<KnownWire>,
    others: TallyWire,
    recovered: Option<(u64, DeadlineWire)>,
    told: Vec<(SourceWire, InstantWire)>,
    pending_effects: Vec<EffectWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum BaseWire {
    Off,
    Demanded { since_ms: InstantWire, overdue: bool, grant: Option<(HashWire, DeadlineWire)>, old: Option<AppWire> },
    On { app: AppWire, set: u64, recovery: Vec<HashWire>, unseen: bool },
}

/// An app with the last accepted step and the drift of its clock.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AppWire {
    totp: TotpWire,
    last_step: u64,
    drift: i16,
    lean: i8,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum EffectWire {
    Audit { event: u8, source: Option<SourceWire>, actor: Option<TenantIdWire> },
    EndSessions { keep: Option<u64> },
    Notify(u8),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PendingWire {
    session: u64,
    totp: TotpWire,
    tries: u8,
    until: DeadlineWire,
}

/// A secret in Base32 with its settings.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TotpWire {
    secret: SecretWire,
    algorithm: String,
    digits: u8,
    period_s: u8,
    t0_s: u32,
}

/// The id of a key and a keyed hash in Base32.
#[derive(Serialize, Deserialize)]
struct HashWire(u8, String);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownWire {
    source: SourceWire,
    until: DeadlineWire,
    tally: TallyWire,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TallyWire {
    in_row: u16,
    wait: Option<DeadlineWire>,
    days: Vec<(u32, u32)>,
    recovery_ms: Vec<InstantWire>,
    locked: bool,
}

impl HashWire {
    fn of(live: &PaperHash) -> Self {
        Self(live.key_id, BASE32_NOPAD.encode(&live.mac))
    }

    fn read(&self, field: &'static str) -> Result<PaperHash, SnapshotError> {
        let bytes = BASE32_NOPAD.decode(self.1.as_bytes()).ok();
        let mac = bytes.and_then(|bytes| bytes.try_into().ok()).ok_or(broken(field, "a hash is not 32 bytes in Base32"))?;
        Ok(PaperHash { key_id: self.0, mac })
    }
}

impl TotpWire {
    fn of(secret: &OtpSecret, totp: Totp) -> Self {
        Self {
            secret: SecretWire(secret.base32()),
            algorithm: totp.algorithm().name().to_owned(),
            digits: totp.digits(),
            period_s: totp.period_s(),
            t0_s: totp.t0_s(),
        }
    }

    fn read(self, field: &'static str) -> Result<(OtpSecret, Totp), SnapshotError> {
        let secret = OtpSecret::parse(self.secret.0.expose()).map_err(|_| broken(field, "its secret is no Base32"))?;
        if secret.base32() != self.secret.0 {
            return Err(broken(field, "its secret is not written plainly"));
        }
        let algorithm = Algorithm::from_name(&self.algorithm).filter(|found| found.name() == self.algorithm);
        let totp = Totp::builder()
            .algorithm(algorithm.ok_or(broken(field, "there is no such algorithm"))?)
            .short_codes()
            .digits(self.digits.into())
            .period_s(self.period_s.into())
            .t0_s(self.t0_s.into())
            .build()
            .map_err(|_| broken(field, "its digits, period or start are out of range"))?;
        Ok((secret, totp))
    }
}

impl AppWire {
    fn of(live: &App) -> Self {
        Self { totp: TotpWire::of(&live.secret, live.totp), last_step: live.last_step, drift: live.drift, lean: live.lean }
    }

    fn read(self, field: &'static str) -> Result<App, SnapshotError> {
        let (secret, totp) = self.totp.read(field)?;
        let in_range = (-MAX_DRIFT..=MAX_DRIFT).contains(&self.drift) && (-1..=1).contains(&self.lean);
        if !in_range {
            return Err(broken(field, "its drift is out of range"));
        }
        Ok(App { secret, totp, last_step: self.last_step, drift: self.drift, lean: self.lean })
    }
}

impl EffectWire {
    fn of(live: &MfaEffect) -> Self {
        match *live {
            MfaEffect::Audit(audit) => Self::Audit {
                event: audit.event.number(),
                source: audit.source.map(SourceWire),
                actor: audit.actor.map(user_to_wire),
            },
            MfaEffect::EndSessions { keep } => Self::EndSessions { keep: keep.map(SessionId::number) },
            MfaEffect::Notify(notice) => Self::Notify(notice.number()),
        }
    }

    fn read(self) -> Result<MfaEffect, SnapshotError> {
        Ok(match self {
            Self::Audit { event, source, actor } => MfaEffect::Audit(MfaAudit {
                event: MfaEvent::from_number(event).ok_or(broken("pending_effects", "an audit event is none"))?,
                source: source.map(|source| source.0),
                actor: actor.map(user_from_wire),
            }),
            Self::EndSessions { keep } => MfaEffect::EndSessions { keep: keep.map(SessionId::from_number) },
            Self::Notify(notice) => {
                MfaEffect::Notify(Notice::from_number(notice).ok_or(broken("pending_effects", "a notice is none"))?)
            }
        })
    }
}

/// Users are written as tenants are.
const fn user_to_wire(user: UserId) -> TenantIdWire {
    TenantIdWire(TenantId::from_bytes(*user.as_bytes()))
}

const fn user_from_wire(wire: TenantIdWire) -> UserId {
    UserId::from_bytes(*wire.0.as_bytes())
}

impl TallyWire {
    fn of(live: &Tally) -> Self {
        Self {
            in_row: live.in_row,
            wait: live.wait.map(Into::into),
            days: live.days.clone(),
            recovery_ms: live.recovery.iter().map(|at| InstantWire(*at)).collect(),
            locked: live.locked,
        }
    }

    fn read(self) -> Result<Tally, SnapshotError> {
        let must = |holds: bool, reason: &'static str| if holds { Ok(()) } else { Err(broken("tally", reason)) };
        let wait: Option<Deadline> = self.wait.map(Into::into);
        must(wait.is_none_or(|wait| wait.len_ms() <= MAX_WAIT_MS), "a wait is longer than an hour")?;
        must(!self.locked || wait.is_none(), "a locked class waits")?;
        must(self.days.len() <= MONTH_DAYS as usize + 1, "there are more days than are counted")?;
        must(self.days.is_sorted_by(|a, b| a.0 < b.0), "the days do not ascend")?;
        must(self.days.iter().all(|(_, n)| *n > 0), "a day counts nothing")?;
        must(self.recovery_ms.len() <= RECOVERY_TRIES, "there are more recovery tries than are allowed")?;
        let recovery = self.recovery_ms.into_iter().map(|at| at.0).collect();
        Ok(Tally { in_row: self.in_row, wait, days: self.days, recovery, locked: self.locked })
    }
}

impl From<&Account> for AccountWire {
    fn from(live: &Account) -> Self {
        Self {
            revision: live.revision,
            tenant: TenantIdWire(live.tenant),
            user: user_to_wire(live.user),
            base: match &live.base {
                Base::Off => BaseWire::Off,
                Base::Demanded(demand) => BaseWire::Demanded {
                    since_ms: InstantWire(demand.since),
                    overdue: demand.overdue,
                    grant: demand.grant.as_ref().map(|(hash, until)| (HashWire::of(hash), (*until).into())),
                    old: demand.old.as_ref().map(|old| AppWire::of(old)),
                },
                Base::On(on) => BaseWire::On {
                    app: AppWire::of(&on.app),
                    set: on.paper.set.number(),
                    recovery: on.paper.codes.iter().map(HashWire::of).collect(),
                    unseen: on.paper.unseen,
                },
            },
            pending: live.pending.as_ref().map(|pending| PendingWire {
                session: pending.session.number(),
                totp: TotpWire::of(&pending.secret, pending.totp),
                tries: pending.tries,
                until: pending.until.into(),
            }),
            known: live
                .throttle
                .known
                .iter()
                .map(|known| KnownWire {
                    source: SourceWire(known.source),
                    until: known.until.into(),
                    tally: TallyWire::of(&known.tally),
                })
                .collect(),
            others: TallyWire::of(&live.throttle.others),
            recovered: live.recovered.map(|open| (open.session.number(), open.until.into())),
            told: live.told.iter().map(|(source, at)| (SourceWire(*source), InstantWire(*at))).collect(),
            pending_effects: live.owed.iter().map(EffectWire::of).collect(),
        }
    }
}

impl TryFrom<AccountWire> for Account {
    type Error = SnapshotError;
    fn try_from(wire: AccountWire) -> Result<Self, SnapshotError> {
        let base = base_from_wire(wire.base)?;
        let pending = match wire.pending {
            None => None,
            Some(pending) => {
                let (secret, totp) = pending.totp.read("pending")?;
                let session = SessionId::from_number(pending.session);
                Some(Box::new(Pending { session, secret, totp, tries: pending.tries, until: pending.until.into() }))
            }
        };
        let mut known = Vec::new();
        for wire in wire.known {
            known.push(Known { source: wire.source.0, until: wire.until.into(), tally: wire.tally.read()? });
        }
        let mut owed = Vec::new();
        for effect in wire.pending_effects {
            owed.push(effect.read()?);
        }
        let account = Self {
            revision: wire.revision,
            tenant: wire.tenant.0,
            user: user_from_wire(wire.user),
            base,
            pending,
            throttle: Throttle { known, others: wire.others.read()? },
            recovered: wire
                .recovered
                .map(|(session, until)| Recovered { session: SessionId::from_number(session), until: until.into() }),
            told: wire.told.into_iter().map(|(source, at)| (source.0, at.0)).collect(),
            owed,
        };
        check(&account)?;
        Ok(account)
    }
}

fn base_from_wire(wire: BaseWire) -> Result<Base, SnapshotError> {
    Ok(match wire {
        BaseWire::Off => Base::Off,
        BaseWire::Demanded { since_ms, overdue, grant, old } => {
            let grant = match grant {
                None => None,
                Some((hash, until)) => Some((hash.read("grant")?, until.into())),
            };
            let old = match old {
                None => None,
                Some(old) => Some(Box::new(old.read("old")?)),
            };
            Base::Demanded(Demand { since: since_ms.0, overdue, grant, old })
        }
        BaseWire::On { app, set, recovery, unseen } => {
            let app = app.read("on")?;
            let set = RecoverySetId::from_number(set);
            let mut codes = Vec::new();
            for hash in recovery {
                codes.push(hash.read("recovery")?);
            }
            Base::On(Box::new(Live { app, paper: Paper { set, codes, unseen } }))
        }
    })
}

/// Every invariant that an account of this library holds.
fn check(account: &Account) -> Result<(), SnapshotError> {
    let must = |holds: bool, field: &'static str, reason: &'static str| if holds { Ok(()) } else { Err(broken(field, reason)) };
    must(account.revision > 0, "revision", "it is 0")?;
    must(!account.is_overdue() || account.pending.is_none(), "pending", "the demand is overdue")?;
    if let Some(pending) = &account.pending {
        must(pending.tries < 10, "pending", "it has more tries than any policy allows")?;
        must(pending.until.len_ms() <= DAY_MS, "pending", "it lasts longer than any policy allows")?;
    }
    if let Some(live) = account.live() {
        must(live.paper.codes.len() <= usize::from(MAX_CODES), "recovery", "there are more codes than any policy allows")?;
        must(!live.paper.unseen || !live.paper.codes.is_empty(), "recovery", "none is unseen where there is none")?;
    }
    must(account.recovered.is_none() || account.live().is_some(), "recovered", "there is nothing to recover")?;
    let known = &account.throttle.known;
    must(known.len() <= MAX_KNOWN, "known", "there are more sources than count by themselves")?;
    must(super::device::distinct(known.iter().map(|known| known.source)), "known", "a source stands twice")?;
    must(known.iter().all(|known| !known.source.is_unresolved()), "known", "a source is unresolved")?;
    must(known.iter().all(|known| known.until.len_ms() == MONTH_MS), "known", "a source is known for another time")?;
    must(account.told.len() <= MAX_TOLD, "told", "there are more sources than are remembered")?;
    must(super::device::distinct(account.told.iter().map(|(source, _)| *source)), "told", "a source stands twice")?;
    must(account.owed.len() <= MAX_OWED, "pending_effects", "there are more than an account remembers")
}
