//! The shape of a dialect: static tables of rows, and the driver that plays them.
//!
//! A row is one parameter. It says what the parameter is in a full file, what in a restricted one, and what in a slot that is not
//! used, so both modes state the same parameters by construction (SPEC V12). Its value functions build no text and see either the
//! profile or the restricted job, never both: that no value of a profile reaches a restricted file is a matter of types (SPEC V3).
//! Which secrets stay out is decided here, by the row's mark, and by no value function (SPEC S1).

use super::overrides::{self, Overrides, hash, is_number};
use super::pen::{Fault, Form, LONGEST, LONGEST_LINE, Padded, Pen, Put, Stop, cut, make_room, push_number};
use super::stencil::Stencil;
use super::{Parameter, RenderError, SecretKind, SecretsOut, WarningReason, Warnings};
use crate::models::{self, Confidence, Dialect, Model};
use crate::profile::FirmwareVersion;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What a table is about, and what its value functions see.
pub(super) trait Scope {
    type Full<'a>;
    type Restricted<'a>;
}

/// How a row's name carries its slot.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Index {
    /// Not at all.
    None,
    /// Counted from 1.
    One,
    /// Counted from 0.
    Zero,
    /// Nothing for the first slot, then `_2`, `_3`, …
    Suffix,
    /// An outer and an inner one, both counted from 1.
    Two,
    /// It is written in the lines round this one and not in it: an outer and an inner one as they are, 0 where there is none.
    Around,
}

/// The text round a value: everything of a line that is the same in every file.
pub(super) struct Shape {
    /// The name as name lists have it, indexes written `X`.
    pub(super) name: &'static str,
    /// Up to the first index.
    pub(super) head: &'static str,
    /// Between the first index and the second; empty without a second.
    pub(super) middle: &'static str,
    /// From there up to the value; a name without index may be parted anywhere.
    pub(super) tail: &'static str,
    /// After the value.
    pub(super) end: &'static str,
    pub(super) index: Index,
    pub(super) form: &'static Form,
}

/// Writes a row's value.
type Fill<T> = for<'p, 'o> fn(&T, &'p mut Pen<'o>) -> Put;

/// One parameter.
pub(super) struct Row<S: Scope> {
    name: &'static str,
    head: Padded<96>,
    middle: &'static str,
    tail: Padded<64>,
    end: Padded<64>,
    index: Index,
    form: &'static Form,
    full: for<'a, 'p, 'o> fn(&'a S::Full<'a>, &'p mut Pen<'o>) -> Put,
    restricted: for<'a, 'p, 'o> fn(&'a S::Restricted<'a>, &'p mut Pen<'o>) -> Put,
    unused: Fill<()>,
    secret: Option<SecretKind>,
    needs: Option<fn(&Model) -> bool>,
    /// The first firmware release that knows the row, as the dialect counts them.
    since: [u16; 2],
    hash: u8,
    numbers: [u16; 2],
    /// How sure it is that the phone reads this name and these words.
    confidence: Confidence,
}

impl<S: Scope> Row<S> {
    /// A row: its shape; its value in a full and in a restricted file. In an unused slot it goes back to the factory default.
    pub(super) const fn new(
        shape: Shape,
        confidence: Confidence,
        full: for<'a, 'p, 'o> fn(&'a S::Full<'a>, &'p mut Pen<'o>) -> Put,
        restricted: for<'a, 'p, 'o> fn(&'a S::Restricted<'a>, &'p mut Pen<'o>) -> Put,
    ) -> Self {
        Self {
            name: shape.name,
            head: Padded::new(shape.head),
            middle: shape.middle,
            tail: Padded::new(shape.tail),
            end: Padded::new(shape.end),
            index: shape.index,
            form: shape.form,
            full,
            restricted,
            unused: |(), p| p.clear(),
            secret: None,
            needs: None,
            since: [0; 2],
            hash: hash(shape.name.as_bytes()),
            numbers: numbers(shape.name),
            confidence,
        }
    }

    /// What the row says in a slot that is not used.
    pub(super) const fn unused(self, unused: Fill<()>) -> Self {
        Self { unused, ..self }
    }

    /// The value is a secret of this kind.
    pub(super) const fn secret(self, kind: SecretKind) -> Self {
        Self { secret: Some(kind), ..self }
    }

    /// Only models that have this get the row.
    pub(super) const fn needs(self, needs: fn(&Model) -> bool) -> Self {
        Self { needs: Some(needs), ..self }
    }

