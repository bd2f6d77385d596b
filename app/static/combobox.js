// An editable combobox with a list of suggestions (ARIA 1.2): <input data-suggestions="/suggestions">.
// Without this file the field is an ordinary text field; the server recognises what was typed either way.
"use strict";
(() => {
  const WAIT = 120; // milliseconds after the last key
  let count = 0;

  const enhance = (input) => {
    if (input.dataset.enhanced) return;
    input.dataset.enhanced = "yes";
    const number = ++count;
    const holder = document.createElement("div");
    holder.className = "combobox";
    const list = document.createElement("ul");
    list.id = `suggestions-${number}`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0] ? input.labels[0].textContent.trim() : "");
    list.hidden = true;
    const status = document.createElement("span");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    const focused = document.activeElement === input; // moving it would take the focus away
    input.replaceWith(holder);
    holder.append(input, list, status);
    if (focused) input.focus();
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.autocomplete = "off";

    let timer = 0, asked = 0, current = -1;
    const options = () => [...list.querySelectorAll("[role=option]")];
    const close = () => {
      clearTimeout(timer);
      asked++;
      list.hidden = true;
      current = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const mark = (index) => {
      const all = options();
      current = (index + all.length) % all.length;
      all.forEach((option, at) => option.setAttribute("aria-selected", String(at === current)));
      input.setAttribute("aria-activedescendant", all[current].id);
      all[current].scrollIntoView({ block: "nearest" });
    };
    const choose = (option) => {
      input.value = option.dataset.value;
      close();
      input.focus();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const show = (found) => {
      list.replaceChildren(...found.map((suggestion, at) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${at}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.value = suggestion.label;
        option.textContent = suggestion.label;
        if (suggestion.wording !== suggestion.label) {
          const also = document.createElement("small");
          also.textContent = ` ${suggestion.wording}`;
          option.append(also);
        }
        return option;
      }));
      current = -1;
      list.hidden = found.length === 0;
      input.setAttribute("aria-expanded", String(found.length > 0));
      input.removeAttribute("aria-activedescendant");
      const speaker = holder.closest("[data-suggestions-words]");
      status.textContent = found.length && speaker ? speaker.dataset.suggestionsWords.replace("#", found.length) : "";
    };
    const ask = async () => {
      const typed = input.value.trim();
      if (typed.length < 2) { close(); return; }
      const mine = ++asked;
      try {
        const answer = await fetch(`${input.dataset.suggestions}?q=${encodeURIComponent(typed)}`);
        const found = answer.ok ? await answer.json() : [];
        if (mine === asked && document.activeElement === input) show(found);
      } catch { close(); }
    };
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
    input.addEventListener("keydown", (event) => {
      const open = !list.hidden;
      if (event.key === "ArrowDown") {
        event.preventDefault();
        if (open) mark(current + 1); else ask();
      } else if (event.key === "ArrowUp" && open) {
        event.preventDefault();
        mark(current < 0 ? options().length - 1 : current - 1);
      } else if (event.key === "Enter" && open && current >= 0) {
        event.preventDefault();
        choose(options()[current]);
      } else if (event.key === "Escape" && open) {
        event.preventDefault();
        close();
      }
    });
    // The press, not the click: the field would lose the focus first and close its list.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) choose(option);
    });
    input.addEventListener("blur", close);
  };

  const enhanceAll = (root) => {
    for (const input of root.querySelectorAll("input[data-suggestions]")) enhance(input);
  };
  enhanceAll(document);
  // Fields that arrive later, with a fragment.
  document.addEventListener("htmx:load", (event) => enhanceAll(event.target));
})();
