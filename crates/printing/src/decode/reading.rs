//! Reads a drawn line back into letters, so that the paper can be read whole: by tests, by logs, by someone who searches.
//!
//! Not general text recognition: the letter must be dot for dot the one our fonts draw on the printer's grid. Where two
//! letters look the same (Latin A, Cyrillic А), the script of the word decides.

use crate::bitmap::{Bitmap, INK};
use crate::font::{self, CELL_HIGH, CELL_WIDE, glyph};
use crate::script::{unjoined, visual};
use domain::paper::{Size, cell};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Stands for a cell that cannot be read: the box of a missing letter, a letter with marks on it.
const UNREAD: char = '▯';

/// The text of a drawn line, if most of it can be read. `plain` is the same line without dots that may have been added to keep
/// real-time commands out of it.
pub fn line(picture: &Bitmap, plain: &Bitmap) -> Option<String> {
    let sizes: &[Size] = match picture.height() {
        0..=23 => return None,
        24..=47 => &[Size::Normal],
        48..=71 => &[Size::Double, Size::Tall],
        _ => &[Size::Triple],
    };
    sizes.iter().find_map(|size| read([picture, plain], *size)).map(|letters| {
        let text: String = settle(&letters).into_iter().map(unjoined).collect();
        // Turning the runs round once more brings them back into reading order.
        visual_of_plain(text.trim_end())
    })
}

fn visual_of_plain(text: &str) -> String {
    visual(text).into_iter().map(unjoined).collect()
}

fn read(pictures: [&Bitmap; 2], size: Size) -> Option<Vec<Vec<char>>> {
    let (step, high) = (CELL_WIDE * size.wide(), CELL_HIGH * size.high());
    let columns = pictures[0].width() / step;
    let at = |column: usize, cells: usize| {
        let look = |picture: &Bitmap| candidates(&picture.dots(column * step, 0, cells * step, high), size, cells);
        pictures.into_iter().map(look).find(|found| !found.is_empty()).unwrap_or_default()
    };
    let mut letters = Vec::new();
    let mut column = 0;
    while column < columns {
        // Wide first: the left half of a kanji may look like some narrow sign, hardly ever the other way round.
        let wide = at(column, 2);
        if !wide.is_empty() {
            letters.push(wide);
            column += 2;
            continue;
        }
        let narrow = at(column, 1);
        letters.push(if narrow.is_empty() { vec![UNREAD] } else { narrow });
        column += 1;
    }
    let unread = letters.iter().filter(|found| **found == [UNREAD]).count();
    let blank = letters.iter().filter(|found| **found == [' ']).count();
    (unread * 2 <= letters.len() - blank).then_some(letters)
}

/// Every letter of so many cells that looks exactly like this, upright or inverse.
fn candidates(dots: &[bool], size: Size, cells: usize) -> Vec<char> {
    if dots.iter().all(|dot| *dot == dots[0]) {
        // Nothing or all burned: a blank, upright or inverse.
        return if cells == 1 { vec![' '] } else { Vec::new() };
    }
    let inverse: Vec<bool> = dots.iter().map(|dot| !dot).collect();
    [dots, inverse.as_slice()]
        .into_iter()
        .map(|dots| upright(dots, size, cells))
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

fn upright(dots: &[bool], size: Size, cells: usize) -> Vec<char> {
    if cells == 1
        && let Some(found) = outline_looks(size).get(dots)
    {
        return found.clone();
    }
    let (wide, high) = (cells * CELL_WIDE * size.wide(), CELL_HIGH * size.high());
    font::bitmap_letters_like(dots, wide, high)
        .into_iter()
        .filter(|c| cell(*c) == cells && look(*c, size, false) == dots)
        .collect()
}

fn look(c: char, size: Size, bold: bool) -> Vec<bool> {
    glyph(c, size, bold).ink().iter().map(|ink| *ink >= INK).collect()
}

type Looks = HashMap<Vec<bool>, Vec<char>>;

/// The dots of every outline letter at a size, regular and bold; made when a line of that size is first read.
fn outline_looks(size: Size) -> &'static Looks {
    static LOOKS: [OnceLock<Looks>; 4] = [const { OnceLock::new() }; 4];
    let slot = match size {
        Size::Normal => 0,
        Size::Tall => 1,
        Size::Double => 2,
        Size::Triple => 3,
    };
    LOOKS[slot].get_or_init(|| {
        let mut looks = Looks::new();
        for c in font::outline_letters() {
            for bold in [false, true] {
                let twins = looks.entry(look(c, size, bold)).or_default();
                if !twins.contains(&c) {
                    twins.push(c);
                }
            }
        }
        looks
    })
}

/// Chooses one letter per cell: where several look alike, the one whose script the neighbouring letters speak.
fn settle(letters: &[Vec<char>]) -> Vec<char> {
    let mut out: Vec<char> = Vec::with_capacity(letters.len());
    for word in letters.split_inclusive(|found| found.contains(&' ')) {
        let sure = |range: std::ops::RangeInclusive<u32>| {
            word.iter().filter(|found| found.iter().all(|c| range.contains(&u32::from(*c)))).count()
        };
        let scripts = [0x0400..=0x052F, 0x0370..=0x03FF];
        let spoken =
            scripts.into_iter().max_by_key(|range| sure(range.clone())).filter(|range| sure(range.clone()) > 0);
        out.extend(word.iter().filter_map(|found| {
            let own = spoken.as_ref().and_then(|range| found.iter().filter(|c| range.contains(&u32::from(**c))).min());
            own.or_else(|| found.iter().min()).copied()
        }));
    }
    out
}
