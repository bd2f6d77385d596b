// What is typed of a gift stays in this browser until it is sent. Not loaded on shared computers.
"use strict";
(() => {
  const PREFIX = "portail-don:", TAB = "portail-onglet", LEFT_OUT = ["csrf_token", "rappel", "review"], SOON = 300, PATIENCE = 8_000;
  const form = document.querySelector("#offer-form[data-draft-days], #review-form[data-draft-days]");
  const days = Number(document.querySelector("[data-draft-days]").dataset.draftDays);
  const read = (name) => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } };
  const forget = (name) => { try { localStorage.removeItem(name); } catch { /* none */ } };
  // The newest first; what is too old is forgotten.
  const drafts = () => {
    let names = [];
    try { names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)); } catch { /* none */ }
    const found = names.map((name) => ({ name, key: name.slice(PREFIX.length).split("~")[0], ...read(name) }));
    for (const { name, at } of found) if (!(Date.now() - at < days * 86_400_000)) forget(name);
    return found.filter(({ at }) => Date.now() - at < days * 86_400_000).sort((one, other) => other.at - one.at);
  };
  // All that is kept of one form.
  const drop = (key) => { for (const draft of drafts()) if (draft.key === key) forget(draft.name); };
  const sent = document.querySelector("[data-sent]");
  if (sent) drop(sent.dataset.sent);
  if (location.search.startsWith("?efface=")) history.replaceState(null, "", location.pathname);
  const old = drafts();
  if (!form) return;

  const key = () => form.elements.submission_key.value;
  const fresh = "fresh" in form.dataset;
  const typed = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !LEFT_OUT.includes(name));
  let timer = 0, over = false;
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    if (over) return;
    const fields = typed();
    const from = read(PREFIX + key())?.from ?? (fresh ? location.search : "");
    const draft = { at: Date.now(), from, fields, missing: Number(form.dataset.waiting ?? 0) };
    try { localStorage.setItem(PREFIX + key(), JSON.stringify(draft)); sessionStorage.setItem(TAB, key()); } catch { /* full */ }
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(save, SOON); };
  for (const kind of ["input", "change", "photos", "htmx:afterSwap"]) form.addEventListener(kind, soon);
  addEventListener("pagehide", () => { if (timer) save(); });

  const dated = (words, draft) => {
    const day = new Date(draft.at).toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric" });
    return words.replace("#", day);
  };
  const say = (draft) => {
    const said = document.getElementById("draft-said");
    said.querySelector("span").textContent = `${dated(said.dataset.words, draft)} ${draft.missing ? said.dataset.missing : ""}`;
    said.hidden = false;
  };
  // The portal makes the page of it, as of a form that was sent.
  const restore = async (draft) => {
    const fields = new FormData();
    for (const [name, value] of draft.fields) fields.append(name, value);
    fields.set("csrf_token", form.elements.csrf_token.value);
    fields.set("change", "1");
    form.inert = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields, signal: AbortSignal.timeout(PATIENCE) });
      if (answer.redirected) { drop(draft.key); location.assign(answer.url); return; } // it was sent from elsewhere
      const filled = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("offer-form");
      if (!answer.ok || !filled) return;
      form.replaceChildren(...filled.childNodes);
      htmx.process(form);
      htmx.trigger(form, "htmx:load");
      form.dispatchEvent(new Event("filled"));
      for (const hint of form.querySelectorAll("[data-device]")) hint.hidden = false;
      say(draft);
      if (draft.name !== PREFIX + key()) forget(draft.name);
      save();
    } catch { /* no line: the draft waits */ } finally { form.inert = false; }
  };
  // Somebody else may sit here now: what was typed is shown at once only to who reloads the page in the same tab.
  const found = document.getElementById("draft-found");
  // Another version of the same form takes nobody's place: the one that is there goes beside.
  const setAside = () => {
    const there = drafts().find(({ name }) => name === PREFIX + key());
    if (!there) return;
    forget(there.name);
    there.name += `~${there.at}`;
    try { localStorage.setItem(there.name, JSON.stringify(there)); } catch { /* full */ }
  };
  const propose = ([draft, ...others], words) => {
    found.hidden = !draft;
    if (!draft) return;
    found.querySelector("span").textContent = dated(words, draft);
    found.querySelector("[data-drop-draft]").onclick = () => { forget(draft.name); propose(others, words); };
    found.querySelector("[data-resume-draft]").onclick = () => {
      found.hidden = true;
      if (timer) save();
      if (draft.key === key()) setAside();
      restore(draft);
    };
  };
  const filled = (fields) => JSON.stringify(fields.filter(([name, value]) => value !== "" && name !== "kept_at"));
  const mine = () => { try { return sessionStorage.getItem(TAB); } catch { return null; } };
  const comesBack = performance.getEntriesByType("navigation")[0]?.type !== "navigate";
  if (fresh) {
    const [here] = old.filter((draft) => !location.search || draft.from === location.search);
    if (here && comesBack && here.key === mine()) restore(here);
    else propose(here ? [here] : [], found.dataset.words);
  } else if ("opened" in form.dataset) {
    const differs = (draft) => draft.key === key() && filled(draft.fields) !== filled(typed());
    const there = old.find((draft) => draft.name === PREFIX + key() && differs(draft));
    if (there && comesBack && mine() === key()) restore(there);
    else {
      if (there) setAside();
      save();
    }
    propose(drafts().filter((draft) => draft.name.includes("~") && differs(draft)), found.dataset.other);
  } else save();

  for (const hint of document.querySelectorAll("[data-device]")) hint.hidden = false;
  document.addEventListener("submit", ({ submitter }) => {
    if (!submitter?.matches("[data-erase], [name=keep_nothing]")) return;
    over = true;
    if (submitter.matches("[data-erase]")) drop(key());
    else for (const draft of drafts()) forget(draft.name);
  }, true);
})();
