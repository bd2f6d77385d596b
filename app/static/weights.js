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
