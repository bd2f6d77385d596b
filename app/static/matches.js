// Comfort only: the board's keys, and what htmx cannot know. Every act works without this file.
"use strict";
(() => {
  const OFF = "portail-sans-raccourcis";
  const help = document.getElementById("raccourcis");
  const remembered = (value) => {
    try {
      if (value === undefined) return localStorage.getItem(OFF) === "1";
      localStorage.setItem(OFF, value ? "1" : "0");
    } catch { /* storage is closed: the keys stay on */ }
    return value ?? false;
  };
  let off = remembered();

  const cards = () => [...document.querySelectorAll("[data-card]")];
  let chosen = null;
  const choose = (card) => {
    if (!card) return;
    for (const other of cards()) other.classList.toggle("chosen", other === card);
    chosen = card;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = cards();
    const at = all.indexOf(chosen);
    choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]);
  };
  const current = () => (chosen && chosen.isConnected ? chosen : null);
  const showHelp = () => { if (help && !help.open) help.showModal(); };
  const acts = {
    j: () => step(1),
    k: () => step(-1),
    a: () => current()?.querySelector("[data-approve]")?.requestSubmit(),
    r: () => {
      const reject = current()?.querySelector("[data-reject]");
      if (!reject) return;
      reject.open = true;
      reject.querySelector("input[type=radio]")?.focus();
    },
    u: () => { const undos = document.querySelectorAll("[data-undo]"); (lastUndo() ?? undos[0])?.requestSubmit(); },
    "?": showHelp,
  };
  let lastDecided = null;
  const lastUndo = () => (lastDecided && lastDecided.isConnected ? lastDecided.querySelector("[data-undo]") : null);

  // The seconds are for the eye: a screen reader hears the time of day once, and that it is over.
  const count = (place) => {
    const ends = Date.now() + Number(place.dataset.leaves) * 1000;
    const seen = document.createElement("span");
    seen.setAttribute("aria-hidden", "true");
    const heard = document.createElement("span");
    heard.className = "visually-hidden";
    heard.append(...place.childNodes);
    place.append(heard, seen);
    const tick = () => {
      if (!place.isConnected) { clearInterval(timer); return; }
      const left = Math.ceil((ends - Date.now()) / 1000);
      if (left > 0) {
        seen.textContent = left === 1 ? place.dataset.one : place.dataset.many.replace("{n}", left);
        return;
      }
      clearInterval(timer);
      place.textContent = place.dataset.over;
      const card = place.closest(".card");
      const undo = card?.querySelector("[data-undo]");
      if (!undo) return;
      if (undo.contains(document.activeElement)) card.focus();
      undo.remove();
    };
    const timer = setInterval(tick, 1000);
    tick();
  };
  const countAll = (root) => { for (const place of root.querySelectorAll("[data-leaves]")) count(place); };
  countAll(document);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) {
      const panel = event.target.closest("[data-card]")?.querySelector("[data-reject][open]");
      if (panel) { panel.open = false; choose(panel.closest("[data-card]")); return; }
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || (help && help.open)) return;
    if (off && event.key !== "?") return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("focusin", (event) => {
    const card = event.target.closest("[data-card]");
    if (card) chosen = card;
  });

  const opener = document.querySelector("[data-help]");
  if (opener && help) {
    opener.hidden = false;
    opener.addEventListener("click", showHelp);
    const box = help.querySelector("[data-keys-off]");
    box.checked = off;
    box.addEventListener("change", () => { off = remembered(box.checked); });
  }

  // A card was decided about: the next one is at hand, the undo is known, and focus is not lost.
  let before = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.responseURL && new URL(event.detail.xhr.responseURL).pathname === "/connexion") {
      event.detail.shouldSwap = false;
      location.reload();
      return;
    }
    before = cards().indexOf(event.detail.target);
  });
  document.addEventListener("htmx:load", (event) => {
    const swapped = event.detail.elt;
    if (!(swapped instanceof Element)) return;
    if (swapped.matches("[data-decided]")) countAll(swapped);
    if (before === null) return;
    if (swapped.matches("[data-decided]")) {
      lastDecided = swapped;
      const all = cards();
      if (all.length) choose(all[Math.min(Math.max(before, 0), all.length - 1)]);
      else swapped.focus();
      before = null;
    } else if (swapped.matches("[data-card]")) {
      choose(swapped);
      before = null;
    }
  });
})();
