// Comfort only: a searched item joins the list of refusals; the poster's print button.
"use strict";
for (const adder of document.querySelectorAll("[data-adds-to]")) {
  const input = adder.querySelector("input");
  const list = document.getElementById(adder.dataset.addsTo);
  adder.hidden = false;
  input.addEventListener("change", () => {
    const name = input.value.trim();
    const names = list.value.split("\n").map((line) => line.trim()).filter(Boolean);
    if (!name) return;
    if (!names.includes(name)) names.push(name);
    list.value = names.join("\n");
    input.value = "";
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
