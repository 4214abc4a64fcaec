// Starts the program this address belongs to, by the same rule as `Route::program`. The content policy allows no script in
// the page itself.
// A page that moved here from a terminal that died brings its sign-in along, not to be seen in the address.
const carried = location.hash.match(/^#carry\/([0-9a-f]+\.[0-9a-f]+)\/([0-9a-z]*\.?[0-9a-f]*)\/(.*)$/);
if (carried) {
  localStorage.setItem("comanda.token", carried[1]);
  if (carried[2]) localStorage.setItem("comanda.device", carried[2]);
  history.replaceState(null, "", `#/${carried[3]}`);
}

/** Those there are texts in. */
const LANGUAGES = ["en", "es", "de", "ar"];
// Set on this device, else what the browser asks for, else English. Everything that is shown reads it from the document.
const kept = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const wanted = [kept("comanda.language") ?? "", ...(navigator.languages ?? [])].map((code) => code.split(/[-_]/)[0]);
const language = wanted.find((code) => LANGUAGES.includes(code)) ?? "en";
document.documentElement.lang = language;
document.documentElement.dir = language === "ar" ? "rtl" : "ltr";

const page = location.hash.replace(/^#/, "").replace(/^\/+|\/+$/g, "").split("/")[0];
const program = ["manager", "setup", "device", "tray"].includes(page) ? "office" : "ui";

const say = (words) => {
  const text = document.createElement("p");
  text.setAttribute("role", "alert");
  text.style.cssText = "position: fixed; z-index: 99; inset: auto 0 0; margin: 0; padding: 24px; font: 18px/1.4 sans-serif; color: #fff; background: #7a1f14";
  text.textContent = words;
  document.body.append(text);
};

// A program that broke is stopped for good; what it could not send is kept on this device and sent after the next load.
const stopped = (error) => {
  if (!(error instanceof WebAssembly.RuntimeError) || stopped.said) return;
  stopped.said = true;
  say("Comanda stopped on this screen. Load the page again; what you tapped is kept.");
};
addEventListener("error", (event) => stopped(event.error));
addEventListener("unhandledrejection", (event) => stopped(event.reason));

try {
  if (location.pathname === "/protect.html") await import("./protect.js");
  else await start();
} catch (error) {
  say("Comanda could not start in this browser. Load the page again; if that does not help, use a newer browser or another terminal.");
  console.error(error);
}

/** Program and words at once; of the words those of service always, because the office speaks them too. */
async function start() {
  const fetched = async (name) => {
    const answer = await fetch(name);
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return answer;
  };
  const texts = (program === "office" ? ["ui", "office"] : ["ui"]).map((book) => fetched(`texts/${book}.${language}.txt`).then((file) => file.text()));
  const [{ default: init }, wasm, ...words] = await Promise.all([import(`./${program}.js`), fetched(`${program}_bg.wasm`), ...texts]);
  globalThis.comandaTexts = words;
  await init({ module_or_path: wasm });
}
