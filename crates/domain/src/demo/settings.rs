//! Stations, printer, reasons and money of the demo.

use super::{Words, text};
use crate::{
    money::{Currency, Money},
    settings::{Printer, Settings, Station, TaxMode, TaxRounding},
};

/// The address the virtual printer listens on.
const PRINTER: &str = "127.0.0.1:9100";

/// The demo's settings, with screens, receipts and kitchen tickets in `language` (English when the demo does not speak it).
pub fn settings(language: &str) -> Settings {
    let (language, locale, thanks) = match language {
        "es" => ("es", "es-ES", "¡Gracias! Hasta pronto."),
        "de" => ("de", "de-DE", "Vielen Dank und bis bald!"),
        _ => ("en", "en-IE", "Thank you. See you soon!"),
    };
    Settings {
        name: "Trattoria Tre Lucciole".into(),
        header: vec!["Calle del Mercado Viejo 7".into(), "28099 Villalumbre".into(), "NIF B00000000".into()],
        footer: vec![thanks.into()],
        currency: Currency { code: "EUR".into(), digits: 2, symbol: "€".into() },
        locale: locale.into(),
        language: language.into(),
        kitchen_language: language.into(),
        time_zone: "Europe/Madrid".into(),
        cut_over: 4 * 60,
        tax: TaxMode::Inclusive,
        tax_rounding: TaxRounding::PerGroup,
        cash_step: 1,
        notes: [500, 1000, 2000, 5000, 10_000].map(Money).to_vec(),
        stations: vec![
            station("grill", ["Grill", "Parrilla", "Grill"], 12, 20),
            station("kitchen", ["Hot kitchen", "Cocina caliente", "Warme Küche"], 10, 18),
            station("cold", ["Cold kitchen", "Cocina fría", "Kalte Küche"], 6, 12),
            station("pizza", ["Pizza oven", "Horno de pizza", "Pizzaofen"], 10, 16),
            station("bar", ["Bar", "Barra", "Bar"], 4, 8),
        ],
        printers: vec![Printer {
            id: "kitchen".into(),
            name: "Kitchen".into(),
            address: PRINTER.into(),
            columns: 48,
            proves: true,
            has_drawer: true,
        }],
        receipt_printer: Some("kitchen".into()),
        void_reasons: texts(&[
            ["Guest changed their mind", "El cliente cambió de idea", "Gast hat sich umentschieden"],
            ["Entered by mistake", "Error al marcar", "Falsch eingegeben"],
            ["Sent back", "Devuelto a cocina", "Zurückgegeben"],
            ["Waited too long", "Demasiada espera", "Zu lange gewartet"],
            ["Ran out", "Agotado", "Ausverkauft"],
        ]),
        comp_reasons: texts(&[
            ["On the house", "Invitación de la casa", "Aufs Haus"],
            ["Apology for the wait", "Disculpa por la espera", "Entschuldigung für die Wartezeit"],
            ["Not as it should be", "No estaba como debía", "Nicht in Ordnung"],
            ["Staff meal", "Comida del personal", "Personalessen"],
        ]),
        refund_reasons: texts(&[
            ["Charged too much", "Cobrado de más", "Zu viel berechnet"],
            ["Paid twice", "Pagado dos veces", "Doppelt bezahlt"],
            ["Complaint afterwards", "Reclamación posterior", "Spätere Reklamation"],
        ]),
        note_presets: texts(&[
            ["No salt", "Sin sal", "Ohne Salz"],
            ["No garlic", "Sin ajo", "Ohne Knoblauch"],
            ["Sauce on the side", "Salsa aparte", "Soße extra"],
            ["Well done", "Muy hecho", "Gut durch"],
            ["For a child", "Para un niño", "Für ein Kind"],
            ["To share", "Para compartir", "Zum Teilen"],
            ["Quickly, please", "Con prisa", "Bitte schnell"],
        ]),
        training: false,
    }
}

fn station(id: &str, name: Words, soon_after: u16, late_after: u16) -> Station {
    Station {
        id: id.into(),
        name: text(name),
        printer: Some("kitchen".into()),
        backup_printer: None,
        screen: true,
        soon_after,
        late_after,
    }
}

fn texts(words: &[Words]) -> Vec<crate::text::Text> {
    words.iter().copied().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_may_be_used_in_every_language() {
        for language in ["en", "es", "de", "fr", ""] {
            assert_eq!(settings(language).faults(), Vec::<String>::new(), "{language}");
        }
        assert_eq!(settings("es").kitchen_language, "es");
        assert_eq!(settings("fr").language, "en", "a language the demo does not speak falls back");
    }

    #[test]
    fn quick_amounts_ascend_and_a_late_ticket_was_soon_first() {
        let settings = settings("en");
        assert!(settings.notes.is_sorted());
        assert!(settings.stations.iter().all(|s| s.soon_after < s.late_after && s.screen && s.printer.is_some()));
    }
}
