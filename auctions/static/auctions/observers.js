// The console's dialog of observer links: create, copy, list, revoke.

import { $, h, setText, show } from "./dom.js";
import { config, day } from "./text.js";

const DAY = 86400000;
const dialog = $("#observers-dialog");
const text = dialog.dataset;
const label = $("#observer-label");
const create = $("#observer-create");
const state = $("#observer-state");
let busy = false;

async function ask(method, address, body) {
  const answer = await fetch(address, {
    method,
    headers: {
      Accept: "application/json", "Content-Type": "application/json", "X-Company": config.company,
      "X-CSRFToken": $("[name=csrfmiddlewaretoken]", dialog).value,
    },
    body: body ? JSON.stringify(body) : undefined,
  });
  const said = answer.status === 204 ? null : await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said?.detail || text.textFailed);
  return said;
}

// Runs one request at a time and says in the dialog what went wrong.
async function attempt(work) {
  if (busy) return;
  busy = true;
  setText(state, "");
  enable();
  try {
    await work();
  } catch (error) {
    setText(state, error instanceof TypeError ? text.textFailed : error.message);
  } finally {
    busy = false;
    enable();
  }
}

function enable() { create.disabled = busy || !label.value.trim(); }

function until(link) {
  if (!link.expires_at) return text.textForEver;
  const at = Date.parse(link.expires_at);
  return at <= Date.now() ? text.textExpired : text.textUntil.replace("{time}", day(at));
}

function row(link) {
  const button = h("button", { class: "ff-btn ff-btn--sm", type: "button", text: text.textRevoke, "aria-label": text.textRevokeOf.replace("{label}", link.label) });
  button.addEventListener("click", () => {
    if (button.dataset.asked === undefined) {
      button.dataset.asked = "";
      button.className = "ff-btn ff-btn--sm ff-btn--bad";
      button.removeAttribute("aria-label");
      setText(button, text.textSure);
      return;
    }
    attempt(async () => {
      await ask("DELETE", `${text.url}${link.id}/`);
      await list();
    });
  });
  return h("li", {}, h("span", {}, h("b", { text: link.label }), h("span", { class: "ff-muted ff-small", text: ` ${until(link)}` })), button);
}

async function list() {
  const { results } = await ask("GET", `${text.url}?page_size=200`);
  $("#observer-rows").replaceChildren(...results.map(row));
  show($("#observer-empty"), !results.length);
}

create.addEventListener("click", () => attempt(async () => {
  const days = Number($("#observer-days").value);
  const made = await ask("POST", text.url, {
    label: label.value.trim(), expires_at: days ? new Date(Date.now() + days * DAY).toISOString() : null,
  });
  label.value = "";
  $("#observer-address").value = made.url;
  show($("#observer-made"), true);
  $("#observer-copy").focus();
  await list();
}));
label.addEventListener("input", enable);
$("#observer-copy").addEventListener("click", async () => {
  $("#observer-address").select();
  await navigator.clipboard.writeText($("#observer-address").value);
  window.ff.toast(text.textCopied, "ok");
});
$("#observers-open").addEventListener("click", () => {
  show($("#observer-made"), false);
  $("#observer-address").value = "";
  dialog.showModal();
  attempt(list);
});
