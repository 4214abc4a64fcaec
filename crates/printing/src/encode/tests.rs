use super::*;
use crate::decode::{Op, decode};
use domain::paper::{Paper, Row, SlipKind, Style};
use proptest::prelude::*;

fn text(text: &str, style: Style) -> Row {
    Row::Text { text: text.into(), style }
}

fn slip(rows: Vec<Row>) -> Slip {
    Slip::new(SlipKind::Kitchen, rows)
}

/// The bytes after the job's opening, as readable hex with printable ASCII kept.
fn golden(row: Row, profile: &PrinterProfile, expected: &str) {
    let bytes = encode(&slip(vec![row]), profile);
    let opening = encode(&slip(vec![]), profile).len();
    let shown: Vec<String> = bytes[opening..]
        .iter()
        .map(|b| if (0x21..0x7F).contains(b) { char::from(*b).to_string() } else { format!("{b:02X}") })
        .collect();
    assert_eq!(shown.join(" "), expected);
}

#[test]
fn the_wire_says_exactly_this() {
    let epson = PrinterProfile::epson_80();
    assert_eq!(encode(&slip(vec![]), &epson), b"\x1b@\x1da\x0f\x1c.\x1bR\x00");
    golden(text("Aä-7.50€", Style::plain()), &epson, "1B t 13 A 84 - 7 . 5 0 D5 0A");
    golden(text("Żur", Style::plain()), &epson, "1B t 12 BD u r 0A");
    golden(text("Щи", Style::plain()), &epson, "1B t 11 99 A8 0A");
    golden(text("Tu", Style::plain().bold().size(Size::Double)), &epson, "1B t 13 1B E 01 1D ! 11 T u 0A");
    golden(text("x\u{1b}p\u{0}\u{19}\u{fa}", Style::plain()), &epson, "1B t 13 x p A3 0A");
    golden(Row::Cut, &epson, "1D V B 00");
    golden(Row::Cut, &PrinterProfile::generic_58(), "1B d 05");
    golden(Row::Drawer, &epson, "1B p 00 19 FA");
    golden(Row::Feed(2), &epson, "1B d 02");
    golden(Row::Buzzer, &PrinterProfile::generic_80(), "1B B 02 02");
    assert_eq!(&process_id_request(*b"0042"), b"\x1d(H\x06\x00\x30\x300042");
}

#[test]
fn a_dish_the_code_pages_cannot_spell_is_drawn_and_can_be_read_on_the_paper() {
    let check = |name: &str, style: Style, profile: &PrinterProfile| {
        let bytes = encode(&slip(vec![text(name, style), Row::Cut]), profile);
        let tickets = decode(&bytes, profile.paper);
        assert_eq!(tickets.len(), 1, "{name}");
        assert_eq!(tickets[0].text.trim(), composed(name), "{name} at {style:?}");
        assert!(tickets[0].strays.is_empty());
    };
    for profile in [PrinterProfile::epson_80(), PrinterProfile::generic_80(), PrinterProfile::epson_58()] {
        for size in [Size::Normal, Size::Tall, Size::Double, Size::Triple] {
            for style in [Style::plain(), Style::plain().bold(), Style::plain().inverse()] {
                let style = style.size(size);
                check("Käse", style, &profile);
                check("Żurek", style, &profile);
                check("2 寿司", style, &profile);
            }
        }
        for name in ["Борщ", "Μουσακάς", "김치찌개", "Crème brûlée", "Ka\u{308}se", "50 % ★", "2 שלום", "3 باب"]
        {
            check(name, Style::plain(), &profile);
        }
    }
}

#[test]
fn what_no_font_has_is_a_box_and_the_rest_of_the_line_stays() {
    let row = text("2 Sushi 🍣 extra", Style::plain());
    let tickets = decode(&encode(&slip(vec![row]), &PrinterProfile::epson_80()), Paper::Mm80);
    assert_eq!(tickets[0].text.trim_end(), "2 Sushi ▯▯ extra");
}

#[test]
fn a_picture_never_contains_a_real_time_command() {
    let mut data = vec![0x10, 0x04, 0x01, 0x10, 0x10, 0x14, 1, 0, 8, 0x10, 0x05];
    defuse(&mut data);
    assert_eq!(data, [0x18, 0x04, 0x01, 0x10, 0x18, 0x14, 1, 0, 8, 0x18, 0x05]);
}

#[test]
fn a_qr_code_is_printed_by_the_printer_or_drawn_by_us() {
    let row = Row::Qr { data: "https://example.test/r/B17".into() };
    for profile in [PrinterProfile::epson_80(), PrinterProfile::generic_80()] {
        let tickets = decode(&encode(&slip(vec![row.clone()]), &profile), profile.paper);
        let burned = tickets[0].picture.ink().iter().filter(|ink| **ink > 0).count();
        assert!(burned > 5_000, "{} burned {burned} dots", profile.name);
    }
}

proptest! {
    #[test]
    fn no_byte_of_a_text_is_ever_a_command(name in any::<String>(), note in "[\\x00-\\xff]{0,40}") {
        // Whatever a person types, the printer sees the same commands as for a harmless text; only letters differ.
        let profile = PrinterProfile { pages: vec![CodePage::Pc858], ..PrinterProfile::epson_80() };
        let rows = vec![text(&name, Style::plain()), text(&note, Style::plain().bold()), Row::Cut];
        let bytes = encode(&slip(rows), &profile);
        let mut parser = crate::decode::Parser::default();
        let mut real_time = crate::decode::RealTime::default();
        for byte in bytes {
            prop_assert_eq!(real_time.push(byte), None);
            let op = parser.push(byte);
            let harmful = matches!(op, Some(Op::Drawer(_) | Op::Buzzer | Op::Unknown(_)));
            prop_assert!(!harmful, "a text became {:?}", op);
        }
        prop_assert!(!parser.is_mid_command());
    }

    #[test]
    fn every_letter_can_be_read_on_the_paper(name in "[ -~äöüßéèñçøåŁłŻżąęőűČšžĞİğışА-яЁёΑ-ΡΣ-Ωα-ωぁ-んァ-ヶ一-龠가-힣€£½°]{1,60}") {
        let profile = PrinterProfile::generic_80();
        let tickets = decode(&encode(&slip(vec![text(&name, Style::plain())]), &profile), Paper::Mm80);
        let letters = |text: &str| text.chars().filter(|c| *c != ' ' && *c != '\n').collect::<String>();
        let paper = tickets.first().map(|ticket| letters(&ticket.text)).unwrap_or_default();
        // Letters that look alike may be read as their twin: compare how they look.
        let looks = |text: &str| text.chars().map(|c| glyph(c, Size::Normal, false).burned()).collect::<Vec<_>>();
        prop_assert!(looks(&paper) == looks(&letters(&composed(&name))), "read {:?}", paper);
    }
}
