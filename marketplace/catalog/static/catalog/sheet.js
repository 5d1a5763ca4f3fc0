// The sheet of own offers: cells saved one by one or pasted together, each change undone in turn.

const config = JSON.parse(document.getElementById("sheet-config").textContent);
const form = document.getElementById("sheet");
const undoButton = document.getElementById("sheet-undo");
const redoButton = document.getElementById("sheet-redo");
const done = []; // what takes back each saved change, the latest last
const undone = [];
const sent = new WeakMap(); // what was sent of a cell, so that leaving it after Enter sends nothing
let work = Promise.resolve(); // changes go one after another, in the order they were made

const inputs = () => [...form.querySelectorAll(".sheet-cell")];
const columnOf = (input) => input.closest("td").dataset.column;
const offerOf = (input) => input.closest("tr").dataset.offer;
const base = (input) => input.defaultValue;
const cellOf = (input) => ({
  offer: offerOf(input), column: columnOf(input), base: base(input), value: input.value.trim(),
});

function find(offer, column) {
  return form.querySelector(`tr[data-offer="${offer}"] td[data-column="${column}"] .sheet-cell`);
}

function mark(input, state) {
  if (state) input.dataset.state = state;
  else delete input.dataset.state;
}

function forgive(input) {
  input.removeAttribute("aria-invalid");
  input.removeAttribute("aria-describedby");
  input.parentElement.querySelector(".sheet-reason")?.remove();
}

function blame(input, reason) {
  forgive(input);
  const text = document.createElement("span");
  text.className = "sheet-reason";
  text.id = `reason-${offerOf(input)}-${columnOf(input)}`;
  text.textContent = reason;
  input.after(text);
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", text.id);
  mark(input, "changed");
}

function restore(input) {
  input.value = base(input);
  forgive(input);
  mark(input);
}

// What the server says stands there now. A cell that is being typed in keeps what was typed.
function take(row) {
  const line = form.querySelector(`tr[data-offer="${row.offer}"]`);
  if (!line) return;
  line.querySelector("[data-currency]").textContent = row.currency;
  for (const input of line.querySelectorAll(".sheet-cell")) {
    const now = row.cells[columnOf(input)];
    input.readOnly = row.fixed.includes(columnOf(input));
    if (input.value === base(input)) input.value = now;
    input.defaultValue = now;
  }
}

async function post(cells) {
  const answer = await fetch(config.address, {
    method: "POST",
    headers: {
      Accept: "application/json", "Content-Type": "application/json", "X-Company": config.company,
      "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value,
    },
    body: JSON.stringify({ cells }),
  });
  return { ok: answer.ok, said: await answer.json() };
}

function refuse(cells, said) {
  const named = said.data?.cells ?? [];
  named.forEach((each, index) => {
    const [offer, column] = each.split(":");
    const input = find(offer, column);
    if (input) blame(input, said.data.reasons[index]);
  });
  window.ff.toast(said.detail ?? config.strings.failed, "bad");
}

// True when all of the cells were saved. ``into`` gets what takes it back.
async function send(cells, into, told) {
  let answer;
  try {
    answer = await post(cells);
  } catch {
    window.ff.toast(config.strings.failed, "bad");
    return false;
  }
  if (!answer.ok) {
    refuse(cells, answer.said);
    return false;
  }
  for (const cell of cells) {
    const input = find(cell.offer, cell.column);
    if (!input) continue;
    forgive(input);
    if (input.value.trim() === cell.value) input.value = base(input); // takes the server's form
    mark(input, "saved");
  }
  answer.said.rows.forEach(take);
  if (answer.said.undo.length) into.push(answer.said.undo);
  show();
  window.ff.say(told);
  return true;
}

function show() {
  undoButton.disabled = !done.length;
  redoButton.disabled = !undone.length;
}

