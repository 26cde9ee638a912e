//! What portal users read in six languages: why something was refused, and what they are told outside of the portal (SPEC E4).

use super::{Notice, Refusal};
use crate::lang::{Lang, Text, texts};

impl Refusal {
    /// The stable name, lower case with underscores.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Wrong => "wrong",
            Self::Replayed => "replayed",
            Self::Wait { .. } => "wait",
            Self::Locked { .. } => "locked",
            Self::ClockError { .. } => "clock_error",
            Self::CodeNeeded => "code_needed",
            Self::EnrolmentNeeded => "enrolment_needed",
            Self::GrantNeeded => "grant_needed",
            Self::NotOn => "not_on",
            Self::NoEnrolment => "no_enrolment",
            Self::EnrolmentVoid => "enrolment_void",
            Self::RecoveryReplaced => "recovery_replaced",
            Self::RiskNotAccepted => "risk_not_accepted",
            Self::TenantDemands => "tenant_demands",
        }
    }

    /// What to show to the portal user. It holds no instant: show [`Refusal::Wait`]'s in the user's own time zone beside it.
    /// [`Refusal::Replayed`] reads as [`Refusal::Wrong`].
    ///
    /// ```
    /// use libprov::{lang::Lang, mfa::Refusal};
    /// assert_eq!(Refusal::Wrong.text(Lang::De), "Der Code ist falsch.");
    /// assert_eq!(Refusal::Replayed.text(Lang::En), Refusal::Wrong.text(Lang::En));
    /// ```
    pub const fn text(self, lang: Lang) -> &'static str {
        let text: Text<&'static str> = match self {
            Self::Malformed => MALFORMED,
            Self::Wrong | Self::Replayed => WRONG,
            Self::Wait { .. } => WAIT,
            Self::Locked { recovery: true } => LOCKED_BUT_RECOVERY,
            Self::Locked { recovery: false } => LOCKED,
            Self::ClockError { .. } => CLOCK_ERROR,
            Self::CodeNeeded => CODE_NEEDED,
            Self::EnrolmentNeeded => ENROLMENT_NEEDED,
            Self::GrantNeeded => GRANT_NEEDED,
            Self::NotOn => NOT_ON,
            Self::NoEnrolment => NO_ENROLMENT,
            Self::EnrolmentVoid => ENROLMENT_VOID,
            Self::RecoveryReplaced => RECOVERY_REPLACED,
            Self::RiskNotAccepted => RISK_NOT_ACCEPTED,
            Self::TenantDemands => TENANT_DEMANDS,
        };
        text.get(lang)
    }
}

impl Notice {
    /// What to write to the portal user.
    pub const fn text(self, lang: Lang) -> &'static str {
        let text: Text<&'static str> = match self {
            Self::SwitchedOn => TOLD_SWITCHED_ON,
            Self::Rotated => TOLD_ROTATED,
            Self::Reset => TOLD_RESET,
            Self::SwitchedOff => TOLD_SWITCHED_OFF,
            Self::RecoveryUsed => TOLD_RECOVERY_USED,
            Self::RecoveryRegenerated => TOLD_RECOVERY_REGENERATED,
            Self::Unlocked => TOLD_UNLOCKED,
            Self::Locked => TOLD_LOCKED,
            Self::FailureAtNewSource => TOLD_FAILURE,
            Self::Resynchronised => TOLD_RESYNCHRONISED,
        };
        text.get(lang)
    }
}

