// The box for sealed offers: typed, reviewed, encrypted here, sent. The server cannot tell the amount
// back, so this browser remembers it, and the person may keep it as a file.

import { judge, limitOf, lotTotal, typedGross } from "./bidding.js";
import { moment } from "./clock.js";
import { Dec, parseTyped } from "./decimal.js";
import { $, download, h, setData, setText, show } from "./dom.js";
import { LinesBox } from "./linesbox.js";
import { available, roundOf, sealOffer, sealPrices } from "./sealing.js";
import { amount as words, config, t, time } from "./text.js";

const LATE_GRACE = 1000; // our clock may be off by that much; the server's decides
const OPEN = new Set(["running", "prebid"]);

export class SealedBox {
  // `alone`: nothing was bid openly before, so there is nothing around to be shown.
  constructor({ store, commands, connection, clock, selected, changed, alone = true }) {
    Object.assign(this, { store, commands, connection, clock, selected, changed });
    this.drafts = new Map();
    this.parts = Object.fromEntries([...document.querySelectorAll("#bid [id]")].map((part) => [part.id, part]));
    this.around = alone ? document.querySelectorAll(".ff-standing, .fl-chart-card, .fl-own-card") : [];
    if (alone) {
      // There is no list of bids; the signed answers are kept from here.
      const saves = $(".fl-saves");
      show($("a", saves), false);
      $("#bid").append(saves);
    }
    // Of lots with positions: their unit prices instead of one amount.
    this.lines = new LinesBox({ store, selected, changed: () => { this.#draft().review = null; this.render(); },
      review: () => this.openReview(), sealed: (lot) => this.#sealedPrices(lot) });
    this.#listen();
  }

  #draft(number = this.selected()) {
    if (!this.drafts.has(number)) this.drafts.set(number, { raw: "", edited: false, review: null, result: null, busy: false, withdrawing: false });
    return this.drafts.get(number);
  }

  #context() {
    const number = this.selected();
    const lot = this.store.lot(number);
    return { lot, sealed: lot.sealed, info: this.store.info(number), lotTerms: this.store.lotTerms(number), terms: this.store.terms };
  }

  #unit(info) { return info.lines ? this.store.snapshot.currency : `${this.store.snapshot.currency}/${info.unit_label}`; }

  // What stands in the box: {value} or {error}, and on a lot with positions {prices, faults}.
  #typed(draft, info) { return info.lines ? this.lines.read() : parseTyped(draft.raw, info.scale); }

  #focus() {
    if (this.#context().info.lines) this.lines.focus();
    else this.parts.amount.focus();
  }

  // ---------- what this browser remembers ----------
  #keyOf(lot) { return `ff-sealed:${config.auction}:${this.store.you.seat}:${lot}`; }

  #remembered(lot) {
    try { return JSON.parse(localStorage.getItem(this.#keyOf(lot)) || "[]"); } catch { return []; }
  }

  #remember(lot, offer) {
    try { localStorage.setItem(this.#keyOf(lot), JSON.stringify([...this.#remembered(lot).slice(-19), offer])); } catch { /* nothing is kept */ }
  }

  // The offer that counts now, if it was sealed in this browser.
  #own(lot, sealed) { return this.#remembered(lot.number).find((each) => each.fingerprint === sealed?.own_fingerprint) || null; }

  #sealedPrices(number) {
    const lot = this.store.lot(number);
    const prices = this.#own(lot, lot.sealed)?.lines;
    return prices ? prices.map((price) => Dec.of(price)) : null;
  }

  // ---------- what the person does ----------
  #listen() {
    const { parts } = this;
    parts.amount.addEventListener("input", () => {
      Object.assign(this.#draft(), { raw: parts.amount.value, edited: true, review: null });
      this.render();
    });
    parts.amount.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.repeat) { event.preventDefault(); this.openReview(); }
    });
    parts.amount.addEventListener("blur", () => this.render());
    parts["review-open"].addEventListener("click", () => this.openReview());
    parts["review-cancel"].addEventListener("click", () => this.#cancel());
    parts["review-confirm"].addEventListener("click", () => this.#confirm());
    // A key held down must not run through review and confirmation.
    parts["review-confirm"].addEventListener("keydown", (event) => { if (event.repeat) event.preventDefault(); });
    parts.review.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.preventDefault(); this.#cancel(); }
    });
    parts["sealed-save"].addEventListener("click", () => this.#save());
    parts["sealed-forget"].addEventListener("click", () => { localStorage.removeItem(this.#keyOf(this.selected())); this.lines.forget(this.selected()); this.render(); });
    parts["sealed-withdraw"].addEventListener("click", () => { this.#draft().withdrawing = true; this.render(); parts["sealed-withdraw-yes"].focus(); });
    parts["sealed-withdraw-no"].addEventListener("click", () => { this.#draft().withdrawing = false; this.render(); parts["sealed-withdraw"].focus(); });
    parts["sealed-withdraw-yes"].addEventListener("click", () => {
      const draft = this.#draft();
      const entry = this.commands.send({ type: "withdraw", lot: this.selected(), ...roundOf(this.#context().lot) }, { keep: true });
      if (entry) draft.result = entry;
      draft.withdrawing = false;
      this.render();
    });
  }

  openReview() {
    const { lot, info, lotTerms } = this.#context();
    const draft = this.#draft();
    const { value, prices } = this.#typed(draft, info);
    if (!value || this.blockedBy() || judge(value, lot, lotTerms)) { this.render(); return; }
    draft.review = { amount: value, prices };
    this.render();
    this.parts["review-confirm"].focus();
  }

  #cancel() {
    this.#draft().review = null;
    this.render();
    this.#focus();
  }

  async #confirm() {
    const { lot, sealed, info, lotTerms } = this.#context();
    const draft = this.#draft(info.number);
    if (!draft.review || draft.busy || this.blockedBy()) return;
    // What may be offered may have changed while it was reviewed: a round began.
    if (judge(draft.review.amount, lot, lotTerms) || !this.#typed(draft, info).value) { this.#cancel(); return; }
    const amount = draft.review.amount.wire();
    const prices = draft.review.prices?.map((price) => price.wire());
    draft.busy = true;
    this.render();
    try {
      const to = { auditor: sealed.auditor_key, office: sealed.office_key, seat: this.store.you.seat, lot: lot.number };
      const made = await (prices ? sealPrices({ ...to, prices }) : sealOffer({ ...to, amount }));
      const entry = this.commands.send({ type: "sealed_offer", lot: lot.number, envelope: made.envelope, ...roundOf(lot) }, { keep: true });
      if (entry) {
        // Before the answer: should it be lost, the amount must not be.
        this.#remember(lot.number, { ...made, ref: entry.ref, amount, ...(prices ? { lines: prices } : {}), at: new Date().toISOString() });
        Object.assign(draft, { review: null, result: entry, raw: "", edited: false });
        this.#write();
      }
    } finally {
      draft.busy = false;
      this.render();
    }
    this.parts.result.focus({ preventScroll: true });
  }

  #save() {
    const { lot, sealed } = this.#context();
    const own = this.#own(lot, sealed);
    if (!own) return;
    const kept = { auction: config.auction, seat: this.store.you.seat, lot: lot.number, ...own, sealed_at: sealed.own_at };
    download(`sealed-offer-lot-${lot.number}.json`, JSON.stringify(kept, null, 2));
  }

  // ---------- what the server says ----------
  answered(entry) {
    this.kept(entry);
    this.render();
  }

  // As answered, while another box is in view.
  kept(entry) {
    this.#draft(entry.lot).result = entry;
    if (entry.state === "accepted") this.lines.accepted(entry.lot);
  }

  result() { return this.#draft().result; }

  dismissed(entry) {
    const draft = this.#draft(entry.lot);
    if (draft.result === entry) draft.result = null;
    this.render();
    this.#focus();
  }

  isOpened(lot) { return lot.phase === "closed"; }

  noneNote(lot) { return t(lot.random_end ? "final_none_note" : "sealed_none_note"); }

  // Why no offer can be sealed now, in words; empty when one can.
  blockedBy() {
    const { lot, sealed } = this.#context();
    const { store, connection } = this;
    if (!available) return t("sealed_no_crypto");
    if (connection.state === "offline" || connection.state === "closed") return t("no_bid_offline");
    if (store.isOver) return t("no_bid_over");
    if (lot.phase === "sealed" || lot.phase === "closed") return t("no_bid_closed");
    if (store.snapshot.terms_accepted === false) return t("no_bid_terms");
    if (store.snapshot.prices_declared === false) return t("no_bid_prices");
    if (!sealed?.auditor_key || !sealed.office_key) return t("sealed_no_key");
    if (this.commands.open("sealed_offer", lot.number) || this.commands.open("withdraw", lot.number)) return t("no_bid_open");
    if (lot.phase === "paused") return t("no_bid_paused");
    if (lot.phase === "settling") return t("no_bid_settling");
    const starts = moment(lot.starts_at);
    if (!OPEN.has(lot.phase)) return starts ? t("no_bid_waiting", { time: time(starts) }) : t("no_bid_waiting_unknown");
    if (lot.phase === "running" && lot.deadline && this.clock.now() > moment(lot.deadline) + LATE_GRACE) return t("no_bid_settling");
    if (!store.may("sealed_offer")) return t("no_bid_role");
    return "";
  }

  // ---------- what is shown ----------
  #write() {
    const { raw } = this.#draft();
    if (this.parts.amount.value !== raw) this.parts.amount.value = raw;
  }

  switched() {
    this.#write();
    this.render();
  }

  render() {
    if (!this.store.ready) return;
    const { lot, sealed, info, lotTerms, terms } = this.#context();
    const { parts } = this;
    const draft = this.#draft();
    const isOpen = lot.phase !== "closed" && lot.phase !== "sealed" && !this.store.isOver;
    const blocked = this.blockedBy();
    // Before the opening there is no rank, no best and no price to draw.
    const isOpened = this.isOpened(lot);
    this.around.forEach((each) => show(each, isOpened && each.classList.contains("ff-standing")));
    show(parts["bid-open"], isOpen);
    setData($("#bid"), "state", isOpen ? null : "closed");
    setData($("#bid"), "own", sealed?.own_at ? "sealed" : null); // shown after the deadline too
    setText(parts["amount-label"], t(`sealed_label_${sealed?.own_at ? "again_" : ""}${typedGross(terms) ? "gross" : "net"}`, { unit: this.#unit(info) }));
    setText(parts["amount-unit"], this.#unit(info));
    show(parts["bid-single"], !info.lines);
    show(parts["bid-lines"], Boolean(info.lines));
    const typed = this.#typed(draft, info);
    const fault = typed.value ? judge(typed.value, lot, lotTerms) : null;
    if (info.lines) this.lines.renderWith(typed, fault, { most: limitOf(lot).most, blocked, lotTerms });
    else this.#hint(draft, typed, fault, { lot, lotTerms, info, blocked });
    setText(parts["sum-label"], info.lines ? t("lines_total", { n: info.lines.length })
      : t("lot_total", { quantity: words(Dec.of(info.quantity)), unit: info.unit_label }));
    setText(parts["sum-total"], typed.value ? `${words(lotTotal(typed.value, info))} ${this.store.snapshot.currency}` : "–");
    parts["review-open"].disabled = !typed.value || Boolean(fault) || Boolean(blocked);
    setText($("span", parts["review-open"]), typed.value ? t("sealed_review_amount", { amount: words(typed.value) }) : t("sealed_review"));
    show(parts.act, isOpen && !draft.review);
    show(parts.review, isOpen && Boolean(draft.review));
    if (draft.review) {
      show(parts["review-unit-row"], !draft.review.prices);
      show(parts["review-lines"], Boolean(draft.review.prices));
      if (draft.review.prices) this.lines.renderReview(draft.review.prices);
      setText(parts["review-unit"], `${words(draft.review.amount)} ${this.#unit(info)}`);
      setText(parts["review-total"], `${words(lotTotal(draft.review.amount, info))} ${this.store.snapshot.currency}`);
      show(parts["review-blocked"], Boolean(blocked));
      setText(parts["review-blocked"], blocked);
      parts["review-confirm"].disabled = draft.busy || Boolean(blocked);
    }
    this.#ownOffer(lot, sealed, info, draft);
    show(parts.result, !draft.review);
    this.changed();
  }

  #hint(draft, typed, fault, { lot, lotTerms, info, blocked }) {
    const { parts } = this;
    const isTouched = draft.edited || document.activeElement === parts.amount;
    const error = isTouched && typed.error && typed.error !== "empty" ? t(`typed_${typed.error}`, { scale: info.scale }) : "";
    let text = error || (fault && isTouched ? t(`fault_${fault.code}`, { limit: fault.limit ? words(fault.limit) : "" }) : "");
    const isBad = Boolean(text);
    const { most } = limitOf(lot);
    if (!text) text = blocked || (most ? t("or_lower", { amount: words(most) }) : t("no_ceiling"));
    if (!isBad && !blocked && lotTerms.grid) text += ` ${t("in_multiples", { amount: words(Dec.of(lotTerms.grid)) })}`;
    setText(parts["amount-hint"], text);
    setData(parts["amount-hint"], "state", isBad ? "bad" : null);
    setData(parts["amount-box"], "state", isBad ? "bad" : null);
    parts.amount.setAttribute("aria-invalid", String(isBad));
  }

  #ownOffer(lot, sealed, info, draft) {
    const { parts } = this;
    const hasOffer = Boolean(sealed?.own_at);
    const own = hasOffer ? this.#own(lot, sealed) : null;
    const isRunning = OPEN.has(lot.phase) && !this.store.isOver;
    let heading = t("sealed_none");
    if (hasOffer) heading = t("sealed_stands", { time: time(moment(sealed.own_at)) });
    const best = lot.phase === "closed" && !sealed?.own_rejected ? Dec.maybe(lot.own?.best) : null;
    if (best) heading = t("sealed_opened");
    if (sealed?.own_rejected) heading = t("sealed_rejected");
    setText(parts["sealed-heading"], heading);
    // Who made no final offer had nothing opened; the open bid is told above.
    show($(".fl-sealed"), !(lot.random_end && lot.phase === "closed" && !hasOffer));
    setData($(".fl-sealed"), "state", sealed?.own_rejected ? "bad" : hasOffer && lot.phase !== "closed" ? "ok" : null);
    let note = hasOffer ? (own ? t("sealed_known", { amount: words(Dec.of(own.amount)), unit: this.#unit(info) }) : t("sealed_unknown")) : this.noneNote(lot);
    if (best) note = t("sealed_opened_note", { amount: words(best), unit: this.#unit(info) });
    if (sealed?.own_rejected) note = t(`rejected_${sealed.own_rejected.replace(".", "_")}`);
    if (lot.phase === "sealed") note += ` ${t(sealed.handed_over ? "sealed_waits_office" : "sealed_waits_auditor")}`;
    setText(parts["sealed-note"], note);
    this.#ownPrices(best || (this.isOpened(lot) && !hasOffer) ? lot.own?.lines : own?.lines, info);
    show(parts["sealed-mark"], hasOffer);
    setText(parts["sealed-fingerprint"], sealed?.own_fingerprint || "");
    show(parts["sealed-save"], Boolean(own));
    show(parts["sealed-forget"], Boolean(own) && lot.phase !== "closed");
    const canWithdraw = hasOffer && isRunning && this.store.may("withdraw") && this.store.terms.withdrawal.allowed && !this.commands.open("withdraw", lot.number);
    show(parts["sealed-withdraw"], canWithdraw && !draft.withdrawing);
    show(parts["sealed-withdraw-ask"], canWithdraw && draft.withdrawing);
    parts["sealed-withdraw-yes"].disabled = !this.connection.usable;
  }

  // The unit prices behind the offer, folded away: known here, or opened.
  #ownPrices(prices, info) {
    const place = this.parts["sealed-lines"];
    show(place, Boolean(prices && info.lines));
    const mark = JSON.stringify(prices || null);
    if (place.dataset.mark === mark || !prices || !info.lines) return;
    place.dataset.mark = mark;
    $("ol", place).replaceChildren(...prices.map((price, at) => h("li", { text: `${info.lines[at].title}: ${words(Dec.of(price))}` })));
  }
}
