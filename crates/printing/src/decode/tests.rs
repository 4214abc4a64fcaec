use super::*;
use domain::paper::Paper;

#[test]
fn a_stream_reads_the_same_however_it_was_cut() {
    let stream = b"\x1b@\x1dB\x01VOID\x1dB\x00\n\x1dv0\x00\x01\x00\x02\x00\x10\x04\x1d(H\x06\x00000042\x1dVB\x00";
    let mut whole = Parser::default();
    let ops = whole.read(stream);
    let letters = "VOID".chars().map(Op::Letter);
    let mut expected = vec![Op::Init, Op::Inverse(true)];
    expected.extend(letters);
    expected.extend([
        Op::Inverse(false),
        Op::LineFeed,
        Op::Raster { across: 1, rows: 2, data: vec![0x10, 0x04] },
        Op::ProcessId(*b"0042"),
        Op::Cut,
    ]);
    assert_eq!(ops, expected);
    assert!(!whole.is_mid_command());
}

#[test]
fn real_time_commands_are_seen_everywhere() {
    let check = |bytes: &[u8], expected: &[AtOnce]| {
        let mut real_time = RealTime::default();
        let seen: Vec<AtOnce> = bytes.iter().filter_map(|byte| real_time.push(*byte)).collect();
        assert_eq!(seen, expected);
    };
    check(b"\x10\x04\x01", &[AtOnce::Status(1)]);
    check(b"\x1dv0\x00\x01\x00\x03\x00\x10\x04\x02", &[AtOnce::Status(2)]);
    check(b"\x10\x14\x01\x00\x01", &[AtOnce::Drawer(0)]);
    check(b"\x10\x04\x09 hello", &[]);
}

#[test]
fn paper_shows_text_cuts_and_stray_bytes() {
    let tickets = decode(b"Toast\n\x02\x1dVB\x00Tea\n\x1bp\x00\x19\xfa", Paper::Mm58);
    let texts: Vec<&str> = tickets.iter().map(|ticket| ticket.text.as_str()).collect();
    assert_eq!(texts, ["Toast\n", "Tea\n"]);
    assert_eq!(tickets[0].strays, [0x02]);
    assert_eq!(tickets[1].drawer_kicks, 1);
    assert_eq!(tickets[0].png()[..8], *b"\x89PNG\r\n\x1a\n");
}

#[test]
fn a_long_line_goes_on_in_the_next_as_on_a_real_printer() {
    let tickets = decode("x".repeat(40).as_bytes(), Paper::Mm58);
    assert_eq!(tickets[0].text, format!("{}\n{}\n", "x".repeat(32), "x".repeat(8)));
}
