//! Slots that are not used: those of one table read the same but for their numbers, so only the first is built row by row.

use super::pen::{LONGEST_LINE, make_room};
use super::rows::Index;
use alloc::vec::Vec;
use core::ops::Range;

/// A slot's text in the file, and where in it numbers stand.
pub(super) struct Stencil {
    text: Range<usize>,
    numbers: Numbers,
    holes: Vec<Hole>,
}

/// A number in a stencil.
#[derive(Clone, Copy)]
struct Hole {
    /// From the start of the stencil.
    at: usize,
    which: Which,
}

#[derive(Clone, Copy)]
enum Which {
    Outer,
    OuterFromZero,
    Inner,
}

impl Stencil {
    /// Begins a stencil at this place of a file.
    pub(super) fn begin(start: usize, index: [u16; 2]) -> Self {
        Self { text: start..start, numbers: Numbers::new(index), holes: Vec::with_capacity(32) }
    }

    /// Notes the numbers in the name of a row: where the first one stands in the file, and how long the text between two is.
    pub(super) fn mark(&mut self, index: Index, first: usize, middle: usize) {
        let first = first.saturating_sub(self.text.start);
        let mut hole = |at, which| self.holes.push(Hole { at, which });
        match index {
            Index::None | Index::Around => {}
            Index::One => hole(first, Which::Outer),
            Index::Zero => hole(first, Which::OuterFromZero),
            Index::Suffix => hole(first + 1, Which::Outer),
            Index::Two => {
                hole(first, Which::Outer);
                hole(first + self.numbers.of(Which::Outer).len() + middle, Which::Inner);
            }
        }
    }

    /// Ends it at this place of the file.
    pub(super) fn end(self, end: usize) -> Self {
        Self { text: self.text.start..end, ..self }
    }

    /// Appends the text with other numbers.
    pub(super) fn stamp(&mut self, out: &mut Vec<u8>, index: [u16; 2]) {
        let numbers = Numbers::new(index);
        make_room(out, self.text.len() + Digits::MOST * self.holes.len() + LONGEST_LINE);
        let start = out.len();
        if numbers.have_lengths_of(&self.numbers) {
            out.extend_from_within(self.text.clone());
            let text = out.get_mut(start..).unwrap_or_default();
            for hole in &self.holes {
                let digits = numbers.of(hole.which);
                match (digits.len(), text.get_mut(hole.at..)) {
                    // Nearly all: no general copy is called.
                    (1, Some([first, ..])) => *first = digits.at(0),
                    (2, Some([first, second, ..])) => (*first, *second) = (digits.at(0), digits.at(1)),
                    (length, Some(place)) => {
                        place.iter_mut().zip(0..length).for_each(|(place, at)| *place = digits.at(at));
                    }
                    (_, None) => {}
                }
            }
            return;
        }
        let mut from = self.text.start;
        for hole in &mut self.holes {
            let at = self.text.start + hole.at;
            out.extend_from_within(from..at);
            hole.at = out.len() - start;
            numbers.of(hole.which).push_to(out);
            from = at + self.numbers.of(hole.which).len();
        }
        out.extend_from_within(from..self.text.end);
        (self.text, self.numbers) = (start..out.len(), numbers);
    }
}

/// The numbers of a slot as they are written.
struct Numbers([Digits; 3]);

impl Numbers {
    #[inline]
    fn new([outer, inner]: [u16; 2]) -> Self {
        Self([Digits::of(outer), Digits::of(outer.saturating_sub(1)), Digits::of(inner)])
    }

    #[inline]
    fn of(&self, which: Which) -> Digits {
        let Self([outer, outer_from_zero, inner]) = *self;
        match which {
            Which::Outer => outer,
            Which::OuterFromZero => outer_from_zero,
            Which::Inner => inner,
        }
    }

    fn have_lengths_of(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a.len() == b.len())
    }
}

/// A number in decimal digits: the first in the lowest byte, how many there are in the highest. One word, for one that is put
/// together of bytes is slow to read back.
#[derive(Clone, Copy)]
struct Digits(u64);

impl Digits {
    const MOST: usize = 5;

    #[inline]
    fn of(number: u16) -> Self {
        let digit = |number: u16| u64::from(b'0') + u64::from(number % 10);
        match number {
            0..10 => Self(digit(number) | 1 << 56),
            10..100 => Self(digit(number / 10) | digit(number) << 8 | 2 << 56),
            _ => {
                let (mut digits, mut length, mut rest) = (0, 0, number);
                while rest > 0 {
                    digits = digits << 8 | digit(rest);
                    length += 1;
                    rest /= 10;
                }
                Self(digits | length << 56)
            }
        }
    }

    #[inline]
    fn len(self) -> usize {
        (self.0 >> 56) as usize
    }

    /// A digit, the first at 0.
    #[inline]
    fn at(self, at: usize) -> u8 {
        (self.0 >> (8 * (at & 7))) as u8
    }

    fn push_to(self, out: &mut Vec<u8>) {
        out.extend((0..self.len()).map(|at| self.at(at)));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::render::pen::push_number;
    use alloc::format;
    use alloc::string::String;

    fn rows(outer: u16, inner: u16) -> [(Index, String); 5] {
        [
            (Index::None, "plain=1;".into()),
            (Index::One, format!("one.{outer}.a=;")),
            (Index::Zero, format!("zero[{}]=;", outer - 1)),
            (Index::Suffix, format!("S_{outer}_=;")),
            (Index::Two, format!("two.{outer}.b.{inner}=;")),
        ]
    }

    #[test]
    fn v12_a_copied_slot_reads_as_one_that_was_built() {
        let heads = [0, "one.".len(), "zero[".len(), "S".len(), "two.".len()];
        let mut out = b"before".to_vec();
        let mut stencil = Stencil::begin(out.len(), [2, 9]);
        for ((index, text), head) in rows(2, 9).iter().zip(heads) {
            stencil.mark(*index, out.len() + head, ".b.".len());
            out.extend_from_slice(text.as_bytes());
        }
        let mut stencil = stencil.end(out.len());
        out.extend_from_slice(b"between");
        for (outer, inner) in [(3, 9), (9, 10), (10, 99), (11, 100), (12, 1), (10_000, u16::MAX), (u16::MAX, 7)] {
            let start = out.len();
            stencil.stamp(&mut out, [outer, inner]);
            let expected: String = rows(outer, inner).into_iter().map(|(_, text)| text).collect();
            assert_eq!(core::str::from_utf8(out.get(start..).unwrap()), Ok(expected.as_str()));
        }
    }

    #[test]
    fn digits_are_those_of_a_row() {
        for number in [0, 1, 9, 10, 99, 100, 999, 1_000, 9_999, 10_000, u16::MAX] {
            let mut expected = Vec::new();
            push_number(&mut expected, u32::from(number));
            let mut found = Vec::new();
            Digits::of(number).push_to(&mut found);
            assert_eq!(found, expected);
        }
    }
}
