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
    s: () => current()?.querySelector("[data-skip]")?.click(),
    x: () => current()?.querySelector(".tick input")?.click(),
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

  // What is left for later goes away for now; without this file the link shows the board without it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-skip]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const card = link.closest("[data-card]");
    const at = cards().indexOf(card);
    card.remove();
    const all = cards();
    if (all.length) choose(all[Math.min(at, all.length - 1)]);
    else location.assign(link.href);
  });

  // What was decided before the last decision is out of the way, with its undo.
  const lately = document.getElementById("lately");
  const putAway = (decided) => {
    if (!lately || !decided || !decided.isConnected || lately.contains(decided)) return;
    lately.hidden = false;
    lately.querySelector("summary").after(decided);
    lately.querySelector("[data-lately-count]").textContent = lately.querySelectorAll("[data-decided]").length;
  };

  // Colleagues are told what is looked at here, and this page what they look at.
  const looking = document.querySelector("[data-looks]");
  const tellLook = async () => {
    if (document.hidden) return;
    const body = new FormData();
    body.append("csrf_token", document.querySelector("input[name=csrf_token]").value);
    const seen = looking.dataset.looked ?? current()?.id.slice(1);
    if (seen) body.append("vu", seen);
    const places = [...document.querySelectorAll("[data-regard]")];
    for (const place of places) body.append("match", place.closest("[id^=m]").id.slice(1));
    try {
      const answer = await fetch(looking.dataset.looks, { method: "POST", body });
      if (!answer.ok) return;
      const said = await answer.json();
      for (const place of places) place.textContent = said[place.closest("[id^=m]")?.id.slice(1)] ?? "";
    } catch { /* no network: the next turn tells */ }
  };
  if (looking) {
    setInterval(tellLook, 30_000);
    tellLook();
  }

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
      putAway(lastDecided);
      lastDecided = swapped;
      const all = cards();
      if (all.length) choose(all[Math.min(Math.max(before, 0), all.length - 1)]);
      else swapped.focus();
      before = null;
    } else if (swapped.matches("[data-card]")) {
      if (lately?.contains(swapped)) {
        document.getElementById("propositions")?.prepend(swapped);
        lately.querySelector("[data-lately-count]").textContent = lately.querySelectorAll("[data-decided]").length;
      }
      choose(swapped);
      before = null;
    }
  });
})();
