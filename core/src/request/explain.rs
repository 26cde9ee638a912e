//! Why a request was answered as it was, and what would change that (SPEC R25): as data and in six languages.

use super::{Answer, Decision, Exemption};
use crate::lang::{Lang, Text};
use crate::request::explain_texts as texts;
use crate::rule::Rule;
use crate::standing::{Notice, Proof};
use alloc::format;
use alloc::string::{String, ToString};

/// An explanation for administrators. It holds no secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Explanation {
    /// The rule that decided, as the SPEC names it.
    pub rule: Rule,
    /// What the request proved.
    pub proof: Proof,
    /// Why authentication was not asked for, if it was not.
    pub exemption: Option<Exemption>,
    /// What happened and why, a few sentences.
    pub text: String,
    /// What would change the answer.
    pub remedy: &'static str,
}

impl Decision {
    /// Explains the decision to an administrator, in this language (SPEC R25).
    pub fn explain(&self, lang: Lang) -> Explanation {
        let what = match &self.answer {
            Answer::Full(_) => texts::FULL,
            Answer::Restricted(_) => texts::RESTRICTED,
            Answer::Static => texts::STATIC,
            Answer::Challenge => texts::CHALLENGED,
            Answer::Deny(_) => texts::DENIED,
        };
        let (what, reason, proof) = (what.get(lang), self.reason().get(lang), texts::proof(self.proof).get(lang));
        let mut text = format!("{what} ({} {}): {reason}. {proof}", texts::RULE.get(lang), self.rule);
        let mut add = |sentence: &str| {
            text.push(' ');
            text.push_str(sentence);
        };
        match self.exemption {
            Some(Exemption::Permanent(prefix)) => add(&texts::PERMANENT.get(lang).replace("{entry}", &prefix.to_string())),
            Some(Exemption::Temporary { until }) => add(&texts::TEMPORARY.get(lang).replace("{until}", &until.to_string())),
            Some(Exemption::NotEnforced) => add(texts::NOT_ENFORCED.get(lang)),
            Some(Exemption::Suspension | Exemption::Installed) | None => {}
        }
        if let Answer::Full(full) = &self.answer
            && let Some(withheld) = full.withheld
        {
            add(texts::withheld(withheld).get(lang));
        }
        let remedy = self.remedy().get(lang);
        Explanation { rule: self.rule, proof: self.proof, exemption: self.exemption, text, remedy }
    }

    fn is_locked(&self) -> bool {
        matches!(&self.answer, Answer::Restricted(restricted) if matches!(restricted.notice, Notice::Failed { .. }))
    }

    fn remedy(&self) -> Text<&'static str> {
        match (self.rule, &self.answer) {
            (_, Answer::Full(full)) if full.withheld.is_some() => texts::DO_RELEASE,
            (_, Answer::Full(_) | Answer::Static) => texts::DO_NOTHING,
            (Rule::R1, _) => texts::DO_WAIT_LIMIT,
            (Rule::R2, _) => texts::DO_CREATE,
            (Rule::R3, _) => texts::DO_ACTIVATE,
            (Rule::R5, _) => texts::DO_RESET,
            (Rule::R9, _) => texts::DO_FACTORY_RESET,
            (Rule::R10, _) => texts::DO_RESET_AND_PAP,
            (Rule::R11, _) if self.is_locked() => texts::DO_WAIT_LOCK,
            (Rule::R11, _) => texts::DO_DIAL,
            (Rule::R17, _) => texts::DO_HTTPS,
            (Rule::R18, _) => texts::DO_CHECK_HOST,
            (Rule::R20, _) => texts::DO_OTHER_MODEL,
            (Rule::R21, _) => texts::DO_LET_REPEAT,
            (Rule::Method, _) => texts::DO_GET,
            (Rule::SideFile, _) => texts::DO_AUTHENTICATE,
            (Rule::R4 | Rule::R6a | Rule::R6b | Rule::R7 | Rule::R8 | Rule::R8a | Rule::Static, _) => texts::DO_NOTHING,
        }
    }

    fn reason(&self) -> Text<&'static str> {
        match self.rule {
            Rule::R1 => texts::WHY_R1,
            Rule::R2 => texts::WHY_R2,
            Rule::R3 => texts::WHY_R3,
            Rule::R4 => texts::WHY_R4,
            Rule::R5 => texts::WHY_R5,
            Rule::R6a => texts::WHY_R6A,
            Rule::R6b => texts::WHY_R6B,
            Rule::R7 => texts::WHY_R7,
            Rule::R8 => texts::WHY_R8,
            Rule::R8a => texts::WHY_R8A,
            Rule::R9 => texts::WHY_R9,
            Rule::R10 => texts::WHY_R10,
            Rule::R11 if self.is_locked() => texts::WHY_LOCKED,
            Rule::R11 => texts::WHY_R11,
            Rule::R17 => texts::WHY_R17,
            Rule::R18 => texts::WHY_R18,
            Rule::R20 => texts::WHY_R20,
            Rule::R21 => texts::WHY_R21,
            Rule::Static => texts::WHY_STATIC,
            Rule::Method => texts::WHY_METHOD,
            Rule::SideFile => texts::WHY_SIDE_FILE,
        }
    }
}
