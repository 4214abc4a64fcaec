// How a device comes to know this restaurant's terminals, so that nobody on the network can hear what it says. A page of
// its own and no part of the app: it is opened once per device, before anything else.

const TEXTS = {
  en: {
    title: "Protect a device",
    what: "With this restaurant's certificate a phone or tablet knows its tills, and nobody on the network can read or change what it shows and sends.",
    qr: "On the device: scan this, or open",
    compare: "Fingerprint of the certificate. What the device shows must be the same.",
    look: "Before you trust it, compare the fingerprint (SHA-256) the device shows with the one on this page at the till.",
    fetch: "Fetch the certificate",
    then: "Then open this restaurant here:",
    none: "This terminal has no certificate yet. Open this page again once the restaurant is set up and its terminals are linked.",
    steps: {
      "iPhone, iPad": ["Tap “Fetch the certificate” in Safari and allow it.", "Settings: “Profile Downloaded”, then Install.", "Settings › General › About › Certificate Trust Settings: switch it on."],
      Android: ["Tap “Fetch the certificate”.", "Settings › Security › Encryption & credentials › Install a certificate › CA certificate.", "Choose the file comanda.crt."],
      Windows: ["Fetch the certificate and open it.", "Install for the local machine, into “Trusted Root Certification Authorities”.", "Start the browser again."],
      "Linux, Firefox": ["Firefox: Settings › Privacy & Security › View Certificates › Authorities › Import.", "Chromium: Settings › Privacy and security › Security › Manage certificates › Import.", "Trust it for websites only."],
    },
  },
  es: {
    title: "Proteger un dispositivo",
    what: "Con el certificado de este restaurante un móvil o una tableta reconoce sus cajas, y nadie en la red puede leer ni cambiar lo que muestra y envía.",
    qr: "En el dispositivo: escanéalo o abre",
    compare: "Huella del certificado. La que muestra el dispositivo debe ser la misma.",
    look: "Antes de confiar, compara la huella (SHA-256) que muestra el dispositivo con la de esta página en la caja.",
    fetch: "Descargar el certificado",
    then: "Después abre este restaurante aquí:",
    none: "Este terminal aún no tiene certificado. Vuelve a abrir esta página cuando el restaurante esté configurado y sus terminales conectados.",
    steps: {
      "iPhone, iPad": ["Toca «Descargar el certificado» en Safari y permítelo.", "Ajustes: «Perfil descargado» y luego Instalar.", "Ajustes › General › Información › Ajustes de confianza de los certificados: actívalo."],
      Android: ["Toca «Descargar el certificado».", "Ajustes › Seguridad › Cifrado y credenciales › Instalar un certificado › Certificado de CA.", "Elige el archivo comanda.crt."],
      Windows: ["Descarga el certificado y ábrelo.", "Instálalo para el equipo local, en «Entidades de certificación raíz de confianza».", "Vuelve a abrir el navegador."],
      "Linux, Firefox": ["Firefox: Ajustes › Privacidad y seguridad › Ver certificados › Autoridades › Importar.", "Chromium: Configuración › Privacidad y seguridad › Seguridad › Gestionar certificados › Importar.", "Confía en él solo para sitios web."],
    },
  },
  de: {
    title: "Ein Gerät schützen",
    what: "Mit dem Zertifikat dieses Restaurants erkennt ein Handy oder Tablet seine Kassen, und niemand im Netz kann lesen oder ändern, was es zeigt und sendet.",
    qr: "Auf dem Gerät: scannen oder öffnen:",
    compare: "Fingerabdruck des Zertifikats. Das Gerät muss denselben zeigen.",
    look: "Vor dem Vertrauen den Fingerabdruck (SHA-256), den das Gerät zeigt, mit dem auf dieser Seite an der Kasse vergleichen.",
    fetch: "Zertifikat laden",
    then: "Danach dieses Restaurant hier öffnen:",
    none: "Dieses Terminal hat noch kein Zertifikat. Diese Seite wieder öffnen, wenn das Restaurant eingerichtet ist und seine Terminals verbunden sind.",
    steps: {
      "iPhone, iPad": ["In Safari auf „Zertifikat laden“ tippen und erlauben.", "Einstellungen: „Profil geladen“, dann Installieren.", "Einstellungen › Allgemein › Info › Zertifikatsvertrauenseinstellungen: einschalten."],
      Android: ["Auf „Zertifikat laden“ tippen.", "Einstellungen › Sicherheit › Verschlüsselung & Anmeldedaten › Zertifikat installieren › CA-Zertifikat.", "Die Datei comanda.crt wählen."],
      Windows: ["Das Zertifikat laden und öffnen.", "Für den lokalen Computer in „Vertrauenswürdige Stammzertifizierungsstellen“ installieren.", "Den Browser neu starten."],
      "Linux, Firefox": ["Firefox: Einstellungen › Datenschutz & Sicherheit › Zertifikate anzeigen › Zertifizierungsstellen › Importieren.", "Chromium: Einstellungen › Datenschutz und Sicherheit › Sicherheit › Zertifikate verwalten › Importieren.", "Nur für Websites vertrauen."],
    },
  },
  ar: {
    title: "حماية جهاز",
    what: "بشهادة هذا المطعم يعرف الهاتف أو اللوح صناديقه، ولا يستطيع أحد على الشبكة قراءة ما يعرضه ويرسله أو تغييره.",
    qr: "على الجهاز: امسح هذا الرمز أو افتح",
    compare: "بصمة الشهادة. يجب أن تكون هي نفسها التي يعرضها الجهاز.",
    look: "قبل الوثوق بها قارن البصمة (SHA-256) التي يعرضها الجهاز بما في هذه الصفحة على الصندوق.",
    fetch: "جلب الشهادة",
    then: "ثم افتح هذا المطعم هنا:",
    none: "ليس لهذا الجهاز شهادة بعد. افتح هذه الصفحة ثانية بعد إعداد المطعم وربط أجهزته.",
    steps: {
      "iPhone, iPad": ["اضغط «جلب الشهادة» في Safari واسمح بذلك.", "الإعدادات: «تم تنزيل ملف التعريف» ثم تثبيت.", "الإعدادات › عام › حول › إعدادات الثقة بالشهادات: فعّلها."],
      Android: ["اضغط «جلب الشهادة».", "الإعدادات › الأمان › التشفير وبيانات الاعتماد › تثبيت شهادة › شهادة CA.", "اختر الملف comanda.crt."],
      Windows: ["اجلب الشهادة وافتحها.", "ثبّتها للجهاز المحلي ضمن «المراجع المصدّقة الجذرية الموثوقة».", "أعد تشغيل المتصفح."],
      "Linux, Firefox": ["Firefox: الإعدادات › الخصوصية والأمان › عرض الشهادات › السلطات › استيراد.", "Chromium: الإعدادات › الخصوصية والأمان › الأمان › إدارة الشهادات › استيراد.", "ثق بها للمواقع فقط."],
    },
  },
};

