// Starts the app. The content policy allows no script in the page itself.
import init from "./ui.js";

init({ module_or_path: "ui_bg.wasm" }).catch((error) => {
  const words = document.createElement("p");
  words.style.cssText = "margin: 15vh auto; max-width: 40ch; padding: 0 24px; font: 18px/1.4 sans-serif";
  words.textContent = "Comanda could not start in this browser. Load the page again; if that does not help, use a newer browser or another terminal.";
  document.body.append(words);
  console.error(error);
});
