//! Letters as dots. Latin, Greek, Cyrillic and Arabic come from DejaVu Sans Mono; everything else of the basic plane (kanji,
//! hangul, Hebrew, Thai, symbols) from GNU Unifont, a bitmap font of 1 MB that has a glyph for every visible character there.
//! An outline font with that reach would be 16 MB. What neither has (emoji) becomes a visible box, never nothing.

use crate::bitmap::Bitmap;
use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use domain::paper::{Size, cell};
use flate2::read::GzDecoder;
use std::collections::HashMap;
use std::io::Read;
use std::sync::OnceLock;

/// Width of a normal character cell in dots (the printers' font A).
pub const CELL_WIDE: usize = 12;
/// Height of a normal character cell in dots.
pub const CELL_HIGH: usize = 24;

const REGULAR: &[u8] = include_bytes!("../assets/DejaVuSansMono.ttf");
const BOLD: &[u8] = include_bytes!("../assets/DejaVuSansMono-Bold.ttf");
const UNIFONT: &[u8] = include_bytes!("../assets/unifont_jp.hex.gz");

/// Height the outline font is drawn at in a normal cell: a little over the cell, the room above accented capitals is used up.
const OUTLINE_HIGH: f32 = 25.0;

/// Draws one character into its cell: `cell(c) × size` wide, coverage 0 to 255. A mark that sits on the letter before it is
/// returned one cell wide, to be stamped over that letter.
pub fn glyph(c: char, size: Size, bold: bool) -> Bitmap {
    let mut picture = Bitmap::new(cell(c).max(1) * CELL_WIDE * size.wide(), CELL_HIGH * size.high());
    let outline = if bold { outlines().1 } else { outlines().0 };
    if c == ' ' {
    } else if cell(c) == 1 && outline.glyph_id(c).0 != 0 {
        draw_outline(&mut picture, outline, c, size);
    } else if let Some(dots) = unifont().get(&c) {
        draw_dots(&mut picture, dots);
    } else {
        draw_box(&mut picture);
    }
    picture
}

/// Every letter the outline font draws in one cell.
pub(crate) fn outline_letters() -> Vec<char> {
    let outline = outlines().0;
    ('\u{21}'..='\u{ffff}').filter(|c| cell(*c) == 1 && outline.glyph_id(*c).0 != 0).collect()
}

/// Bitmap letters whose 16 rows show through these dots (`wide × high`, row by row). Undoes the scaling of [`draw_dots`]: every
/// source dot has a dot in the picture that shows it alone. The caller draws the answer again to be sure.
pub(crate) fn bitmap_letters_like(dots: &[bool], wide: usize, high: usize) -> Vec<char> {
    type ByRows = HashMap<(usize, [u16; 16]), Vec<char>>;
    static ROWS: OnceLock<ByRows> = OnceLock::new();
    let known = ROWS.get_or_init(|| {
        let mut known = ByRows::new();
        for (c, dots) in unifont() {
            known.entry((dots.width, dots.rows)).or_default().push(*c);
        }
        known
    });
    let alone =
        |at: usize, of: usize, shown: usize| (0..shown).find(|dot| covered(*dot, of, shown) == (at, at)).unwrap_or(0);
    [8, 16]
        .into_iter()
        .filter_map(|width| {
            let mut rows = [0u16; 16];
            for (y, row) in rows.iter_mut().enumerate() {
                for x in 0..width {
                    let shown = dots.get(alone(y, 16, high) * wide + alone(x, width, wide));
                    *row |= u16::from(shown.copied().unwrap_or(false)) << (15 - x);
                }
            }
            known.get(&(width, rows)).cloned()
        })
        .flatten()
        .collect()
}

fn outlines() -> (&'static FontRef<'static>, &'static FontRef<'static>) {
    static FONTS: OnceLock<(FontRef<'static>, FontRef<'static>)> = OnceLock::new();
    let load = |bytes| FontRef::try_from_slice(bytes).expect("the shipped font is a font");
    let fonts = FONTS.get_or_init(|| (load(REGULAR), load(BOLD)));
    (&fonts.0, &fonts.1)
}

