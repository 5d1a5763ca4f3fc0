// The supplier's live bidding page.

import { alarm, announce, sound } from "./announce.js";
import { pausedBy, renderEnd, renderState } from "./banners.js";
import { PriceChart, supplierLines } from "./chart.js";
import { Dec } from "./decimal.js";
import { DiscountBox } from "./discountbox.js";
import { $, onFrame, setText, show } from "./dom.js";
import { boxOf } from "./formats.js";
import { Header } from "./header.js";
import { hasLevels, ownPart } from "./levels.js";
import { FairLatency } from "./latency.js";
import { begin, Selection } from "./live.js";
import { LimitBox } from "./limitbox.js";
import { LotsRail } from "./lots.js";
import { Messages } from "./messages.js";
import { Outcome } from "./outcome.js";
import { OwnBids } from "./ownbids.js";
import { PackagesBox } from "./packagesbox.js";
import { renderPaid } from "./paid.js";
import { PricesBanner } from "./pricesbanner.js";
import { Receipts } from "./receipts.js";
import { renderRules } from "./rules.js";
import { Standing } from "./standing.js";
import { SurrogateBox } from "./surrogatebox.js";
import { TermsBanner } from "./terms.js";
import { amount as words, config, formatCount, t, time } from "./text.js";
import { renderBudget } from "./worth.js";

const { clock, connection, store, commands } = begin();
const selection = new Selection(store, () => switched());
const selected = () => selection.number;
const receipts = new Receipts(`ff-receipts:${config.auction}:${config.company}:${config.user}`, config.auction, config.urls.receipts);

const header = new Header({ connection, clock, store, selected, onTick: () => { ownBids.tick(); terms.tick(); }, onWindow: () => renderSoon() });
const standing = new Standing({ store, selected });
const outcome = new Outcome({ store, commands, connection, receipts, selected, dismissed: (entry) => dismiss(entry) });
const bidBox = new (boxOf(config.format))({ store, commands, connection, clock, selected, changed: () => outcome.render(bidBox.result()) });
const around = { store, commands, connection, receipts, selected, blockedBy: () => bidBox.blockedBy() };
const mandates = [
  ...($("#limit") ? [new LimitBox(around), new SurrogateBox(around)] : []),
  ...($("#packages") ? [new PackagesBox(around), new DiscountBox(around)] : []),
];
const ownBids = new OwnBids({ store, commands, connection, clock, receipts, selected, asked: (entry) => bidBox.answered(entry) });
const messages = new Messages({ store, commands, connection });
const rail = new LotsRail({ store, selected, select: (number) => selection.select(number), figures: lotFigures });
const latency = new FairLatency({ clock, connection });
const chart = new PriceChart({ store, clock, selected, lines: supplierLines });
const terms = new TermsBanner({ store, commands, connection, clock, changed: () => renderSoon() });
const prices = new PricesBanner({ store, commands, connection, changed: () => renderSoon() });

function lotFigures(lot) {
  const own = lot.own;
  if (hasLevels(store.terms)) return [lot.level ? words(Dec.of(lot.level.price)) : "–", ownPart(store, lot)?.word || ""];
  if (lot.packages && lot.phase === "closed") return chosenTogether(lot, own);
  if (!own || !own.best) return [t("no_bid_yet"), ""];
  let place = "";
  if (own.leading === true) place = t("leading");
  else if (own.rank) place = t("rank_only", { rank: formatCount(own.rank) });
  else if (own.leading === false) place = t("outbid");
  return [words(Dec.of(own.best)), place];
}

// Not the lowest price alone decides: a rank would mislead.
function chosenTogether(lot, own) {
  const price = Dec.maybe(own?.won ? lot.price : own?.best);
  const word = own?.won ? t("won") : own?.best ? t("package_lost") : "";
  return [price ? words(price) : t("no_bid_made"), word];
}

function dismiss(entry) {
  commands.forget(entry);
  bidBox.dismissed(entry);
}

function render() {
  if (!store.ready) return;
  const { snapshot } = store;
  selection.settle();
  show($("#loading"), false);
  show($("#room"), true);
  header.render();
  latency.render();
  terms.render();
  prices.render();
  renderState(store, store.lot(selected()), clock.now());
  renderBudget(store.info(selected()), snapshot.currency);
  renderPaid(store, store.lot(selected()), store.info(selected()));
  standing.render();
  bidBox.render();
  for (const box of mandates) box.render();
  ownBids.render();
  rail.render();
  messages.render();
  renderRules($("#rules"), snapshot.terms, store.info(selected()), snapshot.currency, store.lot(selected()).own);
  setText($("#lot-title"), store.numbers.length > 1 ? store.info(selected()).title : "");
  setText($("#chart-heading"), t(hasLevels(snapshot.terms) ? "chart_levels" : snapshot.terms.feedback.lead ? "chart_with_lead" : "chart_own"));
  chart.render();
  renderEnd(store);
}

const renderSoon = onFrame(render);

function switched() {
  bidBox.switched();
  render();
}

