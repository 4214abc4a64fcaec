//! From reading order to the order on paper, for lines we draw ourselves: composed letters, right-to-left runs, joined Arabic.

use unicode_bidi::{BidiInfo, Level};
use unicode_normalization::UnicodeNormalization;

/// Composes letters with their accents: a menu imported from some systems spells `ä` as two characters, which no code page has.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// The characters of a line from left to right as they stand on paper. The line itself always starts at the left: its blanks
/// were placed by the layout, only right-to-left runs inside it turn round.
pub fn visual(text: &str) -> Vec<char> {
    let joined: String = join_arabic(text);
    if joined.chars().all(|c| u32::from(c) < 0x0590) {
        return joined.chars().collect();
    }
    let info = BidiInfo::new(&joined, Some(Level::ltr()));
    let Some(paragraph) = info.paragraphs.first() else { return Vec::new() };
    let (levels, runs) = info.visual_runs(paragraph, paragraph.range.clone());
    let mut out = Vec::new();
    for run in runs {
        let right_to_left = levels.get(run.start).is_some_and(|level| level.is_rtl());
        let start = out.len();
        out.extend(joined[run].chars());
        if right_to_left {
            turn_round(&mut out[start..]);
        }
    }
    out
}

/// Reverses a run but keeps every mark behind the letter it sits on.
fn turn_round(run: &mut [char]) {
    run.reverse();
    let mut at = 0;
    while at < run.len() {
        let marks = run[at..].iter().take_while(|c| domain::paper::cell(**c) == 0).count();
        if marks > 0 && at + marks < run.len() {
            run[at..=at + marks].reverse();
        }
        at += marks + 1;
    }
}

/// First presentation form and number of forms (2: isolated, final; 4: also initial, medial) of the letters U+0621 to U+064A.
const ARABIC_FORMS: [(u16, u8); 42] = [
    (0xFE80, 1),
    (0xFE81, 2),
    (0xFE83, 2),
    (0xFE85, 2),
    (0xFE87, 2),
    (0xFE89, 4),
    (0xFE8D, 2),
    (0xFE8F, 4),
    (0xFE93, 2),
    (0xFE95, 4),
    (0xFE99, 4),
    (0xFE9D, 4),
    (0xFEA1, 4),
    (0xFEA5, 4),
    (0xFEA9, 2),
    (0xFEAB, 2),
    (0xFEAD, 2),
    (0xFEAF, 2),
    (0xFEB1, 4),
    (0xFEB5, 4),
    (0xFEB9, 4),
    (0xFEBD, 4),
    (0xFEC1, 4),
    (0xFEC5, 4),
    (0xFEC9, 4),
    (0xFECD, 4),
    (0, 0),
    (0, 0),
    (0, 0),
    (0, 0),
    (0, 0),
    (0x0640, 0),
    (0xFED1, 4),
    (0xFED5, 4),
    (0xFED9, 4),
    (0xFEDD, 4),
    (0xFEE1, 4),
    (0xFEE5, 4),
    (0xFEE9, 4),
    (0xFEED, 2),
    (0xFEEF, 2),
    (0xFEF1, 4),
];

fn forms(c: char) -> Option<(u16, u8)> {
    let index = u32::from(c).checked_sub(0x0621)?;
    ARABIC_FORMS.get(usize::try_from(index).ok()?).copied().filter(|(first, _)| *first != 0)
}

/// Chooses the joined form of every Arabic letter from its neighbours.
fn join_arabic(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    // The tatweel (a drawn-out stroke) joins on both sides and has one form.
    let joins_forward = |c: char| forms(c).is_some_and(|(_, count)| count == 4 || c == '\u{640}');
    let joins_back = |c: char| forms(c).is_some_and(|(_, count)| count >= 2 || c == '\u{640}');
    let solid = |c: &&char| domain::paper::cell(**c) != 0;
    let shape = |(at, c): (usize, &char)| {
        let Some((first, count)) = forms(*c).filter(|(_, count)| *count > 0) else { return *c };
        let before = letters[..at].iter().rev().find(solid).is_some_and(|c| joins_forward(*c)) && count >= 2;
        let after = count == 4 && letters[at + 1..].iter().find(solid).is_some_and(|c| joins_back(*c));
        let offset = u16::from(before) + 2 * u16::from(after);
        char::from_u32(u32::from(first + offset)).unwrap_or(*c)
    };
    letters.iter().enumerate().map(shape).collect()
}

/// The plain letter behind a joined form; the way back, for reading drawn paper.
pub fn unjoined(c: char) -> char {
    let code = u32::from(c);
    let letter = ARABIC_FORMS
        .iter()
        .position(|(first, count)| (u32::from(*first)..u32::from(*first) + u32::from(*count)).contains(&code));
    letter.and_then(|index| char::from_u32(0x0621 + u32::try_from(index).ok()?)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_turn_and_join_as_their_readers_expect() {
        let check = |text: &str, paper: &str| assert_eq!(visual(text).iter().collect::<String>(), paper);
        check("2 Käse", "2 Käse");
        check("2 שלום", "2 םולש");
        // Beh at the start joins forward, alef after it takes its final form; read from the right.
        check("1 باب", "1 \u{FE8F}\u{FE8E}\u{FE91}");
        assert_eq!(composed("Ka\u{308}se"), "Käse");
        assert_eq!("\u{FE91}\u{FE8E}\u{FE8F}".chars().map(unjoined).collect::<String>(), "باب");
    }
}