fn draw_outline(picture: &mut Bitmap, font: &FontRef<'_>, c: char, size: Size) {
    let y = OUTLINE_HIGH * size.high() as f32;
    let unit = font.as_scaled(PxScale { x: 1.0, y: 1.0 });
    let advance = unit.h_advance(font.glyph_id(c));
    let cell_wide = (CELL_WIDE * size.wide()) as f32;
    let x = if advance > 0.0 { cell_wide / advance } else { y };
    let baseline = unit.ascent() * y - (OUTLINE_HIGH - CELL_HIGH as f32) * size.high() as f32;
    let placed = font.glyph_id(c).with_scale_and_position(PxScale { x, y }, point(0.0, baseline));
    let Some(outlined) = font.outline_glyph(placed) else { return };
    let bounds = outlined.px_bounds();
    let (left, top) = (bounds.min.x as i32, bounds.min.y as i32);
    outlined.draw(|dx, dy, coverage| {
        let (x, y) = (left + dx as i32, top + dy as i32);
        if let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) {
            picture.darken(x, y, (coverage.clamp(0.0, 1.0) * 255.0) as u8);
        }
    });
}

/// A bitmap glyph: 16 rows of `width` dots, the leftmost in the highest bit of the u16.
struct Dots {
    width: usize,
    rows: [u16; 16],
}

fn unifont() -> &'static HashMap<char, Dots> {
    static FONT: OnceLock<HashMap<char, Dots>> = OnceLock::new();
    FONT.get_or_init(|| {
        let mut hex = String::new();
        // The asset is part of the program; if it were damaged every foreign letter would be a box, which is visible.
        let _ = GzDecoder::new(UNIFONT).read_to_string(&mut hex);
        hex.lines().filter_map(parse_hex_glyph).collect()
    })
}

/// Reads one line of the font's own format: `code:hex`, two hex digits a row for narrow glyphs, four for wide ones.
fn parse_hex_glyph(line: &str) -> Option<(char, Dots)> {
    let (code, hex) = line.split_once(':')?;
    let c = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
    let digits = hex.len() / 16;
    let mut rows = [0u16; 16];
    for (index, row) in rows.iter_mut().enumerate() {
        let bits = u16::from_str_radix(hex.get(index * digits..(index + 1) * digits)?, 16).ok()?;
        *row = if digits == 2 { bits << 8 } else { bits };
    }
    Some((c, Dots { width: digits * 4, rows }))
}

/// Scales a bitmap glyph into the picture. Widening 16 rows to 24 dots with "any half counts" gives even two-dot strokes and keeps
/// one-dot gaps open, which plain nearest-neighbour scaling does not. There is no bold: the strokes are heavy already and their gaps
/// would close.
fn draw_dots(picture: &mut Bitmap, dots: &Dots) {
    let (wide, high) = (picture.width(), picture.height());
    let source = |x: usize, y: usize| dots.rows[y] >> (15 - x) & 1 == 1;
    for y in 0..high {
        for x in 0..wide {
            let (left, right) = covered(x, dots.width, wide);
            let (top, bottom) = covered(y, 16, high);
            let hit = (top..=bottom).any(|sy| (left..=right).any(|sx| source(sx, sy)));
            if hit {
                picture.darken(x, y, 255);
            }
        }
    }
}

/// First and last source dot that the dot `at` of a picture `to` dots long covers, when the source is `from` dots long.
fn covered(at: usize, from: usize, to: usize) -> (usize, usize) {
    (at * from / to, ((at + 1) * from - 1) / to)
}

fn draw_box(picture: &mut Bitmap) {
    let (wide, high) = (picture.width(), picture.height());
    for y in high / 8..high - high / 8 {
        for x in 1..wide - 1 {
            let edge = x < 3 || x >= wide - 3 || y < high / 8 + 2 || y >= high - high / 8 - 2;
            if edge {
                picture.darken(x, y, 255);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn burned(c: char) -> usize {
        let picture = glyph(c, Size::Normal, false);
        (0..picture.height())
            .flat_map(|y| (0..picture.width()).map(move |x| (x, y)))
            .filter(|(x, y)| picture.dot(*x, *y))
            .count()
    }

    #[test]
    fn every_script_of_the_menu_has_letters_and_a_missing_one_is_a_box() {
        for c in "AäŻłΩЩшאבبش寿司盛り한국ไทย€½★".chars() {
            assert!(burned(c) >= 4, "{c} leaves no mark");
        }
        let shape = |c| glyph(c, Size::Normal, false).ink().to_vec();
        assert_ne!(shape('寿'), shape('司'));
        assert_eq!(shape('🍣'), shape('🍕'), "both are the box");
        assert!(burned('🍣') > 50);
    }
}
