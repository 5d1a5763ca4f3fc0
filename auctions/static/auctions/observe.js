// The live page of whoever has an observer link: watches, sends nothing but its own measurements.

import { announce, sound } from "./announce.js";
import { pausedBy, renderState } from "./banners.js";
import { lotTotal } from "./bidding.js";
import { cardFor } from "./cards.js";
import { PriceChart, supplierLines } from "./chart.js";
import { moment } from "./clock.js";
import { Dec } from "./decimal.js";
import { rises, unitOf } from "./direction.js";
import { $, h, icon, keyed, onFrame, setText, show } from "./dom.js";
import { Feed } from "./feed.js";
import { Header } from "./header.js";
import { hasLevels, LevelPanel } from "./levels.js";
import { begin, Selection } from "./live.js";
import { LotsRail } from "./lots.js";
import { renderRules } from "./rules.js";
import { amount as words, config, formatCount, t, time } from "./text.js";
import { priceWords, renderBudget } from "./worth.js";

const { clock, connection, store } = begin();
const selection = new Selection(store, () => render());
const selected = () => selection.number;

const header = new Header({ connection, clock, store, selected, onTick: () => {}, onWindow: () => renderSoon() });
const rail = new LotsRail({ store, selected, select: (number) => selection.select(number), figures: (lot) => [shownPrice(lot), ""] });
const chart = new PriceChart({ store, clock, selected, lines: (...given) => supplierLines(...given).slice(0, 1) });
const levels = new LevelPanel({ store, clock, selected });
const feed = new Feed({ store });
const card = cardFor(config.format, { store, clock, selected });

// In rounds in turns the best offer is the one last shown.
function priceOf(lot) { return Dec.maybe(lot.price || lot.lead || lot.turns?.rows.find((row) => row.place === 1)?.amount); }

function shownPrice(lot) {
  const price = priceOf(lot) || Dec.maybe(lot.level?.price);
  return price ? words(price) : "–";
}

function renderLead(lot, info) {
  const { currency } = store.snapshot;
  const price = priceOf(lot);
  const hidden = t(store.terms.feedback.lead ? "observed_hidden" : "observed_never");
  setText($("#lead-label"), t(lot.phase === "closed" ? "observed_final" : "observed_best"));
  setText($("#lead-value"), shownPrice(lot));
  setText($("#lead-unit"), price ? unitOf({ currency }, info) : "");
  const total = () => (rises(info) ? priceWords(price, info, currency) : t("observed_total", { amount: words(lotTotal(price, info)), currency }));
  setText($("#lead-note"), price ? total() : hidden);
  setText($("#extensions"), formatCount(lot.extensions));
  setText($("#hard-stop"), lot.hard_stop && lot.phase !== "closed" && !hasLevels(store.terms) ? `${t("observed_ends")} ${time(moment(lot.hard_stop))}` : "");
}

function renderNotes() {
  const notes = [...store.snapshot.notes].reverse();
  keyed($("#notes"), notes, (note) => `${note.at}|${note.text.length}`, (note) => h("li", { data: { kind: "message" } },
    h("time", { datetime: note.at, text: time(moment(note.at)) }), icon("message-2"),
    h("span", {}, h("b", { text: t("buyer") }), ": ", note.text)), () => {});
  show($("#notes-empty"), !notes.length);
}

function render() {
  if (!store.ready) return;
  selection.settle();
  const lot = store.lot(selected());
  const info = store.info(selected());
  show($("#loading"), false);
  show($("#room"), true);
  header.render();
  renderState(store, lot, clock.now());
  renderLead(lot, info);
  renderBudget(info, store.snapshot.currency);
  levels.render();
  rail.render();
  card.render();
  chart.render();
  feed.render();
  renderNotes();
  renderRules($("#rules"), store.snapshot.terms, info, store.snapshot.currency);
  setText($("#lot-title"), store.numbers.length > 1 ? info.title : "");
  setText($("#head-format"), t(`format_${store.terms.format}`));
  show($("#end-links"), store.isOver && Boolean(config.urls.ledger));
}

const renderSoon = onFrame(render);

const SPOKEN = {
  lot_started: () => { sound.play("started"); return t("said_started"); },
  deadline_moved: (event) => (event.data.deadline ? t("said_extended", { time: time(moment(event.data.deadline)) }) : ""),
  lot_paused: (event) => pausedBy(event.data.cause, store.terms),
  lot_resumed: () => t("said_resumed"),
  lot_closed: () => { sound.play("ending"); return t("said_closed"); },
  cancelled: () => t("said_cancelled"),
  annulled: () => t("said_annulled"),
};

function newLead(before) {
  for (const [number, earlier] of before) {
    const lead = store.lot(number).lead;
    if (earlier && lead && lead !== earlier.lead) announce(`lead-${number}`, t("said_new_lead", { amount: words(Dec.of(lead)) }));
  }
}

store.addEventListener("snapshot", () => { selection.settle(); renderSoon(); });
store.addEventListener("standing", (event) => { newLead(event.detail.before); renderSoon(); });
store.addEventListener("event", (event) => {
  const text = SPOKEN[event.detail.kind]?.(event.detail);
  if (text) announce(`${event.detail.kind}-${event.detail.lot}`, text);
  renderSoon();
});
connection.addEventListener("state", () => {
  if (connection.state === "closed" && !store.ready) {
    const key = `close_${connection.closedBy?.code}`;
    setText($("#loading-words"), key in config.strings ? t(key) : t("not_connected"));
  }
  if (store.ready) renderSoon();
});
connection.start();
