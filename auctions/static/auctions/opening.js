// The opening of sealed offers: the auditor's key is made and unlocked here, never on the server.

import { $, download, setText, show } from "./dom.js";
import { available, newAuditorKey, unwrapped } from "./sealing.js";

const config = JSON.parse($("#opening-config").textContent);
const SHORTEST = 12;
let made = null;
let busy = false;

async function ask(address, body) {
  const answer = await fetch(address, {
    method: body ? "POST" : "GET",
    headers: {
      Accept: "application/json", "Content-Type": "application/json", "X-Company": config.company,
      "X-CSRFToken": $("[name=csrfmiddlewaretoken]").value,
    },
    body: body ? JSON.stringify(body) : undefined,
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.detail || config.strings.failed);
  return said;
}

function failed(text) {
  setText($("#failure > div"), text);
  show($("#failure"), Boolean(text));
}

// One thing at a time; what went wrong is said at the top.
function on(id, work) {
  $(id)?.addEventListener("click", async (event) => {
    if (busy) return;
    busy = true;
    failed("");
    event.currentTarget.setAttribute("aria-busy", "true");
    const button = event.currentTarget;
    try {
      await work();
    } catch (error) {
      failed(error instanceof TypeError ? config.strings.failed : error.message);
    } finally {
      busy = false;
      button.removeAttribute("aria-busy");
    }
  });
}

function again() { window.location.reload(); }

on("#make", async () => {
  const error = $("#pass-error");
  const [one, two] = [$("#pass-one").value, $("#pass-two").value];
  const fault = one.length < SHORTEST ? config.strings.short : one === two ? "" : config.strings.differ;
  setText(error, fault);
  if (fault) { $(one.length < SHORTEST ? "#pass-one" : "#pass-two").focus(); return; }
  if (!available) throw new Error(config.strings.no_crypto);
  made = await newAuditorKey(one);
  setText($("#sheet-key"), made.secret.match(/.{8}/g).join(" "));
  show($("#make-form"), false);
  show($("#sheet"), true);
  $("#sheet").focus();
});

$("#sheet-kept")?.addEventListener("change", (event) => { $("#make-known").disabled = !event.target.checked; });
$("#sheet-print")?.addEventListener("click", () => window.print());

on("#make-known", async () => {
  await ask(config.urls.auditor, { public_key: made.publicKey, wrapped: made.wrapped });
  again();
});

on("#hand-over", async () => {
  setText($("#hand-error"), "");
  if (!available) throw new Error(config.strings.no_crypto);
  let key = "";
  try {
    key = await unwrapped(config.wrapped, $("#pass").value);
  } catch {
    setText($("#hand-error"), config.strings.wrong);
    $("#pass").focus();
    return;
  }
  await ask(config.urls["hand-over"], { key, by_sheet: false });
  again();
});

on("#hand-sheet", async () => {
  await ask(config.urls["hand-over"], { key: $("#sheet-typed").value, by_sheet: true });
  again();
});

on("#open", async () => {
  await ask(config.urls.open, {});
  again();
});

on("#open-file", async () => {
  const [file] = $("#office-file").files;
  const key = file ? await file.text().then((text) => JSON.parse(text).key).catch(() => "") : "";
  if (!key) throw new Error(config.strings.file);
  await ask(config.urls.open, { office_key: key });
  again();
});

on("#office-save", async () => {
  const { key } = await ask(config.urls.office);
  download(`office-key-${config.auction}.json`, JSON.stringify({ auction: config.auction, key }, null, 2));
});
