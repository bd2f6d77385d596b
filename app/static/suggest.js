// Suggestions in the browser's own list while somebody types into a field that says where to ask (data-suggest).
"use strict";
let asked = 0;
document.addEventListener("input", async (event) => {
  const field = event.target;
  if (!field.dataset.suggest || !field.list || field.value.trim().length < 2) return;
  const turn = ++asked;
  const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(field.value)}`).catch(() => null);
  if (!answer || !answer.ok || turn !== asked) return;
  const options = (await answer.json()).map((found) => {
    const option = document.createElement("option");
    option.value = found.label;
    if (found.wording !== found.label) option.label = `${found.label} (${found.wording})`;
    return option;
  });
  field.list.replaceChildren(...options);
});
