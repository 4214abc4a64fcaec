// How a device comes to know this restaurant's terminals, so that nobody on the network can hear what it says. A program
// of its own and no part of the app: it is opened once per device, before anything else.

/** In the order of a row below. */
const LANGUAGES = ["en", "es", "de", "ar"];

const TEXTS = {
  title: ["Protect a device", "Proteger un dispositivo", "Ein Gerät schützen", "حماية جهاز"],
  what: ["With this restaurant's certificate a phone or tablet knows its tills, and nobody on the network can read or change what it shows and sends.", "Con el certificado de este restaurante un móvil o una tableta reconoce sus cajas, y nadie en la red puede leer ni cambiar lo que muestra y envía.", "Mit dem Zertifikat dieses Restaurants erkennt ein Handy oder Tablet seine Kassen, und niemand im Netz kann lesen oder ändern, was es zeigt und sendet.", "بشهادة هذا المطعم يعرف الهاتف أو اللوح صناديقه، ولا يستطيع أحد على الشبكة قراءة ما يعرضه ويرسله أو تغييره."],
  qr: ["On the device: scan this, or open", "En el dispositivo: escanéalo o abre", "Auf dem Gerät: scannen oder öffnen:", "على الجهاز: امسح هذا الرمز أو افتح"],
  compare: ["Fingerprint of the certificate. What the device shows must be the same.", "Huella del certificado. La que muestra el dispositivo debe ser la misma.", "Fingerabdruck des Zertifikats. Das Gerät muss denselben zeigen.", "بصمة الشهادة. يجب أن تكون هي نفسها التي يعرضها الجهاز."],
  look: ["Before you trust it, compare the fingerprint (SHA-256) the device shows with the one on this page at the till.", "Antes de confiar, compara la huella (SHA-256) que muestra el dispositivo con la de esta página en la caja.", "Vor dem Vertrauen den Fingerabdruck (SHA-256), den das Gerät zeigt, mit dem auf dieser Seite an der Kasse vergleichen.", "قبل الوثوق بها قارن البصمة (SHA-256) التي يعرضها الجهاز بما في هذه الصفحة على الصندوق."],
  fetch: ["Fetch the certificate", "Descargar el certificado", "Zertifikat laden", "جلب الشهادة"],
  then: ["Then open this restaurant here:", "Después abre este restaurante aquí:", "Danach dieses Restaurant hier öffnen:", "ثم افتح هذا المطعم هنا:"],
  none: ["This terminal has no certificate yet. Open this page again once the restaurant is set up and its terminals are linked.", "Este terminal aún no tiene certificado. Vuelve a abrir esta página cuando el restaurante esté configurado y sus terminales conectados.", "Dieses Terminal hat noch kein Zertifikat. Diese Seite wieder öffnen, wenn das Restaurant eingerichtet ist und seine Terminals verbunden sind.", "ليس لهذا الجهاز شهادة بعد. افتح هذه الصفحة ثانية بعد إعداد المطعم وربط أجهزته."],
};

/** How a system comes to trust the certificate, and how its browsers say what it is. */
const WAYS = [
  ["iPhone, iPad", /iPhone|iPad/, [
    ["Tap “Fetch the certificate” in Safari and allow it.", "Toca «Descargar el certificado» en Safari y permítelo.", "In Safari auf „Zertifikat laden“ tippen und erlauben.", "اضغط «جلب الشهادة» في Safari واسمح بذلك."],
    ["Settings: “Profile Downloaded”, then Install.", "Ajustes: «Perfil descargado» y luego Instalar.", "Einstellungen: „Profil geladen“, dann Installieren.", "الإعدادات: «تم تنزيل ملف التعريف» ثم تثبيت."],
    ["Settings › General › About › Certificate Trust Settings: switch it on.", "Ajustes › General › Información › Ajustes de confianza de los certificados: actívalo.", "Einstellungen › Allgemein › Info › Zertifikatsvertrauenseinstellungen: einschalten.", "الإعدادات › عام › حول › إعدادات الثقة بالشهادات: فعّلها."],
  ]],
  ["Android", /Android/, [
    ["Tap “Fetch the certificate”.", "Toca «Descargar el certificado».", "Auf „Zertifikat laden“ tippen.", "اضغط «جلب الشهادة»."],
    ["Settings › Security › Encryption & credentials › Install a certificate › CA certificate.", "Ajustes › Seguridad › Cifrado y credenciales › Instalar un certificado › Certificado de CA.", "Einstellungen › Sicherheit › Verschlüsselung & Anmeldedaten › Zertifikat installieren › CA-Zertifikat.", "الإعدادات › الأمان › التشفير وبيانات الاعتماد › تثبيت شهادة › شهادة CA."],
    ["Choose the file comanda.crt.", "Elige el archivo comanda.crt.", "Die Datei comanda.crt wählen.", "اختر الملف comanda.crt."],
  ]],
  ["Windows", /Windows/, [
    ["Fetch the certificate and open it.", "Descarga el certificado y ábrelo.", "Das Zertifikat laden und öffnen.", "اجلب الشهادة وافتحها."],
    ["Install for the local machine, into “Trusted Root Certification Authorities”.", "Instálalo para el equipo local, en «Entidades de certificación raíz de confianza».", "Für den lokalen Computer in „Vertrauenswürdige Stammzertifizierungsstellen“ installieren.", "ثبّتها للجهاز المحلي ضمن «المراجع المصدّقة الجذرية الموثوقة»."],
    ["Start the browser again.", "Vuelve a abrir el navegador.", "Den Browser neu starten.", "أعد تشغيل المتصفح."],
  ]],
  ["Linux, Firefox", /Linux(?!.*Android)/, [
    ["Firefox: Settings › Privacy & Security › View Certificates › Authorities › Import.", "Firefox: Ajustes › Privacidad y seguridad › Ver certificados › Autoridades › Importar.", "Firefox: Einstellungen › Datenschutz & Sicherheit › Zertifikate anzeigen › Zertifizierungsstellen › Importieren.", "Firefox: الإعدادات › الخصوصية والأمان › عرض الشهادات › السلطات › استيراد."],
    ["Chromium: Settings › Privacy and security › Security › Manage certificates › Import.", "Chromium: Configuración › Privacidad y seguridad › Seguridad › Gestionar certificados › Importar.", "Chromium: Einstellungen › Datenschutz und Sicherheit › Sicherheit › Zertifikate verwalten › Importieren.", "Chromium: الإعدادات › الخصوصية والأمان › الأمان › إدارة الشهادات › استيراد."],
    ["Trust it for websites only.", "Confía en él solo para sitios web.", "Nur für Websites vertrauen.", "ثق بها للمواقع فقط."],
  ]],
];

