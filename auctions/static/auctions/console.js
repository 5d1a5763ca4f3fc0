// The buyer's live console; the neutral person and the observer see the same page with less on it.

import { Actions } from "./actions.js";
import { alarm, announce, sound } from "./announce.js";
import { pausedBy, renderEnd, renderState } from "./banners.js";
import { cardFor } from "./cards.js";
import { buyerLines, PriceChart } from "./chart.js";
import { Dec } from "./decimal.js";
import { rises } from "./direction.js";
import { $, onFrame, setText, show } from "./dom.js";
import { Feed } from "./feed.js";
import { Header } from "./header.js";
import { Kpis } from "./kpis.js";
import { hasLevels, LevelPanel } from "./levels.js";
import { begin, Selection } from "./live.js";
import { LotsRail, percentBelow } from "./lots.js";
import { LinesMatrix } from "./linesmatrix.js";
import { Messages } from "./messages.js";
import { Participants } from "./participants.js";
import { renderRules } from "./rules.js";
import { amount as words, config, formatCount, t, time } from "./text.js";
import { renderBudget } from "./worth.js";

const { clock, connection, store, commands } = begin();
const selection = new Selection(store, () => render());
const selected = () => selection.number;
const slots = new Map(); // seat -> colour and dash, for as long as the page is open

const header = new Header({ connection, clock, store, selected, onTick: () => {}, onWindow: () => renderSoon() });
const kpis = new Kpis({ store, clock, selected });
const rail = new LotsRail({ store, selected, select: (number) => selection.select(number), figures: lotFigures });
const chart = new PriceChart({ store, clock, selected, lines: (points) => buyerLines(points, (seat) => store.seatName(seat), slots) });
const actions = new Actions({ store, commands, connection, selected });
const participants = new Participants({ store, clock, selected, slots,
  write: (seat) => { chooseTab("messages"); messages.choose(seat); } });
const matrix = new LinesMatrix({ store, selected });
const levels = new LevelPanel({ store, clock, selected });
const feed = new Feed({ store });
const card = cardFor(config.format, { store, clock, selected });
const messages = new Messages({ store, commands, connection });
let unread = 0;

function lotFigures(lot, info) {
  const price = Dec.maybe(lot.price || (hasLevels(store.terms) ? lot.level?.price : lot.lead));
  if (!price) return ["–", ""];
  if (rises(info)) return [`${words(price)} ${info.unit_label}`, ""];
  return [words(price), percentBelow(price, Dec.maybe(info.baseline) || Dec.maybe(info.ceiling))];
}

// ---------- activity and messages ----------
const tabs = [...document.querySelectorAll("#side-tabs [role=tab]")];

function chooseTab(name) {
  for (const tab of tabs) {
    const isChosen = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    show($(`#${tab.getAttribute("aria-controls")}`), isChosen);
  }
  if (name === "messages") unread = 0;
  showUnread();
}

function showUnread() {
  const badge = $("#unread");
  show(badge, unread > 0);
  setText(badge, formatCount(unread));
}

for (const tab of tabs) {
  tab.addEventListener("click", () => chooseTab(tab.dataset.tab));
  tab.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const next = tabs[(tabs.indexOf(tab) + 1) % tabs.length];
    chooseTab(next.dataset.tab);
    next.focus();
  });
}

// ---------- drawing ----------
function render() {
  if (!store.ready) return;
  const { snapshot } = store;
  selection.settle();
  const lot = store.lot(selected());
  const info = store.info(selected());
  show($("#loading"), false);
  show($("#room"), true);
  header.render();
  renderState(store, lot, clock.now());
  actions.render();
  kpis.render();
  renderBudget(info, snapshot.currency);
  levels.render();
  matrix.render();
  rail.render();
  // By seat, not by rank: the same colours after a reload and on every officer's screen.
  for (const seat of (lot.participants || []).map((each) => each.seat).sort()) if (!slots.has(seat)) slots.set(seat, slots.size);
  participants.render();
  card.render();
  // Nothing else is to be done then.
  $("#do-opening")?.classList.toggle("ff-btn--primary", lot.phase === "sealed");
  chart.render();
  show($(".fl-chart-card"), !(snapshot.terms.sealed || snapshot.terms.sealed_rounds) || snapshot.points.length > 0); // one price a supplier is no course
  feed.render();
  messages.recipients(lot.participants || []);
  messages.render();
  renderRules($("#rules"), snapshot.terms, info, snapshot.currency);
  setText($("#lot-title"), store.numbers.length > 1 ? info.title : "");
  setText($("#head-format"), t(`format_${snapshot.terms.format}`));
  renderEnd(store);
}

const renderSoon = onFrame(render);

// ---------- what is said aloud ----------
function speak(event) {
  const { kind, data, lot } = event;
  const place = lot && store.numbers.length > 1 ? `${t("lot", { number: formatCount(lot) })}: ` : "";
  if (kind === "withdrawal_requested") { alarm("withdrawal", place + t("said_withdrawal")); sound.play("outbid"); }
  if (kind === "unlock_requested") { alarm("unlock", place + t("said_unlock")); sound.play("outbid"); }
  if (kind === "surrogate_approved") { alarm("surrogate", place + t("said_surrogate_approved")); sound.play("outbid"); }
  if (kind === "deadline_moved" && data.deadline) announce(`deadline-${lot}`, place + t("said_extended", { time: time(Date.parse(data.deadline)) }));
  if (kind === "lot_started") { announce(`start-${lot}`, place + t("said_started")); sound.play("started"); }
  if (kind === "lot_closed") { announce(`close-${lot}`, place + t("said_closed")); sound.play("ending"); }
  if (kind === "lot_paused") announce("paused", pausedBy(data.cause, store.terms));
  if (kind === "lot_resumed") announce("resumed", t("said_resumed"));
}

function lead(detail) {
  for (const [number, before] of detail.before) {
    const after = store.lot(number);
    if (before && after.lead && before.lead !== after.lead) {
      const place = store.numbers.length > 1 ? `${t("lot", { number: formatCount(number) })}: ` : "";
      announce(`lead-${number}`, place + t("said_new_lead", { amount: words(Dec.of(after.lead)) }));
    }
  }
}

// ---------- wiring ----------
// At once, not with the next frame: clocks and answers ask for the lot in view.
store.addEventListener("snapshot", () => { selection.settle(); renderSoon(); });
store.addEventListener("presence", () => renderSoon());
store.addEventListener("standing", (event) => { lead(event.detail); renderSoon(); });
store.addEventListener("event", (event) => {
  lead(event.detail);
  speak(event.detail);
  const { kind, data } = event.detail;
  if (kind === "message_posted" && data.sender !== "buyer" && $("#tab-messages").getAttribute("aria-selected") !== "true") {
    unread += 1;
    showUnread();
  }
  renderSoon();
});
connection.addEventListener("state", () => {
  if (connection.state === "closed" && !store.ready) setText($("#loading-words"), t("not_connected"));
  if (store.ready) renderSoon();
});
setInterval(() => { if (store.ready && document.visibilityState === "visible") kpis.render(); }, 5000);
connection.start();
