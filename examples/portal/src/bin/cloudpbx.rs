//! The Cloud PBX portal, source 002: for oneself and for other portal users, with a reset that logs out.

use libprov::ids::UserId;
use libprov::mfa::{AdminAct, EnteredBy, FactorState, MfaSettings, Refusal};
use libprov_portal::{App, Error, Page, Portal, Teller};

fn main() -> std::process::ExitCode {
    libprov_portal::main("Cloud PBX: two-factor authentication, step by step", story)
}

const ANNA: (&str, &str) = ("anna", "Annas Passwort");
const BERT: (&str, &str) = ("bert", "Berts Passwort");

/// Scans what is shown and types the code below it.
fn enrol(portal: &mut Portal, user: UserId, page: Page) -> Result<App, Error> {
    let (Page::Scan(session) | Page::Home(session)) = page else { return Err("no QR code".into()) };
    let shown = portal.show_qr(user, session, None)?.map_err(Refusal::name)?;
    let app = App::scan(&shown.uri)?;
    let code = app.code(portal.now);
    let confirmed = portal.confirm(user, session, code.as_str())?.map_err(Refusal::name)?;
    if let Some(codes) = confirmed.recovery {
        portal.saved(user, session, &codes)?.map_err(Refusal::name)?;
    }
    Ok(app)
}