/** An element with attributes and what is in it; text is never read as markup. */
const make = (name, attributes = {}, ...inside) => {
  const space = ["svg", "path", "rect"].includes(name) ? "http://www.w3.org/2000/svg" : "http://www.w3.org/1999/xhtml";
  const element = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
};

// `boot.js` chose it.
const language = document.documentElement.lang;
const said = (row) => row[LANGUAGES.indexOf(language)];
const words = Object.fromEntries(Object.entries(TEXTS).map(([key, row]) => [key, said(row)]));
document.documentElement.dataset.theme = localStorage.getItem("comanda.theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "service" : "paper");
document.title = `${words.title} · Comanda`;

/** Light modules around the square, as readers want them. */
const QUIET = 4;

const square = ({ qr, side }) => {
  const all = side + 2 * QUIET;
  const dark = make("path", { d: qr, fill: "#000", transform: `translate(${QUIET} ${QUIET})` });
  return make("svg", { class: "qr", viewBox: `0 0 ${all} ${all}`, role: "img", "shape-rendering": "crispEdges" }, make("rect", { width: all, height: all, fill: "#fff" }), dark);
};

/** Down while open; `.fold` turns it. */
const arrow = () => make("svg", { viewBox: "0 0 24 24", width: 20, height: 20, fill: "none", stroke: "currentColor", "stroke-width": 2, "aria-hidden": "true" }, make("path", { d: "M5 9l7 7 7-7" }));

const answer = await fetch("authority.json").then((each) => (each.ok ? each.json() : null), () => null);
const page = make("div", { class: "setup scroll" });
document.body.append(make("main", { class: "page" }, page));
page.append(make("div", {}, make("h1", {}, words.title), make("p", { class: "mute" }, answer ? words.what : words.none)));

if (answer?.fingerprint) {
  // On the till itself: what the device in the other hand needs.
  const where = answer.fetch ? [make("p", {}, `${words.qr} `, make("bdi", { dir: "ltr", class: "num" }, answer.fetch)), square(answer)] : [];
  const print = [make("p", { class: "mute" }, words.compare), make("p", { class: "num print", dir: "ltr", "data-testid": "fingerprint" }, answer.fingerprint)];
  page.append(make("section", { class: "card join join-code" }, ...where, ...print));
}
if (answer) {
  const button = make("a", { class: "btn primary big", href: "authority.crt", "data-testid": "fetch" }, words.fetch);
  // The way of the very device is open; the till shows those of the others.
  const ways = WAYS.map(([system, fits, steps]) =>
    make("details", { class: "fold", ...(fits.test(navigator.userAgent) && { open: "" }) }, make("summary", {}, arrow(), make("h3", {}, system)), make("ol", { class: "join-way" }, ...steps.map((step) => make("li", {}, said(step))))),
  );
  const open = answer.page ? [make("p", {}, `${words.then} `, make("a", { href: answer.page, dir: "ltr", class: "num" }, answer.page))] : [];
  page.append(make("section", { class: "card join" }, button, ...(answer.fingerprint ? [] : [make("p", { class: "mute" }, words.look)]), ...ways, ...open));
}
