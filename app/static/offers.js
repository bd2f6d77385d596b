// Comfort for the offer form: photos sent at once, articles without leaving the page.
"use strict";
const form = document.getElementById("offer-form");
const token = form.elements.csrf_token.value;
const key = form.elements.submission_key.value;

// Whether a lot may be shared is a question only where there are several pieces.
function askAboutLots() {
  for (const article of form.querySelectorAll("[data-article]")) {
    const quantity = article.querySelector("input[name$='-quantity']").value.trim();
    article.querySelector("[data-lot]").hidden = quantity === "1" || quantity === "";
  }
}
form.addEventListener("input", askAboutLots);
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

// Photos: each goes as soon as it is chosen, so that the form itself stays small and nothing is sent twice.
function send(area, url, data) {
  const bar = area.querySelector("progress");
  const shown = area.querySelector(".photo-area");
  data.append("csrf_token", token);
  data.append("submission_key", key);
  data.append("slot", area.dataset.slot);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.upload.addEventListener("progress", (event) => {
      bar.hidden = false;
      if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("loadend", () => {
      bar.hidden = true;
      const kept = request.status === 200 || request.status === 422;
      if (kept) shown.innerHTML = request.responseText;
      done(kept);
    });
    request.send(data);
  });
}
const underWay = new Set();
async function follow(sending) {
  underWay.add(sending);
  await sending;
  underWay.delete(sending);
}
form.addEventListener("change", (event) => {
  const input = event.target;
  const area = input.closest("[data-photos]");
  if (!area || input.type !== "file") return;
  const data = new FormData();
  for (const file of input.files) data.append("photos", file);
  // Left in the field if the network failed: then the form takes them along.
  follow(send(area, area.dataset.upload, data).then((kept) => { if (kept) input.value = ""; }));
});
// A photo still on its way would be sent twice, or cut off: the form waits for it.
form.addEventListener("submit", async (event) => {
  if (underWay.size === 0) return;
  event.preventDefault();
  await Promise.all(underWay);
  form.requestSubmit(event.submitter);
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-take-back]");
  if (!button) return;
  event.preventDefault();
  const area = button.closest("[data-photos]");
  const data = new FormData();
  data.append("photo", button.dataset.takeBack);
  follow(send(area, area.dataset.takeBackUrl, data));
});
