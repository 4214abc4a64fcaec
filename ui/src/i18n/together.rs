//! Words of what works right now.

use super::Texts;

// One key a line: a table to read across, not a list to scroll.
#[rustfmt::skip]
pub const TEXTS: Texts = &[
    // What works right now
    ("works.title", ["What works right now", "Qué funciona ahora", "Was gerade läuft", "ما يعمل الآن"]),
    ("works.terminals", ["Terminals", "Terminales", "Terminals", "الأجهزة"]),
    ("works.served", ["What you see is what {name} knew {ago} ago.", "Lo que ves es lo que sabía {name} hace {ago}.", "Zu sehen ist, was {name} vor {ago} wusste.", "ما تراه هو ما عرفه {name} قبل {ago}."]),
    ("works.lost", ["This screen has not reached its till for {ago}. Below is what it said last.", "Esta pantalla no llega a su caja desde hace {ago}. Abajo, lo último que dijo.", "Dieser Bildschirm erreicht seine Kasse seit {ago} nicht. Unten steht ihr letztes Wort.", "لم تصل هذه الشاشة إلى صندوقها منذ {ago}. أدناه آخر ما قاله."]),
    ("works.proved", ["Proved {ago} ago", "Comprobado hace {ago}", "Geprüft vor {ago}", "تم التحقق قبل {ago}"]),
    ("works.never_proved", ["Not proved yet", "Sin comprobar aún", "Noch nicht geprüft", "لم يُتحقق منه بعد"]),
    ("works.state.works", ["Works", "Funciona", "Läuft", "يعمل"]),
    ("works.state.not_set_up", ["Not set up", "Sin configurar", "Nicht eingerichtet", "غير معدّ"]),
    ("works.state.degraded", ["In part", "En parte", "Teilweise", "جزئيًا"]),
    ("works.state.down", ["Does not work", "No funciona", "Läuft nicht", "لا يعمل"]),
    ("works.orders", ["Orders and payments here", "Pedidos y cobros aquí", "Bestellen und Kassieren hier", "الطلبات والمدفوعات هنا"]),
    ("works.storage", ["This till's disk", "El disco de esta caja", "Speicher dieser Kasse", "قرص هذا الصندوق"]),
    ("works.master", ["Master: {name}", "Principal: {name}", "Hauptkasse: {name}", "الرئيسي: {name}"]),
    ("works.screens", ["{n} screen listens here|{n} screens listen here", "{n} pantalla conectada aquí|{n} pantallas conectadas aquí", "{n} Bildschirm hängt hier|{n} Bildschirme hängen hier", "شاشات متصلة هنا: {n}"]),
    ("works.clock", ["Clock of {name}", "Reloj de {name}", "Uhr von {name}", "ساعة {name}"]),
    ("works.up_to_date", ["Up to date", "Al día", "Auf dem neuesten Stand", "محدّث"]),
    ("works.card", ["Card payments", "Pagos con tarjeta", "Kartenzahlung", "الدفع بالبطاقة"]),
    ("works.cloud", ["Cloud", "Nube", "Cloud", "السحابة"]),
    ("works.no.orders", ["This till cannot take orders right now.", "Esta caja no puede tomar pedidos ahora.", "Diese Kasse nimmt gerade keine Bestellungen an.", "لا يستطيع هذا الصندوق أخذ الطلبات الآن."]),
    ("works.no.storage", ["This till's disk does not keep what is written.", "El disco de esta caja no guarda lo escrito.", "Der Speicher dieser Kasse behält nichts mehr.", "قرص هذا الصندوق لا يحفظ ما يُكتب."]),
    ("works.part.storage", ["This till's disk needs attention.", "El disco de esta caja necesita atención.", "Der Speicher dieser Kasse braucht Aufmerksamkeit.", "قرص هذا الصندوق يحتاج إلى عناية."]),
    ("works.no.master", ["{name}, the master, is not heard.", "No se oye a {name}, la principal.", "{name}, die Hauptkasse, ist nicht zu hören.", "لا يُسمع {name}، الرئيسي."]),
    ("works.no.terminal", ["{name} is not heard.", "No se oye a {name}.", "{name} ist nicht zu hören.", "لا يُسمع {name}."]),
    ("works.part.terminal", ["{name} is behind or has not been heard lately.", "{name} va con retraso o hace rato que no se oye.", "{name} hängt nach oder war eine Weile nicht zu hören.", "{name} متأخر أو لم يُسمع مؤخرًا."]),
    ("works.no.printer", ["{name} does not print.", "{name} no imprime.", "{name} druckt nicht.", "{name} لا تطبع."]),
    ("works.part.printer", ["{name} has not proved lately that it prints.", "Hace rato que {name} no demuestra que imprime.", "{name} hat länger nicht gezeigt, dass er druckt.", "لم تثبت {name} مؤخرًا أنها تطبع."]),
    ("works.no.screens", ["Screens have trouble listening to this till.", "Hay pantallas con problemas para oír esta caja.", "Bildschirme hören diese Kasse schlecht.", "تجد الشاشات صعوبة في سماع هذا الصندوق."]),
    ("works.no.clock_ahead", ["The clock of {name} is {n} s ahead.", "El reloj de {name} adelanta {n} s.", "Die Uhr von {name} geht {n} s vor.", "ساعة {name} متقدمة {n} ث."]),
    ("works.no.clock_behind", ["The clock of {name} is {n} s behind.", "El reloj de {name} atrasa {n} s.", "Die Uhr von {name} geht {n} s nach.", "ساعة {name} متأخرة {n} ث."]),
    ("works.no.up_to_date", ["This till needs an update: others write what it cannot read.", "Esta caja necesita actualizarse: otras escriben lo que no sabe leer.", "Diese Kasse braucht eine Aktualisierung: andere schreiben, was sie nicht lesen kann.", "يحتاج هذا الصندوق إلى تحديث: يكتب غيره ما لا يستطيع قراءته."]),
    ("works.no.card", ["Card payments do not go through.", "Los pagos con tarjeta no pasan.", "Kartenzahlungen gehen nicht durch.", "لا تمر مدفوعات البطاقة."]),
    ("works.no.cloud", ["The cloud is out of reach.", "La nube no está al alcance.", "Die Cloud ist nicht erreichbar.", "السحابة خارج المتناول."]),
    ("works.still.orders", ["Go on at another till. What was confirmed is kept.", "Sigue en otra caja. Lo confirmado está guardado.", "An einer anderen Kasse weitermachen. Bestätigtes ist gespeichert.", "تابع على صندوق آخر. ما تم تأكيده محفوظ."]),
    ("works.still.storage", ["What was confirmed is kept. Go on at another till until somebody has looked at this one.", "Lo confirmado está guardado. Sigue en otra caja hasta que alguien mire esta.", "Bestätigtes ist gespeichert. An einer anderen Kasse weitermachen, bis jemand nachgesehen hat.", "ما تم تأكيده محفوظ. تابع على صندوق آخر حتى يُفحص هذا."]),
    ("works.still.master", ["Orders and payments go on here. Another till takes over in a moment.", "Los pedidos y cobros siguen aquí. Otra caja toma el relevo enseguida.", "Bestellen und Kassieren geht hier weiter. Gleich übernimmt eine andere Kasse.", "تستمر الطلبات والمدفوعات هنا. يتولى صندوق آخر بعد لحظة."]),
    ("works.still.terminal", ["Orders and payments go on here. They reach the others when the cable is back.", "Los pedidos y cobros siguen aquí. Llegarán a las demás cuando vuelva el cable.", "Bestellen und Kassieren geht hier weiter. Die anderen erfahren es, sobald das Kabel wieder steckt.", "تستمر الطلبات والمدفوعات هنا. تصل إلى البقية عند عودة السلك."]),
    ("works.still.printer", ["Orders go on. Tickets wait, or come out of the backup printer.", "Los pedidos siguen. Las comandas esperan o salen por la otra impresora.", "Bestellen geht weiter. Bons warten oder kommen aus dem Ersatzdrucker.", "تستمر الطلبات. تنتظر التذاكر أو تخرج من الطابعة البديلة."]),
    ("works.still.screens", ["The other screens go on. Taps are kept and sent later.", "Las otras pantallas siguen. Los toques se guardan y se envían después.", "Die anderen laufen weiter. Eingaben werden gemerkt und nachgesendet.", "تستمر الشاشات الأخرى. تُحفظ اللمسات وتُرسل لاحقًا."]),
    ("works.still.clock", ["Orders go on. Set its clock; until then its times are off.", "Los pedidos siguen. Pon en hora ese reloj; hasta entonces sus horas no valen.", "Bestellen geht weiter. Uhr stellen; bis dahin stimmen ihre Zeiten nicht.", "تستمر الطلبات. اضبط ساعته؛ أوقاته غير صحيحة حتى ذلك."]),
    ("works.still.up_to_date", ["Orders and payments go on here. Update this till after service.", "Los pedidos y cobros siguen aquí. Actualiza esta caja tras el servicio.", "Bestellen und Kassieren geht hier weiter. Diese Kasse nach dem Service aktualisieren.", "تستمر الطلبات والمدفوعات هنا. حدّث هذا الصندوق بعد الخدمة."]),
    ("works.still.card", ["Cash works. Cards work again by themselves.", "El efectivo funciona. Las tarjetas vuelven solas.", "Bar geht. Karten gehen von selbst wieder.", "النقد يعمل. تعود البطاقات تلقائيًا."]),
    ("works.still.cloud", ["Everything in the house works without it.", "Todo en la casa funciona sin ella.", "Im Haus läuft alles ohne sie.", "كل شيء في المكان يعمل بدونها."]),
    // How much of the tray is for this person
    ("tray.n", ["{n} thing to sort out|{n} things to sort out", "{n} asunto por aclarar|{n} asuntos por aclarar", "{n} Sache zu klären|{n} Sachen zu klären", "أمور بحاجة إلى حسم: {n}"]),
];
