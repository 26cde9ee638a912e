//! What the display of a restricted telephone says, in six languages and three lengths (SPEC E4, R15).

use super::Notice;
use crate::lang::{Lang, Text, texts};

/// Which form of a display text a model can show.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub enum TextForm {
    /// The words of the source documents, at most 32 characters.
    Long,
    /// At most 24 characters.
    Short,
    /// At most 24 ASCII characters.
    Ascii,
}

impl TextForm {
    /// The most characters a text of this form has.
    pub const fn max_chars(self) -> usize {
        match self {
            Self::Long => 32,
            Self::Short | Self::Ascii => 24,
        }
    }
}

impl Notice {
    /// The text for the display: the state only, no name and no number.
    ///
    /// ```
    /// use libprov::lang::Lang;
    /// use libprov::standing::{Notice, TextForm};
    /// assert_eq!(Notice::Required.text(Lang::De, TextForm::Long), "Authentifizierung erforderlich");
    /// assert_eq!(Notice::Required.text(Lang::En, TextForm::Ascii), "Authentication required");
    /// ```
    pub const fn text(&self, lang: Lang, form: TextForm) -> &'static str {
        let (long, short, ascii) = match self {
            Self::Required => (REQUIRED, REQUIRED_SHORT, REQUIRED_ASCII),
            Self::Failed { .. } => (FAILED, FAILED_SHORT, FAILED_ASCII),
            Self::Blocked => (BLOCKED, BLOCKED_SHORT, BLOCKED_ASCII),
            Self::ResetNeeded => (RESET, RESET_SHORT, RESET_ASCII),
        };
        let text: Text<&'static str> = match form {
            TextForm::Long => long,
            TextForm::Short => short,
            TextForm::Ascii => ascii,
        };
        text.get(lang)
    }
}

texts! {
    REQUIRED {
        de: "Authentifizierung erforderlich", en: "Authentication required", fr: "Authentification requise",
        es: "Autenticación necesaria", it: "Autenticazione richiesta", pl: "Wymagane uwierzytelnienie",
    }
    REQUIRED_SHORT {
        de: "Anmeldung erforderlich", en: "Authentication required", fr: "Authentification requise",
        es: "Autenticación necesaria", it: "Autenticazione richiesta", pl: "Wymagane logowanie",
    }
    REQUIRED_ASCII {
        de: "Anmeldung erforderlich", en: "Authentication required", fr: "Authentification requise",
        es: "Autenticacion necesaria", it: "Autenticazione richiesta", pl: "Wymagane logowanie",
    }
    FAILED {
        de: "Authentifizierung fehlgeschlagen", en: "Authentication failed", fr: "Échec de l’authentification",
        es: "Autenticación fallida", it: "Autenticazione non riuscita", pl: "Uwierzytelnienie nieudane",
    }
    FAILED_SHORT {
        de: "Anmeldung fehlgeschlagen", en: "Authentication failed", fr: "Authentification échouée",
        es: "Autenticación fallida", it: "Autenticazione fallita", pl: "Logowanie nieudane",
    }
    FAILED_ASCII {
        de: "Anmeldung fehlgeschlagen", en: "Authentication failed", fr: "Authentification echouee",
        es: "Autenticacion fallida", it: "Autenticazione fallita", pl: "Logowanie nieudane",
    }
    BLOCKED {
        de: "Authentifizierung blockiert", en: "Authentication blocked", fr: "Authentification bloquée",
        es: "Autenticación bloqueada", it: "Autenticazione bloccata", pl: "Uwierzytelnienie zablokowane",
    }
    BLOCKED_SHORT {
        de: "Anmeldung blockiert", en: "Authentication blocked", fr: "Authentification bloquée",
        es: "Autenticación bloqueada", it: "Autenticazione bloccata", pl: "Logowanie zablokowane",
    }
    BLOCKED_ASCII {
        de: "Anmeldung blockiert", en: "Authentication blocked", fr: "Authentification bloquee",
        es: "Autenticacion bloqueada", it: "Autenticazione bloccata", pl: "Logowanie zablokowane",
    }
    RESET {
        de: "Zurücksetzen erforderlich", en: "Reset required", fr: "Réinitialisation requise",
        es: "Restablecimiento necesario", it: "Ripristino necessario", pl: "Wymagane zresetowanie",
    }
    RESET_SHORT {
        de: "Zurücksetzen nötig", en: "Reset required", fr: "Réinitialisation requise",
        es: "Restablecer necesario", it: "Ripristino necessario", pl: "Wymagany reset",
    }
    RESET_ASCII {
        de: "Zuruecksetzen noetig", en: "Reset required", fr: "Reinitialisation requise",
        es: "Restablecer necesario", it: "Ripristino necessario", pl: "Wymagany reset",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn e4_every_text_fits_its_form_in_every_language() {
        for notice in [Notice::Required, Notice::Failed { until: Timestamp::MIN }, Notice::Blocked, Notice::ResetNeeded] {
            for lang in Lang::ALL {
                for form in [TextForm::Long, TextForm::Short, TextForm::Ascii] {
                    let text = notice.text(lang, form);
                    assert!((1..=form.max_chars()).contains(&text.chars().count()), "{text}");
                    assert!(form != TextForm::Ascii || text.is_ascii(), "{text}");
                }
            }
        }
    }
}
