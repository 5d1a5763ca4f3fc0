// The search of the top bar as a combobox: Ctrl-K or Cmd-K, words, arrow keys, Enter. htmx fetches
// the options; without it the form still leads to the page with everything found.
(() => {
  "use strict";
  const form = document.querySelector("[data-search]");
  const field = form?.querySelector("input");
  const list = form?.querySelector("[role=listbox]");
  if (!field || !list) return;

  const options = () => [...list.querySelectorAll("a[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function show(open) {
    const shown = open && list.childElementCount > 0 && field.value.trim() !== "";
    list.hidden = !shown;
    field.setAttribute("aria-expanded", String(shown));
    if (!shown) choose(null);
  }

  document.addEventListener("htmx:after:swap", () => {
    if (document.activeElement !== field) return;
    choose(null);
    show(true);
    const found = options().length;
    if (found) window.ff.say(list.dataset.textCount.replace("{n}", found));
    else window.ff.say(list.textContent.trim());
  });

  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      show(true);
      const all = options();
      if (list.hidden || !all.length) return;
      const at = all.indexOf(chosen());
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]);
    } else if (event.key === "Enter" && !list.hidden && chosen()) {
      event.preventDefault();
      location.assign(chosen().href);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      show(false);
    }
  });

  field.addEventListener("input", () => { if (!field.value.trim()) show(false); });
  field.addEventListener("focus", () => show(true));
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) show(false); });
})();