#[allow(clippy::too_many_lines, reason = "a story is read from its beginning to its end")]
fn story(tell: &mut Teller) -> Result<(), Error> {
    let mut portal = Portal::open("Cloud PBX", MfaSettings::default())?;
    let (anna, bert) = (portal.add(7, ANNA.0, ANNA.1), portal.add(8, BERT.0, BERT.1));

    tell.chapter("Aktivieren Sie die Zwei-Faktor-Authentifizierung für Ihren eigenen Benutzer");
    tell.step(portal.now, "Anna: my profile, security. The QR code is scanned, the key stands beside it.");
    let Page::Home(session) = portal.log_in(ANNA.0, ANNA.1)? else { return Err("no portal".into()) };
    let shown = portal.show_qr(anna, session, None)?.map_err(Refusal::name)?;
    tell.claim("M4", "a QR code is shown", shown.svg.starts_with("<svg"));
    let app = App::scan(&shown.uri)?;
    let typed = App::type_key("Cloud PBX", &shown.key)?;
    let same = typed.code(portal.now).as_str() == app.code(portal.now).as_str();
    tell.claim("M4", "the key can be typed instead", same);
    tell.step(portal.now, "She types the one-time password below the QR code.");
    let code = app.code(portal.now);
    portal.confirm(anna, session, code.as_str())?.map_err(Refusal::name)?;
    tell.claim("M3", "two-factor authentication is configured", portal.account(anna)?.state() == FactorState::On);
    tell.claim("M6", "she stays logged in", portal.is_in(anna, session));
    portal.wait_s(20);
    tell.step(portal.now, "The next login.");
    let Page::Code(session) = portal.log_in(ANNA.0, ANNA.1)? else { return Err("no code was asked for".into()) };
    tell.claim("M5", "a one-time password is asked for", !portal.is_in(anna, session));
    let refused = portal.enter(anna, session, code.as_str())?;
    tell.claim("M2", "the one of the enrolment is not good again", refused.err() == Some(Refusal::Replayed));
    portal.wait_s(60);
    let code = app.code(portal.now);
    let entered = portal.enter(anna, session, code.as_str())?.map_err(Refusal::name)?;
    tell.claim("M5", "a new one lets in", entered.by == EnteredBy::Code { drift: 0 } && portal.is_in(anna, session));

    tell.chapter("Aktivieren der Zwei-Faktor-Authentifizierung für andere Benutzer");
    tell.step(portal.now, "Anna: portal users, Bert, security, activate.");
    portal.administer(bert, (anna, session), AdminAct::SwitchOn)?;
    tell.claim("M3", "no secret was made for him by anybody else", portal.account(bert)?.state() == FactorState::Demanded);
    let named = portal.log.last().is_some_and(|line| line.contains("mfa_admin_switched_on") && line.contains(r#""by":"7""#));
    tell.claim("M6", "the audit log names Anna", named);
    tell.step(portal.now, "Bert's next login: a QR code and a one-time password.");
    let page = portal.log_in(BERT.0, BERT.1)?;
    let Page::Scan(his) = page else { return Err("no QR code".into()) };
    tell.claim("M5", "he is not in before he has scanned and typed", !portal.is_in(bert, his));
    let his_app = enrol(&mut portal, bert, page)?;
    tell.claim("M3", "then he is", portal.is_in(bert, his) && portal.account(bert)?.state() == FactorState::On);

    tell.chapter("Zurücksetzen eines Schlüssels");
    portal.wait_s(60);
    tell.step(portal.now, "Anna has a new telephone: reset the key. She mistypes the one-time password.");
    let wrong = if app.code(portal.now).as_str() == "000000" { "111111" } else { "000000" };
    let refused = portal.reset(anna, session, wrong)?;
    tell.claim("M6", "a wrong one resets nothing", refused == Err(Refusal::Wrong) && portal.is_in(anna, session));
    let code = app.code(portal.now);
    portal.reset(anna, session, code.as_str())?.map_err(Refusal::name)?;
    tell.step(portal.now, "She types a valid one.");
    tell.claim("M6", "she is logged out", !portal.is_in(anna, session));
    tell.claim("M6", "Bert is not", portal.is_in(bert, his));
    let page = portal.log_in(ANNA.0, ANNA.1)?;
    let Page::Scan(session) = page else { return Err("no QR code".into()) };
    tell.claim("M6", "the next login shows a QR code", !portal.is_in(anna, session));
    let app = enrol(&mut portal, anna, page)?;
    tell.claim("M3", "and then asks for a one-time password", portal.account(anna)?.state() == FactorState::On);

    tell.chapter("Zugriff auf die Authenticator-App verloren");
    portal.wait_s(60);
    tell.step(portal.now, "Bert lost his app; Anna resets his key.");
    portal.administer(bert, (anna, session), AdminAct::Reset)?;
    tell.claim("M6", "his sessions end", !portal.is_in(bert, his));
    let page = portal.log_in(BERT.0, BERT.1)?;
    let Page::Scan(his) = page else { return Err("no QR code".into()) };
    let code = his_app.code(portal.now);
    let refused = portal.enter(bert, his, code.as_str())?;
    tell.claim("M3", "the old app is dead", refused.err() == Some(Refusal::EnrolmentNeeded));
    enrol(&mut portal, bert, page)?;
    let told = portal.mails.iter().any(|mail| mail.0 == bert && mail.1.contains("zurückgesetzt"));
    tell.claim("M6", "he is told outside of the portal", told);
    tell.step(portal.now, "Anna tries to reset herself as an administrator.");
    let refused = portal.administer(anna, (anna, session), AdminAct::Reset);
    tell.claim("M6", "an administrator is somebody else", refused.is_err());

    tell.chapter("Deaktivieren für Ihren eigenen Benutzer");
    portal.wait_s(60);
    let Page::Code(half) = portal.log_in(ANNA.0, ANNA.1)? else { return Err("no code was asked for".into()) };
    let refused = portal.switch_off(anna, half, None, true).is_err() && portal.reset(anna, half, "000000").is_err();
    tell.claim("M6", "the password alone opens no page of hers", refused && portal.is_in(anna, session));
    tell.step(portal.now, "Anna switches off: a one-time password is asked for.");
    let refused = portal.switch_off(anna, session, None, true)?;
    tell.claim("M6", "without one it stays on", refused == Err(Refusal::CodeNeeded));
    let code = app.code(portal.now);
    tell.claim("M6", "with one it is off", portal.switch_off(anna, session, Some(code.as_str()), true)?.is_ok());
    let page = portal.log_in(ANNA.0, ANNA.1)?;
    let Page::Home(session) = page else { return Err("no portal".into()) };
    tell.claim("M5", "the password lets in again", portal.is_in(anna, session));

    tell.chapter("Deaktivieren für andere Benutzer");
    let off = AdminAct::SwitchOff { risk_accepted: true };
    tell.step(portal.now, "Anna, who has no second factor now: portal users, Bert, security, deactivate.");
    let refused = portal.administer(bert, (anna, session), off).is_err();
    tell.claim("M6", "who gave no second factor acts on nobody", refused && portal.account(bert)?.state() == FactorState::On);
    tell.step(portal.now, "She switches it on again, and comes back to it an hour later.");
    let app = enrol(&mut portal, anna, page)?;
    portal.wait_s(3_600);
    tell.claim("M6", "an hour is not just now", portal.administer(bert, (anna, session), off).is_err());
    let Page::Code(session) = portal.log_in(ANNA.0, ANNA.1)? else { return Err("no code was asked for".into()) };
    let code = app.code(portal.now);
    portal.enter(anna, session, code.as_str())?.map_err(Refusal::name)?;
    tell.step(portal.now, "With a one-time password: portal users, Bert, security, deactivate.");
    portal.administer(bert, (anna, session), off)?;
    tell.claim("M6", "it is off, without a code of his", matches!(portal.log_in(BERT.0, BERT.1)?, Page::Home(_)));
    let leak = |secret: &str| portal.log.iter().any(|line| line.contains(secret));
    tell.claim("A10", &format!("{} lines of the audit log hold no code", portal.log.len()), !leak(code.as_str()));
    Ok(())
}
