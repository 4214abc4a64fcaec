//! Words of the set-up pages.

use super::Table;

// One key a line: a table to read across, not a list to scroll.
#[rustfmt::skip]
pub const TEXTS: Table = texts![
    ("setup.title", ["Set up your restaurant", "Pon en marcha tu restaurante", "Restaurant einrichten", "إعداد مطعمك"]),
    ("setup.step", ["Step {n} of {of}", "Paso {n} de {of}", "Schritt {n} von {of}", "الخطوة {n} من {of}"]),
    ("setup.restaurant", ["Your restaurant", "Tu restaurante", "Ihr Restaurant", "مطعمك"]),
    ("setup.name", ["Name", "Nombre", "Name", "الاسم"]),
    ("setup.name_hint", ["As it stands on the receipt", "Como figura en el recibo", "So steht er auf dem Beleg", "كما يظهر في الإيصال"]),
    ("setup.address", ["Address and tax number", "Dirección y NIF", "Anschrift und Steuernummer", "العنوان والرقم الضريبي"]),
    ("setup.address_hint", ["One line each; printed at the head of receipts", "Una línea cada uno; al principio del recibo", "Je eine Zeile; steht oben auf dem Beleg", "سطر لكل منهما؛ يطبع أعلى الإيصال"]),
    ("setup.country", ["Country", "País", "Land", "البلد"]),
    ("setup.country_hint", ["Sets currency, taxes and formats. Everything can be changed later.", "Fija moneda, impuestos y formatos. Todo se puede cambiar después.", "Setzt Währung, Steuern und Formate. Alles lässt sich später ändern.", "يحدد العملة والضرائب والتنسيق. يمكن تغييره لاحقًا."]),
    ("setup.currency", ["Currency", "Moneda", "Währung", "العملة"]),
    ("setup.taxes", ["Taxes", "Impuestos", "Steuern", "الضرائب"]),
    ("setup.tax_inside", ["Menu prices contain the tax", "Los precios incluyen el impuesto", "Preise enthalten die Steuer", "الأسعار تشمل الضريبة"]),
    ("setup.you", ["You", "Tú", "Sie", "أنت"]),
    ("setup.your_name", ["Your name", "Tu nombre", "Ihr Name", "اسمك"]),
    ("setup.pin", ["Your PIN, 4 to 8 digits", "Tu PIN, de 4 a 8 cifras", "Ihre PIN, 4 bis 8 Ziffern", "رمزك السري، 4 إلى 8 أرقام"]),
    ("setup.pin_hint", ["You are the owner. Your PIN approves everything, so keep it to yourself.", "Eres el propietario. Tu PIN lo aprueba todo: no lo compartas.", "Sie sind Inhaber. Ihre PIN gibt alles frei; bitte für sich behalten.", "أنت المالك. رمزك يعتمد كل شيء فاحتفظ به."]),
    ("setup.pin_weak", ["4 to 8 digits, not all the same", "De 4 a 8 cifras, no todas iguales", "4 bis 8 Ziffern, nicht lauter gleiche", "4 إلى 8 أرقام وليست متطابقة"]),
    ("setup.menu", ["Menu and tables", "Carta y mesas", "Karte und Tische", "القائمة والطاولات"]),
    ("setup.demo", ["Start from the demo", "Empezar con la demo", "Mit dem Beispiel beginnen", "ابدأ من العرض التوضيحي"]),
    ("setup.demo_hint", ["A ready menu and floor to try out and change", "Una carta y una sala listas para probar y cambiar", "Karte und Tischplan zum Ausprobieren und Ändern", "قائمة ومخطط جاهزان للتجربة والتعديل"]),
    ("setup.import", ["Import my menu", "Importar mi carta", "Meine Karte importieren", "استيراد قائمتي"]),
    ("setup.import_hint", ["A CSV file from a spreadsheet or another till, right after this page", "Un CSV de una hoja de cálculo u otra caja, justo después", "CSV aus einer Tabelle oder anderen Kasse, gleich im Anschluss", "ملف CSV بعد هذه الصفحة مباشرة"]),
    ("setup.empty", ["Start empty", "Empezar de cero", "Leer beginnen", "ابدأ فارغًا"]),
    ("setup.empty_hint", ["Build menu and floor yourself", "Crea tú la carta y la sala", "Karte und Tische selbst anlegen", "أنشئ القائمة والمخطط بنفسك"]),
    ("setup.printer", ["Receipt printer", "Impresora de recibos", "Belegdrucker", "طابعة الإيصالات"]),
    ("setup.printer_address", ["Address on your network", "Dirección en tu red", "Adresse im Netzwerk", "العنوان على الشبكة"]),
    ("setup.printer_hint", ["For example 192.168.1.50:9100, from the printer's self test. Leave empty to go on without.", "Por ejemplo 192.168.1.50:9100, del autotest de la impresora. Vacío para seguir sin ella.", "Zum Beispiel 192.168.1.50:9100, vom Selbsttest des Druckers. Leer lassen, um ohne weiterzumachen.", "مثل 192.168.1.50:9100 من اختبار الطابعة. اتركه فارغًا للمتابعة."]),
    ("setup.printer_bad", ["That is not host:port", "Eso no es host:puerto", "Das ist nicht Host:Port", "ليست بصيغة host:port"]),
    ("setup.paper", ["Paper", "Papel", "Papier", "الورق"]),
    ("setup.paper_cols", ["{n} letters a line", "{n} letras por línea", "{n} Zeichen je Zeile", "{n} حرفًا في السطر"]),
    ("setup.finish", ["Open the restaurant", "Abrir el restaurante", "Restaurant öffnen", "افتح المطعم"]),
    ("setup.working", ["Setting up…", "Configurando…", "Wird eingerichtet…", "جارٍ الإعداد…"]),
    ("setup.kept", ["What you entered is kept on this screen until you finish.", "Lo que escribes se guarda en esta pantalla hasta terminar.", "Ihre Eingaben bleiben auf diesem Bildschirm, bis Sie fertig sind.", "تُحفظ مدخلاتك على هذه الشاشة حتى تنتهي."]),
    ("setup.ready", ["Your restaurant is open", "Tu restaurante está abierto", "Ihr Restaurant ist offen", "مطعمك جاهز"]),
];