    /// Only firmware from this release on knows the row; it is left out where the phone is known to have an older one.
    pub(super) const fn since(self, release: [u16; 2]) -> Self {
        Self { since: release, ..self }
    }
}

/// Adds what a dialect's models can get of a table to the list of its parameters.
pub(super) fn list<S: Scope>(all: &mut Vec<Parameter>, dialect: Dialect, table: &'static [Row<S>]) {
    let models: Vec<&Model> = models::all().filter(|model| model.dialect == dialect).collect();
    for row in table {
        if row.needs.is_none_or(|needs| models.iter().any(|model| needs(model))) {
            all.push(Parameter { name: row.name, confidence: row.confidence, secret: row.secret });
        }
    }
}

/// Which slot of which list a table is played for.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The path of the profile, slots written `[]`; empty for the phone as a whole.
    path: &'static str,
    /// The slots of that path.
    slots: [u16; 2],
    /// The indexes that the rows' names carry, counted from 1.
    index: [u16; 2],
}

impl Place {
    /// The phone as a whole.
    pub(super) const WHOLE: Self = Self { path: "", slots: [0; 2], index: [0; 2] };

    /// A slot of a list of the profile, such as `accounts[]`.
    pub(super) const fn slot(path: &'static str, slot: u16) -> Self {
        Self { path, slots: [slot, 0], index: [slot, 0] }
    }

    /// A slot of a list in a slot of a list, such as `modules[].keys[]`.
    pub(super) const fn inner(path: &'static str, slots: [u16; 2]) -> Self {
        Self { path, slots, index: slots }
    }

    /// With another index in the rows' names than the slot's own.
    pub(super) const fn at(self, index: u16) -> Self {
        Self { index: [index, 0], ..self }
    }

    /// With these two indexes in the rows' names instead.
    pub(super) const fn at_both(self, index: [u16; 2]) -> Self {
        Self { index, ..self }
    }

    /// The path of a field here.
    fn field(&self, field: &str) -> String {
        let mut path = String::new();
        let mut slots = self.slots.iter();
        for (at, part) in self.path.split("[]").enumerate() {
            if at > 0 {
                path.push_str(&format!("[{}]", slots.next().copied().unwrap_or_default()));
            }
            path.push_str(part);
        }
        if !path.is_empty() && !field.is_empty() {
            path.push('.');
        }
        path.push_str(field);
        path
    }
}

/// Plays tables into one file, and takes everything back when it is dropped before [`Driver::finish`].
pub(super) struct Driver<'a, 'o> {
    out: &'o mut Vec<u8>,
    start: usize,
    finished: bool,
    pub(super) model: &'static Model,
    secrets: SecretsOut,
    transliterate: bool,
    release: Option<[u16; 2]>,
    overrides: Overrides<'a>,
    /// By the place of their table.
    stencils: Vec<(*const (), Stencil)>,
    pub(super) warnings: Warnings,
}

/// What a driver is given beside tables.
pub(super) struct Setup<'a> {
    pub(super) model: &'static Model,
    pub(super) secrets: SecretsOut,
    pub(super) transliterate: bool,
    /// The phone's firmware release as the dialect counts it.
    pub(super) release: Option<[u16; 2]>,
    pub(super) overrides: Overrides<'a>,
    /// Bytes to set aside, more than the file has: a buffer that moves while it grows would leave secrets behind.
    pub(super) room: usize,
}

impl<'a, 'o> Driver<'a, 'o> {
    /// Begins a file.
    pub(super) fn begin(out: &'o mut Vec<u8>, setup: Setup<'a>) -> Self {
        let Setup { model, secrets, transliterate, release, overrides, room } = setup;
        let start = out.len();
        make_room(out, room + LONGEST_LINE);
        let warnings = Warnings::default();
        let stencils = Vec::new();
        Self { out, start, finished: false, model, secrets, transliterate, release, overrides, stencils, warnings }
    }

    /// Appends text of the syntax.
    pub(super) fn raw(&mut self, text: &'static str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Appends text of the syntax that holds a number, such as the name of an object.
    pub(super) fn numbered(&mut self, before: &'static str, number: u16, after: &'static str) {
        self.raw(before);
        push_number(self.out, u32::from(number));
        self.raw(after);
    }

    /// States one slot of a table in a full file; `None` is an unused slot.
    pub(super) fn full<'v, S: Scope>(
        &mut self,
        table: &'static [Row<S>],
        place: Place,
        item: Option<&'v S::Full<'v>>,
    ) -> Result<(), RenderError> {
        let Some(item) = item else {
            return self.unused(table, place);
        };
        for row in table {
            let withheld = row.secret.is_some_and(|kind| !self.secrets.allows(kind, place.slots[0]));
            self.state(row, place, withheld, |pen| (row.full)(item, pen))?;
        }
        Ok(())
    }

