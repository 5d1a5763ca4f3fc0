// A supplier's own position on the lot in view: rank, own best, lead where granted, gap.

import { limitOf } from "./bidding.js";
import { moment } from "./clock.js";
import { Dec } from "./decimal.js";
import { rises, unitOf } from "./direction.js";
import { $, setData, setText, show } from "./dom.js";
import { hasLevels, ownPart } from "./levels.js";
import { amount as words, formatCount, t, time } from "./text.js";
import { priceWords, short } from "./worth.js";

export class Standing {
  constructor({ store, selected }) {
    Object.assign(this, { store, selected });
  }

  render() {
    const { store } = this;
    const lot = store.lot(this.selected());
    const info = store.info(this.selected());
    const own = lot.own || { best: null, bids: 0 };
    const unit = unitOf(store.snapshot, info);
    if (hasLevels(store.terms)) {
      this.#part(lot, own);
      this.#best(own, unit);
      this.#lead(lot, own, unit, info);
      show($("#most-cell"), false);
      setText($("#total-note"), "");
      show($(".ff-standing"), Boolean(own.best) && !own.won); // else the card of the level says it all
      return;
    }
    this.#rank(lot, own);
    this.#best(own, unit);
    this.#lead(lot, own, unit, info);
  }

  #rank(lot, own) {
    const position = positionOf(lot, own, this.store.terms);
    setData($("#rankbox"), "state", position.state);
    setText($("#rank-number"), position.number);
    show($("#rank-number"), position.number !== "–");
    setText($("#rank-word"), position.word);
    setText($("#rank-note"), position.note);
  }

  // Where prices move by levels nobody is ranked: one is in, has accepted, or is out.
  #part(lot, own) {
    const part = ownPart(this.store, lot) || { word: t("no_accept_yet"), tone: "" };
    const level = lot.level?.own_level;
    setData($("#rankbox"), "state", part.tone === "ok" ? "leading" : part.tone === "bad" || part.tone === "warn" ? "outbid" : null);
    show($("#rank-number"), false); // a level's number there would be read as a rank
    setText($("#rank-word"), part.word);
    setText($("#rank-note"), level === null || level === undefined ? t("no_accept_yet") : t("level_latest", { number: formatCount(level) }));
    if (own.won) setText($("#rank-note"), t(own.awarded ? "awarded" : "award_follows"));
  }

  #best(own, unit) {
    setText($("#best-value"), own.best ? words(Dec.of(own.best)) : "–");
    setText($("#best-unit"), own.best ? unit : "");
    const at = moment(own.best_at);
    let note = t("no_bid_yet");
    if (own.best && own.withdrawal_pending) note = t("withdrawal_waits");
    else if (own.best && own.prebid) note = t("prebid_at", { time: time(at) });
    else if (own.best && at) note = t("accepted_at", { time: time(at) });
    setText($("#best-note"), note);
    const score = Dec.maybe(own.score);
    show($("#own-score"), Boolean(score));
    setText($("#own-score"), score ? t("score_is", { score: words(short(score)) }) : "");
  }

  #lead(lot, own, unit, info) {
    const lead = Dec.maybe(lot.lead);
    const sees = this.store.terms.feedback.lead;
    show($("#lead-cell"), sees || Boolean(lead));
    show($("#gap-cell"), sees || Boolean(lead));
    show($("#most-cell"), !sees && !lead && lot.phase !== "closed");
    show($("#total-cell"), !sees && !lead);
    setText($("#lead-value"), lead ? words(lead) : "–");
    setText($("#lead-unit"), lead ? unit : "");
    setText($("#lead-note"), this.#leadNote(lot, own, lead));
    const gap = Dec.maybe(own.gap);
    const best = Dec.maybe(own.best);
    setText($("#gap-value"), gap ? words(gap.abs()) : "–");
    const share = gap && lead && !gap.isZero ? gap.abs().percentOf(lead) : null;
    setText($("#gap-unit"), share ? t("percent", { value: words(share) }) : "");
    setText($("#gap-note"), gap && !gap.isZero && best && !rises(info)
      ? t("gap_on_lot", { amount: words(gap.abs().times(Dec.of(info.quantity)).toScale(info.scale)), currency: this.store.snapshot.currency })
      : gap && gap.isZero && own.leading ? t("gap_none") : "");
    const { most } = limitOf(lot);
    setText($("#most-value"), most ? words(most) : "–");
    setText($("#most-unit"), most ? unit : "");
    const total = Dec.maybe(own.total);
    const { currency } = this.store.snapshot;
    const price = rises(info) && best ? priceWords(best, info, currency) : "";
    setText($("#total-value"), price || (total ? words(total) : "–"));
    setText($("#total-unit"), total && !price ? currency : "");
    setText($("#total-note"), t("bids_accepted", { n: own.bids || 0 }));
    this.#reserve(lot);
  }

  #leadNote(lot, own, lead) {
    if (own.leading) return t("lead_yours");
    const feedback = this.store.terms.feedback;
    if (!lead && feedback.after_first_bid && !own.best) return t("after_your_bid");
    if (!lead && feedback.lead_min_bidders > 1) return t("lead_from", { n: feedback.lead_min_bidders });
    const at = this.store.snapshot.points.filter((each) => each.lot === lot.number && lead && each.amount === lot.lead).at(-1);
    return at ? t("lead_set", { time: time(moment(at.at)) }) : "";
  }

  #reserve(lot) {
    const known = lot.reserve_met !== null && lot.reserve_met !== undefined;
    const chip = $("#reserve");
    show(chip, known);
    if (!known) return;
    chip.className = lot.reserve_met ? "ff-chip ff-chip--ok" : "ff-chip ff-chip--warn";
    setText(chip, t(lot.reserve_met ? "reserve_met" : "reserve_not_met"));
  }
}

