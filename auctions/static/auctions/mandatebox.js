// An amount on a lot down to which bids may be placed for the supplier: set, changed and ended. What
// it is for is told by those who extend it. Nothing is shown as done before the server said so.

import { guardOf, judge, lotTotal } from "./bidding.js";
import { Dec, parseTyped } from "./decimal.js";
import { $, setData, setText, show } from "./dom.js";
import { amount as words, t } from "./text.js";

const KEPT = new Set(["sending", "refused", "unknown", "not_received", "retry"]);

export class MandateBox {
  // `name` begins the ids of the box and its words, `set` and `end` are the commands. Who extends it
  // gives mandate(lot), hindered(lot), guarded(lot) and hint(lot).
  constructor({ store, commands, connection, selected, blockedBy }, { name, set, end }) {
    Object.assign(this, { store, commands, connection, selected, blockedBy, name, setType: set, endType: end });
    this.drafts = new Map();
    this.box = $(`#${name}`);
    this.parts = Object.fromEntries([...this.box.querySelectorAll("[id]")].map((part) => [part.id.slice(name.length + 1), part]));
    this.#listen();
  }

  // What holds on the lot: null where the terms have none of it, else {amount, note, mayChange}.
  mandate() { return null; }

  // Why none can be given now, in words; empty when one can.
  hindered() { return ""; }

  // The lot as the guard shall look at it.
  guarded(lot) { return lot; }

  // What stands below the field while nothing is wrong.
  hint() { return ""; }

  takes(entry) { return [this.setType, this.endType].includes(entry.command.type); }

