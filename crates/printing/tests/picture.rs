use domain::paper::*;
use printing::{PrinterProfile, decode::decode, encode};
#[test]
fn pictures() {
    let t = |s: &str, st: Style| Row::Text { text: s.into(), style: st };
    let p = Style::plain();
    let it = |q: &str, n: &str, i: u8, st: Style| Row::Item {
        qty: q.into(),
        name: n.into(),
        amount: None,
        indent: i,
        style: st,
    };
    let rows = vec![
        t("GRILL", p.bold().size(Size::Double).center()),
        t("T12  B17", p.bold().size(Size::Triple)),
        Row::Columns { left: "Mains · Ana".into(), right: "19:42".into(), style: p.size(Size::Tall) },
        Row::DoubleRule,
        it("2", "Wiener Schnitzel", 0, p.bold().size(Size::Double)),
        it("", "no lemon", 1, p.size(Size::Tall)),
        it("", "+ extra Käse", 1, p.size(Size::Tall)),
        t(" ! ALLERGY: NUTS", p.bold().size(Size::Double).inverse()),
        it("1", "寿司盛り合わせ", 0, p.bold().size(Size::Double)),
        it("1", "Żurek śląski", 0, p.bold().size(Size::Double)),
        Row::Rule,
        t("small: 寿司盛り合わせ Żurek Käse Борщ", p),
        t("tall: 寿司盛り合わせ Żurek Käse", p.size(Size::Tall)),
        t("inverse: 寿司盛り合わせ Żurek Käse 🍣", p.inverse()),
        t("שלום עולם  باب السلام ต้มยำกุ้ง", p.size(Size::Tall)),
        it("2", "Espresso", 0, p),
        Row::Qr { data: "https://example.test/r/B17".into() },
        Row::Cut,
    ];
    let slip = Slip::new(SlipKind::Kitchen, rows);
    for pr in [PrinterProfile::epson_80(), PrinterProfile::generic_58()] {
        let t = decode(&encode(&slip, &pr), pr.paper);
        std::fs::write(format!("/tmp/pr/{}.png", pr.paper.columns()), t[0].png()).unwrap();
        println!("{}", t[0].text);
    }
}
