//! QR codes as SVG, as text for a terminal, and as bare modules. No image library, no font.

use super::mask::Board;
use super::{KeyUri, OtpError};
use crate::secret::Secret;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use qrcodegen_no_heap::{Mask, QrCode, QrCodeEcc, QrSegment, Version};
use zeroize::{Zeroize, Zeroizing};

/// A QR code. It holds the secret of the URI in it: `Debug` shows its size only, and it is wiped on drop.
///
/// ```
/// use libprov::otp::{Background, KeyUri, OtpSecret, Qr, Totp};
/// let secret = OtpSecret::from_bytes(b"12345678901234567890")?;
/// let uri = KeyUri::new("Example", "alice@example.com", secret, Totp::DEFAULT)?;
/// let qr = Qr::of_uri(&uri)?;
/// assert!(qr.svg().expose().starts_with("<svg xmlns="));
/// println!("{}", qr.text(Background::Dark).expose());
/// # Ok::<(), libprov::otp::OtpError>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Qr {
    size: u8,
    /// Row by row, one byte a module, 1 for dark.
    modules: Vec<u8>,
}

/// What a terminal shows where nothing is printed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Background {
    /// Black: light modules are printed.
    #[default]
    Dark,
    /// White: dark modules are printed.
    Light,
}

impl Qr {
    /// Modules of light margin on each side (ISO/IEC 18004 asks for 4).
    pub const MARGIN: usize = 4;

    /// Makes the QR code of an enrolment (SPEC M4).
    ///
    /// # Errors
    /// None in practice: what [`KeyUri`] writes always fits.
    pub fn of_uri(uri: &KeyUri) -> Result<Self, OtpError> {
        Self::of_text(uri.uri().expose())
    }

    /// Makes the smallest QR code that holds a text and survives 15 % of damage, or 7 % where the text is very long; more
    /// where the size allows it.
    ///
    /// # Errors
    /// [`OtpError::QrTooLong`] above what version 40 holds, 2,953 bytes.
    pub fn of_text(text: &str) -> Result<Self, OtpError> {
        let too_long = || OtpError::QrTooLong { bytes: text.len() };
        if text.len() > MOST_BYTES {
            return Err(too_long());
        }
        let room = Version::MAX.buffer_len();
        let (mut one, mut two) = (Zeroizing::new(vec![0; room]), Zeroizing::new(vec![0; room]));
        let mut encode = |level| {
            let text = [QrSegment::make_bytes(text.as_bytes())];
            let (least, most) = (Version::MIN, Version::MAX);
            let words = QrCode::encode_segments_to_codewords(&text, &mut one, level, least, most, true);
            // The level that the finished code reports is wrong (version 1.8.1 forgets to unmask it): this one is right.
            let (len, level, version) = words.ok()?;
            // The encoder's own choice of a mask takes 20 times as long as the rest of its work.
            let code = QrCode::encode_codewords(&mut one, len, &mut two, level, version, Some(Mask::new(0)));
            let (size, side) = (u8::try_from(code.size()).ok()?, usize::try_from(code.size()).ok()?);
            let mut board = Board::new(side);
            for (y, row) in (0..code.size()).zip(0..) {
                for (x, place) in (0..code.size()).zip(0..) {
                    board.set(place, row, code.get_module(x, y));
                }
            }
            let best = board.best_masked(level);
            let row = |y| (0..side).map(move |x| (x, y));
            let modules = (0..side).flat_map(row).map(|(x, y)| u8::from(best.is_dark(x, y)));
            let mut kept = Vec::with_capacity(side * side);
            kept.extend(modules);
            Some(Self { size, modules: kept })
        };
        encode(QrCodeEcc::Medium).or_else(|| encode(QrCodeEcc::Low)).ok_or_else(too_long)
    }

    /// Modules on a side without margin, 21 to 177.
    pub const fn size(&self) -> u8 {
        self.size
    }

