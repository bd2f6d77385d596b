// A field that narrows a long list of boxes to tick. Comfort only: without it the list scrolls.
"use strict";
for (const list of document.querySelectorAll("[data-narrow]")) {
  const rows = [...list.querySelectorAll("label")];
  if (rows.length < 13) continue;
  const bare = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const label = document.createElement("label");
  const typed = document.createElement("input");
  const found = document.createElement("p");
  typed.type = "search";
  typed.autocomplete = "off";
  label.append(list.dataset.narrow, typed);
  found.className = "visually-hidden";
  found.setAttribute("role", "status");
  typed.addEventListener("input", () => {
    const wanted = bare(typed.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const stays = row.querySelector("input").checked || wanted.every((word) => bare(row.textContent).includes(word));
      row.hidden = !stays;
      shown += stays ? 1 : 0;
    }
    found.textContent = list.dataset.found.replace("0", shown);
  });
  typed.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  list.before(label, found);
}
