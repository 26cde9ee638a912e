//! Callroute, source 004: one recovery code that is replaced when it is used, and a switch-off by accepting the risk.

use libprov::mfa::{EnteredBy, FactorState, MfaSettings, Refusal, SwitchOff};
use libprov_portal::{App, Error, Page, Portal, Teller};

const EMAIL: &str = "anna@example.com";
const PASSWORD: &str = "korrektes Passwort";

fn main() -> std::process::ExitCode {
    libprov_portal::main("Callroute: multi-factor authentication, step by step", story)
}

#[allow(clippy::too_many_lines, reason = "a story is read from its beginning to its end")]
fn story(tell: &mut Teller) -> Result<(), Error> {
    let mut portal = Portal::open("Callroute", MfaSettings { switch_off: SwitchOff::RiskOnly, ..MfaSettings::default() })?;
    let anna = portal.add(7, EMAIL, PASSWORD);

    tell.chapter("Wie Sie MFA für Ihr Konto aktivieren");
    tell.step(portal.now, "E-mail and password; then my profile, security, and the arrow of the set-up.");
    let Page::Home(session) = portal.log_in(EMAIL, PASSWORD)? else { return Err("no portal".into()) };
    tell.claim("M5", "without a second factor the password lets in", portal.is_in(anna, session));
    let shown = portal.show_qr(anna, session, None)?.map_err(Refusal::name)?;
    tell.claim("M4", "a QR code is shown", shown.svg.starts_with("<svg"));
    tell.step(portal.now, "The QR code is scanned.");
    let mut app = App::scan(&shown.uri)?;
    tell.claim("M4", "the app shows the account as Callroute", app.name == "Callroute");
    let typed = App::type_key("Callroute", &shown.key)?;
    let same = typed.code(portal.now).as_str() == app.code(portal.now).as_str();
    tell.claim("M4", "the code beside the QR code, typed by hand, gives the same codes", same);
    tell.claim("M3", "nothing is active yet", portal.account(anna)?.state() == FactorState::Pending);
    tell.step(portal.now, "A typo in the field for the verification code.");
    let typo = portal.confirm(anna, session, "12345")?;
    tell.claim("M1", "five digits are malformed and cost no try", typo.err() == Some(Refusal::Malformed));
    tell.step(portal.now, "The code of the app, and \"verify\".");
    let code = app.code(portal.now);
    let confirmed = portal.confirm(anna, session, code.as_str())?.map_err(Refusal::name)?;
    tell.claim("M3", "the second factor is on", portal.account(anna)?.state() == FactorState::On);
    tell.claim("M6", "a mail says so", portal.mails.iter().any(|mail| mail.1.ends_with("eingeschaltet.")));
    let first = confirmed.recovery.ok_or("no recovery code")?;
    tell.claim("M7", "one recovery code is shown", first.codes.len() == 1);
    let paper = first.codes.first().ok_or("no recovery code")?.expose().to_owned();
    tell.step(portal.now, &format!("The recovery code, {} characters, is saved at a safe place.", paper.len()));
    portal.saved(anna, session, &first)?.map_err(Refusal::name)?;
    tell.claim("M7", "the portal knows that it was shown", portal.account(anna)?.recovery_unseen().is_none());

    tell.chapter("Jedes Mal, wenn Sie sich anmelden");
    portal.wait_s(86_400);
    tell.step(portal.now, "The next day: e-mail and password.");
    let Page::Code(session) = portal.log_in(EMAIL, PASSWORD)? else { return Err("no code was asked for".into()) };
    tell.claim("M5", "a code is asked for, and nobody is in before it", !portal.is_in(anna, session));
    let code = app.code(portal.now);
    let spaced = format!("{} {}", code.as_str().get(..3).unwrap_or_default(), code.as_str().get(3..).unwrap_or_default());
    let entered = portal.enter(anna, session, &spaced)?.map_err(Refusal::name)?;
    tell.claim("M1", "the code lets in, with the space that the app shows", entered.by == EnteredBy::Code { drift: 0 });
    let again = portal.enter(anna, session, code.as_str())?;
    tell.claim("M2", "it is good once", again.err() == Some(Refusal::Replayed));

    tell.chapter("Wie Sie Ihren Wiederherstellungscode verwenden");
    portal.wait_s(86_400);
    tell.step(portal.now, "The telephone is gone. Somebody tries the recovery code without the password.");
    tell.claim("M5", "recovery comes after the password", portal.log_in(EMAIL, "vergessen")? == Page::WrongPassword);
    tell.step(portal.now, "E-mail and the right password, and the whole recovery code into the field of the code.");
    let Page::Code(session) = portal.log_in(EMAIL, PASSWORD)? else { return Err("no code was asked for".into()) };
    let mut typo = paper.clone();
    typo.replace_range(0..1, if paper.starts_with('7') { "8" } else { "7" });
    let refused = portal.enter(anna, session, &typo)?;
    tell.claim("M7", "a typo in it is found by its check symbol and costs no try", refused.err() == Some(Refusal::Malformed));
    let entered = portal.enter(anna, session, &format!(" {} ", paper.to_lowercase()))?.map_err(Refusal::name)?;
    tell.claim("M7", "copied whole, in small letters, it lets in", entered.by == EnteredBy::Recovery { left: 1 });
    tell.claim("M6", "a mail says so", portal.mails.iter().any(|mail| mail.1.contains("Wiederherstellungscode")));
    let second = entered.recovery.ok_or("no new recovery code")?;
    let new = second.codes.first().ok_or("no new recovery code")?.expose().to_owned();
    tell.claim("M7", "a brand-new recovery code is shown", new != paper);
    portal.saved(anna, session, &second)?.map_err(Refusal::name)?;
    let refused = portal.enter(anna, session, &paper)?;
    tell.claim("M7", "the old one is no longer valid", refused.err() == Some(Refusal::Wrong));
    tell.step(portal.now, "In this session a new app is set up; the old one is lost.");
    let shown = portal.show_qr(anna, session, None)?.map_err(Refusal::name)?;
    app = App::scan(&shown.uri)?;
    let code = app.code(portal.now);
    let rotated = portal.confirm(anna, session, code.as_str())?.map_err(Refusal::name)?;
    tell.claim("M3", "the new app is live, and the recovery code stays", rotated.recovery.is_none());
    tell.claim("M7", "one recovery code is left", portal.recovery_left(anna)? == 1);

    tell.chapter("So deaktivieren Sie MFA für Ihr Konto");
    portal.wait_s(3_600);
    tell.step(portal.now, "The blue switch, without accepting the risk.");
    let refused = portal.switch_off(anna, session, None, false)?;
    tell.claim("M6", "the risk has to be accepted", refused == Err(Refusal::RiskNotAccepted));
    tell.step(portal.now, "Somebody else has Anna's password, and no code: he switches off by accepting the risk.");
    let Page::Code(thief) = portal.log_in(EMAIL, PASSWORD)? else { return Err("no code was asked for".into()) };
    tell.claim("M6", "a session that waits for its code has no such page", portal.switch_off(anna, thief, None, true).is_err());
    let on = portal.account(anna)?.state() == FactorState::On && portal.is_in(anna, session);
    tell.claim("M6", "it is still on, and Anna is still in", on);
    tell.step(portal.now, "Anna, \"Deaktivieren\": the risk is accepted. No code is asked for.");
    tell.claim("M6", "it is off", portal.switch_off(anna, session, None, true)?.is_ok());
    tell.claim("M6", "a mail says so", portal.mails.last().is_some_and(|mail| mail.1.ends_with("abgeschaltet.")));
    let Page::Home(_) = portal.log_in(EMAIL, PASSWORD)? else { return Err("no portal".into()) };
    tell.claim("M5", "the password lets in again", true);
    let leak = |secret: &str| portal.log.iter().any(|line| line.contains(secret));
    let leaks = [paper.as_str(), new.as_str(), code.as_str()].into_iter().any(leak);
    tell.claim("A10", &format!("{} lines of the audit log hold no code", portal.log.len()), !leaks && portal.log.len() > 10);
    Ok(())
}
