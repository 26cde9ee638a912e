//! Announcements as full sentences for text to speech, in six languages (SPEC C1, C3, E4).

use super::Announcement;
use crate::lang::{Lang, Text, texts};
use crate::time::{MINUTE_MS, Timestamp};
use alloc::string::{String, ToString};

impl Announcement {
    /// What is said: full sentences, formal, for text to speech.
    ///
    /// How long a lock lasts is counted from `now`, in minutes, beyond two hours in hours, both rounded up.
    ///
    /// ```
    /// use libprov::announcement::Announcement;
    /// use libprov::lang::Lang;
    /// # let now = libprov::time::Timestamp::from_ms(1_900_000_000_000).unwrap();
    /// let text = Announcement::Locked(now.plus_ms(30 * 60_000)).text(Lang::En, now);
    /// assert!(text.ends_with("Please try again in 30 minutes."));
    /// assert!(Announcement::TriesLeft(2).text(Lang::Pl, now).contains("Pozostały 2 próby."));
    /// ```
    pub fn text(self, lang: Lang, now: Timestamp) -> String {
        let (text, count) = match self {
            Self::Accepted => (ACCEPTED, 0),
            Self::TriesLeft(left) => (TRIES.of(lang, u64::from(left)), u64::from(left)),
            Self::Locked(until) => {
                let minutes = until.since(now).div_ceil(MINUTE_MS).max(1);
                let hours = minutes.div_ceil(60);
                if minutes > 120 { (LOCKED_HOURS.of(lang, hours), hours) } else { (LOCKED.of(lang, minutes), minutes) }
            }
            Self::Blocked => (BLOCKED, 0),
            Self::Already => (ALREADY, 0),
            Self::NotPossible => (NOT_POSSIBLE, 0),
            Self::ResetNeeded => (RESET_NEEDED, 0),
            Self::Restarting => (RESTARTING, 0),
            Self::NoPinNeeded => (NO_PIN_NEEDED, 0),
            Self::NotAuthenticated => (NOT_AUTHENTICATED, 0),
            Self::NotInService => (NOT_IN_SERVICE, 0),
            Self::Refused => (REFUSED, 0),
            Self::EnterPin => (ENTER_PIN, 0),
            Self::EnterAgain => (ENTER_AGAIN, 0),
            Self::TimeOver => (TIME_OVER, 0),
            Self::Emergency => (EMERGENCY, 0),
        };
        text.get(lang).replace("{n}", &count.to_string())
    }
}

/// A text in the forms that a number asks for. The form for one spells it, because a voice would read the digit wrongly.
struct Counted {
    one: Text<&'static str>,
    /// Polish 2 to 4, 22 to 24 and so on, but not 12 to 14.
    few: Text<&'static str>,
    many: Text<&'static str>,
}

impl Counted {
    /// The text for a number, by the plural rules of the Unicode CLDR for the six languages.
    const fn of(&self, lang: Lang, count: u64) -> Text<&'static str> {
        let is_few = matches!(count % 10, 2..=4) && !matches!(count % 100, 12..=14);
        match lang {
            _ if count == 1 => self.one,
            Lang::Pl if is_few => self.few,
            _ => self.many,
        }
    }
}

const TRIES: Counted = Counted { one: TRIES_ONE, few: TRIES_FEW, many: TRIES_MANY };
const LOCKED: Counted = Counted { one: LOCKED_ONE, few: LOCKED_FEW, many: LOCKED_MANY };
const LOCKED_HOURS: Counted = Counted { one: LOCKED_HOURS_MANY, few: LOCKED_HOURS_FEW, many: LOCKED_HOURS_MANY };

