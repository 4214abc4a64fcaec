//! The fixed words of our papers, in the languages the app speaks. Unknown languages get English.

macro_rules! words {
    ($($name:ident: $en:literal, $es:literal, $de:literal;)+) => {
        /// The words of one language.
        pub(super) struct Words { $(pub $name: &'static str,)+ }
        const EN: Words = Words { $($name: $en,)+ };
        const ES: Words = Words { $($name: $es,)+ };
        const DE: Words = Words { $($name: $de,)+ };
    };
}

words! {
    table: "Table", "Mesa", "Tisch";
    takeaway: "Takeaway", "Para llevar", "Zum Mitnehmen";
    covers: "covers", "cubiertos", "Gäste";
    course: "COURSE", "PASE", "GANG";
    seat: "S", "A", "P";
    allergy: "ALLERGY", "ALERGIA", "ALLERGIE";
    also_at: "Also at", "También en", "Auch bei";
    pieces: "in all", "en total", "insgesamt";
    void: "VOID", "ANULADO", "STORNO";
    do_not_make: "Do not make this any more", "No preparar más", "Nicht mehr zubereiten";
    reason: "Reason", "Motivo", "Grund";
    by: "by", "por", "von";
    training: "TRAINING", "PRUEBA", "ÜBUNG";
    not_valid: "Not a valid receipt", "Sin valor fiscal", "Kein gültiger Beleg";
    copy: "COPY", "COPIA", "KOPIE";
    receipt: "Receipt", "Ticket", "Beleg";
    bill: "BILL", "CUENTA", "RECHNUNG";
    bill_only: "This is not a receipt", "Este documento no es un recibo", "Dies ist kein Zahlungsbeleg";
    served_by: "Served by", "Le atendió", "Es bediente Sie";
    subtotal: "Subtotal", "Subtotal", "Zwischensumme";
    comped: "On the house", "Invitación", "Aufs Haus";
    tax: "Tax", "IVA", "USt";
    net: "Net", "Base", "Netto";
    gross: "Gross", "Total", "Brutto";
    total: "TOTAL", "TOTAL", "SUMME";
    cash: "Cash", "Efectivo", "Bar";
    card: "Card", "Tarjeta", "Karte";
    voucher: "Voucher", "Vale", "Gutschein";
    change: "Change", "Cambio", "Rückgeld";
    tip: "Tip", "Propina", "Trinkgeld";
    cash_rounding: "Cash rounding", "Redondeo", "Rundung bar";
    to_pay: "TO PAY", "A PAGAR", "ZU ZAHLEN";
    refund: "REFUND", "DEVOLUCIÓN", "ERSTATTUNG";
    for_receipt: "For receipt", "Del ticket", "Zu Beleg";
    signature: "Signature", "Firma", "Unterschrift";
    x_report: "X REPORT", "INFORME X", "X-BERICHT";
    z_report: "Z REPORT", "CIERRE Z", "Z-BERICHT";
    business_day: "Business day", "Día", "Geschäftstag";
    sales: "Sales", "Ventas", "Umsatz";
    checks: "Checks", "Cuentas", "Rechnungen";
    guests: "Covers", "Cubiertos", "Gäste";
    average: "Average check", "Ticket medio", "Durchschnitt";
    average_cover: "Per cover", "Por cubierto", "Je Gast";
    taxes: "Taxes", "Impuestos", "Steuern";
    tenders: "Payments", "Pagos", "Zahlungen";
    tips: "Tips", "Propinas", "Trinkgelder";
    categories: "Categories", "Categorías", "Warengruppen";
    staff: "Staff", "Personal", "Personal";
    hours: "Hours", "Horas", "Stunden";
    voids: "Voids", "Anulaciones", "Stornos";
    comps: "Comps", "Invitaciones", "Einladungen";
    refunds: "Refunds", "Devoluciones", "Erstattungen";
    drawer: "Drawer", "Cajón", "Kasse";
    float: "Float", "Fondo", "Wechselgeld";
    paid_in: "Paid in", "Entradas", "Einlagen";
    paid_out: "Paid out", "Salidas", "Entnahmen";
    cash_sales: "Cash taken", "Efectivo cobrado", "Bareinnahmen";
    expected: "Expected", "Esperado", "Soll";
    counted: "Counted", "Contado", "Gezählt";
    not_counted: "not counted", "sin contar", "nicht gezählt";
    difference: "Difference", "Diferencia", "Differenz";
    no_sales: "Opened without sale", "Abierto sin venta", "Ohne Verkauf geöffnet";
    receipts: "Receipts", "Tickets", "Belege";
    carried_over: "Checks still open", "Cuentas abiertas", "Offene Rechnungen";
    grand_total: "Grand total", "Gran total", "Gesamtspeicher";
    not_heard: "NOT IN HERE, last heard", "NO INCLUIDO, última señal", "NICHT ENTHALTEN, zuletzt gehört";
    annulled: "Number without a sale", "Número sin venta", "Nummer ohne Verkauf";
    replaced: "On paper = in the books", "En papel = en los libros", "Auf Papier = in den Büchern";
    came_late: "Came after the Z of its day", "Llegó tras el Z de su día", "Nach dem Z des Tages eingetroffen";
    previous: "Previous", "Anterior", "Vorheriger";
    seal: "Seal", "Sello", "Siegel";
    test_page: "TEST PAGE", "PÁGINA DE PRUEBA", "TESTSEITE";
    test_reads: "If you can read every line, this printer is ready.", "Si lee todas las líneas, la impresora está lista.", "Wenn jede Zeile lesbar ist, ist der Drucker bereit.";
}

impl Words {
    /// The words of a two-letter language.
    pub(super) fn of(language: &str) -> &'static Words {
        match language {
            "es" => &ES,
            "de" => &DE,
            _ => &EN,
        }
    }
}
