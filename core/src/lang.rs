//! Languages of texts shown to people (SPEC E4) and the macro that declares such texts.

/// A language for texts shown to people.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
pub enum Lang {
    /// German.
    De,
    /// English.
    #[default]
    En,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Italian.
    It,
    /// Polish.
    Pl,
}

impl Lang {
    /// All languages.
    pub const ALL: [Self; 6] = [Self::De, Self::En, Self::Fr, Self::Es, Self::It, Self::Pl];

    /// The ISO 639-1 code: `de`, `en`, `fr`, `es`, `it` or `pl`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::It => "it",
            Self::Pl => "pl",
        }
    }

    /// The language with this ISO 639-1 code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }
}

/// Declares texts: one constant per id, one form per language. A missing language does not compile.
macro_rules! texts {
    ($($(#[$meta:meta])* $name:ident { de: $de:expr, en: $en:expr, fr: $fr:expr, es: $es:expr, it: $it:expr, pl: $pl:expr $(,)? })+) => {
        $($(#[$meta])* pub(crate) const $name: $crate::lang::Text<&str> =
            $crate::lang::Text { de: $de, en: $en, fr: $fr, es: $es, it: $it, pl: $pl };)+
    };
}
pub(crate) use texts;

/// One thing in all six languages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Text<T> {
    pub(crate) de: T,
    pub(crate) en: T,
    pub(crate) fr: T,
    pub(crate) es: T,
    pub(crate) it: T,
    pub(crate) pl: T,
}

impl<T: Copy> Text<T> {
    /// The form in one language.
    pub(crate) const fn get(&self, lang: Lang) -> T {
        match lang {
            Lang::De => self.de,
            Lang::En => self.en,
            Lang::Fr => self.fr,
            Lang::Es => self.es,
            Lang::It => self.it,
            Lang::Pl => self.pl,
        }
    }
}
