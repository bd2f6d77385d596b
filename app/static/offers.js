// Comfort for the offer form: it follows the words while they are typed.
"use strict";
const form = document.getElementById("offer-form");

// Whether a lot may be shared is a question only where there are several pieces.
function askAboutLots() {
  for (const article of form.querySelectorAll("[data-article]")) {
    const quantity = article.querySelector("input[name$='-quantity']").value.trim();
    article.querySelector("[data-lot]").hidden = quantity === "1" || quantity === "";
  }
}
for (const kind of ["input", "filled"]) form.addEventListener(kind, askAboutLots);
askAboutLots();

// "lot de 4 chaises" says how many: the number follows the words until the donor types another.
const counted = (article) => article.querySelector("input[name$='-counted']");
form.addEventListener("input", (event) => {
  if (event.target.name?.endsWith("-quantity")) counted(event.target.closest("[data-article]")).value = "";
});
form.addEventListener("htmx:afterSwap", (event) => {
  const article = event.target.matches(".understood") ? event.target.closest("[data-article]") : null;
  const quantity = article?.querySelector("input[name$='-quantity']");
  if (!quantity || quantity.value.trim() !== counted(article).value) return;
  quantity.value = counted(article).value = event.target.querySelector("[data-counted]")?.dataset.counted ?? "1";
  askAboutLots();
});
// Questions stay as they are, with what was typed, while the same are asked; how one gets there is asked of what is large.
form.addEventListener("htmx:oobBeforeSwap", (event) => {
  const [before, after] = [event.detail.target, event.detail.fragment.firstElementChild];
  if (after && before.dataset.asks === after.dataset.asks) event.detail.shouldSwap = false;
});
form.addEventListener("htmx:oobAfterSwap", () => {
  const carrying = document.getElementById("carrying");
  if (carrying) carrying.hidden = !form.querySelector("[data-asks~=large]");
});
// Who looks for it depends on where it is and on who travels.
form.addEventListener("change", (event) => {
  if (!["postal_code", "commune", "transport", "delivers_km"].includes(event.target.name)) return;
  for (const what of form.querySelectorAll("input[name$='-what']")) if (what.value.trim()) htmx.trigger(what, "where");
});

const load = (source, failed) => {
  const script = document.createElement("script");
  script.src = source;
  script.onerror = () => { failed(); script.remove(); };
  document.head.append(script);
};

// Who chooses photos loads what sends them; where it does not come, the form takes them along.
let sends = false;
for (const kind of ["pointerdown", "focusin", "change"]) form.addEventListener(kind, (event) => {
  if (sends || !event.target.closest("[data-photos]")) return;
  sends = true;
  load(document.getElementById("upload-words").dataset.script, () => { sends = false; });
});

// What keeps a draft comes with the first word, or at once where there is one to keep or to give back.
let keeps = !document.getElementById("draft-script");
const keep = () => {
  if (keeps) return;
  keeps = true;
  load(document.getElementById("draft-script").dataset.script, () => { keeps = false; });
};
for (const kind of ["input", "change"]) form.addEventListener(kind, keep);
const draftsThere = () => { try { return localStorage.length > 0; } catch { return false; } };
if (!("fresh" in form.dataset) || location.search || document.querySelector("[data-sent]") || draftsThere()) keep();