// ---------- what is said aloud ----------
function compare(number, before) {
  const after = store.lot(number);
  if (!before || !after || !before.own || !after.own || after.packages) return;
  const place = store.numbers.length > 1 ? `${t("lot", { number: formatCount(number) })}: ` : "";
  if (before.own.leading === true && after.own.leading === false) {
    alarm(`outbid-${number}`, place + (after.own.rank ? t("said_outbid_rank", { rank: after.own.rank }) : t("said_outbid")));
    sound.play("outbid");
  } else if (before.own.leading !== true && after.own.leading === true) announce(`lead-${number}`, place + t("said_leading"));
  else if (before.own.rank && after.own.rank && before.own.rank !== after.own.rank) {
    const text = place + t("said_rank", { rank: after.own.rank });
    if (after.own.rank > before.own.rank) { alarm(`rank-${number}`, text); sound.play("outbid"); }
    else announce(`rank-${number}`, text);
  }
}

const SPOKEN = {
  lot_started: () => { sound.play("started"); return t("said_started"); },
  deadline_moved: (event) => (event.data.deadline ? t("said_extended", { time: time(Date.parse(event.data.deadline)) }) : ""),
  lot_paused: (event) => pausedBy(event.data.cause, store.terms),
  resume_announced: (event) => (event.data.resumes_at ? t("said_resumes", { time: time(Date.parse(event.data.resumes_at)) }) : ""),
  lot_resumed: () => t("said_resumed"),
  level_opened: (event) => (store.terms.format === "japanese" || event.data.level % 5 === 0
    ? t("said_level", { number: formatCount(event.data.level), amount: words(Dec.of(event.data.price)) }) : ""),
  stage_started: (event) => { if (!event.data.yours) return ""; sound.play("outbid"); return t("said_your_turn"); },
  sealed_round_started: (event) => { if (event.data.round > 1) sound.play("started"); return event.data.round > 1 ? t("said_round_started", { round: formatCount(event.data.round) }) : ""; },
  sealed_round_ended: (event) => t("said_round_ended", { round: formatCount(event.data.round) }),
  turn_ended: (event) => (event.data.yours ? t("said_turn_ends") : ""),
  seeds_awaited: () => t("said_window_over"),
  final_stage_started: (event) => { sound.play("started"); return t("said_final", { time: time(Date.parse(event.data.until)) }); },
  finalist_named: () => { sound.play("outbid"); return t("said_finalist"); },
  bids_voided: (event) => t("said_void", { n: event.data.bids }),
  seat_requalified: () => t("said_requalified"),
  lot_closed: () => t("said_closed"),
  cancelled: () => t("said_cancelled"),
  annulled: () => t("said_annulled"),
  hard_stop_announced: (event) => (event.data.hard_stop ? t("said_hard_stop", { time: time(Date.parse(event.data.hard_stop)) }) : ""),
};

function speak(event) {
  if (event.kind === "dropped_out") {
    alarm(`out-${event.lot}`, t("said_out", { number: formatCount(event.data.level) }));
    sound.play("outbid");
    return;
  }
  if (event.kind === "bid_placed" && event.data.automatic) {
    ownBids.addPlaced(event);
    announce(`automatic-${event.lot}`, t("said_automatic", { amount: words(Dec.of(event.data.amount)) }));
    return;
  }
  if (event.kind === "bid_placed" && event.data.surrogate) {
    ownBids.addPlaced(event);
    alarm(`surrogate-${event.lot}`, t("said_surrogate", { amount: words(Dec.of(event.data.amount)) }));
    return;
  }
  if (event.kind === "seat_disqualified") {
    alarm("disqualified", t("said_disqualified"));
    sound.play("refused");
    return;
  }
  const text = SPOKEN[event.kind]?.(event);
  if (!text) return;
  const place = event.lot && store.numbers.length > 1 ? `${t("lot", { number: formatCount(event.lot) })}: ` : "";
  announce(`${event.kind}-${event.lot}`, place + text);
}

// ---------- wiring ----------
// At once, not with the next frame: clocks and answers ask for the lot in view.
store.addEventListener("snapshot", () => { selection.settle(); renderSoon(); });
store.addEventListener("standing", (event) => {
  for (const [number, before] of event.detail.before) compare(number, before);
  renderSoon();
});
store.addEventListener("event", (event) => {
  for (const [number, before] of event.detail.before) compare(number, before);
  speak(event.detail);
  renderSoon();
});
commands.addEventListener("change", (event) => {
  const entry = event.detail;
  if (["accepted", "refused", "dropped"].includes(entry.state)) receipts.keep(entry);
  const box = mandates.find((each) => each.takes(entry)) || bidBox;
  if (box === bidBox && !["bid", "accept", "sealed_offer", "unlock", "withdraw"].includes(entry.command.type)) return;
  if (["bid", "accept"].includes(entry.command.type) && store.ready && ["accepted", "refused"].includes(entry.state)) ownBids.add(entry);
  if (entry.state === "accepted") {
    announce("answer", t("said_accepted"));
    sound.play("accepted");
  } else if (entry.state === "refused" || entry.state === "retry") {
    alarm("answer", t("said_refused", { reason: entry.answer.message }));
    sound.play("refused");
  } else if (entry.state === "unknown") alarm("answer", t("said_unknown"));
  if (store.ready) {
    box.answered(entry);
    renderSoon();
  }
});
store.addEventListener("checkpoint", () => { receipts.keepCheckpoint(store.checkpoint); renderSoon(); });
connection.addEventListener("state", () => {
  if (connection.state === "closed" && !store.ready) setText($("#loading-words"), t("not_connected"));
  if (store.ready) renderSoon();
});
connection.start();
