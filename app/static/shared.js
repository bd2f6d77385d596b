// A shared computer: whoever leaves it without signing out is signed out, after a warning, and what somebody without an account has typed
// goes too. The server holds the same limit without this file.
"use strict";
const warning = document.getElementById("still-there");
const idle = Number(warning.dataset.idle) * 1000;
const warned = Math.min(60_000, idle / 2);
const ACT = "portail-dernier-geste";
const LEFT = "portail-parti";
const leave = document.querySelector('form[action$="/deconnexion"]');
const after = warning.dataset.after;
// Only who has signed in has a session to prolong.
const signedIn = "signedIn" in warning.dataset;
let last = Date.now();
let told = last;
// Other tabs' acts count too.
const latest = () => {
  try { return Math.max(last, Number(localStorage.getItem(ACT)) || 0); } catch { return last; }
};
const say = (key) => { try { localStorage.setItem(key, String(Date.now())); } catch { /* this tab alone knows */ } };
const tell = () => {
  last = told = Date.now();
  say(ACT);
  return signedIn ? fetch("/poste-partage", { redirect: "manual" }) : Promise.resolve({ status: 204 });
};
const act = (event) => {
  // Who signs out is told of no more: the answer could come after and sign in again.
  if (warning.open || leave.contains(event.target)) return;
  last = Date.now();
  if (last - told >= 20_000) tell().catch(() => {});
};
const goOn = async () => {
  try {
    if ((await tell()).status !== 204) location.replace(after);
  } catch { /* no network: the server's own limit holds */ }
};
const end = async (idly) => {
  clearInterval(clock);
  const said = new FormData(leave);
  if (idly) said.set("inactif", "1");
  try { await fetch(leave.action, { method: "POST", body: said, redirect: "manual" }); } catch { /* no network: the server's own limit holds */ }
  location.replace(after);
};
const tick = () => {
  const left = latest() + idle - Date.now();
  if (left <= 0) { end(true); return; }
  if (left <= warned) {
    warning.querySelector("[data-left]").textContent = Math.ceil(left / 1000);
    if (!warning.open) warning.showModal();
  } else if (warning.open) warning.close();
};
const clock = setInterval(tick, 1000);
say(ACT);
for (const kind of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) document.addEventListener(kind, act, { capture: true, passive: true });
// « Continuer », and Escape.
warning.addEventListener("close", goOn);
// Signed out in one tab is signed out in all, whatever cookie a late answer left.
leave.addEventListener("submit", () => say(LEFT));
addEventListener("storage", (event) => { if (event.key === LEFT && event.newValue) end(false); });