/** An element with attributes and what is in it; text is never read as markup. */
const make = (name, attributes = {}, ...inside) => {
  const space = ["svg", "path", "rect"].includes(name) ? "http://www.w3.org/2000/svg" : "http://www.w3.org/1999/xhtml";
  const element = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
};

const wanted = [localStorage.getItem("comanda.language"), ...navigator.languages].map((code) => (code ?? "").slice(0, 2));
const language = wanted.find((code) => code in TEXTS) ?? "en";
const words = TEXTS[language];
document.documentElement.lang = language;
document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
document.documentElement.dataset.theme = localStorage.getItem("comanda.theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "service" : "paper");
document.title = `${words.title} · Comanda`;

/** Light modules around the square, as readers want them. */
const QUIET = 4;

const square = ({ qr, side }) => {
  const all = side + 2 * QUIET;
  const dark = make("path", { d: qr, fill: "#000", transform: `translate(${QUIET} ${QUIET})` });
  return make("svg", { class: "qr", viewBox: `0 0 ${all} ${all}`, role: "img", "shape-rendering": "crispEdges" }, make("rect", { width: all, height: all, fill: "#fff" }), dark);
};

const answer = await fetch("authority.json").then((each) => (each.ok ? each.json() : null), () => null);
const page = document.querySelector("#protect");
page.append(make("div", {}, make("h1", {}, words.title), make("p", { class: "mute" }, answer ? words.what : words.none)));

if (answer?.fingerprint) {
  // On the till itself: what the device in the other hand needs.
  const where = answer.fetch ? [make("p", {}, `${words.qr} `, make("bdi", { dir: "ltr", class: "num" }, answer.fetch)), square(answer)] : [];
  const print = [make("p", { class: "mute" }, words.compare), make("p", { class: "num", dir: "ltr", "data-testid": "fingerprint" }, answer.fingerprint)];
  page.append(make("section", { class: "card join join-code" }, ...where, ...print));
}
if (answer) {
  const button = make("a", { class: "btn primary big", href: "authority.crt", "data-testid": "fetch" }, words.fetch);
  const ways = Object.entries(words.steps).map(([system, steps]) =>
    make("details", { class: "fold" }, make("summary", {}, make("h3", {}, system)), make("ol", { class: "join-way" }, ...steps.map((step) => make("li", {}, step)))),
  );
  const open = answer.page ? [make("p", {}, `${words.then} `, make("a", { href: answer.page, dir: "ltr", class: "num" }, answer.page))] : [];
  page.append(make("section", { class: "card join" }, button, ...(answer.fingerprint ? [] : [make("p", { class: "mute" }, words.look)]), ...ways, ...open));
}
