// The opening of sealed offers: the auditor's key is made and unlocked here, never on the server.

import { $, download, h, setText, show } from "./dom.js";
import { available, commitmentOf, newAuditorKey, seedOf, unwrapped } from "./sealing.js";

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
  made = [];
  for (let round = 0; round < Math.max(1, config.rounds); round += 1) made.push(await newAuditorKey(one));
  const grouped = (secret) => secret.match(/.{8}/g).join(" ");
  if (config.rounds) {
    $("#sheet-keys").replaceChildren(...made.flatMap(({ secret }, place) => [
      h("dt", { text: config.strings.round.replace("{round}", place + 1) }), h("dd", { text: grouped(secret) })]));
  } else setText($("#sheet-key"), grouped(made[0].secret));
  show($("#make-form"), false);
  show($("#sheet"), true);
  $("#sheet").focus();
});

$("#sheet-kept")?.addEventListener("change", (event) => { $("#make-known").disabled = !event.target.checked; });
$("#sheet-print")?.addEventListener("click", () => window.print());

on("#make-known", async () => {
  const keys = made.map(({ publicKey, wrapped }) => ({ public_key: publicKey, wrapped }));
  if (config.rounds) await ask(config.urls.rounds, { keys });
  else await ask(config.urls.auditor, { ...keys[0], commitment: config.seeds ? await commitmentOf(await seedOf(made[0].secret)) : "" });
  again();
});

// The auditor's key by the passphrase typed; empty, and said beside the field, for another one.
async function unlocked() {
  setText($("#hand-error"), "");
  if (!available) throw new Error(config.strings.no_crypto);
  try {
    return await unwrapped(config.wrapped, $("#pass").value);
  } catch {
    setText($("#hand-error"), config.strings.wrong);
    $("#pass").focus();
    return "";
  }
}

on("#seeds-open", async () => {
  const key = await unlocked();
  if (!key) return;
  await ask(config.urls.seeds, { seed: await seedOf(key) });
  again();
});

on("#seeds-sheet", async () => {
  if (!available) throw new Error(config.strings.no_crypto);
  const typed = $("#sheet-typed").value.replace(/\s+/g, "").toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(typed)) throw new Error(config.strings.sheet);
  await ask(config.urls.seeds, { seed: await seedOf(typed) });
  again();
});

on("#hand-over", async () => {
  const key = await unlocked();
  if (!key) return;
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

// The officer's file holds one key, or where there are rounds those of all.
function keyIn(kept) { return config.rounds ? kept.keys?.[config.round - 1] : kept.key; }

on("#open-file", async () => {
  const [file] = $("#office-file").files;
  const key = file ? await file.text().then((text) => keyIn(JSON.parse(text))).catch(() => "") : "";
  if (!key) throw new Error(config.strings.file);
  await ask(config.urls.open, { office_key: key });
  again();
});

on("#office-save", async () => {
  const { key, keys } = await ask(config.urls.office);
  const kept = config.rounds ? { keys } : { key };
  download(`office-key-${config.auction}.json`, JSON.stringify({ auction: config.auction, ...kept }, null, 2));
});
