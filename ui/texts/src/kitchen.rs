//! Words of the kitchen page.

use super::Table;

// One key a line: a table to read across, not a list to scroll.
#[rustfmt::skip]
pub const TEXTS: Table = texts![
    ("kitchen.all", ["All", "Todo", "Alle", "الكل"]),
    ("kitchen.bump", ["Bump {n}", "Listo {n}", "{n} fertig", "إنهاء {n}"]),
    ("kitchen.bump_name", ["Bump the ticket of {who}", "Comanda lista de {who}", "Bon von {who} fertig", "إنهاء تذكرة {who}"]),
    ("kitchen.recall", ["Recall {who}", "Recuperar {who}", "{who} zurückholen", "استرجاع {who}"]),
    ("kitchen.recall_none", ["Nothing to recall", "Nada que recuperar", "Nichts zurückzuholen", "لا شيء لاسترجاعه"]),
    ("kitchen.early", ["Not saved here yet", "Aún sin guardar aquí", "Hier noch nicht gespeichert", "لم يُحفظ هنا بعد"]),
    ("kitchen.all_day", ["All day", "En total", "Insgesamt", "المجموع"]),
    ("kitchen.on_time", ["On time", "A tiempo", "Im Plan", "في الوقت"]),
    ("kitchen.soon", ["Soon", "Pronto", "Bald", "قريبًا"]),
    ("kitchen.late", ["Late", "Tarde", "Spät", "متأخر"]),
    ("kitchen.calm", ["No tickets", "Sin comandas", "Keine Bons", "لا تذاكر"]),
    ("kitchen.calm_next", ["The next fire appears here by itself.", "La próxima comanda aparece aquí sola.", "Der nächste Bon erscheint von selbst.", "التذكرة التالية تظهر هنا تلقائيًا."]),
    ("kitchen.also_at", ["with {stations}", "con {stations}", "mit {stations}", "مع {stations}"]),
    ("kitchen.void", ["STOP {n}", "PARAR {n}", "STOPP {n}", "أوقف {n}"]),
    ("kitchen.takeaway", ["Takeaway", "Llevar", "Mitnehmen", "سفري"]),
    ("kitchen.line_done", ["{what}: made", "{what}: hecho", "{what}: gemacht", "{what}: جاهز"]),
    ("kitchen.more", ["{n} more ticket waits|{n} more tickets wait", "Espera {n} comanda más|Esperan {n} comandas más", "{n} weiterer Bon|{n} weitere Bons", "تذاكر أخرى: {n}"]),
];
