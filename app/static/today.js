// The day's list goes on without a network: ticks are kept here and sent when it is back. Without this file the forms are sent as forms.
"use strict";
const day = document.querySelector("[data-day]");
const KEPT = "portail-recus";
const read = () => {
  try { return JSON.parse(localStorage.getItem(KEPT)) || []; } catch { return []; }
};
const write = (ticks) => {
  try { localStorage.setItem(KEPT, JSON.stringify(ticks)); return true; } catch { return false; }
};
const say = (line, words) => {
  const row = day.querySelector(`[data-line="${line}"]`);
  const place = row ? row.querySelector("[data-told]") : day.querySelector("[data-said]");
  place.textContent = words;
  return row;
};
const done = (line, words) => {
  const row = say(line, words);
  if (row) for (const form of row.querySelectorAll("form")) form.hidden = true;
};
const show = () => {
  day.querySelector("[data-offline]").hidden = navigator.onLine;
  for (const tick of read()) done(tick.line, day.dataset.kept);
};
// The page that was kept is old: its protection against other sites may be over, what it knew of the gift is not.
const freshToken = async () => {
  const answer = await fetch(location.pathname, { headers: { "X-Fresh": "1" }, cache: "no-store" });
  if (!answer.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[data-day]") ? page.querySelector("[name=csrf_token]")?.value : null;
};
const send = async (tick, token) => {
  const body = new FormData();
  body.set("csrf_token", token);
  body.set("seen", tick.seen);
  const answer = await fetch(tick.url, { method: "POST", headers: { Accept: "application/json" }, body });
  if (answer.status >= 500 || answer.status === 429) throw new Error("later");
  const json = answer.headers.get("Content-Type")?.startsWith("application/json");
  return json ? answer.json() : { done: false, said: day.dataset.lost };
};
const flush = async () => {
  if (!read().length) return;
  try {
    const token = await freshToken();
    if (!token) { day.querySelector("[data-said]").textContent = day.dataset.signedOut; return; }
    for (let ticks = read(); ticks.length; ticks = read()) {
      const told = await send(ticks[0], token);
      write(read().filter((each) => each.line !== ticks[0].line));
      done(ticks[0].line, told.said);
    }
  } catch { /* No network yet: what is kept stays. */ }
  show();
};
// One page at a time sends: a tick must not leave twice.
const flushAlone = () => (navigator.locks ? navigator.locks.request(KEPT, { ifAvailable: true }, (lock) => lock && flush()) : flush());
if (day) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-tick]")) return;
    const line = form.closest("[data-line]").dataset.line;
    const tick = { line, url: new URL(form.action).pathname, seen: form.elements.seen?.value || "" };
    if (!write([...read().filter((each) => each.line !== line), tick])) return;
    event.preventDefault();
    done(line, day.dataset.kept);
    flushAlone();
  });
  for (const event of ["online", "offline"]) window.addEventListener(event, () => { show(); flushAlone(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) flushAlone(); });
  navigator.serviceWorker?.register(day.dataset.worker).catch(() => {});
  show();
  flushAlone();
}
