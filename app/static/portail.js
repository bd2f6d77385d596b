// Comfort only: every page works without this file.
"use strict";
// The switch between languages: a page that cannot take along what was typed asks first.
const typed = (field) => field.type !== "hidden" && (field.type === "checkbox" || field.type === "radio"
  ? field.checked !== field.defaultChecked
  : field.options
    ? [...field.options].some((option) => option.selected !== option.defaultSelected) && field.selectedIndex > 0
    : field.value !== field.defaultValue);
document.addEventListener("submit", (event) => {
  const ask = event.target.dataset.ask;
  if (!ask || ![...document.querySelectorAll("main form :is(input, textarea, select)")].some(typed)) return;
  if (!confirm(ask)) event.preventDefault();
});
// Where it can, the form is sent as a page, whatever else listens to it.
document.addEventListener("submit", (event) => {
  if (event.submitter?.hasAttribute("data-switch") && event.target.hasAttribute("hx-get")) event.stopPropagation();
}, true);
// A form is sent once: the second click finds its button asleep.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent === "yes") { event.preventDefault(); return; }
  if (event.defaultPrevented || form.hasAttribute("data-repeatable")) return;
  form.dataset.sent = "yes";
  setTimeout(() => {
    for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) button.disabled = true;
  });
});
// The back button shows a page from memory: wake its forms again. One of somebody who was signed in is asked for anew.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  if (document.querySelector(".account")) { document.body.hidden = true; location.reload(); return; }
  for (const form of document.forms) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[disabled]")) button.disabled = false;
  }
});
// Whoever signs out leaves nothing on this telephone.
document.addEventListener("submit", (event) => {
  if (event.target.action?.endsWith("/deconnexion") && "caches" in window) caches.delete("portail-aujourdhui");
});
// After a refused form, go to what has to be mended.
const summary = document.querySelector("[data-error-summary]");
if (summary) summary.focus();
// « / » goes to the search, unless somebody is writing or has switched the keys off (the board's help says where).
const everywhere = document.getElementById("partout");
const keysOff = () => {
  try { return localStorage.getItem("portail-sans-raccourcis") === "1"; } catch { return false; }
};
if (everywhere) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || keysOff()) return;
    if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    event.preventDefault();
    everywhere.select();
    everywhere.focus();
  });
}
// Rows that are ticked together: all at once, and how many they are.
const tickAll = document.querySelector("[data-tick-all]");
if (tickAll) {
  const rows = [...document.querySelectorAll("input[name=choisi]")];
  const said = document.querySelector("[data-ticked]");
  const count = () => {
    const ticked = rows.filter((row) => row.checked).length;
    tickAll.checked = ticked === rows.length;
    tickAll.indeterminate = ticked > 0 && ticked < rows.length;
    said.textContent = ticked ? `(${ticked})` : "";
  };
  tickAll.hidden = false;
  tickAll.addEventListener("change", () => { for (const row of rows) row.checked = tickAll.checked; count(); });
  for (const row of rows) row.addEventListener("change", count);
  count();
}