function save(changed) {
  const open = changed.filter((input) => !input.readOnly && input.value.trim() !== base(input));
  changed.filter((input) => !open.includes(input)).forEach(restore);
  if (!open.length) return;
  open.forEach((input) => { mark(input, "changed"); sent.set(input, input.value); });
  work = work.then(async () => {
    const cells = open.map(cellOf).filter((cell) => cell.value !== cell.base);
    if (!cells.length) return;
    if (await send(cells, done, config.strings.saved)) {
      undone.length = 0;
      show();
    }
  });
}

function back(from, into, told) {
  work = work.then(async () => {
    const cells = from.pop();
    if (cells && !(await send(cells, into, told))) from.push(cells);
    show();
  });
}
const undo = () => back(done, undone, config.strings.undone);
const redo = () => back(undone, done, config.strings.redone);

function move(input, lines) {
  const rows = [...form.querySelectorAll("tbody tr")];
  const next = rows[rows.indexOf(input.closest("tr")) + lines];
  const found = next?.querySelector(`td[data-column="${columnOf(input)}"] .sheet-cell`);
  if (!found) return false;
  found.focus();
  found.select();
  return true;
}

// Lines and tabs, as spreadsheets copy them: from the cell on, to the right and down.
function paste(input, text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((each) => each.split("\t"));
  if (lines.length === 1 && lines[0].length === 1) return false;
  const rows = [...form.querySelectorAll("tbody tr")];
  const top = rows.indexOf(input.closest("tr"));
  const left = [...input.closest("tr").querySelectorAll(".sheet-cell")].indexOf(input);
  const targets = [];
  let wrong = "";
  lines.forEach((line, y) => line.forEach((value, x) => {
    const target = rows[top + y]?.querySelectorAll(".sheet-cell")[left + x];
    if (!target) wrong = config.strings.outside;
    else if (target.readOnly && target.value !== value.trim()) wrong ||= config.strings.fixed;
    else targets.push([target, value.trim()]);
  }));
  if (targets.length > config.most) wrong = config.strings.many;
  if (wrong) {
    window.ff.toast(wrong, "bad");
    return true;
  }
  targets.forEach(([target, value]) => { if (!target.readOnly) target.value = value; });
  save(targets.map(([target]) => target));
  return true;
}

form?.addEventListener("change", (event) => {
  const input = event.target;
  if (input.matches(".sheet-cell") && sent.get(input) !== input.value) save([input]);
});
form?.addEventListener("input", (event) => sent.delete(event.target));
form?.addEventListener("focusin", (event) => {
  // The name of a column is read before the cell scrolls beneath it.
  if (event.target.matches(".sheet-cell")) event.target.scrollIntoView({ block: "nearest", inline: "nearest" });
});
form?.addEventListener("paste", (event) => {
  if (!event.target.matches(".sheet-cell")) return;
  if (paste(event.target, event.clipboardData.getData("text/plain"))) event.preventDefault();
});
form?.addEventListener("submit", (event) => event.preventDefault());
form?.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches(".sheet-cell") || event.isComposing) return;
  if (event.key === "Enter") {
    event.preventDefault();
    save([input]);
    move(input, event.shiftKey ? -1 : 1);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (move(input, event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
  } else if (event.key === "Escape") {
    restore(input);
    input.select();
  }
});
document.addEventListener("keydown", (event) => {
  if (!form || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  const typing = event.target.matches?.("input, textarea") && event.target.value !== event.target.defaultValue;
  if (typing) return; // the browser undoes what is being typed
  if (key === "z" && !event.shiftKey && done.length) { event.preventDefault(); undo(); }
  if ((key === "y" || (key === "z" && event.shiftKey)) && undone.length) { event.preventDefault(); redo(); }
});
undoButton?.addEventListener("click", undo);
redoButton?.addEventListener("click", redo);
window.addEventListener("beforeunload", (event) => {
  if (form && inputs().some((input) => input.value.trim() !== base(input))) event.preventDefault();
});
