// The box of a Dutch clock and of a Japanese round: one Accept, confirmed by a second step that names
// the level. Nothing is shown as done before the server said so.

import { moment } from "./clock.js";
import { Dec } from "./decimal.js";
import { setData, setText, show } from "./dom.js";
import { LevelPanel, levelPrice } from "./levels.js";
import { lotTotal } from "./bidding.js";
import { amount as words, formatCount, t, time } from "./text.js";

const LATE_GRACE = 1000; // our clock may be off by that much; the server's decides

export class LevelBox {
  constructor({ store, commands, connection, clock, selected, changed }) {
    Object.assign(this, { store, commands, connection, clock, selected, changed });
    this.panel = new LevelPanel({ store, clock, selected });
    this.drafts = new Map(); // lot -> {review: {level, price}, result}
    this.parts = Object.fromEntries([...document.querySelectorAll("#bid [id]")].map((part) => [part.id, part]));
    const { parts } = this;
    parts["accept-open"].addEventListener("click", () => this.#open());
    parts["accept-confirm"].addEventListener("click", () => this.#confirm());
    parts["accept-cancel"].addEventListener("click", () => this.#cancel());
    // A key held down must not run through both steps.
    for (const id of ["accept-open", "accept-confirm"]) {
      parts[id].addEventListener("keydown", (event) => { if (event.repeat) event.preventDefault(); });
    }
    parts["accept-review"].addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.preventDefault(); this.#cancel(); }
    });
  }

  #draft() {
    const number = this.selected();
    if (!this.drafts.has(number)) this.drafts.set(number, { review: null, result: null });
    return this.drafts.get(number);
  }

  #open() {
    const lot = this.store.lot(this.selected());
    if (this.blockedBy() || !lot.level) { this.render(); return; }
    this.#draft().review = { level: lot.level.number, price: Dec.of(lot.level.price) };
    this.render();
    this.parts["accept-confirm"].focus();
  }

  #cancel() {
    this.#draft().review = null;
    this.render();
    this.parts["accept-open"].focus();
  }

  #confirm() {
    const draft = this.#draft();
    const lot = this.selected();
    if (!draft.review || this.blockedBy()) { this.render(); return; }
    const entry = this.commands.send({ type: "accept", lot, level: draft.review.level }, { keep: true });
    if (!entry) { this.render(); return; }
    Object.assign(draft, { review: null, result: entry });
    this.render();
    this.parts.result.focus({ preventScroll: true });
  }

  answered(entry) {
    const draft = this.drafts.get(entry.lot) || { review: null, result: null };
    this.drafts.set(entry.lot, draft);
    draft.result = entry;
    this.render();
  }

  dismissed(entry) {
    const draft = this.drafts.get(entry.lot);
    if (draft && draft.result === entry) draft.result = null;
    this.render();
    this.parts["accept-open"].focus();
  }

  result() { return this.#draft().result; }

  switched() { this.render(); }

  // Why nothing can be accepted now, in words; empty when something can.
  blockedBy() {
    const { store, connection } = this;
    const lot = store.lot(this.selected());
    if (connection.state === "offline" || connection.state === "closed") return t("no_bid_offline");
    if (store.isOver) return t("no_bid_over");
    if (store.snapshot.terms_accepted === false) return t("no_bid_terms");
    if (this.commands.open("accept", lot.number)) return t("no_accept_open");
    if (lot.phase === "closed") return t("no_bid_closed");
    if (lot.phase === "paused") return t("no_accept_paused");
    if (!lot.level) {
      const starts = moment(lot.starts_at);
      return starts ? t("no_accept_waiting", { time: time(starts) }) : t("no_bid_waiting_unknown");
    }
    if (lot.level.own === "out") return t("no_accept_out", { number: formatCount(lot.level.missed ?? 0) });
    if (lot.level.own === "accepted") return t(store.terms.format === "dutch" ? "no_accept_taken" : "no_accept_twice");
    if (lot.phase === "settling" || this.clock.now() > moment(lot.deadline) + LATE_GRACE) return t("level_turning");
    return store.may("accept") ? "" : t("no_bid_role");
  }

  render() {
    if (!this.store.ready) return;
    this.panel.render();
    const { parts, store } = this;
    const number = this.selected();
    const lot = store.lot(number);
    const info = store.info(number);
    const draft = this.#draft();
    const isDutch = store.terms.format === "dutch";
    const unit = `${store.snapshot.currency}/${info.unit_label}`;
    const isClosed = lot.phase === "closed" || store.isOver;
    // A round's earlier level can be accepted no more; a clock's can, and binds at its price.
    if (draft.review && (isClosed || (!isDutch && lot.level?.number !== draft.review.level))) draft.review = null;
    const { review } = draft;
    const blocked = this.blockedBy();
    setData(document.querySelector("#bid"), "state", isClosed ? "closed" : null);
    const isOut = lot.level?.own === "out";
    const isTaken = lot.level?.own === "accepted";
    show(parts["accept-act"], !review && !isClosed && !isOut);
    parts["accept-open"].disabled = Boolean(blocked);
    setData(parts["accept-open"], "state", isTaken ? "done" : null);
    const price = Dec.maybe(lot.level?.price);
    setText(parts["accept-open"].querySelector("span"), price ? t(isTaken ? "accept_done" : "accept_price", { amount: words(price), unit }) : t("accept"));
    show(parts["accept-review"], Boolean(review));
    if (review) this.#review(review, { lot, info, unit, blocked, isDutch });
    show(parts["accept-hint"], !review && !isClosed);
    setData(parts["accept-hint"], "state", isOut ? "bad" : null);
    const rule = t(isDutch ? "accept_hint_dutch" : "accept_hint_japanese");
    setText(parts["accept-hint"], lot.level ? blocked || rule : `${blocked} ${rule}`);
    show(parts.result, !review);
    this.changed();
  }

  #review(review, { lot, info, unit, blocked, isDutch }) {
    const { parts } = this;
    setText(parts["accept-review-heading"], t(isDutch ? "confirm_accept_dutch" : "confirm_accept_japanese"));
    setText(parts["accept-price"], `${words(review.price)} ${unit}`);
    setText(parts["accept-total"], `${words(lotTotal(review.price, info))} ${this.store.snapshot.currency}`);
    setText(parts["accept-level"], formatCount(review.level));
    const now = levelPrice(this.store, info.number, lot.level.number);
    const moved = lot.level.number !== review.level && now;
    show(parts["accept-moved"], Boolean(moved));
    if (moved) setText(parts["accept-moved"].querySelector("span"), t("accept_moved", { now: words(now), amount: words(review.price) }));
    setText(parts["accept-confirm"].querySelector("span"), t("confirm_accept", { amount: words(review.price), unit }));
    parts["accept-confirm"].disabled = Boolean(blocked);
    show(parts["accept-blocked"], Boolean(blocked));
    setText(parts["accept-blocked"], blocked);
  }
}