// {state, number, word, note} of the rank box: leading is ok, outbid is a warning.
export function positionOf(lot, own, terms) {
  if (own.won === true || own.awarded === true) return { state: "leading", number: own.rank ?? "1", word: t("won"), note: t(own.awarded ? "awarded" : "award_follows") };
  const shown = lot.turns?.rows.find((row) => row.own);
  if (lot.phase === "closed") {
    const note = own.rank ? rankNote(own) : shown ? t("rank_of", { rank: formatCount(shown.place), of: formatCount(lot.turns.rows.length) }) : "";
    return { state: null, number: own.rank ?? shown?.place ?? "–", word: own.best ? t("lot_over") : t("no_bid_made"), note };
  }
  if (own.disqualified) return { state: null, number: "–", word: t("disqualified_you"), note: t("does_not_count") };
  if (shown) {
    const note = t("turns_place_shown", { rank: formatCount(shown.place), of: formatCount(lot.turns.rows.length) });
    return { state: shown.place === 1 ? "leading" : "outbid", number: shown.place, word: t(shown.place === 1 ? "leading" : "your_rank"), note };
  }
  if (!own.best) return { state: null, number: "–", word: t("no_bid_yet"), note: lot.phase === "running" ? t("bid_to_rank") : "" };
  if (own.prebid && lot.phase !== "running") return { state: null, number: "–", word: t("prebid_stands"), note: t("rank_after_start") };
  if (own.leading === true) return { state: "leading", number: own.rank ?? "1", word: t("leading"), note: own.rank ? rankNote(own) : "" };
  if (own.leading === false) return { state: "outbid", number: own.rank ?? "–", word: t("outbid"), note: own.rank ? rankNote(own) : "" };
  if (own.rank !== null && own.rank !== undefined) return { state: null, number: own.rank, word: t("your_rank"), note: rankNote(own) };
  return { state: null, number: "–", word: t("rank_hidden"), note: lot.ranks_hidden ? t("ranks_hidden_now") : terms.feedback.rank ? t("rank_later") : t("ranks_never") };
}

function rankNote(own) {
  return own.of ? t("rank_of", { rank: formatCount(own.rank), of: formatCount(own.of) }) : t("rank_only", { rank: formatCount(own.rank) });
}
