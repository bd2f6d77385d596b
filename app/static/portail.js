// Comfort only: every page works without this file.
"use strict";
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
// The back button shows a page from memory: wake its forms again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[disabled]")) button.disabled = false;
  }
});
// After a refused form, go to what has to be mended.
const summary = document.querySelector("[data-error-summary]");
if (summary) summary.focus();
