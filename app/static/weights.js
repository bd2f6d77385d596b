// A slider beside each number of "Et si… ?". Comfort only: the numbers and the button do the same.
"use strict";
for (const input of document.querySelectorAll("input[data-dial]")) {
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = input.min;
  slider.max = input.max;
  slider.value = input.value;
  slider.setAttribute("aria-label", input.labels[0] ? input.labels[0].textContent.trim() : "");
  slider.addEventListener("input", () => { input.value = slider.value; });
  input.addEventListener("input", () => { slider.value = input.value; });
  const row = document.createElement("div");
  row.className = "dial-row";
  input.replaceWith(row);
  row.append(slider, input);
}

// Whoever asks by the button is led to the answer, which stands below the dials on a telephone.
const dials = document.querySelector("form.dials");
const answer = document.getElementById("effet-titre");
let asked = false;
if (dials && answer) {
  answer.tabIndex = -1;
  dials.addEventListener("submit", () => { asked = true; });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!asked || !event.target.closest("#effet")) return;
    asked = false;
    answer.focus({ preventScroll: true });
    answer.scrollIntoView({ block: "start" });
  });
}