    /// States one slot of a table in a restricted file.
    pub(super) fn restricted<'v, S: Scope>(
        &mut self,
        table: &'static [Row<S>],
        place: Place,
        item: Option<&'v S::Restricted<'v>>,
    ) -> Result<(), RenderError> {
        let Some(item) = item else {
            return self.unused(table, place);
        };
        let place = Place { path: "", ..place };
        for row in table {
            self.state(row, place, false, |pen| (row.restricted)(item, pen))?;
        }
        Ok(())
    }

    /// States a slot that is not used: as a copy of an earlier one of the table where there is one.
    fn unused<S: Scope>(&mut self, table: &'static [Row<S>], place: Place) -> Result<(), RenderError> {
        let id = table.as_ptr().cast::<()>();
        let known = self.stencils.iter_mut().find(|(other, _)| *other == id);
        // What an override or a name to be forgotten is about differs from the other slots, and so does one without its number.
        let overrides = &self.overrides;
        let named = |row: &Row<S>| overrides.may_replace(row.hash) && overrides.names(row.name, row.hash, indexes(row, place));
        let differs = overrides.may_be_in(place.index) && table.iter().any(named);
        if let Some((_, stencil)) = known
            && !differs
        {
            stencil.stamp(self.out, place.index);
            return Ok(());
        }
        let mut stencil = Stencil::begin(self.out.len(), place.index);
        let mut is_like_others = !differs;
        for row in table {
            let start = self.out.len();
            self.state(row, place, false, |pen| (row.unused)(&(), pen))?;
            if self.out.len() > start {
                stencil.mark(row.index, start + row.head.len(), row.middle.len());
                is_like_others &= !matches!(row.index, Index::Suffix) || place.index[0] > 1;
            }
        }
        if is_like_others {
            self.stencils.push((id, stencil.end(self.out.len())));
        }
        Ok(())
    }

    #[inline]
    fn state<S: Scope>(
        &mut self,
        row: &Row<S>,
        place: Place,
        withheld: bool,
        fill: impl FnOnce(&mut Pen<'_>) -> Put,
    ) -> Result<(), RenderError> {
        if row.needs.is_some_and(|needs| !needs(self.model)) {
            return Ok(());
        }
        if self.release.is_some_and(|release| release < row.since) {
            return Ok(());
        }
        let instead = if self.overrides.may_replace(row.hash) {
            // A phone that keeps what a file leaves out keeps an override that may not go out again; another one needs the line.
            let needed = row.secret.is_none() && !self.model.capabilities.retains;
            self.overrides.replace(row.name, row.hash, indexes(row, place), needed)
        } else {
            None
        };
        if withheld && instead.is_none() {
            return Ok(());
        }
        make_room(self.out, LONGEST_LINE);
        let start = self.out.len();
        push_name(self.out, row, place);
        let value = self.out.len();
        let mut pen = Pen::new(self.out, row.form, row.secret, self.transliterate && instead.is_none());
        let (put, overriding) = match instead {
            Some(entry) => (entry.fill(&mut pen, withheld), Some(entry.raw())),
            None => (fill(&mut pen), None),
        };
        let spelled = pen.spelled;
        match put {
            Ok(()) => {}
            Err(Stop::Skip) => {
                cut(self.out, start);
                return Ok(());
            }
            Err(Stop::Clear) => {
                let Some(clear) = &row.form.clear else {
                    cut(self.out, start);
                    return Ok(());
                };
                if self.out.len() > value {
                    cut(self.out, value);
                }
                clear.push_to(self.out);
            }
            Err(Stop::Fault(field, fault)) => {
                return Err(refusal(fault, overriding.map_or_else(|| place.field(field), overrides::field)));
            }
        }
        row.end.push_to(self.out);
        if overriding.is_none() && self.overrides.may_replace(row.hash) {
            self.overrides.settle(row.name, row.hash, indexes(row, place));
        }
        if let Some(field) = spelled {
            self.warnings.push_once(place.field(field), WarningReason::Transliterated);
        }
        Ok(())
    }

    /// Writes the overrides that replaced no row.
    pub(super) fn rest(&mut self) -> Result<(), RenderError> {
        self.rest_of(|_| true)
    }

    /// Writes those of these names (indexes written `X`): for a file whose parts hold different parameters.
    pub(super) fn rest_of(&mut self, which: fn(&str) -> bool) -> Result<(), RenderError> {
        self.overrides.rest(self.out, which)
    }

    /// Keeps what was written. Warns of names to be forgotten that the file does not state.
    pub(super) fn finish(mut self) -> Warnings {
        self.finished = true;
        for field in self.overrides.overruled() {
            self.warnings.push(field, WarningReason::Withheld);
        }
        for field in self.overrides.kept() {
            self.warnings.push(field, WarningReason::NotReset);
        }
        core::mem::take(&mut self.warnings)
    }
}

