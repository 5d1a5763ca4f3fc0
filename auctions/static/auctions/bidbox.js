// The bid box: draft, review, sending, then accepted, refused or unknown. Nothing is shown as done
// before the server said so, and no amount is sent that was not reviewed.

import { guardOf, judge, limitOf, lotTotal, quickSteps, stepOf, typedGross } from "./bidding.js";
import { moment } from "./clock.js";
import { Dec, parseTyped } from "./decimal.js";
import { better, rises, rounding, unitOf } from "./direction.js";
import { $, setData, setText, show } from "./dom.js";
import { LinesBox } from "./linesbox.js";
import { amount as words, t, time, typed as asTyped } from "./text.js";
import { budgetWords, priceWords } from "./worth.js";

const LATE_GRACE = 1000; // our clock may be off by that much; the server's decides
const OPEN = new Set(["running", "prebid"]);

export class BidBox {
  constructor({ store, commands, connection, clock, selected, changed }) {
    Object.assign(this, { store, commands, connection, clock, selected, changed });
    this.drafts = new Map();
    this.parts = Object.fromEntries([...document.querySelectorAll("#bid [id]")].map((part) => [part.id, part]));
    // Of lots with positions: their unit prices instead of one amount.
    this.lines = new LinesBox({ store, selected, changed: () => { this.#closeReview(); this.render(); }, review: () => this.openReview() });
    this.#listen();
  }

  // What stands in the box: {value} or {error}, and on a lot with positions {prices, faults}.
  #typed(draft, info) { return info.lines ? this.lines.read() : parseTyped(draft.raw, info.scale); }

  #focus() {
    if (this.#context().info.lines) this.lines.focus();
    else this.parts.amount.focus();
  }

  #draft() {
    const number = this.selected();
    if (!this.drafts.has(number)) this.drafts.set(number, { raw: "", edited: false, review: null });
    return this.drafts.get(number);
  }

  #context() {
    const number = this.selected();
    return { lot: this.store.lot(number), info: this.store.info(number), lotTerms: this.store.lotTerms(number), terms: this.store.terms };
  }

  #unit(info) { return info.lines ? this.store.snapshot.currency : unitOf(this.store.snapshot, info); }

  // ---------- what the person does ----------
  #listen() {
    const { parts } = this;
    parts.amount.addEventListener("input", () => {
      Object.assign(this.#draft(), { raw: parts.amount.value, edited: true });
      this.#closeReview();
      this.render();
    });
    parts.amount.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.repeat) { event.preventDefault(); this.openReview(); }
      if (event.key === "ArrowUp" || event.key === "ArrowDown") {
        event.preventDefault();
        this.#move(event.key === "ArrowUp" ? 1n : -1n);
      }
    });
    parts.amount.addEventListener("blur", () => this.render());
    parts["amount-down"].addEventListener("click", () => this.#move(-1n));
    parts["amount-up"].addEventListener("click", () => this.#move(1n));
    parts.steps.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-amount]");
      if (button) this.#fill(Dec.of(button.dataset.amount));
    });
    parts["review-open"].addEventListener("click", () => this.openReview());
    parts["review-cancel"].addEventListener("click", () => this.#cancel());
    parts["review-confirm"].addEventListener("click", () => this.#confirm());
    // A key held down must not run through review and confirmation.
    parts["review-confirm"].addEventListener("keydown", (event) => { if (event.repeat) event.preventDefault(); });
    parts["review-unlock"].addEventListener("click", () => this.#unlock());
    parts.retype.addEventListener("input", () => this.render());
    parts.retype.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.repeat && !parts["review-confirm"].hidden) { event.preventDefault(); this.#confirm(); }
    });
    parts.review.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.preventDefault(); this.#cancel(); }
    });
  }

  #fill(value) {
    Object.assign(this.#draft(), { raw: asTyped(value), edited: true });
    this.#closeReview();
    this.#write();
    this.render();
  }

  #move(direction) {
    const { lot, info, lotTerms, terms } = this.#context();
    const typed = parseTyped(this.#draft().raw, info.scale).value || null;
    const { most } = limitOf(lot);
    const base = typed || most;
    if (!base) return;
    const step = stepOf(lot, info, lotTerms, terms.basis, base);
    let next = base.plus(new Dec(step.units * direction, step.scale));
    const grid = Dec.maybe(lotTerms.grid);
    if (grid) next = next.onGrid(grid, rounding(info));
    next = next.toScale(info.scale, rounding(info));
    if (most && better(info, most, next)) next = most;
    if (next.isPositive) this.#fill(next);
  }

  /** The person has read the answer: it goes, and the next amount may be typed. */
  dismissed(entry) {
    const draft = this.drafts.get(entry.lot);
    if (draft && draft.result === entry) draft.result = null;
    this.render();
    this.#focus();
  }

  openReview() {
    const { lot, info, lotTerms } = this.#context();
    const draft = this.#draft();
    const { value, prices } = this.#typed(draft, info);
    if (!value || this.blockedBy() || judge(value, lot, lotTerms)) {
      this.render();
      return;
    }
    draft.review = { amount: value, prices, forced: draft.forced === value.wire() };
    this.parts.retype.value = "";
    this.render();
    const { level } = this.#guard(draft, lot, info);
    if (level === "retype") this.parts.retype.focus();
    else if (level === "block") this.parts["review-unlock"].focus();
    else this.parts["review-confirm"].focus();
  }

  #guard(draft, lot, info) {
    const guard = guardOf(draft.review.amount, lot, this.store.terms.guard, info);
    return draft.review.forced && guard.level !== "block" ? { ...guard, level: "retype" } : guard;
  }

  #closeReview() { this.#draft().review = null; }

  #cancel() {
    this.#closeReview();
    this.render();
    this.#focus();
  }

  #confirm() {
    const { lot, info } = this.#context();
    const draft = this.#draft();
    if (!draft.review || this.blockedBy()) return;
    const { level } = this.#guard(draft, lot, info);
    const wire = draft.review.amount.wire();
    const isTyped = level === "retype" || draft.forced === wire;
    if (level === "block" || (isTyped && !this.#retypedEquals(info))) return;
    const { prices } = draft.review;
    const priced = prices ? { lines: prices.map((price) => price.wire()) } : {};
    const entry = this.commands.send(
      { type: "bid", lot: info.number, amount: wire, retyped: isTyped ? wire : null, ...priced }, { keep: true });
    if (!entry) { this.render(); return; }
    draft.review = null;
    draft.result = entry;
    this.render();
    this.parts.result.focus({ preventScroll: true });
  }

  #unlock() {
    const { info } = this.#context();
    const draft = this.#draft();
    if (!draft.review || !this.connection.usable || this.commands.open("unlock", info.number)) return;
    const entry = this.commands.send({ type: "unlock", lot: info.number, amount: draft.review.amount.wire() }, { keep: true });
    if (entry) Object.assign(draft, { review: null, result: entry });
    this.render();
  }

  #retypedEquals(info) {
    const { value } = parseTyped(this.parts.retype.value, info.scale);
    return Boolean(value) && value.compare(this.#draft().review.amount) === 0;
  }

  // ---------- what the server says ----------
  // A bid got its answer: the next draft starts from the new limit.
  answered(entry) {
    this.kept(entry);
    this.render();
  }

  // As answered, while another box is in view.
  kept(entry) {
    const draft = this.drafts.get(entry.lot) || { raw: "", edited: false, review: null };
    this.drafts.set(entry.lot, draft);
    draft.result = entry;
    if (entry.state === "accepted") {
      Object.assign(draft, { edited: false, forced: null, review: null });
      this.lines.accepted(entry.lot);
    }
    if (entry.state === "refused" && entry.answer.code === "auction.guard_retype") draft.forced = entry.command.amount;
  }

  result() { return this.#draft().result || null; }

  // Why no bid can be sent now, in words; empty when one can.
  blockedBy() {
    const { lot } = this.#context();
    const { store, connection } = this;
    const phase = store.snapshot.phase;
    if (connection.state === "offline" || connection.state === "closed") return t("no_bid_offline");
    if (store.isOver) return t("no_bid_over");
    if (store.snapshot.terms_accepted === false) return t("no_bid_terms");
    if (store.snapshot.prices_declared === false) return t("no_bid_prices");
    if (this.commands.open("bid", lot.number)) return t("no_bid_open");
    if (lot.own?.disqualified) return t("no_bid_disqualified");
    if (lot.own?.withdrawal_pending) return t("no_bid_withdrawal");
    if (lot.phase === "paused") return t("no_bid_paused");
    if (lot.phase === "closed") return t("no_bid_closed");
    if (lot.phase === "settling") return t("no_bid_settling");
    if (lot.phase === "awaiting_seeds") return t("no_bid_seeds");
    if (lot.random_end?.stage === "final") return t("no_bid_not_finalist");
    const starts = moment(lot.starts_at);
    if (!OPEN.has(lot.phase)) return starts ? t("no_bid_waiting", { time: time(starts) }) : t("no_bid_waiting_unknown");
    if (lot.phase === "running" && lot.deadline && this.clock.now() > moment(lot.deadline) + LATE_GRACE) return t("no_bid_settling");
    if (!store.may("bid")) return t(phase === "scheduled" ? "no_bid_waiting_unknown" : "no_bid_role");
    const limit = limitOf(lot);
    if (!limit.most && !limit.free) return t("no_bid_no_room");
    return "";
  }

  // ---------- what is shown ----------
  #write() {
    const { raw } = this.#draft();
    if (this.parts.amount.value !== raw) this.parts.amount.value = raw;
  }

  // Called when another lot comes into view.
  switched() {
    this.parts.retype.value = "";
    this.#write();
    this.render();
  }

  render() {
    if (!this.store.ready) return;
    const { lot, info, lotTerms, terms } = this.#context();
    const { parts } = this;
    const draft = this.#draft();
    const { most } = limitOf(lot);
    const blocked = this.blockedBy();
    const isClosed = lot.phase === "closed" || this.store.isOver;
    show(parts["bid-open"], !isClosed);
    setData($("#bid"), "state", isClosed ? "closed" : null);
    // The field follows the limit until somebody is in it: never rewrite what is being typed.
    if (!info.lines && !draft.edited && document.activeElement !== parts.amount) {
      const next = most ? asTyped(most) : "";
      if (draft.raw !== next) draft.raw = next;
      this.#write();
    }
    const unit = this.#unit(info);
    const budget = rises(info) ? budgetWords(info, this.store.snapshot.currency) : "";
    setText(parts["amount-label"], t(typedGross(terms) ? "next_bid_gross" : "next_bid_net", { unit, budget }));
    setText(parts["amount-unit"], unit);
    show(parts["bid-single"], !info.lines);
    show(parts["bid-lines"], Boolean(info.lines));
    const typed = this.#typed(draft, info);
    const fault = typed.value ? judge(typed.value, lot, lotTerms) : null;
    if (info.lines) this.lines.renderWith(typed, fault, { most, blocked, lotTerms });
    else this.#hint(draft, typed, fault, { most, lotTerms, info, blocked });
    this.#steps(quickSteps(lot, info, lotTerms, terms.basis), info);
    const step = stepOf(lot, info, lotTerms, terms.basis, typed.value || null);
    parts["amount-down"].setAttribute("aria-label", t("lower_by", { amount: words(step) }));
    parts["amount-up"].setAttribute("aria-label", t("raise_by", { amount: words(step) }));
    this.#sum(typed.value, lot, info);
    const isReady = Boolean(typed.value) && !fault && !blocked;
    parts["review-open"].disabled = !isReady;
    setText($("span", parts["review-open"]), typed.value ? t("review_amount", { amount: words(typed.value) }) : t("review"));
    show(parts.act, !draft.review && !isClosed);
    show(parts.review, Boolean(draft.review));
    if (draft.review) this.#review(draft, lot, info, blocked);
    show(parts.result, !draft.review);
    this.changed();
  }

  #hint(draft, typed, fault, { most, lotTerms, info, blocked }) {
    const { parts } = this;
    const isTouched = draft.edited || document.activeElement === parts.amount;
    const error = isTouched && typed.error && typed.error !== "empty" ? t(`typed_${typed.error}`, { scale: info.scale }) : "";
    let text = error || (fault && isTouched ? t(`fault_${fault.code}`, { limit: fault.limit ? words(fault.limit) : "" }) : "");
    const isBad = Boolean(text);
    if (!text && blocked) text = blocked;
    if (!text) {
      text = most ? t("or_lower", { amount: words(most) }) : t("no_ceiling");
      if (lotTerms.grid) text += ` ${t("in_multiples", { amount: words(Dec.of(lotTerms.grid)) })}`;
    }
    setText(parts["amount-hint"], text);
    setData(parts["amount-hint"], "state", isBad ? "bad" : null);
    setData(parts["amount-box"], "state", isBad ? "bad" : null);
    parts.amount.setAttribute("aria-invalid", String(isBad));
  }

  #steps(quick, info) {
    const buttons = [...this.parts.steps.children];
    buttons.forEach((button, place) => {
      const step = quick[place];
      button.disabled = !step;
      setData(button, "amount", step ? step.amount.wire() : null);
      setData(button, "take", step && step.take ? "1" : null);
      setText($("b", button), step ? words(step.amount) : "–");
      const difference = step ? words(step.from.toScale(info.scale), { signed: rises(info) }) : "";
      let label = difference;
      if (step && step.take) label = t("take_lead");
      else if (step && step.from.isZero) label = t("highest_allowed");
      else if (step && step.isMost) label = t("one_step", { amount: difference });
      setText($("small", button), label || "\u00a0");
    });
  }

  #sum(value, lot, info) {
    const best = Dec.maybe(lot.own?.best);
    setText(this.parts["sum-label"], info.lines ? t("lines_total", { n: info.lines.length })
      : t("lot_total", { quantity: words(Dec.of(info.quantity)), unit: info.unit_label }));
    setText(this.parts["sum-total"], value ? this.#worth(value, info) : "–");
    const change = value && best ? value.minus(best).percentOf(best) : null;
    setText(this.parts["sum-change"], change ? t("percent", { value: words(change, { signed: true }) }) : "");
  }

  // What it comes to: the lot's total, or with a budget the price of a unit.
  #worth(value, info) {
    const { currency } = this.store.snapshot;
    return rises(info) ? priceWords(value, info, currency) : `${words(lotTotal(value, info))} ${currency}`;
  }

  #review(draft, lot, info, blocked) {
    const { parts } = this;
    const value = draft.review.amount;
    const guard = this.#guard(draft, lot, info);
    const best = Dec.maybe(lot.own?.best);
    const lead = Dec.maybe(lot.lead);
    const change = best ? value.minus(best).percentOf(best) : null;
    setText(parts["review-heading"], t(lot.phase === "prebid" ? "confirm_prebid" : "confirm_heading"));
    show(parts["review-unit-row"], !info.lines);
    show(parts["review-lines"], Boolean(draft.review.prices));
    if (draft.review.prices) this.lines.renderReview(draft.review.prices);
    setText(parts["review-unit"], `${words(value)} ${this.#unit(info)}`);
    setText(parts["review-total"], this.#worth(value, info));
    setText(parts["review-change"], change ? t("percent", { value: words(change, { signed: true }) }) : t("first_bid"));
    show(parts["review-lead-row"], Boolean(lead));
    if (lead) setText(parts["review-lead"], t(better(info, value, lead) ? "takes_lead" : value.compare(lead) === 0 ? "equals_lead" : "behind_lead"));
    const { level } = guard;
    const needsTyping = level === "retype" || draft.forced === value.wire();
    show(parts["review-warning"], level !== "none");
    if (level !== "none") {
      // A first bid is no slip yet; a large step may be one; a blocked one goes no further.
      const tone = level === "block" ? "bad" : guard.drop ? "warn" : "info";
      parts["review-warning"].className = `ff-receipt ff-receipt--${tone} fl-warning`;
      const drop = guard.drop ? words(guard.drop) : "";
      const key = level === "block" ? "guard_block" : guard.drop ? "guard_large" : "guard_first";
      setText($("span", parts["review-warning"]), t(key, { percent: drop }));
    }
    show(parts["retype-field"], needsTyping && level !== "block");
    show(parts["review-unlock"], level === "block" && this.store.may("unlock"));
    parts["review-unlock"].disabled = Boolean(lot.own?.unlock_pending) || !this.connection.usable;
    const isArmed = level !== "block" && (!needsTyping || this.#retypedEquals(info));
    show(parts["review-confirm"], isArmed);
    parts["review-confirm"].disabled = Boolean(blocked);
    setText($("span", parts["review-confirm"]), t("confirm_amount", { amount: words(value), unit: this.#unit(info) }));
    show(parts["review-blocked"], Boolean(blocked));
    setText(parts["review-blocked"], blocked);
  }
}
