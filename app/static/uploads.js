// Photos: each is made small and goes by itself once chosen. A line that was cut loses none and sends none twice.
"use strict";
(() => {
  const LONGEST = 1600, SMALL = 400_000; // pixels, bytes: what the portal keeps, and what is not worth making smaller
  const HEAVIEST = 25 * 1024 * 1024; // what the portal takes: more is not even sent
  const SILENCE = 45_000, SHORTEST = 2_000, LONGEST_PAUSE = 60_000;
  const SHRINKS = /^image\/(jpeg|png|webp|avif|hei[cf])$/;
  const form = document.getElementById("offer-form");
  const words = document.getElementById("upload-words").dataset;
  const waiting = []; // what has not arrived, of all articles
  let running = null, pause = 0, timer = 0, renewed = false;

  // As it is where the browser cannot read it (HEIC, in most): the portal can.
  const shrunk = async (file) => {
    let picture = null;
    try {
      if (!SHRINKS.test(file.type)) return file;
      picture = await createImageBitmap(file);
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      if (scale === 1 && file.size <= SMALL) return file;
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.imageSmoothingQuality = "high";
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      return small && small.size < file.size ? small : file;
    } catch { return file; } finally { picture?.close(); }
  };
  const key = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24)))).replace(/\+/g, "-").replace(/\//g, "_");
  const arrived = (done, all) => (done < 2 ? words.one : words.many).replace("##", all).replace("#", done);
  const parts = (area) => ({
    all: area.querySelector(".upload-progress"), list: area.querySelector(".uploads"), said: area.querySelector(".upload-said"),
    cut: area.querySelector(".upload-cut"), refused: area.querySelector(".upload-refused"), shown: area.querySelector(".photo-area"),
  });
  const prepare = (area) => {
    const { list, cut } = parts(area);
    if (list) return;
    cut.insertAdjacentHTML("beforebegin", '<p class="upload-said quiet small" role="status"></p><ul class="uploads" hidden></ul>');
    cut.insertAdjacentHTML("afterend", '<div class="upload-refused photo-problems" role="alert"></div>');
  };
  const show = (area) => {
    const { all, list, said, cut } = parts(area);
    const left = waiting.filter((photo) => photo.area === area);
    all.hidden = list.hidden = left.length === 0;
    if (left.length === 0) { list.replaceChildren(); said.textContent = ""; cut.hidden = true; return; }
    const { total } = left[0].batch, done = total - left.length;
    all.max = total;
    all.value = done + left.reduce((sum, photo) => sum + photo.bar.value / 100, 0);
    said.textContent = `${arrived(done, total)}.`;
  };
  const told = (area) => {
    const left = waiting.filter((photo) => photo.area === area);
    const { cut } = parts(area);
    cut.hidden = left.length === 0;
    if (left.length === 0) return;
    const { total } = left[0].batch, why = left[0].lost ? words.cut : words.busy;
    cut.querySelector("p").textContent = why.replace("#", arrived(total - left.length, total));
  };
  const areas = () => new Set(waiting.map((photo) => photo.area));
  const changed = () => { form.dataset.waiting = waiting.length; form.dispatchEvent(new Event("photos")); };

  const data = (area) => {
    const said = new FormData();
    for (const name of ["csrf_token", "submission_key"]) said.append(name, form.elements[name].value);
    said.append("slot", area.dataset.slot);
    return said;
  };
  // 0 where the line was cut, or nothing moves on it any more.
  const post = (photo, said) => new Promise((done) => {
    const request = new XMLHttpRequest();
    let watch = 0;
    const alive = () => { clearTimeout(watch); watch = setTimeout(() => request.abort(), SILENCE); };
    request.open("POST", photo.area.dataset.upload);
    request.upload.addEventListener("progress", (event) => {
      alive();
      if (event.lengthComputable) photo.bar.value = (100 * event.loaded) / event.total;
      show(photo.area);
    });
    request.addEventListener("loadend", () => { clearTimeout(watch); done(request); });
    alive();
    request.send(said);
  });
  // A page that lay open too long has a token that is good no more: another page has a new one.
  const renew = async () => {
    renewed = true;
    const page = new DOMParser().parseFromString(await (await fetch(form.action)).text(), "text/html");
    form.elements.csrf_token.value = page.querySelector("#offer-form [name=csrf_token]").value;
  };
  // Whether this photo is done with, one way or the other.
  const send = async (photo) => {
    photo.small ??= await shrunk(photo.file);
    const said = data(photo.area), { shown, refused } = parts(photo.area);
    const refuse = (why) => {
      const problem = document.createElement("span");
      problem.className = "error";
      problem.textContent = why.replace("#", photo.file.name);
      refused.append(problem);
      return true;
    };
    if (photo.small.size > HEAVIEST) return refuse(words.heavy);
    said.append("key", photo.key);
    said.append("photos", photo.small, photo.file.name);
    const { status, responseText } = await post(photo, said);
    photo.lost = status === 0;
    if (status === 400 && !renewed) {
      try { await renew(); return send(photo); } catch { photo.lost = true; return false; }
    }
    if (status === 0 || status === 429 || status >= 500) { photo.bar.value = 0; return false; }
    if (status === 200 || status === 422) {
      shown.innerHTML = responseText;
      const problems = shown.querySelector(".photo-problems");
      if (problems) refused.append(problems);
      return true;
    }
    return refuse(words.refused);
  };
  const work = async () => {
    clearTimeout(timer);
    for (const area of areas()) parts(area).cut.hidden = true;
    while (waiting.length) {
      const [photo] = waiting;
      const done = await send(photo);
      if (waiting[0] !== photo) continue; // given up meanwhile
      if (!done) break;
      pause = 0;
      photo.line.remove();
      waiting.shift();
      show(photo.area);
      changed();
    }
    if (waiting.length === 0) return;
    pause = Math.min(LONGEST_PAUSE, 2 * pause || SHORTEST);
    timer = setTimeout(run, pause);
    for (const area of areas()) { show(area); told(area); }
  };
  const run = () => running ??= work().finally(() => { running = null; });
  const again = () => { pause = 0; return run(); };
  addEventListener("online", again);

  const take = (input) => {
    const area = input.closest("[data-photos]");
    if (!area || input.type !== "file" || !input.files.length) return;
    prepare(area);
    const { list, refused } = parts(area);
    const under = waiting.filter((photo) => photo.area === area);
    const batch = under[0]?.batch ?? { total: 0 };
    refused.replaceChildren();
    for (const file of input.files) {
      const line = document.createElement("li"), bar = document.createElement("progress"), name = document.createElement("span");
      bar.max = 100;
      bar.value = 0;
      bar.setAttribute("aria-label", file.name);
      name.textContent = file.name;
      line.append(name, bar);
      list.append(line);
      waiting.push({ file, area, line, bar, batch, key: key(), lost: false });
      batch.total += 1;
    }
    input.value = "";
    show(area);
    changed();
    again();
  };
  form.addEventListener("change", (event) => take(event.target));
  // What was chosen while this file came, unless the form has taken it along.
  if (form.dataset.sent !== "yes") for (const input of form.querySelectorAll("[data-photos] input")) take(input);
  form.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-take-back], [data-resume], [data-without]");
    const area = button?.closest("[data-photos]");
    if (!area) return;
    event.preventDefault();
    if (button.matches("[data-resume]")) { again(); return; }
    if (button.matches("[data-without]")) {
      for (let at = waiting.length - 1; at >= 0; at--) if (waiting[at].area === area) waiting.splice(at, 1);
      show(area);
      changed();
      return;
    }
    const said = data(area);
    said.append("photo", button.dataset.takeBack);
    const answer = await fetch(area.dataset.takeBackUrl, { method: "POST", body: said }).catch(() => null);
    if (answer?.ok) parts(area).shown.innerHTML = await answer.text();
    else { button.removeAttribute("data-take-back"); form.requestSubmit(button); } // the form can do it, too
  });
  // A photo on its way would be cut off: the form waits for it, and stays where it cannot arrive.
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.matches("[data-erase]")) waiting.length = 0;
    if (waiting.length === 0) return;
    event.preventDefault();
    await again();
    if (waiting.length === 0) form.requestSubmit(event.submitter);
    else form.querySelector(".upload-cut:not([hidden]) button")?.focus();
  });
})();
