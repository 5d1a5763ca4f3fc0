// The profile saves itself: a moment after the last change, one request at a time for each form.
// The server says what it kept, what it could not keep and why; values are never judged here.
const PAUSE = 900;

class Saver {
  constructor(form) {
    this.form = form;
    this.status = document.querySelector(`[data-saved-for="${form.id}"]`);
    this.touched = new Set();
    this.waiting = null;
    this.busy = false;
    this.again = false;
  }

  soon() {
    this.say("typing");
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.save(), PAUSE);
  }

  async save() {
    clearTimeout(this.waiting);
    this.waiting = null;
    if (this.busy) { this.again = true; return; }
    this.busy = true;
    this.say("saving");
    try {
      const answer = await fetch(this.form.action, {
        method: "POST", body: new FormData(this.form), headers: { Accept: "application/json" },
      });
      if (!(answer.headers.get("Content-Type") || "").startsWith("application/json")) throw new Error(String(answer.status));
      this.show(await answer.json());
    } catch {
      this.say("failed");
    }
    this.busy = false;
    if (this.again) { this.again = false; this.save(); }
  }

  show(answer) {
    for (const [name, value] of Object.entries(answer.values)) {
      const input = this.form.elements[name];
      if (input) input.value = value;
    }
    let faults = 0;
    for (const field of fieldsOf(this.form)) {
      const control = controlOf(field);
      const error = answer.errors[control.name] || "";
      // What was never filled in is not complained about before its turn.
      const shown = error && (control.value !== "" || this.touched.has(control.name)) ? error : "";
      if (error) faults += 1;
      showError(field, control, shown);
      showNote(field, answer.notes[control.name] || "");
    }
    const missing = document.querySelector("[data-missing]");
    if (missing) {
      missing.querySelector("ul").replaceChildren(...answer.missing.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
      missing.hidden = answer.missing.length === 0;
      document.querySelector("[data-complete]").hidden = answer.missing.length > 0;
    }
    if (answer.general) this.say("refused", answer.general);
    else this.say(faults ? "partly" : "saved", "", answer.saved);
  }

  say(state, text = "", moment = null) {
    if (!this.status) return;
    const words = text || this.status.dataset[state] || "";
    const at = moment ? ` ${new Intl.DateTimeFormat(window.ff.locale, { timeStyle: "medium" }).format(new Date(moment))}` : "";
    if (this.status.textContent !== words + at) this.status.textContent = words + at;
    this.status.dataset.state = state;
  }
}

function fieldsOf(form) {
  return [...document.querySelectorAll(".ff-field")].filter((field) => controlOf(field)?.form === form);
}

function controlOf(field) {
  return field.querySelector("input:not([type=hidden]),select,textarea");
}

function showError(field, control, text) {
  let box = field.querySelector(".ff-field__error");
  field.toggleAttribute("data-invalid", Boolean(text));
  if (!text) {
    box?.remove();
    control.removeAttribute("aria-invalid");
    return;
  }
  control.setAttribute("aria-invalid", "true");
  if (!box) {
    box = document.createElement("div");
    box.className = "ff-field__error";
    box.id = `${control.id}_error`;
    field.append(box);
  }
  const described = new Set((control.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
  control.setAttribute("aria-describedby", [...described.add(box.id)].join(" "));
  const words = document.createElement("span");
  words.textContent = text;
  box.replaceChildren(window.ff.icon("alert-circle"), words);
}

function showNote(field, text) {
  let note = field.querySelector(".ff-verdict");
  if (!text) { note?.remove(); return; }
  if (!note) {
    note = document.createElement("div");
    note.className = "ff-verdict ff-verdict--ok";
    field.append(note);
  }
  note.replaceChildren(window.ff.icon("check"), document.createTextNode(text));
}

const savers = new Map();
for (const form of document.querySelectorAll("form[data-autosave]")) savers.set(form, new Saver(form));

document.addEventListener("input", (event) => savers.get(event.target.form)?.soon());
document.addEventListener("change", (event) => {
  const saver = savers.get(event.target.form);
  if (!saver) return;
  saver.touched.add(event.target.name);
  if (event.target.name === "remove") event.target.closest("[data-row]").hidden = event.target.checked;
  saver.soon();
});
for (const [form, saver] of savers) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    for (const field of fieldsOf(form)) saver.touched.add(controlOf(field).name);
    saver.save();
  });
}
window.addEventListener("beforeunload", (event) => {
  if ([...savers.values()].some((saver) => saver.waiting || saver.busy)) event.preventDefault();
});

for (const button of document.querySelectorAll("[data-add-row]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const name = button.dataset.addRow;
    const total = document.querySelector(`[name="${name}-TOTAL_FORMS"]`);
    const made = document.getElementById(`${name}-empty`).innerHTML.replaceAll("__prefix__", total.value);
    total.value = String(Number(total.value) + 1);
    const rows = document.querySelector(`[data-rows="${name}"]`);
    rows.insertAdjacentHTML("beforeend", made);
    rows.lastElementChild.querySelector("input:not([type=hidden]),select").focus();
  });
}
