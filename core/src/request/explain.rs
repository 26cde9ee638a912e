//! Why a request was answered as it was, and what would change that (SPEC R25): as data and in English.

use super::{Answer, Decision, Exemption};
use crate::device::Withheld;
use crate::rule::Rule;
use crate::standing::{Notice, Proof};
use alloc::format;
use alloc::string::String;

/// An explanation for administrators. It holds no secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Explanation {
    /// The rule that decided, as the SPEC names it.
    pub rule: Rule,
    /// What the request proved.
    pub proof: Proof,
    /// Why authentication was not asked for, if it was not.
    pub exemption: Option<Exemption>,
    /// What happened and why, one or two English sentences.
    pub text: String,
    /// What would change the answer, in English.
    pub remedy: &'static str,
}

impl Decision {
    /// Explains the decision (SPEC R25).
    pub fn explain(&self) -> Explanation {
        let what = match &self.answer {
            Answer::Full(_) => "The full configuration was given",
            Answer::Restricted(_) => "The restricted configuration was given",
            Answer::Static => "A file without tenant data was asked for",
            Answer::Challenge => "The telephone was asked for its login",
            Answer::Deny(_) => "The request was denied",
        };
        let proof = match self.proof {
            Proof::Certificate => "it proved its MAC by a certificate",
            Proof::Credential => "it presented the present credential",
            Proof::AcceptedToken => "it presented the token of the enrolment whose PAP was accepted",
            Proof::AcceptedAddress => "it came from the address whose PAP was accepted",
            Proof::PresentToken => "it presented the token of an enrolment that waits for its PAP",
            Proof::StaleCredential => "it presented a credential of an earlier epoch or a forged one",
            Proof::None => "it presented nothing that proves it",
        };
        let mut text = format!("{what} by rule {} ({}); {proof}.", self.rule, reason(self.rule, &self.answer));
        match self.exemption {
            Some(Exemption::Permanent(prefix)) => {
                text.push_str(&format!(" The permanent whitelist entry {prefix} covers the address."))
            }
            Some(Exemption::Temporary { until }) => {
                text.push_str(&format!(" The address is on the temporary whitelist until {until}."))
            }
            Some(Exemption::NotEnforced) => text.push_str(" The policy does not enforce this rule."),
            Some(Exemption::Suspension | Exemption::Installed) | None => {}
        }
        if let Answer::Full(full) = &self.answer
            && let Some(withheld) = full.withheld
        {
            text.push_str(match withheld {
                Withheld::Closed => " Secrets were withheld: they were given before and the window is over.",
                Withheld::OtherSource => " Secrets were withheld: their window is bound to another address.",
                Withheld::ProvenOnly => " Secrets were withheld: this release is for proven requests only.",
                Withheld::Leased => " Secrets were withheld: they are on their way to another address just now.",
            });
        }
        Explanation { rule: self.rule, proof: self.proof, exemption: self.exemption, text, remedy: self.remedy() }
    }

    fn remedy(&self) -> &'static str {
        match (self.rule, &self.answer) {
            (_, Answer::Full(full)) if full.withheld.is_some() => {
                "If the telephone was reset to factory settings, release its passwords again or reset its authentication."
            }
            (_, Answer::Full(_) | Answer::Static) => "Nothing needs to change.",
            (Rule::R1, _) => "Wait until the limit of this source is over, or put its address on the permanent whitelist.",
            (Rule::R2, _) => "Create the device, and check the MAC on its label.",
            (Rule::R3, _) => "Activate the device, or add its MAC to the authorised list.",
            (Rule::R5, _) => "Reset the authentication of the device.",
            (Rule::R9, _) => "Reset the telephone to factory settings, then enter the PAP.",
            (Rule::R10, _) => "Reset the authentication of the device and enter the new PAP.",
            (Rule::R11, Answer::Restricted(restricted)) if matches!(restricted.notice, Notice::Failed { .. }) => {
                "Wait until the lock is over, or reset the authentication of the device."
            }
            (Rule::R11, _) => "Dial *89 at the telephone and enter the PAP, or put its address on the whitelist.",
            (Rule::R17, _) => "Let the telephone fetch over https, or allow plain http for its model or network.",
            (Rule::R18, _) => "Check under which address of the provisioning server the telephone asks.",
            (Rule::R20, _) => "Use a model that can be restricted, or whitelist its address before it asks.",
            (Rule::R21, _) => "Nothing: the telephone repeats its request with its login.",
            (Rule::Method, _) => "Fetch files with GET.",
            (Rule::SideFile, _) => "Authenticate the device first.",
            (Rule::R4 | Rule::R6a | Rule::R6b | Rule::R7 | Rule::R8 | Rule::R8a | Rule::Static, _) => "Nothing needs to change.",
        }
    }
}

fn reason(rule: Rule, answer: &Answer) -> &'static str {
    match rule {
        Rule::R1 => "the source is over its limit",
        Rule::R2 => "no such device",
        Rule::R3 => "the device is inactive, not authorised, or the certificate is another device's",
        Rule::R4 => "authentication is suspended for it",
        Rule::R5 => "it is blocked",
        Rule::R6a => "its address is on the permanent whitelist",
        Rule::R6b => "its address is on the temporary whitelist",
        Rule::R7 => "it is proven",
        Rule::R8 => "its PAP was accepted",
        Rule::R8a => "it is imported as installed",
        Rule::R9 => "its credential is no longer good",
        Rule::R10 => "it was provisioned and has lost its configuration",
        Rule::R11 => match answer {
            Answer::Restricted(restricted) if matches!(restricted.notice, Notice::Failed { .. }) => "it is locked for now",
            _ => "it waits for its PAP",
        },
        Rule::R17 => "the transport may not carry secrets",
        Rule::R18 => "the device belongs to another tenant",
        Rule::R20 => "its model cannot be restricted",
        Rule::R21 => "its vendor's telephones repeat with a login",
        Rule::Static => "it names no device",
        Rule::Method => "only GET is served",
        Rule::SideFile => "a side file is for authenticated devices",
    }
}
