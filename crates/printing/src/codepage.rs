//! The single-byte code pages a receipt printer knows, as the fixed tables they are.
//!
//! `None` from [`CodePage::byte`] means "this page cannot say it": the caller draws the line instead. Nothing is ever
//! replaced by a look-alike, and a byte below 0x20 is never produced.

use serde::{Deserialize, Serialize};

/// A code page, with the number printers of the ESC/POS family select it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodePage {
    /// USA and standard Europe; every printer has it.
    Pc437,
    /// Western Europe with the euro sign.
    Pc858,
    /// Windows Western Europe.
    Wpc1252,
    /// Central Europe.
    Pc852,
    /// Cyrillic.
    Pc866,
}

impl CodePage {
    /// Every page this crate knows.
    pub const ALL: [CodePage; 5] =
        [CodePage::Pc437, CodePage::Pc858, CodePage::Wpc1252, CodePage::Pc852, CodePage::Pc866];

    /// The `n` of `ESC t n`.
    pub const fn number(self) -> u8 {
        match self {
            CodePage::Pc437 => 0,
            CodePage::Wpc1252 => 16,
            CodePage::Pc866 => 17,
            CodePage::Pc852 => 18,
            CodePage::Pc858 => 19,
        }
    }

    /// The page selected by `ESC t n`, if known here.
    pub fn from_number(n: u8) -> Option<CodePage> {
        CodePage::ALL.into_iter().find(|page| page.number() == n)
    }

    /// The byte for a character, if this page has exactly that character.
    pub fn byte(self, c: char) -> Option<u8> {
        match c {
            ' '..='~' => u8::try_from(c).ok(),
            '\u{fffd}' => None,
            _ => self.upper().chars().position(|have| have == c).and_then(|at| u8::try_from(at + 0x80).ok()),
        }
    }

    /// The character of a byte of text; U+FFFD where the page has a hole.
    pub fn char(self, byte: u8) -> char {
        match byte {
            0x20..=0x7E => char::from(byte),
            0x80.. => self.upper().chars().nth(usize::from(byte) - 0x80).unwrap_or('\u{fffd}'),
            _ => '\u{fffd}',
        }
    }

    /// Bytes 0x80 to 0xFF. Holes, the no-break blank and the soft hyphen are U+FFFD: printers disagree on them.
    const fn upper(self) -> &'static str {
        match self {
            CodePage::Pc437 => concat!(
                "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
                "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{fffd}"
            ),
            CodePage::Pc858 => concat!(
                "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐",
                "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{fffd}±‗¾¶§÷¸°¨·¹³²■\u{fffd}"
            ),
            CodePage::Wpc1252 => concat!(
                "€\u{fffd}‚ƒ„…†‡ˆ‰Š‹Œ\u{fffd}Ž\u{fffd}\u{fffd}‘’“”•–—˜™š›œ\u{fffd}žŸ",
                "\u{fffd}¡¢£¤¥¦§¨©ª«¬\u{fffd}®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß",
                "àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"
            ),
            CodePage::Pc852 => concat!(
                "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐",
                "└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{fffd}˝˛ˇ˘§÷¸°¨˙űŘř■\u{fffd}"
            ),
            CodePage::Pc866 => concat!(
                "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
                "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√№¤■\u{fffd}"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole_and_say_what_the_manuals_say() {
        for page in CodePage::ALL {
            assert_eq!(page.upper().chars().count(), 128, "{page:?}");
            for byte in 0x20u8..=0xFF {
                let c = page.char(byte);
                if c != '\u{fffd}' {
                    assert_eq!(page.byte(c), Some(byte), "{page:?} {c}");
                }
            }
        }
        let check = |page: CodePage, c: char, byte: Option<u8>| assert_eq!(page.byte(c), byte, "{page:?} {c}");
        check(CodePage::Pc437, 'ß', Some(0xE1));
        check(CodePage::Pc437, '€', None);
        check(CodePage::Pc858, '€', Some(0xD5));
        check(CodePage::Pc858, 'ä', Some(0x84));
        check(CodePage::Pc858, 'Ż', None);
        check(CodePage::Pc852, 'Ż', Some(0xBD));
        check(CodePage::Wpc1252, '€', Some(0x80));
        check(CodePage::Pc866, 'Щ', Some(0x99));
        for page in CodePage::ALL {
            check(page, '-', Some(0x2D));
            check(page, '.', Some(0x2E));
            check(page, '\u{1b}', None);
            check(page, '寿', None);
        }
    }
}
