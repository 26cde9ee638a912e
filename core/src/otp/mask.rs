//! The mask of a QR code: of eight patterns over the data, the one whose result scanners read best (ISO/IEC 18004 section
//! 7.8). Lines are words of bits, so that a rule is a few operations on a whole line.

use qrcodegen_no_heap::QrCodeEcc;
use zeroize::optimization_barrier;

/// Modules of a line, the first in the lowest bit. The longest line has 177.
pub(super) type Line = [u64; 3];

/// A QR code as rows and as columns.
#[derive(Clone)]
pub(super) struct Board {
    size: usize,
    rows: [Line; MOST],
    columns: [Line; MOST],
}

impl Board {
    pub(super) const fn new(size: usize) -> Self {
        Self { size, rows: [[0; 3]; MOST], columns: [[0; 3]; MOST] }
    }

    pub(super) fn set(&mut self, x: usize, y: usize, dark: bool) {
        put(&mut self.rows, y, x, dark);
        put(&mut self.columns, x, y, dark);
    }

    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        self.rows.get(y).is_some_and(|row| bit(row, x))
    }

    /// Of a board under mask 0, the one under the mask with the least penalty.
    pub(super) fn best_masked(&self, level: QrCodeEcc) -> Self {
        let data = data_modules(self.size);
        let masks = 0..8;
        let best = masks.min_by_key(|mask| self.masked(&data, *mask, level).penalty());
        self.masked(&data, best.unwrap_or_default(), level)
    }

    /// This board, under mask 0, under another one. `data` marks the modules that a mask turns over.
    fn masked(&self, data: &Self, mask: u8, level: QrCodeEcc) -> Self {
        let mut out = self.clone();
        let pair = |table: &[[Line; 12]; 8], at: usize| {
            let of = |mask: usize| table.get(mask).and_then(|lines| lines.get(at % 12)).copied().unwrap_or_default();
            xor(of(0), of(mask.into()))
        };
        for (at, (row, data)) in out.rows.iter_mut().zip(&data.rows).take(self.size).enumerate() {
            *row = xor(*row, and(pair(&ROWS, at), *data));
        }
        for (at, (column, data)) in out.columns.iter_mut().zip(&data.columns).take(self.size).enumerate() {
            *column = xor(*column, and(pair(&COLUMNS, at), *data));
        }
        out.write_format(mask, level);
        out
    }

    /// Level and mask, twice, with their BCH code (section 7.9).
    fn write_format(&mut self, mask: u8, level: QrCodeEcc) {
        let level = match level {
            QrCodeEcc::Low => 1,
            QrCodeEcc::Medium => 0,
            QrCodeEcc::Quartile => 3,
            QrCodeEcc::High => 2,
        };
        let data = level << 3 | u32::from(mask);
        let mut rest = data;
        for _ in 0..10 {
            rest = (rest << 1) ^ ((rest >> 9) * 0x537);
        }
        let bits = (data << 10 | rest) ^ 0x5412;
        let size = self.size;
        for at in 0..15 {
            let dark = bits >> at & 1 == 1;
            // Around the finder at the top left, where the timing lines are left out, and split over the two others.
            let (x, y) = match at {
                0..=5 => (8, at),
                6 => (8, 7),
                7 => (8, 8),
                8 => (7, 8),
                _ => (14 - at, 8),
            };
            self.set(x, y, dark);
            let (x, y) = if at < 8 { (size - 1 - at, 8) } else { (8, size + at - 15) };
            self.set(x, y, dark);
        }
    }

    /// How hard it is to read: runs, blocks, what looks like a finder, and too much of one colour (section 7.8.3).
    fn penalty(&self) -> u32 {
        let (rows, columns) = (self.rows.get(..self.size), self.columns.get(..self.size));
        let (rows, columns) = (rows.unwrap_or_default(), columns.unwrap_or_default());
        let lines: u32 = rows.iter().chain(columns).map(|line| self.line_penalty(*line)).sum();
        let blocks: u32 = rows
            .iter()
            .zip(rows.iter().skip(1))
            .map(|(one, two)| count(and(and(self.equal(*one), self.equal(*two)), not(xor(*one, *two)))))
            .sum();
        let dark: u32 = rows.iter().map(|row| count(*row)).sum();
        let all = (self.size * self.size) as u32;
        // Every full 5 % away from a half.
        let uneven = (dark * 20).abs_diff(all * 10) / all;
        lines + 3 * blocks + 10 * uneven
    }

    fn line_penalty(&self, line: Line) -> u32 {
        // Places where five alike begin: a run of n has n - 4, and counts n - 2.
        let equal = self.equal(line);
        let pairs = and(equal, right(equal, 1));
        let fives = and(pairs, right(pairs, 2));
        let starts = and(fives, not(left(fives, 1)));
        // With four light modules of margin on each side: 1:1:3:1:1 with four light ones before or behind.
        let wide = left(line, 4);
        let dark = |at: u32| right(wide, at);
        let light = |at: u32| not(right(wide, at));
        let finder = |at: u32| {
            let odd = and(and(dark(at), light(at + 1)), and(light(at + 5), dark(at + 6)));
            and(odd, and(and(dark(at + 2), dark(at + 3)), dark(at + 4)))
        };
        let calm = |at: u32| and(and(light(at), light(at + 1)), and(light(at + 2), light(at + 3)));
        let found = count(and(calm(0), finder(4))) + count(and(finder(0), calm(7)));
        count(fives) + 2 * count(starts) + 40 * found
    }

    /// Places that look like the next one of the same line.
    fn equal(&self, line: Line) -> Line {
        and(not(xor(line, right(line, 1))), first(self.size - 1))
    }
}