    /// Whether a module is dark; light outside.
    pub fn is_dark(&self, x: u8, y: u8) -> bool {
        let at = usize::from(y) * usize::from(self.size) + usize::from(x);
        x < self.size && self.modules.get(at) == Some(&1)
    }

    /// The modules row by row, from the top left: 1 for dark, 0 for light, no margin.
    pub fn modules(&self) -> &[u8] {
        &self.modules
    }

    /// The `d` of an SVG path that draws the dark modules, one unit each, behind a margin of [`Qr::MARGIN`]: runs of a row
    /// are one rectangle.
    pub fn svg_path(&self) -> Secret {
        let mut out = String::with_capacity(self.path_room());
        self.write_path(&mut out);
        Secret::new(out)
    }

    /// A whole SVG document, black on white, without width and height: it takes the room it is given.
    pub fn svg(&self) -> Secret {
        let side = usize::from(self.size) + 2 * Self::MARGIN;
        let mut out = String::with_capacity(self.path_room() + 256);
        out.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
        number(&mut out, side);
        out.push(' ');
        number(&mut out, side);
        out.push_str("\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h");
        number(&mut out, side);
        out.push('v');
        number(&mut out, side);
        out.push_str("H0z\"/><path d=\"");
        self.write_path(&mut out);
        out.push_str("\"/></svg>");
        Secret::new(out)
    }

    /// Lines of half blocks with margin, two rows of modules to a line, for a terminal with the given background.
    pub fn text(&self, background: Background) -> Secret {
        let side = usize::from(self.size) + 2 * Self::MARGIN;
        let mut out = String::with_capacity((side * 3 + 1) * side.div_ceil(2));
        let printed = |x: usize, y: usize| {
            // The line below the last row is not there.
            let dark = y >= side || self.dark_with_margin(x, y);
            dark == (background == Background::Light) && y < side
        };
        for y in (0..side).step_by(2) {
            for x in 0..side {
                out.push(match (printed(x, y), printed(x, y + 1)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            out.push('\n');
        }
        Secret::new(out)
    }

    fn dark_with_margin(&self, x: usize, y: usize) -> bool {
        let inner = |at: usize| at.checked_sub(Self::MARGIN).and_then(|at| u8::try_from(at).ok());
        matches!((inner(x), inner(y)), (Some(x), Some(y)) if self.is_dark(x, y))
    }

    /// Enough for a path of every other module: growing would leave copies behind.
    fn path_room(&self) -> usize {
        self.modules.len().div_ceil(2) * LONGEST_RUN + 16
    }

    fn write_path(&self, out: &mut String) {
        let side = usize::from(self.size);
        for (y, row) in self.modules.chunks_exact(side.max(1)).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run.first() == Some(&1) {
                    out.push('M');
                    number(out, x + Self::MARGIN);
                    out.push(' ');
                    number(out, y + Self::MARGIN);
                    out.push('h');
                    number(out, run.len());
                    out.push_str("v1h-");
                    number(out, run.len());
                    out.push('z');
                }
                x += run.len();
            }
        }
    }
}

impl core::fmt::Debug for Qr {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Qr {{ size: {}, modules: [secret] }}", self.size)
    }
}

impl Drop for Qr {
    fn drop(&mut self) {
        self.modules.zeroize();
    }
}

/// What version 40 holds in bytes at the lowest level (ISO/IEC 18004 table 7).
const MOST_BYTES: usize = 2_953;

/// The longest piece of a path for a run of one module: `M181 181h1v1h-1z`.
const LONGEST_RUN: usize = 16;

/// A number below 1000 without the formatting machinery.
fn number(out: &mut String, value: usize) {
    let digit = |value: usize| (b'0' + (value % 10) as u8) as char;
    if value >= 100 {
        out.push(digit(value / 100));
    }
    if value >= 10 {
        out.push(digit(value / 10));
    }
    out.push(digit(value));
}
