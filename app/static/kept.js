// What is typed of a gift stays in this browser until it is sent. Not loaded on shared computers.
"use strict";
(() => {
  const PREFIX = "portail-don:", LEFT_OUT = ["csrf_token", "rappel", "review"], SOON = 300, PATIENCE = 8_000;
  const form = document.querySelector("#offer-form[data-draft-days], #review-form[data-draft-days]");
  const days = Number(document.querySelector("[data-draft-days]").dataset.draftDays);
  const read = (name) => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } };
  const drop = (key) => { try { localStorage.removeItem(PREFIX + key); } catch { /* none */ } };
  // The newest first; what is too old is forgotten.
  const drafts = () => {
    let names = [];
    try { names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)); } catch { /* none */ }
    const found = names.map((name) => ({ key: name.slice(PREFIX.length), ...read(name) }));
    for (const { key, at } of found) if (!(Date.now() - at < days * 86_400_000)) drop(key);
    return found.filter(({ at }) => Date.now() - at < days * 86_400_000).sort((one, other) => other.at - one.at);
  };
  const sent = document.querySelector("[data-sent]");
  if (sent) drop(sent.dataset.sent);
  const old = drafts();
  if (!form) return;

  const key = () => form.elements.submission_key.value;
  const fresh = "fresh" in form.dataset;
  let timer = 0, over = false;
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    if (over) return;
    const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !LEFT_OUT.includes(name));
    const from = read(PREFIX + key())?.from ?? (fresh ? location.search : "");
    const draft = { at: Date.now(), from, fields, missing: Number(form.dataset.waiting ?? 0) };
    try { localStorage.setItem(PREFIX + key(), JSON.stringify(draft)); } catch { /* full */ }
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(save, SOON); };
  for (const kind of ["input", "change", "photos", "htmx:afterSwap"]) form.addEventListener(kind, soon);
  addEventListener("pagehide", () => { if (timer) save(); });

  const say = (draft) => {
    const said = document.getElementById("draft-said");
    const day = new Date(draft.at).toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric" });
    said.querySelector("span").textContent = `${said.dataset.words.replace("#", day)} ${draft.missing ? said.dataset.missing : ""}`;
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
      if (answer.redirected) { drop(draft.key); return; } // it was sent from elsewhere
      const filled = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("offer-form");
      if (!answer.ok || !filled) return;
      form.replaceChildren(...filled.childNodes);
      htmx.process(form);
      htmx.trigger(form, "htmx:load");
      form.dispatchEvent(new Event("filled"));
      for (const hint of form.querySelectorAll("[data-device]")) hint.hidden = false;
      say(draft);
    } catch { /* no line: the draft waits */ } finally { form.inert = false; }
  };
  const here = fresh ? old.find((draft) => !location.search || draft.from === location.search)
    : old.find((draft) => draft.key === key() && draft.at > Number(form.dataset.keptAt ?? Infinity) * 1000);
  if (here) restore(here);
  else if (!fresh) save();

  for (const hint of document.querySelectorAll("[data-device]")) hint.hidden = false;
  document.addEventListener("click", async (event) => {
    if (!event.target.closest("[data-erase]")) return;
    over = true;
    drop(key());
    for (const button of form.querySelectorAll("[data-take-back]")) {
      const area = button.closest("[data-photos]"), data = new FormData();
      const said = { csrf_token: form.elements.csrf_token.value, submission_key: key(), slot: area.dataset.slot, photo: button.dataset.takeBack };
      for (const [name, value] of Object.entries(said)) data.append(name, value);
      await fetch(area.dataset.takeBackUrl, { method: "POST", body: data }).catch(() => null);
    }
    location.replace(form.getAttribute("action"));
  });
})();
