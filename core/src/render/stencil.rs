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
                hole(first + self.numbers.of(Which::Outer).as_slice().len() + middle, Which::Inner);
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
                let Digits { bytes, length } = numbers.of(hole.which);
                match (length, text.get_mut(hole.at..)) {
                    // Nearly all: no general copy is called.
                    (1, Some([first, ..])) => *first = bytes[0],
                    (2, Some([first, second, ..])) => (*first, *second) = (bytes[0], bytes[1]),
                    (length, Some(place)) => {
                        let digits = bytes.iter().take(usize::from(*length));
                        place.iter_mut().zip(digits).for_each(|(place, digit)| *place = *digit);
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
            out.extend_from_slice(numbers.of(hole.which).as_slice());
            from = at + self.numbers.of(hole.which).as_slice().len();
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
    fn of(&self, which: Which) -> &Digits {
        let Self([outer, outer_from_zero, inner]) = self;
        match which {
            Which::Outer => outer,
            Which::OuterFromZero => outer_from_zero,
            Which::Inner => inner,
        }
    }

    fn have_lengths_of(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a.length == b.length)
    }
}

/// A number in decimal digits.
struct Digits {
    bytes: [u8; Self::MOST],
    length: u8,
}

impl Digits {
    const MOST: usize = 5;

    #[inline]
    fn of(number: u16) -> Self {
        let digit = |number: u16| b'0' + (number % 10) as u8;
        let mut bytes = [b'0'; Self::MOST];
        if number < 10 {
            bytes[0] = digit(number);
            return Self { bytes, length: 1 };
        }
        if number < 100 {
            (bytes[0], bytes[1]) = (digit(number / 10), digit(number));
            return Self { bytes, length: 2 };
        }
        let length = number.ilog10() as u8 + 1;
        let mut rest = number;
        for byte in bytes.iter_mut().take(usize::from(length)).rev() {
            *byte = digit(rest);
            rest /= 10;
        }
        Self { bytes, length }
    }

    #[inline]
    fn as_slice(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
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
            assert_eq!(Digits::of(number).as_slice(), expected);
        }
    }
}