texts! {
    MALFORMED {
        de: "Bitte den Code der App eingeben oder einen Wiederherstellungscode.",
        en: "Enter the code of the app, or a recovery code.",
        fr: "Saisissez le code de l’application ou un code de récupération.",
        es: "Introduzca el código de la aplicación o un código de recuperación.",
        it: "Inserire il codice dell’app o un codice di recupero.",
        pl: "Wpisz kod z aplikacji albo kod odzyskiwania.",
    }
    WRONG {
        de: "Der Code ist falsch.",
        en: "The code is wrong.",
        fr: "Le code est incorrect.",
        es: "El código es incorrecto.",
        it: "Il codice è errato.",
        pl: "Kod jest nieprawidłowy.",
    }
    WAIT {
        de: "Zu viele Fehlversuche. Bitte warten.",
        en: "Too many failed attempts. Please wait.",
        fr: "Trop de tentatives échouées. Veuillez patienter.",
        es: "Demasiados intentos fallidos. Espere, por favor.",
        it: "Troppi tentativi falliti. Attendere.",
        pl: "Zbyt wiele nieudanych prób. Proszę czekać.",
    }
    LOCKED {
        de: "Der Zugang ist gesperrt. Ein Administrator kann ihn freigeben.",
        en: "Access is locked. An administrator can unlock it.",
        fr: "L’accès est verrouillé. Un administrateur peut le déverrouiller.",
        es: "El acceso está bloqueado. Un administrador puede desbloquearlo.",
        it: "L’accesso è bloccato. Un amministratore può sbloccarlo.",
        pl: "Dostęp jest zablokowany. Administrator może go odblokować.",
    }
    LOCKED_BUT_RECOVERY {
        de: "Der Zugang ist gesperrt. Ein Wiederherstellungscode oder ein Administrator hilft.",
        en: "Access is locked. Use a recovery code, or ask an administrator.",
        fr: "L’accès est verrouillé. Utilisez un code de récupération ou demandez à un administrateur.",
        es: "El acceso está bloqueado. Use un código de recuperación o pida ayuda a un administrador.",
        it: "L’accesso è bloccato. Usare un codice di recupero o rivolgersi a un amministratore.",
        pl: "Dostęp jest zablokowany. Użyj kodu odzyskiwania albo poproś administratora.",
    }
    CLOCK_ERROR {
        de: "Die Uhr des Portals geht falsch; Codes können jetzt nicht geprüft werden. Ein Wiederherstellungscode hilft.",
        en: "The portal’s clock is wrong; codes cannot be checked now. A recovery code works.",
        fr: "L’horloge du portail est fausse ; les codes ne peuvent pas être vérifiés. Un code de récupération fonctionne.",
        es: "El reloj del portal no es correcto; ahora no se pueden comprobar códigos. Un código de recuperación sirve.",
        it: "L’orologio del portale è errato; ora i codici non si possono verificare. Un codice di recupero funziona.",
        pl: "Zegar portalu jest błędny; kodów nie można teraz sprawdzić. Kod odzyskiwania zadziała.",
    }
    CODE_NEEDED {
        de: "Bitte den Code der App eingeben.",
        en: "Enter the code of the app.",
        fr: "Saisissez le code de l’application.",
        es: "Introduzca el código de la aplicación.",
        it: "Inserire il codice dell’app.",
        pl: "Wpisz kod z aplikacji.",
    }
    ENROLMENT_NEEDED {
        de: "Bitte zuerst die App einrichten.",
        en: "Set up the app first.",
        fr: "Configurez d’abord l’application.",
        es: "Configure primero la aplicación.",
        it: "Configurare prima l’app.",
        pl: "Najpierw skonfiguruj aplikację.",
    }
    GRANT_NEEDED {
        de: "Bitte den Einrichtungscode des Administrators eingeben.",
        en: "Enter the set-up code that the administrator gave you.",
        fr: "Saisissez le code de configuration remis par l’administrateur.",
        es: "Introduzca el código de configuración que le dio el administrador.",
        it: "Inserire il codice di configurazione fornito dall’amministratore.",
        pl: "Wpisz kod konfiguracji otrzymany od administratora.",
    }
    NOT_ON {
        de: "Die Zwei-Faktor-Authentifizierung ist nicht eingeschaltet.",
        en: "Two-factor authentication is not on.",
        fr: "L’authentification à deux facteurs n’est pas activée.",
        es: "La autenticación de dos factores no está activada.",
        it: "L’autenticazione a due fattori non è attiva.",
        pl: "Uwierzytelnianie dwuskładnikowe nie jest włączone.",
    }
    NO_ENROLMENT {
        de: "Die Einrichtung ist abgelaufen oder wurde anderswo neu begonnen. Bitte neu beginnen.",
        en: "The set-up has expired, or was begun again elsewhere. Begin again.",
        fr: "La configuration a expiré ou a été recommencée ailleurs. Recommencez.",
        es: "La configuración ha caducado o se empezó de nuevo en otro lugar. Empiece de nuevo.",
        it: "La configurazione è scaduta o è stata ricominciata altrove. Ricominciare.",
        pl: "Konfiguracja wygasła albo rozpoczęto ją gdzie indziej. Zacznij od nowa.",
    }
    ENROLMENT_VOID {
        de: "Zu viele falsche Codes. Bitte die Einrichtung neu beginnen.",
        en: "Too many wrong codes. Begin the set-up again.",
        fr: "Trop de codes incorrects. Recommencez la configuration.",
        es: "Demasiados códigos incorrectos. Empiece la configuración de nuevo.",
        it: "Troppi codici errati. Ricominciare la configurazione.",
        pl: "Zbyt wiele nieprawidłowych kodów. Zacznij konfigurację od nowa.",
    }
    RECOVERY_REPLACED {
        de: "Diese Wiederherstellungscodes gelten nicht mehr.",
        en: "These recovery codes are no longer valid.",
        fr: "Ces codes de récupération ne sont plus valables.",
        es: "Estos códigos de recuperación ya no son válidos.",
        it: "Questi codici di recupero non sono più validi.",
        pl: "Te kody odzyskiwania nie są już ważne.",
    }
    RISK_NOT_ACCEPTED {
        de: "Bitte das Risiko der Abschaltung akzeptieren.",
        en: "Accept the risk of switching it off.",
        fr: "Acceptez le risque de la désactivation.",
        es: "Acepte el riesgo de desactivarla.",
        it: "Accettare il rischio della disattivazione.",
        pl: "Zaakceptuj ryzyko wyłączenia.",
    }
    TENANT_DEMANDS {
        de: "Die Zwei-Faktor-Authentifizierung ist hier vorgeschrieben.",
        en: "Two-factor authentication is mandatory here.",
        fr: "L’authentification à deux facteurs est obligatoire ici.",
        es: "La autenticación de dos factores es obligatoria aquí.",
        it: "Qui l’autenticazione a due fattori è obbligatoria.",
        pl: "Uwierzytelnianie dwuskładnikowe jest tutaj obowiązkowe.",
    }
    TOLD_SWITCHED_ON {
        de: "Die Zwei-Faktor-Authentifizierung wurde eingeschaltet.",
        en: "Two-factor authentication was switched on.",
        fr: "L’authentification à deux facteurs a été activée.",
        es: "Se activó la autenticación de dos factores.",
        it: "L’autenticazione a due fattori è stata attivata.",
        pl: "Włączono uwierzytelnianie dwuskładnikowe.",
    }
    TOLD_ROTATED {
        de: "Die App der Zwei-Faktor-Authentifizierung wurde gewechselt.",
        en: "The app of the two-factor authentication was changed.",
        fr: "L’application de l’authentification à deux facteurs a été changée.",
        es: "Se cambió la aplicación de la autenticación de dos factores.",
        it: "L’app dell’autenticazione a due fattori è stata cambiata.",
        pl: "Zmieniono aplikację uwierzytelniania dwuskładnikowego.",
    }
    TOLD_RESET {
        de: "Die Zwei-Faktor-Authentifizierung wurde zurückgesetzt und ist bei der nächsten Anmeldung neu einzurichten.",
        en: "Two-factor authentication was reset; set it up again at the next login.",
        fr: "L’authentification à deux facteurs a été réinitialisée ; configurez-la à la prochaine connexion.",
        es: "Se restableció la autenticación de dos factores; configúrela en el próximo inicio de sesión.",
        it: "L’autenticazione a due fattori è stata reimpostata; va configurata al prossimo accesso.",
        pl: "Uwierzytelnianie dwuskładnikowe zresetowano; skonfiguruj je przy następnym logowaniu.",
    }
    TOLD_SWITCHED_OFF {
        de: "Die Zwei-Faktor-Authentifizierung wurde abgeschaltet.",
        en: "Two-factor authentication was switched off.",
        fr: "L’authentification à deux facteurs a été désactivée.",
        es: "Se desactivó la autenticación de dos factores.",
        it: "L’autenticazione a due fattori è stata disattivata.",
        pl: "Wyłączono uwierzytelnianie dwuskładnikowe.",
    }
    TOLD_RECOVERY_USED {
        de: "Ein Wiederherstellungscode wurde benutzt.",
        en: "A recovery code was used.",
        fr: "Un code de récupération a été utilisé.",
        es: "Se usó un código de recuperación.",
        it: "È stato usato un codice di recupero.",
        pl: "Użyto kodu odzyskiwania.",
    }
    TOLD_RECOVERY_REGENERATED {
        de: "Neue Wiederherstellungscodes wurden erzeugt; die alten gelten nicht mehr.",
        en: "New recovery codes were made; the old ones are no longer valid.",
        fr: "De nouveaux codes de récupération ont été créés ; les anciens ne sont plus valables.",
        es: "Se crearon nuevos códigos de recuperación; los anteriores ya no son válidos.",
        it: "Sono stati creati nuovi codici di recupero; i vecchi non sono più validi.",
        pl: "Utworzono nowe kody odzyskiwania; stare nie są już ważne.",
    }
    TOLD_UNLOCKED {
        de: "Ein Administrator hat den Zugang freigegeben.",
        en: "An administrator unlocked the access.",
        fr: "Un administrateur a déverrouillé l’accès.",
        es: "Un administrador desbloqueó el acceso.",
        it: "Un amministratore ha sbloccato l’accesso.",
        pl: "Administrator odblokował dostęp.",
    }
    TOLD_LOCKED {
        de: "Die Anmeldung wurde gesperrt.",
        en: "Logging in was locked.",
        fr: "La connexion a été verrouillée.",
        es: "Se bloqueó el inicio de sesión.",
        it: "L’accesso è stato bloccato.",
        pl: "Logowanie zostało zablokowane.",
    }
    TOLD_FAILURE {
        de: "Jemand kennt das Passwort und ist von einer neuen Adresse an der Zwei-Faktor-Authentifizierung gescheitert.",
        en: "Somebody who knows the password failed the two-factor authentication from a new address.",
        fr: "Une personne connaissant le mot de passe a échoué à la double authentification depuis une nouvelle adresse.",
        es: "Alguien que conoce la contraseña falló la autenticación de dos factores desde una dirección nueva.",
        it: "Qualcuno che conosce la password non ha superato l’autenticazione a due fattori da un indirizzo nuovo.",
        pl: "Ktoś zna hasło i nie przeszedł uwierzytelniania dwuskładnikowego z nowego adresu.",
    }
    TOLD_RESYNCHRONISED {
        de: "Eine App, deren Uhr falsch geht, wurde mit zwei Codes hintereinander zur Anmeldung benutzt.",
        en: "An app whose clock is off was used to log in with two codes in a row.",
        fr: "Une application mal à l’heure a servi à une connexion par deux codes consécutifs.",
        es: "Se usó una aplicación con la hora incorrecta para iniciar sesión con dos códigos seguidos.",
        it: "Un’app con l’orologio sbagliato è stata usata per accedere con due codici consecutivi.",
        pl: "Do logowania użyto aplikacji ze źle ustawionym zegarem i dwóch kolejnych kodów.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;
    use alloc::collections::BTreeSet;

    #[test]
    fn e4_every_refusal_and_notice_has_its_own_sentence_in_every_language() {
        let refusals = [
            Refusal::Malformed,
            Refusal::Wrong,
            Refusal::Wait { until: Timestamp::MIN },
            Refusal::Locked { recovery: true },
            Refusal::Locked { recovery: false },
            Refusal::ClockError { behind: 1 },
            Refusal::CodeNeeded,
            Refusal::EnrolmentNeeded,
            Refusal::GrantNeeded,
            Refusal::NotOn,
            Refusal::NoEnrolment,
            Refusal::EnrolmentVoid,
            Refusal::RecoveryReplaced,
            Refusal::RiskNotAccepted,
            Refusal::TenantDemands,
        ];
        for lang in Lang::ALL {
            let mut texts: BTreeSet<&str> = refusals.iter().map(|refusal| refusal.text(lang)).collect();
            texts.extend(Notice::ALL.iter().map(|notice| notice.text(lang)));
            assert_eq!(texts.len(), refusals.len() + Notice::ALL.len(), "{lang:?}");
            assert!(texts.iter().all(|text| text.ends_with('.') && text.chars().count() <= 120), "{texts:?}");
            assert_eq!(Refusal::Replayed.text(lang), Refusal::Wrong.text(lang));
        }
        let names: BTreeSet<&str> = refusals.iter().map(|refusal| refusal.name()).collect();
        assert_eq!(names.len(), refusals.len() - 1, "both kinds of locked have one name");
    }
}