impl Drop for Driver<'_, '_> {
    fn drop(&mut self) {
        if !self.finished {
            cut(self.out, self.start);
        }
    }
}

/// Appends a row's name with its index, up to the value.
#[inline]
fn push_name<S: Scope>(out: &mut Vec<u8>, row: &Row<S>, place: Place) {
    let [outer, inner] = place.index;
    row.head.push_to(out);
    match row.index {
        Index::None | Index::Around => {}
        Index::One => push_number(out, u32::from(outer)),
        Index::Zero => push_number(out, u32::from(outer.saturating_sub(1))),
        Index::Suffix if outer < 2 => {}
        Index::Suffix => {
            out.push(b'_');
            push_number(out, u32::from(outer));
        }
        Index::Two => {
            push_number(out, u32::from(outer));
            out.extend_from_slice(row.middle.as_bytes());
            push_number(out, u32::from(inner));
        }
    }
    row.tail.push_to(out);
}

/// The numbers that stand in a row's name, as an override's name is read: 0 where there is none.
#[inline]
fn indexes<S: Scope>(row: &Row<S>, place: Place) -> [u16; 2] {
    let [outer, inner] = place.index;
    let [first, second] = match row.index {
        Index::None => [0; 2],
        Index::One => [outer, 0],
        Index::Zero => [outer.saturating_sub(1), 0],
        Index::Suffix => [if outer < 2 { 0 } else { outer }, 0],
        Index::Two | Index::Around => [outer, inner],
    };
    match row.numbers {
        [SLOT, SLOT] => [first, second],
        [SLOT, number] => [first, number],
        [number, SLOT] => [number, first],
        numbers => numbers,
    }
}

/// Stands for a slot among the numbers of a row's name.
const SLOT: u16 = u16::MAX;

/// The numbers between dots in a row's name, `SLOT` for each that is not one: `programablekey.1.type` has 1.
const fn numbers(name: &str) -> [u16; 2] {
    let mut found = [SLOT; 2];
    let (mut at, mut begin) = (0, 0);
    let mut rest = name.as_bytes();
    while at < 2 {
        let (part, after) = rest.split_at(part_length(rest));
        if let [b'X'] = part {
            at += 1;
        } else if begin > 0 && is_number(part) {
            found[at] = value(part);
            at += 1;
        }
        begin += 1;
        match after {
            [_, next @ ..] => rest = next,
            [] => break,
        }
    }
    found
}

/// How long a part is: up to a dot or the end.
const fn part_length(rest: &[u8]) -> usize {
    let mut at = 0;
    while at < rest.len() && rest[at] != b'.' {
        at += 1;
    }
    at
}

/// A number of at most three digits.
const fn value(digits: &[u8]) -> u16 {
    let (mut at, mut value) = (0, 0);
    while at < digits.len() && at < 3 {
        value = value * 10 + (digits[at] - b'0') as u16;
        at += 1;
    }
    value
}

/// Whether the phone is known to need this firmware: its own is known and older.
pub(super) fn is_due(own: Option<&FirmwareVersion>, target: &FirmwareVersion) -> bool {
    own.is_some_and(|own| own.is_older_than(target))
}

/// The error for a value that the pen refused.
pub(super) fn refusal(fault: Fault, field: String) -> RenderError {
    match fault {
        Fault::Character(character) => RenderError::Character { field, character },
        Fault::Charset(character) => RenderError::Charset { field, character },
        Fault::Reserved => RenderError::Reserved { field },
        Fault::TooLong => RenderError::TooLong { field, longest: LONGEST as u32 },
        Fault::LongerThan(longest) => RenderError::TooLong { field, longest: longest.into() },
        Fault::Space => RenderError::Space { field },
        Fault::Empty => RenderError::Value { field, reason: "is empty" },
        Fault::Unmarked => RenderError::Value { field, reason: "is a secret in a row for none; please report this" },
    }
}
