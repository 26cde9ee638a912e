//! The shape of a dialect: static tables of rows, and the driver that plays them.
//!
//! A row is one parameter. It says what the parameter is in a full file, what in a restricted one, and what in a slot that is not
//! used, so both modes state the same parameters by construction (SPEC V12). Its value functions build no text and see either the
//! profile or the restricted job, never both: that no value of a profile reaches a restricted file is a matter of types (SPEC V3).
//! Which secrets stay out is decided here, by the row's mark, and by no value function (SPEC S1).

use super::overrides::Overrides;
use super::writer::{Fault, LONGEST, Value, Writer};
use super::{Parameter, RenderError, SecretKind, SecretsOut};
use crate::models::{Confidence, Model};
use alloc::format;
use alloc::string::String;

/// What a table is about, and what its value functions see.
pub(super) trait Scope {
    type Full<'a>;
    type Restricted<'a>;
}

/// One parameter.
pub(super) struct Row<S: Scope> {
    head: &'static str,
    tail: &'static str,
    full: for<'a> fn(&'a S::Full<'a>) -> Value<'a>,
    restricted: for<'a> fn(&'a S::Restricted<'a>) -> Value<'a>,
    unused: Value<'static>,
    secret: Option<SecretKind>,
    digit_map: bool,
    /// How sure it is that the phone reads this name and these words.
    confidence: Confidence,
}

impl<S: Scope> Row<S> {
    /// A row: the name, its index written `X`; its value in a full and in a restricted file.
    pub(super) const fn new(
        name: &'static str,
        confidence: Confidence,
        full: for<'a> fn(&'a S::Full<'a>) -> Value<'a>,
        restricted: for<'a> fn(&'a S::Restricted<'a>) -> Value<'a>,
    ) -> Self {
        let (head, tail) = split_at_index(name);
        Self { head, tail, full, restricted, unused: Value::Clear, secret: None, digit_map: false, confidence }
    }

    /// The word that switches an unused slot off; without it the row goes back to the factory default there.
    pub(super) const fn unused(self, word: &'static str) -> Self {
        Self { unused: Value::Word(word), ..self }
    }

    /// The value is a secret of this kind.
    pub(super) const fn secret(self, kind: SecretKind) -> Self {
        Self { secret: Some(kind), ..self }
    }

    /// Only models that are known to take a digit map get this row.
    pub(super) const fn digit_map(self) -> Self {
        Self { digit_map: true, ..self }
    }

    /// The name with its index written `X`, and how sure it is.
    pub(super) fn parameter(&self) -> Parameter {
        let index = if self.tail.is_empty() { "" } else { "X" };
        Parameter { name: format!("{}{index}{}", self.head, self.tail), confidence: self.confidence }
    }
}

/// Splits `account.X.label` into `account.` and `.label`; a name without index has no second part.
const fn split_at_index(name: &'static str) -> (&'static str, &'static str) {
    let mut rest = name.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'X' {
            let (head, _) = name.split_at(name.len() - rest.len());
            let (_, tail) = name.split_at(name.len() - after.len());
            return (head, tail);
        }
        rest = after;
    }
    (name, "")
}

/// Plays tables into one file.
pub(super) struct Driver<'a, 'o> {
    pub(super) writer: Writer<'o>,
    pub(super) model: &'static Model,
    pub(super) secrets: SecretsOut,
    pub(super) overrides: Overrides<'a>,
}

impl Driver<'_, '_> {
    /// States one slot of a table in a full file; `None` is an unused slot. `list` is the field that the slot belongs to.
    pub(super) fn full<'v, S: Scope>(
        &mut self,
        table: &'static [Row<S>],
        list: Option<&'static str>,
        slot: Option<u16>,
        item: Option<&'v S::Full<'v>>,
    ) -> Result<(), RenderError> {
        for row in table {
            match item {
                Some(item) => {
                    let withheld = row.secret.is_some_and(|kind| !self.secrets.allows(kind, slot.unwrap_or(0)));
                    self.state(row, list, slot, &(row.full)(item), withheld)?;
                }
                None => self.state(row, list, slot, &row.unused, false)?,
            }
        }
        Ok(())
    }

    /// States one slot of a table in a restricted file.
    pub(super) fn restricted<'v, S: Scope>(
        &mut self,
        table: &'static [Row<S>],
        slot: Option<u16>,
        item: Option<&'v S::Restricted<'v>>,
    ) -> Result<(), RenderError> {
        for row in table {
            match item {
                Some(item) => self.state(row, None, slot, &(row.restricted)(item), false)?,
                None => self.state(row, None, slot, &row.unused, false)?,
            }
        }
        Ok(())
    }

    fn state<S: Scope>(
        &mut self,
        row: &Row<S>,
        list: Option<&'static str>,
        slot: Option<u16>,
        value: &Value<'_>,
        withheld: bool,
    ) -> Result<(), RenderError> {
        if row.digit_map && !self.model.digit_map {
            return Ok(());
        }
        let index = if row.tail.is_empty() { None } else { slot };
        let line = self.writer.name(row.head, index, row.tail);
        if let Some(instead) = self.overrides.replace(line.name()) {
            return instead.write(line, withheld);
        }
        if withheld {
            line.cancel();
            return Ok(());
        }
        line.set(value).map_err(|fault| {
            let field = match *value {
                Value::Text(field, _) | Value::Secret(field, _) | Value::Login(field, ..) => field,
                _ => row.head,
            };
            refusal(
                fault,
                match (list, slot) {
                    (Some(list), Some(slot)) => format!("{list}[{slot}].{field}"),
                    _ => String::from(field),
                },
            )
        })
    }

    /// States the overrides that replaced no row, and ends the file.
    pub(super) fn finish(mut self) -> Result<(), RenderError> {
        self.overrides.rest(&mut self.writer)?;
        self.writer.finish();
        Ok(())
    }
}

/// The error for a value that the writer refused.
pub(super) fn refusal(fault: Fault, field: String) -> RenderError {
    match fault {
        Fault::Character(character) => RenderError::Character { field, character },
        Fault::Reserved => RenderError::Reserved { field },
        Fault::TooLong => RenderError::TooLong { field, longest: LONGEST as u32 },
        Fault::Space => RenderError::Space { field },
        Fault::Empty => RenderError::Value { field, reason: "is empty" },
    }
}