texts! {
    ACCEPTED {
        de: "Vielen Dank. Die PIN ist richtig. Das Telefon wird jetzt eingerichtet. Das dauert einen Moment. Auf Wiederhören.",
        en: "Thank you. The PIN is right. The telephone is now being set up. This takes a moment. Goodbye.",
        fr: "Merci. Le code PIN est correct. Le téléphone est en cours de configuration. Cela prend un instant. Au revoir.",
        es: "Gracias. El PIN es correcto. El teléfono se está configurando. Esto tarda un momento. Adiós.",
        it: "Grazie. Il PIN è corretto. Il telefono viene ora configurato. Ci vorrà un momento. Arrivederci.",
        pl: "Dziękujemy. Kod PIN jest prawidłowy. Trwa konfiguracja telefonu. To chwilę potrwa. Do widzenia.",
    }
    TRIES_ONE {
        de: "Die PIN ist falsch. Sie haben noch einen Versuch. Bitte geben Sie die PIN ein und drücken Sie die Rautetaste.",
        en: "The PIN is wrong. You have one try left. Please enter the PIN and press the hash key.",
        fr: "Le code PIN est incorrect. Il vous reste un essai. Veuillez saisir le code PIN et appuyer sur la touche dièse.",
        es: "El PIN es incorrecto. Le queda un intento. Introduzca el PIN y pulse la tecla almohadilla.",
        it: "Il PIN è errato. Le rimane un tentativo. Inserisca il PIN e prema il tasto cancelletto.",
        pl: "Kod PIN jest nieprawidłowy. Pozostała jedna próba. Proszę wpisać kod PIN i nacisnąć krzyżyk.",
    }
    TRIES_FEW {
        de: "Die PIN ist falsch. Sie haben noch {n} Versuche. Bitte geben Sie die PIN ein und drücken Sie die Rautetaste.",
        en: "The PIN is wrong. You have {n} tries left. Please enter the PIN and press the hash key.",
        fr: "Le code PIN est incorrect. Il vous reste {n} essais. Veuillez saisir le code PIN et appuyer sur la touche dièse.",
        es: "El PIN es incorrecto. Le quedan {n} intentos. Introduzca el PIN y pulse la tecla almohadilla.",
        it: "Il PIN è errato. Le rimangono {n} tentativi. Inserisca il PIN e prema il tasto cancelletto.",
        pl: "Kod PIN jest nieprawidłowy. Pozostały {n} próby. Proszę wpisać kod PIN i nacisnąć krzyżyk.",
    }
    TRIES_MANY {
        de: "Die PIN ist falsch. Sie haben noch {n} Versuche. Bitte geben Sie die PIN ein und drücken Sie die Rautetaste.",
        en: "The PIN is wrong. You have {n} tries left. Please enter the PIN and press the hash key.",
        fr: "Le code PIN est incorrect. Il vous reste {n} essais. Veuillez saisir le code PIN et appuyer sur la touche dièse.",
        es: "El PIN es incorrecto. Le quedan {n} intentos. Introduzca el PIN y pulse la tecla almohadilla.",
        it: "Il PIN è errato. Le rimangono {n} tentativi. Inserisca il PIN e prema il tasto cancelletto.",
        pl: "Kod PIN jest nieprawidłowy. Pozostało {n} prób. Proszę wpisać kod PIN i nacisnąć krzyżyk.",
    }
    LOCKED_ONE {
        de: "Dieses Telefon kann derzeit nicht authentifiziert werden. Bitte versuchen Sie es in einer Minute noch einmal.",
        en: "This telephone cannot be authenticated at present. Please try again in one minute.",
        fr: "Ce téléphone ne peut pas être authentifié pour le moment. Veuillez réessayer dans une minute.",
        es: "Este teléfono no se puede autenticar en este momento. Inténtelo de nuevo dentro de un minuto.",
        it: "Questo telefono non può essere autenticato al momento. Riprovi tra un minuto.",
        pl: "Tego telefonu nie można w tej chwili uwierzytelnić. Proszę spróbować ponownie za minutę.",
    }
    LOCKED_FEW {
        de: "Dieses Telefon kann derzeit nicht authentifiziert werden. Bitte versuchen Sie es in {n} Minuten noch einmal.",
        en: "This telephone cannot be authenticated at present. Please try again in {n} minutes.",
        fr: "Ce téléphone ne peut pas être authentifié pour le moment. Veuillez réessayer dans {n} minutes.",
        es: "Este teléfono no se puede autenticar en este momento. Inténtelo de nuevo dentro de {n} minutos.",
        it: "Questo telefono non può essere autenticato al momento. Riprovi tra {n} minuti.",
        pl: "Tego telefonu nie można w tej chwili uwierzytelnić. Proszę spróbować ponownie za {n} minuty.",
    }
    LOCKED_MANY {
        de: "Dieses Telefon kann derzeit nicht authentifiziert werden. Bitte versuchen Sie es in {n} Minuten noch einmal.",
        en: "This telephone cannot be authenticated at present. Please try again in {n} minutes.",
        fr: "Ce téléphone ne peut pas être authentifié pour le moment. Veuillez réessayer dans {n} minutes.",
        es: "Este teléfono no se puede autenticar en este momento. Inténtelo de nuevo dentro de {n} minutos.",
        it: "Questo telefono non può essere autenticato al momento. Riprovi tra {n} minuti.",
        pl: "Tego telefonu nie można w tej chwili uwierzytelnić. Proszę spróbować ponownie za {n} minut.",
    }
    LOCKED_HOURS_FEW {
        de: "Dieses Telefon kann derzeit nicht authentifiziert werden. Bitte versuchen Sie es in {n} Stunden noch einmal.",
        en: "This telephone cannot be authenticated at present. Please try again in {n} hours.",
        fr: "Ce téléphone ne peut pas être authentifié pour le moment. Veuillez réessayer dans {n} heures.",
        es: "Este teléfono no se puede autenticar en este momento. Inténtelo de nuevo dentro de {n} horas.",
        it: "Questo telefono non può essere autenticato al momento. Riprovi tra {n} ore.",
        pl: "Tego telefonu nie można w tej chwili uwierzytelnić. Proszę spróbować ponownie za {n} godziny.",
    }
    LOCKED_HOURS_MANY {
        de: "Dieses Telefon kann derzeit nicht authentifiziert werden. Bitte versuchen Sie es in {n} Stunden noch einmal.",
        en: "This telephone cannot be authenticated at present. Please try again in {n} hours.",
        fr: "Ce téléphone ne peut pas être authentifié pour le moment. Veuillez réessayer dans {n} heures.",
        es: "Este teléfono no se puede autenticar en este momento. Inténtelo de nuevo dentro de {n} horas.",
        it: "Questo telefono non può essere autenticato al momento. Riprovi tra {n} ore.",
        pl: "Tego telefonu nie można w tej chwili uwierzytelnić. Proszę spróbować ponownie za {n} godzin.",
    }
    BLOCKED {
        de: "Dieses Telefon ist dauerhaft gesperrt. Bitte wenden Sie sich an Ihren Administrator.",
        en: "This telephone is permanently blocked. Please contact your administrator.",
        fr: "Ce téléphone est bloqué définitivement. Veuillez contacter votre administrateur.",
        es: "Este teléfono está bloqueado de forma permanente. Póngase en contacto con su administrador.",
        it: "Questo telefono è bloccato in modo permanente. Si rivolga al Suo amministratore.",
        pl: "Ten telefon jest trwale zablokowany. Proszę skontaktować się z administratorem.",
    }
    ALREADY {
        de: "Dieses Telefon ist bereits authentifiziert und wird gerade eingerichtet. Bitte warten Sie einen Moment.",
        en: "This telephone is already authenticated and is being set up. Please wait a moment.",
        fr: "Ce téléphone est déjà authentifié et en cours de configuration. Veuillez patienter un instant.",
        es: "Este teléfono ya está autenticado y se está configurando. Espere un momento, por favor.",
        it: "Questo telefono è già autenticato e viene ora configurato. Attenda un momento.",
        pl: "Ten telefon jest już uwierzytelniony. Trwa jego konfiguracja. Proszę chwilę zaczekać.",
    }
    NOT_POSSIBLE {
        de: "Die Authentifizierung ist zurzeit nicht möglich. Bitte versuchen Sie es später noch einmal.",
        en: "Authentication is not possible at present. Please try again later.",
        fr: "L’authentification n’est pas possible pour le moment. Veuillez réessayer plus tard.",
        es: "La autenticación no es posible en este momento. Inténtelo de nuevo más tarde.",
        it: "L’autenticazione non è al momento possibile. Riprovi più tardi.",
        pl: "Uwierzytelnienie nie jest obecnie możliwe. Proszę spróbować później.",
    }
    RESET_NEEDED {
        de: "Dieses Telefon hat seine Konfiguration verloren. Bitte lassen Sie die Authentifizierung von Ihrem Administrator zurücksetzen.",
        en: "This telephone has lost its configuration. Please ask your administrator to reset its authentication.",
        fr: "Ce téléphone a perdu sa configuration. Veuillez demander à votre administrateur de réinitialiser son authentification.",
        es: "Este teléfono ha perdido su configuración. Pida a su administrador que restablezca la autenticación.",
        it: "Questo telefono ha perso la configurazione. Chieda al Suo amministratore di reimpostare l’autenticazione.",
        pl: "Ten telefon utracił konfigurację. Prosimy zwrócić się do administratora o zresetowanie uwierzytelnienia.",
    }
    RESTARTING {
        de: "Bitte warten Sie. Das Telefon wird neu gestartet.",
        en: "Please wait. The telephone is restarting.",
        fr: "Veuillez patienter. Le téléphone redémarre.",
        es: "Espere, por favor. El teléfono se está reiniciando.",
        it: "Attenda, prego. Il telefono si sta riavviando.",
        pl: "Proszę czekać. Telefon uruchamia się ponownie.",
    }
    NO_PIN_NEEDED {
        de: "Sie brauchen keine PIN. Das Telefon wird gerade eingerichtet. Bitte warten Sie einen Moment.",
        en: "You do not need a PIN. The telephone is being set up. Please wait a moment.",
        fr: "Aucun code PIN n’est nécessaire. Le téléphone est en cours de configuration. Veuillez patienter un instant.",
        es: "No necesita ningún PIN. El teléfono se está configurando. Espere un momento, por favor.",
        it: "Non è necessario alcun PIN. Il telefono viene ora configurato. Attenda un momento.",
        pl: "Kod PIN nie jest potrzebny. Trwa konfiguracja telefonu. Proszę chwilę zaczekać.",
    }
    NOT_AUTHENTICATED {
        de: "Dieses Telefon muss neu authentifiziert werden. Bis dahin sind nur Notrufe möglich.",
        en: "This telephone must be authenticated again. Until then only emergency calls are possible.",
        fr: "Ce téléphone doit être authentifié à nouveau. D’ici là, seuls les appels d’urgence sont possibles.",
        es: "Este teléfono debe autenticarse de nuevo. Hasta entonces solo son posibles las llamadas de emergencia.",
        it: "Questo telefono deve essere autenticato di nuovo. Fino ad allora sono possibili solo chiamate di emergenza.",
        pl: "Ten telefon musi zostać ponownie uwierzytelniony. Do tego czasu możliwe są tylko połączenia alarmowe.",
    }
    NOT_IN_SERVICE {
        de: "Dieses Telefon ist nicht in Betrieb. Bitte wenden Sie sich an Ihren Administrator.",
        en: "This telephone is not in service. Please contact your administrator.",
        fr: "Ce téléphone n’est pas en service. Veuillez contacter votre administrateur.",
        es: "Este teléfono no está en servicio. Póngase en contacto con su administrador.",
        it: "Questo telefono non è in servizio. Si rivolga al Suo amministratore.",
        pl: "Ten telefon nie jest aktywny. Proszę skontaktować się z administratorem.",
    }
    REFUSED {
        de: "Das ist von diesem Telefon aus nicht erlaubt.",
        en: "This is not allowed from this telephone.",
        fr: "Cette opération n’est pas autorisée depuis ce téléphone.",
        es: "Esta operación no está permitida desde este teléfono.",
        it: "Questa operazione non è consentita da questo telefono.",
        pl: "Ta operacja nie jest dozwolona z tego telefonu.",
    }
    ENTER_PIN {
        de: "Willkommen beim Authentifizierungsdienst. Bitte geben Sie die PIN dieses Telefons ein und drücken Sie die Rautetaste.",
        en: "Welcome to the authentication service. Please enter the PIN of this telephone and press the hash key.",
        fr: "Bienvenue au service d’authentification. Veuillez saisir le code PIN de ce téléphone et appuyer sur la touche dièse.",
        es: "Le damos la bienvenida al servicio de autenticación. Introduzca el PIN de este teléfono y pulse la tecla almohadilla.",
        it: "Benvenuti al servizio di autenticazione. Inserisca il PIN di questo telefono e prema il tasto cancelletto.",
        pl: "Witamy w serwisie uwierzytelniania. Proszę wpisać kod PIN tego telefonu i nacisnąć krzyżyk.",
    }
    ENTER_AGAIN {
        de: "Die Eingabe wurde nicht rechtzeitig beendet. Bitte geben Sie die PIN noch einmal ein und drücken Sie die Rautetaste.",
        en: "The entry was not completed in time. Please enter the PIN again and press the hash key.",
        fr: "La saisie n’a pas été terminée à temps. Veuillez saisir à nouveau le code PIN et appuyer sur la touche dièse.",
        es: "La entrada no se completó a tiempo. Introduzca de nuevo el PIN y pulse la tecla almohadilla.",
        it: "L’inserimento non è stato completato in tempo. Inserisca di nuovo il PIN e prema il tasto cancelletto.",
        pl: "Wpisywanie nie zostało zakończone na czas. Proszę ponownie wpisać kod PIN i nacisnąć krzyżyk.",
    }
    TIME_OVER {
        de: "Die Zeit für die Eingabe ist abgelaufen. Bitte rufen Sie noch einmal an. Auf Wiederhören.",
        en: "The time for your entry is over. Please call again. Goodbye.",
        fr: "Le temps de saisie est écoulé. Veuillez rappeler. Au revoir.",
        es: "El tiempo para la entrada ha terminado. Vuelva a llamar, por favor. Adiós.",
        it: "Il tempo per l’inserimento è scaduto. Richiami, per favore. Arrivederci.",
        pl: "Czas na wpisanie kodu minął. Proszę zadzwonić ponownie. Do widzenia.",
    }
    EMERGENCY {
        de: "Notruf. Sie werden verbunden.",
        en: "Emergency call. You are being connected.",
        fr: "Appel d’urgence. Nous vous mettons en relation.",
        es: "Llamada de emergencia. Le estamos conectando.",
        it: "Chiamata di emergenza. La stiamo mettendo in contatto.",
        pl: "Połączenie alarmowe. Trwa łączenie.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn now() -> Timestamp {
        Timestamp::from_ms(1_900_000_000_000).unwrap()
    }

    /// One of each, with its parameters.
    fn all() -> Vec<Announcement> {
        use Announcement::*;
        let all = alloc::vec![
            Accepted,
            TriesLeft(2),
            Locked(now().plus_ms(30 * MINUTE_MS)),
            Blocked,
            Already,
            NotPossible,
            ResetNeeded,
            Restarting,
            NoPinNeeded,
            NotAuthenticated,
            NotInService,
            Refused,
            EnterPin,
            EnterAgain,
            TimeOver,
            Emergency,
        ];
        let numbers: Vec<u8> = all.iter().map(|one| one.number()).collect();
        for (number, name) in Announcement::ALL {
            let at = numbers.iter().position(|known| known == number).unwrap_or_else(|| panic!("{name} is missing here"));
            let again = Announcement::from_number(*number, 2, now().plus_ms(30 * MINUTE_MS));
            assert_eq!(again, all.get(at).copied());
        }
        assert_eq!(Announcement::from_number(0, 0, now()), None);
        all
    }

    #[test]
    fn e4_every_announcement_is_there_in_every_language_and_in_its_own_words() {
        let mut seen: Vec<(String, Lang)> = Vec::new();
        for announcement in all() {
            for lang in Lang::ALL {
                let text = announcement.text(lang, now());
                assert!(text.ends_with('.') && text.chars().next().is_some_and(char::is_uppercase), "{text}");
                assert!(!text.contains(['{', '}', '*', '#', '/', '(']) && !text.contains("  "), "not for a voice: {text}");
                assert!(text.chars().count() < 140, "too long to listen to: {text}");
                if let Some((_, other)) = seen.iter().find(|(known, _)| *known == text) {
                    panic!("{} is the same in {} and {}: {text}", announcement.name(), lang.code(), other.code());
                }
                seen.push((text, lang));
            }
        }
    }

    #[test]
    fn c3_tries_left_have_the_plural_of_their_language() {
        let form = |lang, left| Announcement::TriesLeft(left).text(lang, now());
        for (left, word) in [
            (1, "Pozostała jedna próba."),
            (2, "Pozostały 2 próby."),
            (3, "Pozostały 3 próby."),
            (4, "Pozostały 4 próby."),
            (5, "Pozostało 5 prób."),
            (9, "Pozostało 9 prób."),
            (12, "Pozostało 12 prób."),
            (14, "Pozostało 14 prób."),
            (21, "Pozostało 21 prób."),
            (22, "Pozostały 22 próby."),
            (112, "Pozostało 112 prób."),
        ] {
            assert!(form(Lang::Pl, left).contains(word), "{left}: {}", form(Lang::Pl, left));
        }
        for (lang, one, two) in [
            (Lang::De, "noch einen Versuch.", "noch 2 Versuche."),
            (Lang::En, "one try left.", "2 tries left."),
            (Lang::Fr, "reste un essai.", "reste 2 essais."),
            (Lang::Es, "Le queda un intento.", "Le quedan 2 intentos."),
            (Lang::It, "Le rimane un tentativo.", "Le rimangono 2 tentativi."),
        ] {
            assert!(form(lang, 1).contains(one) && form(lang, 2).contains(two), "{lang:?}");
        }
        for lang in Lang::ALL {
            for left in (0..=255).filter(|left| *left != 1) {
                assert!(form(lang, left).contains(&alloc::format!(" {left} ")), "a number is lost: {}", form(lang, left));
            }
        }
    }

    #[test]
    fn c3_a_lock_says_how_long_it_lasts_rounded_up() {
        let said = |lang, ms: u64| Announcement::Locked(now().plus_ms(ms)).text(lang, now());
        for (ms, en, pl) in [
            (0, "in one minute.", "za minutę."),
            (1, "in one minute.", "za minutę."),
            (MINUTE_MS, "in one minute.", "za minutę."),
            (MINUTE_MS + 1, "in 2 minutes.", "za 2 minuty."),
            (5 * MINUTE_MS, "in 5 minutes.", "za 5 minut."),
            (30 * MINUTE_MS - 1, "in 30 minutes.", "za 30 minut."),
            (120 * MINUTE_MS, "in 120 minutes.", "za 120 minut."),
            (120 * MINUTE_MS + 1, "in 3 hours.", "za 3 godziny."),
            (7 * 1_440 * MINUTE_MS, "in 168 hours.", "za 168 godzin."),
        ] {
            assert!(said(Lang::En, ms).ends_with(en), "{}", said(Lang::En, ms));
            assert!(said(Lang::Pl, ms).ends_with(pl), "{}", said(Lang::Pl, ms));
        }
        assert!(Announcement::Locked(now()).text(Lang::De, now().plus_ms(1)).contains("einer Minute"), "a lock that is over");
        assert_eq!(said(Lang::Fr, u64::MAX), Announcement::Locked(Timestamp::MAX).text(Lang::Fr, now()), "the far end of time");
    }
}