  #draft() {
    const number = this.selected();
    if (!this.drafts.has(number)) this.drafts.set(number, { raw: "", editing: false, review: null, result: null });
    return this.drafts.get(number);
  }

  #context() {
    const number = this.selected();
    return { lot: this.store.lot(number), info: this.store.info(number), lotTerms: this.store.lotTerms(number) };
  }

  #unit(info) { return `${this.store.snapshot.currency}/${info.unit_label}`; }

  // ---------- what the person does ----------
  #listen() {
    const { parts } = this;
    parts.amount.addEventListener("input", () => {
      Object.assign(this.#draft(), { raw: parts.amount.value, review: null, result: null });
      this.render();
    });
    parts.amount.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.repeat) { event.preventDefault(); this.#review(); }
    });
    parts.review.addEventListener("click", () => this.#review());
    parts.change.addEventListener("click", () => this.#edit());
    parts.keep.addEventListener("click", () => this.#keep());
    parts.end.addEventListener("click", () => this.#end());
    parts.confirm.addEventListener("click", () => this.#confirm());
    parts.confirm.addEventListener("keydown", (event) => { if (event.repeat) event.preventDefault(); });
    parts.cancel.addEventListener("click", () => this.#cancel());
    parts.retype.addEventListener("input", () => this.render());
    parts.retype.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.repeat && !parts.confirm.hidden) { event.preventDefault(); this.#confirm(); }
    });
    parts.ask.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.preventDefault(); this.#cancel(); }
    });
  }

  #edit() {
    Object.assign(this.#draft(), { editing: true, raw: "", result: null });
    this.render();
    this.parts.amount.focus();
  }

  #keep() {
    Object.assign(this.#draft(), { editing: false, raw: "", review: null });
    this.render();
    this.parts.change.focus();
  }

  #cancel() {
    this.#draft().review = null;
    this.render();
    this.parts.amount.focus();
  }

  #value() { return parseTyped(this.#draft().raw, this.#context().info.scale).value || null; }

  #hindered() {
    const { lot } = this.#context();
    return this.commands.open(this.setType, lot.number) ? t(`${this.name}_open`) : this.hindered(lot);
  }

  #guard(lot) {
    const { review } = this.#draft();
    const guard = guardOf(review, this.guarded(lot), this.store.terms.guard);
    return this.#draft().forced === review.wire() && guard.level !== "block" ? { ...guard, level: "retype" } : guard;
  }

  #review() {
    const { lot, lotTerms } = this.#context();
    const value = this.#value();
    if (!value || this.#hindered() || judge(value, lot, lotTerms)) { this.render(); return; }
    this.#draft().review = value;
    this.parts.retype.value = "";
    this.render();
    const { level } = this.#guard(lot);
    this.parts[level === "retype" ? "retype" : level === "block" ? "cancel" : "confirm"].focus();
  }

  #retyped(info) {
    const { value } = parseTyped(this.parts.retype.value, info.scale);
    return Boolean(value) && value.compare(this.#draft().review) === 0;
  }

  #confirm() {
    const { lot, info } = this.#context();
    const draft = this.#draft();
    if (!draft.review || this.#hindered()) return;
    const { level } = this.#guard(lot);
    if (level === "block" || (level === "retype" && !this.#retyped(info))) return;
    const wire = draft.review.wire();
    const entry = this.commands.send(
      { type: this.setType, lot: info.number, amount: wire, retyped: level === "retype" ? wire : null }, { keep: true });
    if (entry) Object.assign(draft, { review: null, result: entry });
    this.render();
    this.parts.said.focus({ preventScroll: true });
  }

  #end() {
    const { info } = this.#context();
    if (this.commands.open(this.endType, info.number)) return;
    const entry = this.commands.send({ type: this.endType, lot: info.number }, { keep: true });
    if (entry) this.#draft().result = entry;
    this.render();
  }

  // ---------- what the server says ----------
  answered(entry) {
    const draft = this.drafts.get(entry.lot) || { raw: "", editing: false, review: null };
    this.drafts.set(entry.lot, draft);
    draft.result = entry;
    if (entry.state === "accepted") Object.assign(draft, { raw: "", editing: false, forced: null });
    if (entry.state === "refused" && entry.answer.code === "auction.guard_retype") draft.forced = entry.command.amount;
    this.render();
  }

  // ---------- what is shown ----------
  render() {
    if (!this.store.ready) return;
    const { lot, info, lotTerms } = this.#context();
    const { parts } = this;
    const mandate = this.mandate(lot);
    show(this.box, Boolean(mandate) && lot.phase !== "closed" && !this.store.isOver);
    if (!mandate) return;
    const draft = this.#draft();
    const set = mandate.amount;
    const unit = this.#unit(info);
    show(parts.set, Boolean(set));
    if (set) {
      setText(parts["down-to"], t(`${this.name}_down_to`, { amount: words(set), unit }));
      setText(parts.note, mandate.note);
      parts.end.disabled = !this.connection.usable;
      show(parts.change, !draft.editing && mandate.mayChange);
    }
    const isOpen = !set || draft.editing;
    show(parts.form, isOpen && !draft.review);
    show(parts.keep, Boolean(set));
    this.#form(draft, { lot, info, lotTerms, unit });
    show(parts.ask, Boolean(draft.review));
    if (draft.review) this.#ask(draft, { lot, info, unit });
    this.#said(draft, unit);
  }

  #form(draft, { lot, info, lotTerms, unit }) {
    const { parts } = this;
    if (parts.amount.value !== draft.raw) parts.amount.value = draft.raw;
    setText(parts.label, t(`${this.name}_label`, { unit }));
    setText(parts.unit, unit);
    const typed = parseTyped(draft.raw, info.scale);
    const fault = typed.value ? judge(typed.value, lot, lotTerms) : null;
    const hindered = this.#hindered();
    let text = typed.error && typed.error !== "empty" ? t(`typed_${typed.error}`, { scale: info.scale }) : "";
    if (!text && fault) text = t(fault.code === "too_high" ? `${this.name}_too_high` : `fault_${fault.code}`, { limit: fault.limit ? words(fault.limit) : "" });
    const isBad = Boolean(text);
    if (!text) text = hindered || this.hint(lot);
    setText(parts.hint, text);
    setData(parts.hint, "state", isBad ? "bad" : null);
    setData(parts.field, "state", isBad ? "bad" : null);
    parts.amount.setAttribute("aria-invalid", String(isBad));
    parts.review.disabled = !typed.value || Boolean(fault) || Boolean(hindered);
  }

  #ask(draft, { lot, info, unit }) {
    const { parts } = this;
    const value = draft.review;
    const best = Dec.maybe(lot.own?.best);
    setText(parts["ask-unit"], `${words(value)} ${unit}`);
    setText(parts["ask-total"], `${words(lotTotal(value, info))} ${this.store.snapshot.currency}`);
    setText(parts["ask-change"], best ? t("percent", { value: words(value.minus(best).percentOf(best), { signed: true }) }) : t("first_bid"));
    const { level, drop } = this.#guard(lot);
    show(parts.warning, level !== "none");
    parts.warning.className = `ff-receipt ff-receipt--${level === "block" ? "bad" : drop ? "warn" : "info"} fl-warning`;
    if (level !== "none") {
      const key = level === "block" ? `${this.name}_block` : drop ? "guard_large" : "guard_first";
      setText($("span", parts.warning), t(key, { percent: drop ? words(drop) : "" }));
    }
    show(parts["retype-field"], level === "retype");
    show(parts.confirm, level !== "block" && (level !== "retype" || this.#retyped(info)));
    parts.confirm.disabled = Boolean(this.#hindered());
    setText($("span", parts.confirm), t(`${this.name}_confirm`, { amount: words(value), unit }));
  }

  #said(draft, unit) {
    const open = this.commands.open(this.setType, this.selected()) || this.commands.open(this.endType, this.selected());
    const entry = open || draft.result;
    const box = this.parts.said;
    show(box, Boolean(entry) && KEPT.has(entry.state) && !draft.review);
    if (!entry || !KEPT.has(entry.state)) return;
    const { command, state } = entry;
    const value = command.amount ? words(Dec.of(command.amount)) : "";
    const detail = state === "refused" || state === "retry" ? entry.answer.message : "";
    setText(this.parts["said-words"], `${t(`${command.type}_${state}`, { amount: value, unit })} ${detail}`.trim());
    box.className = `ff-receipt ff-receipt--${state === "sending" ? "wait" : state === "refused" ? "bad" : "warn"}`;
    show(this.parts.check, state === "unknown");
    show(this.parts.again, state === "not_received" || state === "retry");
    this.parts.check.onclick = () => this.commands.check(entry);
    this.parts.again.onclick = () => this.commands.again(entry);
  }
}
