// What is said about a state in which nobody bids: a pause, settling, the end.

import { moment } from "./clock.js";
import { Dec } from "./decimal.js";
import { unitOf } from "./direction.js";
import { $, h, icon, show } from "./dom.js";
import { randomWords } from "./randomend.js";
import { amount as words, duration, t, time } from "./text.js";

// The words for a state in which nobody bids, or after the end; empty while bidding goes on.
export function stateWords(store, lot, now = null) {
  const { snapshot } = store;
  if (snapshot.phase === "cancelled") return { tone: "bad", icon: "ban", text: t("said_cancelled"), reason: snapshot.ended_reason };
  if (snapshot.phase === "annulled") return { tone: "bad", icon: "ban", text: t("said_annulled"), ...annulled(snapshot) };
  if (!lot) return null;
  if (lot.own?.disqualified) return { tone: "bad", icon: "ban", text: t("said_disqualified"), reason: disqualification(snapshot) };
  if (lot.phase === "paused") return pauseWords(store, lot);
  const random = randomWords(lot, now);
  if (random) return random;
  if (lot.phase === "settling" && lot.level) return null; // a level turns within milliseconds
  if (lot.phase === "sealed") return { tone: "info", icon: "lock", text: t(lot.sealed?.handed_over ? "said_sealed_office" : "said_sealed"), reason: "" };
  if (lot.phase === "settling") return { tone: "info", icon: "hourglass", text: t("said_settling"), reason: "" };
  if (lot.phase === "closed" && !lot.own && lot.outcome) return closedWords(store, lot);
  return null;
}

// The platform's own reason is in the ledger's language.
function annulled(snapshot) {
  const missing = snapshot.feed.some((each) => each.kind === "seed_missing");
  return missing ? { note: t("said_seed_missing"), reason: "" } : { reason: snapshot.ended_reason };
}

function disqualification(snapshot) {
  const event = [...snapshot.feed].reverse().find((each) => each.kind === "seat_disqualified");
  return event ? event.data.reason : "";
}

function pauseWords(store, lot) {
  const cause = lot.pause_causes[0];
  const event = [...store.snapshot.feed].reverse().find((each) => each.kind === "lot_paused" && each.lot === lot.number);
  const reason = event && event.data.cause === cause ? event.data.reason : "";
  const resumes = moment(lot.resumes_at);
  if (resumes) return { tone: "warn", icon: "player-play", text: t("said_resumes", { time: time(resumes) }), reason: "" };
  const left = lot.remaining_ms ? t("said_left", { time: duration(lot.remaining_ms) }) : "";
  return { tone: "warn", icon: "player-pause", text: `${pausedBy(cause, store.terms)} ${left}`.trim(), reason };
}

// That a lot is paused, and by what.
export function pausedBy(cause, terms) {
  const key = { withdrawal: "said_paused_withdrawal", consent: "said_paused_consent", connections: "said_paused_connections" }[cause] || "said_paused";
  const longest = terms.automatic_pause?.longest;
  return t(key, { time: longest ? duration(longest / 1000) : "" });
}

function closedWords(store, lot) {
  if (lot.outcome === "no_bid") return { tone: "", icon: "circle-x", text: t("said_no_bid"), reason: "" };
  const unit = unitOf(store.snapshot, store.info(lot.number));
  const paid = lot.paid ? ` (${words(Dec.of(lot.paid))} ${lot.paid_in})` : "";
  const price = lot.price ? `${words(Dec.of(lot.price))} ${unit}${paid}` : "";
  if (lot.outcome === "reserve_not_met") {
    const reserve = lot.reserve ? t("reserve_was", { amount: `${words(Dec.of(lot.reserve))} ${unit}` }) : "";
    return { tone: "warn", icon: "circle-x", text: t("said_reserve"), reason: reserve };
  }
  return { tone: "ok", icon: "trophy", text: t("said_won_by", { name: lot.winner ? store.seatName(lot.winner) : "", amount: price }), reason: "" };
}

export function renderState(store, lot, now = null) {
  const box = $("#state-banner");
  const words_ = stateWords(store, lot, now);
  show(box, Boolean(words_));
  if (!words_) { box.dataset.shown = ""; return; }
  const mark = JSON.stringify(words_);
  if (box.dataset.shown === mark) return;
  box.dataset.shown = mark;
  box.className = words_.tone ? `ff-receipt ff-receipt--${words_.tone}` : "ff-receipt";
  box.replaceChildren(icon(words_.icon), h("div", {}, h("strong", { text: words_.text }), ...(words_.note ? [h("div", { text: words_.note })] : []),
    ...(words_.reason ? [h("div", { text: t("reason_given", { reason: words_.reason }) })] : [])));
}

// Links that make sense once the auction has ended.
export function renderEnd(store) {
  const ended = store.isOver && store.snapshot.phase !== "scheduled";
  show($("#end-links"), ended);
  document.querySelectorAll("[data-while-open]").forEach((each) => show(each, !ended));
  document.querySelectorAll("[data-once-ended]").forEach((each) => show(each, ended));
}
