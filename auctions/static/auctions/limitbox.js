// Automatic bids: the supplier's own secret limit on a lot, set, changed and ended. Nothing is shown
// as done before the server said so.

import { guardOf, judge, lotTotal } from "./bidding.js";
import { Dec, parseTyped } from "./decimal.js";
import { $, setData, setText, show } from "./dom.js";
import { amount as words, t } from "./text.js";

const TYPES = new Set(["set_limit", "end_limit"]);
const KEPT = new Set(["sending", "refused", "unknown", "not_received", "retry"]);

export class LimitBox {
  constructor({ store, commands, connection, selected, blockedBy }) {
    Object.assign(this, { store, commands, connection, selected, blockedBy });
    this.drafts = new Map();
    this.parts = Object.fromEntries([...document.querySelectorAll("#limit [id]")].map((part) => [part.id, part]));
    this.#listen();
  }

  takes(entry) { return TYPES.has(entry.command.type); }

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
    parts["limit-amount"].addEventListener("input", () => {
      Object.assign(this.#draft(), { raw: parts["limit-amount"].value, review: null, result: null });
      this.render();
    });
    parts["limit-amount"].addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.repeat) { event.preventDefault(); this.#review(); }
    });
    parts["limit-review"].addEventListener("click", () => this.#review());
    parts["limit-change"].addEventListener("click", () => this.#edit());
    parts["limit-keep"].addEventListener("click", () => this.#keep());
    parts["limit-end"].addEventListener("click", () => this.#end());
    parts["limit-confirm"].addEventListener("click", () => this.#confirm());
    parts["limit-confirm"].addEventListener("keydown", (event) => { if (event.repeat) event.preventDefault(); });
    parts["limit-cancel"].addEventListener("click", () => this.#cancel());
    parts["limit-retype"].addEventListener("input", () => this.render());
    parts["limit-retype"].addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.repeat && !parts["limit-confirm"].hidden) { event.preventDefault(); this.#confirm(); }
    });
    parts["limit-ask"].addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.preventDefault(); this.#cancel(); }
    });
  }

  #edit() {
    Object.assign(this.#draft(), { editing: true, raw: "", result: null });
    this.render();
    this.parts["limit-amount"].focus();
  }

  #keep() {
    Object.assign(this.#draft(), { editing: false, raw: "", review: null });
    this.render();
    this.parts["limit-change"].focus();
  }

  #cancel() {
    this.#draft().review = null;
    this.render();
    this.parts["limit-amount"].focus();
  }

  #value() { return parseTyped(this.#draft().raw, this.#context().info.scale).value || null; }

  // Why no limit can be set now, in words; empty when one can.
  #hindered() {
    const { lot } = this.#context();
    const own = lot.own?.limit;
    if (!lot.own?.best) return t("limit_bid_first");
    if (own && own.left <= 0) return t("limit_used_up");
    if (this.commands.open("set_limit", lot.number)) return t("limit_open");
    return this.blockedBy();
  }

  #guard(lot) {
    const { review } = this.#draft();
    const guard = guardOf(review, { own: { ...lot.own, unlocked_to: null } }, this.store.terms.guard);
    return this.#draft().forced === review.wire() && guard.level !== "block" ? { ...guard, level: "retype" } : guard;
  }

  #review() {
    const { lot, lotTerms } = this.#context();
    const value = this.#value();
    if (!value || this.#hindered() || judge(value, lot, lotTerms)) { this.render(); return; }
    this.#draft().review = value;
    this.parts["limit-retype"].value = "";
    this.render();
    const { level } = this.#guard(lot);
    this.parts[level === "retype" ? "limit-retype" : level === "block" ? "limit-cancel" : "limit-confirm"].focus();
  }

  #retyped(info) {
    const { value } = parseTyped(this.parts["limit-retype"].value, info.scale);
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
      { type: "set_limit", lot: info.number, amount: wire, retyped: level === "retype" ? wire : null }, { keep: true });
    if (entry) Object.assign(draft, { review: null, result: entry });
    this.render();
    this.parts["limit-said"].focus({ preventScroll: true });
  }

  #end() {
    const { info } = this.#context();
    if (this.commands.open("end_limit", info.number)) return;
    const entry = this.commands.send({ type: "end_limit", lot: info.number }, { keep: true });
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
    const own = lot.own?.limit;
    show($("#limit"), Boolean(own) && lot.phase !== "closed" && !this.store.isOver);
    if (!own) return;
    const draft = this.#draft();
    const set = Dec.maybe(own.amount);
    const unit = this.#unit(info);
    show(parts["limit-set"], Boolean(set));
    if (set) {
      setText(parts["limit-down-to"], t("limit_down_to", { amount: words(set), unit }));
      setText(parts["limit-note"], t(own.room ? "limit_works" : "limit_reached"));
      parts["limit-end"].disabled = !this.connection.usable;
      show(parts["limit-change"], !draft.editing && own.left > 0);
    }
    const isOpen = !set || draft.editing;
    show(parts["limit-form"], isOpen && !draft.review);
    show(parts["limit-keep"], Boolean(set));
    this.#form(draft, { lot, info, lotTerms, own, unit });
    show(parts["limit-ask"], Boolean(draft.review));
    if (draft.review) this.#ask(draft, { lot, info, unit });
    this.#said(draft, unit);
  }

  #form(draft, { lot, info, lotTerms, own, unit }) {
    const { parts } = this;
    if (parts["limit-amount"].value !== draft.raw) parts["limit-amount"].value = draft.raw;
    setText(parts["limit-label"], t("limit_label", { unit }));
    setText(parts["limit-unit"], unit);
    const typed = parseTyped(draft.raw, info.scale);
    const fault = typed.value ? judge(typed.value, lot, lotTerms) : null;
    const hindered = this.#hindered();
    let text = typed.error && typed.error !== "empty" ? t(`typed_${typed.error}`, { scale: info.scale }) : "";
    if (!text && fault) text = t(fault.code === "too_high" ? "limit_too_high" : `fault_${fault.code}`, { limit: fault.limit ? words(fault.limit) : "" });
    const isBad = Boolean(text);
    if (!text) text = hindered || t("limit_left", { n: own.left });
    setText(parts["limit-hint"], text);
    setData(parts["limit-hint"], "state", isBad ? "bad" : null);
    setData(parts["limit-field"], "state", isBad ? "bad" : null);
    parts["limit-amount"].setAttribute("aria-invalid", String(isBad));
    parts["limit-review"].disabled = !typed.value || Boolean(fault) || Boolean(hindered);
  }

  #ask(draft, { lot, info, unit }) {
    const { parts } = this;
    const value = draft.review;
    const best = Dec.of(lot.own.best);
    setText(parts["limit-ask-unit"], `${words(value)} ${unit}`);
    setText(parts["limit-ask-total"], `${words(lotTotal(value, info))} ${this.store.snapshot.currency}`);
    setText(parts["limit-ask-change"], t("percent", { value: words(value.minus(best).percentOf(best), { signed: true }) }));
    const { level, drop } = this.#guard(lot);
    show(parts["limit-warning"], level !== "none");
    parts["limit-warning"].className = `ff-receipt ff-receipt--${level === "block" ? "bad" : "warn"} fl-warning`;
    if (level !== "none") setText($("span", parts["limit-warning"]), t(level === "block" ? "limit_block" : "guard_large", { percent: words(drop) }));
    show(parts["limit-retype-field"], level === "retype");
    show(parts["limit-confirm"], level !== "block" && (level !== "retype" || this.#retyped(info)));
    parts["limit-confirm"].disabled = Boolean(this.#hindered());
    setText($("span", parts["limit-confirm"]), t("limit_confirm", { amount: words(value), unit }));
  }

  #said(draft, unit) {
    const open = this.commands.open("set_limit", this.selected()) || this.commands.open("end_limit", this.selected());
    const entry = open || draft.result;
    const box = this.parts["limit-said"];
    show(box, Boolean(entry) && KEPT.has(entry.state) && !draft.review);
    if (!entry || !KEPT.has(entry.state)) return;
    const { command, state } = entry;
    const value = command.amount ? words(Dec.of(command.amount)) : "";
    const detail = state === "refused" || state === "retry" ? entry.answer.message : "";
    setText(this.parts["limit-said-words"], `${t(`${command.type}_${state}`, { amount: value, unit })} ${detail}`.trim());
    box.className = `ff-receipt ff-receipt--${state === "sending" ? "wait" : state === "refused" ? "bad" : "warn"}`;
    show(this.parts["limit-check"], state === "unknown");
    show(this.parts["limit-again"], state === "not_received" || state === "retry");
    this.parts["limit-check"].onclick = () => this.commands.check(entry);
    this.parts["limit-again"].onclick = () => this.commands.again(entry);
  }
}