/// It shows the secret of the URI.
impl Drop for Board {
    fn drop(&mut self) {
        (self.rows, self.columns) = ([[0; 3]; MOST], [[0; 3]; MOST]);
        optimization_barrier(self);
    }
}

/// The modules that hold data: all but finders, timing, alignment, format and version (section 6.3).
fn data_modules(size: usize) -> Board {
    let mut board = Board::new(size);
    for at in 0..size {
        if let (Some(row), Some(column)) = (board.rows.get_mut(at), board.columns.get_mut(at)) {
            (*row, *column) = (first(size), first(size));
        }
    }
    let mut clear = |from: (usize, usize), width: usize, height: usize| {
        for y in from.1..from.1 + height {
            for x in from.0..from.0 + width {
                board.set(x, y, false);
            }
        }
    };
    clear((0, 0), 9, 9);
    clear((size - 8, 0), 8, 9);
    clear((0, size - 8), 9, 8);
    clear((6, 0), 1, size);
    clear((0, 6), size, 1);
    let version = (size - 17) / 4;
    if version >= 7 {
        clear((size - 11, 0), 3, 6);
        clear((0, size - 11), 6, 3);
    }
    if version >= 2 {
        // Centres from 6 to the far end in even steps; only the first may be shorter (annex E).
        let count = version / 7 + 2;
        let step = if version == 32 { 26 } else { (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2 };
        let centre = |at: usize| if at == 0 { 6 } else { size - 7 - (count - 1 - at) * step };
        for y in 0..count {
            for x in 0..count {
                let corner = matches!((x, y), (0, 0)) || (x == 0 && y == count - 1) || (x == count - 1 && y == 0);
                if !corner {
                    clear((centre(x) - 2, centre(y) - 2), 5, 5);
                }
            }
        }
    }
    board
}

/// Version 40 has 177 modules on a side.
const MOST: usize = 177;

/// The eight masks, which repeat every 12 modules, as rows and as columns.
const ROWS: [[Line; 12]; 8] = patterns(false);
const COLUMNS: [[Line; 12]; 8] = patterns(true);

const fn patterns(swapped: bool) -> [[Line; 12]; 8] {
    let mut out = [[[0; 3]; 12]; 8];
    let mut mask = 0;
    while mask < 8 {
        let mut across = 0;
        while across < 12 {
            let mut along = 0;
            while along < 192 {
                let (x, y) = if swapped { (across, along) } else { (along, across) };
                // Section 7.8.2, table 10.
                let turns = match mask {
                    0 => (x + y) % 2,
                    1 => y % 2,
                    2 => x % 3,
                    3 => (x + y) % 3,
                    4 => (x / 3 + y / 2) % 2,
                    5 => x * y % 2 + x * y % 3,
                    6 => (x * y % 2 + x * y % 3) % 2,
                    _ => ((x + y) % 2 + x * y % 3) % 2,
                };
                if turns == 0 {
                    out[mask][across][along / 64] |= 1 << (along % 64);
                }
                along += 1;
            }
            across += 1;
        }
        mask += 1;
    }
    out
}

fn put(lines: &mut [Line; MOST], line: usize, at: usize, dark: bool) {
    if let Some(word) = lines.get_mut(line).and_then(|line| line.get_mut(at / 64)) {
        let bit = 1 << (at % 64);
        *word = if dark { *word | bit } else { *word & !bit };
    }
}

fn bit(line: &Line, at: usize) -> bool {
    line.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

/// The first modules of a line.
fn first(count: usize) -> Line {
    core::array::from_fn(|word| match count.saturating_sub(word * 64) {
        0 => 0,
        left @ 1..64 => (1 << left) - 1,
        _ => u64::MAX,
    })
}

fn and(one: Line, two: Line) -> Line {
    let ([a, b, c], [d, e, f]) = (one, two);
    [a & d, b & e, c & f]
}

fn xor(one: Line, two: Line) -> Line {
    let ([a, b, c], [d, e, f]) = (one, two);
    [a ^ d, b ^ e, c ^ f]
}

fn not([a, b, c]: Line) -> Line {
    [!a, !b, !c]
}

fn count(line: Line) -> u32 {
    line.into_iter().map(u64::count_ones).sum()
}

/// Each place gets what stood `by` places further on; 1 to 63, or none for 0.
fn right([a, b, c]: Line, by: u32) -> Line {
    if by == 0 { [a, b, c] } else { [a >> by | b << (64 - by), b >> by | c << (64 - by), c >> by] }
}

/// Each place gets what stood `by` places before; 1 to 63.
fn left([a, b, c]: Line, by: u32) -> Line {
    [a << by, b << by | a >> (64 - by), c << by | b >> (64 - by)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;
    use qrcodegen_no_heap::{Mask, QrCode, Version};

    fn board(text: &str, level: QrCodeEcc, mask: u8, (least, most): (Version, Version)) -> Option<Board> {
        let room = Version::MAX.buffer_len();
        let (mut one, mut two) = (vec![0; room], vec![0; room]);
        let mask = Some(Mask::new(mask));
        let code = QrCode::encode_text(text, &mut one, &mut two, level, least, most, mask, false).ok()?;
        let mut board = Board::new(code.size() as usize);
        for y in 0..code.size() {
            for x in 0..code.size() {
                board.set(x as usize, y as usize, code.get_module(x, y));
            }
        }
        Some(board)
    }

    #[test]
    fn m4_another_mask_is_what_the_encoder_makes_of_it_in_every_version() {
        for version in 1..=40u8 {
            let level = [QrCodeEcc::Low, QrCodeEcc::Medium, QrCodeEcc::Quartile, QrCodeEcc::High][usize::from(version) % 4];
            let versions = (Version::new(version), Version::MAX);
            let plain = board("otp", level, 0, versions).unwrap();
            assert_eq!(plain.size, 17 + 4 * usize::from(version));
            let data = data_modules(plain.size);
            for mask in 0..8 {
                let ours = plain.masked(&data, mask, level);
                let theirs = board("otp", level, mask, versions).unwrap();
                assert!(ours.rows == theirs.rows && ours.columns == theirs.columns, "{version} {mask}");
            }
        }
    }

    /// The rules once more, module by module.
    fn naive(board: &Board) -> u32 {
        let size = board.size;
        let mut sum = 0;
        for turned in [false, true] {
            let at = |line: usize, at: usize| if turned { board.is_dark(line, at) } else { board.is_dark(at, line) };
            for line in 0..size {
                let cells: Vec<bool> = (0..size).map(|place| at(line, place)).collect();
                for run in cells.chunk_by(|a, b| a == b) {
                    if run.len() >= 5 {
                        sum += run.len() as u32 - 2;
                    }
                }
                let wide = [vec![false; 4], cells, vec![false; 4]].concat();
                let finder = [true, false, true, true, true, false, true];
                for window in wide.windows(11) {
                    sum += 40 * u32::from(window[4..] == finder && window[..4] == [false; 4]);
                    sum += 40 * u32::from(window[..7] == finder && window[7..] == [false; 4]);
                }
            }
        }
        let mut dark = 0;
        for y in 0..size {
            for x in 0..size {
                dark += usize::from(board.is_dark(x, y));
                let one = board.is_dark(x, y);
                let same = [(x + 1, y), (x, y + 1), (x + 1, y + 1)].iter().all(|(x, y)| board.is_dark(*x, *y) == one);
                sum += 3 * u32::from(x + 1 < size && y + 1 < size && same);
            }
        }
        let percent = dark as f64 * 100.0 / (size * size) as f64;
        sum + 10 * ((percent - 50.0).abs() / 5.0) as u32
    }

    #[test]
    fn m4_the_mask_with_the_least_penalty_is_taken() {
        for len in [1, 20, 60, 117, 200, 400, 900, 2_331] {
            let plain =
                board(&"otpauth://totp/x?".repeat(len)[..len], QrCodeEcc::Medium, 0, (Version::MIN, Version::MAX)).unwrap();
            let data = data_modules(plain.size);
            let all: Vec<u32> = (0..8).map(|mask| naive(&plain.masked(&data, mask, QrCodeEcc::Medium))).collect();
            for (mask, wanted) in all.iter().enumerate() {
                assert_eq!(plain.masked(&data, mask as u8, QrCodeEcc::Medium).penalty(), *wanted, "{len} {mask}");
            }
            assert_eq!(plain.best_masked(QrCodeEcc::Medium).penalty(), *all.iter().min().unwrap(), "{len}");
        }
    }
}
