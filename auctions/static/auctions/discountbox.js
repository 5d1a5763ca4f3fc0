// The discount on a condition: so many percent off everything one wins, for winning enough. It is
// sealed as package number 0 is, and nobody can read it before the opening.

import { moment } from "./clock.js";
import { Dec, parseTyped } from "./decimal.js";
import { $, chip, h, keyed, setText, show } from "./dom.js";
import { Outcome } from "./outcome.js";
import { CHIPS, isChosen, isWorse, rejectedOf, rejectionOf, stateOf } from "./packagerounds.js";
import { roundOf, sealPackage } from "./sealing.js";
import { amount as words, config, formatCount, t, time } from "./text.js";

const TYPES = new Set(["sealed_package", "withdraw_package"]);
const OPEN = new Set(["running", "prebid"]);
const LOOK = { ...CHIPS, stands: ["package_stands", "", "minus"], holds: ["discount_holds", "ok", "check"], fails: ["discount_fails", "", "minus"] };
const PERCENT_SCALE = 6;
const HUNDRED = new Dec(100n, 0);

export class DiscountBox {
  constructor({ store, commands, connection, receipts, blockedBy }) {
    Object.assign(this, { store, commands, connection, blockedBy });
    this.parts = Object.fromEntries([...document.querySelectorAll("#discount [id]")].map((part) => [part.id, part]));
    this.draft = null; // { percent, lots: Set, count, sum, review, busy }
    this.asking = false;
    this.result = null;
    this.outcome = new Outcome({ store, commands, connection, receipts, selected: () => null, place: this.parts["discount-result"],
      dismissed: (entry) => { commands.forget(entry); this.result = null; this.render(); },
      other: { open: () => this.#open(), heading: ({ command, state }) => t(`${command.type === "sealed_package" ? "discount" : "discount_withdraw"}_${state}`) } });
    this.#listen();
  }

  takes(entry) { return TYPES.has(entry.command.type) && entry.command.package === 0; }

  answered(entry) { this.result = entry; this.render(); }

  #open() {
    return [...this.commands.entries.values()].find((entry) => this.takes(entry) && this.commands.isOpen(entry)) || null;
  }

  get #first() { return this.store.lot(this.store.numbers[0]); }
  get #view() { return this.#first.packages; }
  // What was opened and stands.
  get #opened() { return this.#view.discounts.find((each) => each.seat === this.store.you.seat) || null; }
  get #own() { return this.#view.own.find((each) => each.package === 0) || null; }
  get #isOpen() { return !this.store.isOver && this.store.numbers.every((each) => OPEN.has(this.store.lot(each).phase)); }
  get #key() { return `ff-discount:${config.auction}:${this.store.you.seat}`; }

  #remembered() {
    try { return JSON.parse(localStorage.getItem(this.#key) || "[]"); } catch { return []; }
  }

  // What the sealed discount says, as far as this browser or the opening knows.
  #content(own) {
    const opened = this.#opened;
    const sealed = own && this.#remembered().find((each) => each.fingerprint === own.fingerprint)?.content;
    if (own && this.#first.rounds) return sealed || null;
    if (opened) return { percent: opened.percent, lots: opened.lots, count: opened.count, sum: Dec.of(opened.least).isPositive ? opened.least : undefined };
    return sealed || null;
  }

  #inWords({ percent, lots = [], count = 0, sum }) {
    const asked = [];
    if (lots.length) asked.push(t("discount_lots", { n: lots.length, lots: lots.map(formatCount).join(", ") }));
    if (count) asked.push(t("discount_count", { n: count }));
    if (sum) asked.push(t("discount_sum", { sum: words(Dec.of(sum)), currency: this.store.snapshot.currency }));
    return t("discount_says", { percent: words(Dec.of(percent)), asked: asked.join("; ") });
  }

  // ---------- what the person does ----------
  #listen() {
    const { parts } = this;
    parts["discount-new"].addEventListener("click", () => this.#edit());
    parts["discount-cancel"].addEventListener("click", () => { this.draft = null; this.render(); parts["discount-new"].focus(); });
    parts["discount-back"].addEventListener("click", () => { this.draft.review = null; this.render(); parts["discount-review"].focus(); });
    parts["discount-review"].addEventListener("click", () => this.#review());
    parts["discount-confirm"].addEventListener("click", () => this.#confirm());
    parts["discount-confirm"].addEventListener("keydown", (event) => { if (event.repeat) event.preventDefault(); });
    parts["discount-withdraw"].addEventListener("click", () => { this.asking = true; this.render(); parts["discount-withdraw-yes"].focus(); });
    parts["discount-withdraw-no"].addEventListener("click", () => { this.asking = false; this.render(); });
    parts["discount-withdraw-yes"].addEventListener("click", () => {
      const entry = this.commands.send({ type: "withdraw_package", package: 0, ...roundOf(this.#first) }, { keep: true });
      if (entry) this.result = entry;
      this.asking = false;
      this.render();
    });
    for (const name of ["percent", "count", "sum"]) {
      parts[`discount-${name}`].addEventListener("input", () => { this.draft[name] = parts[`discount-${name}`].value; this.render(); });
    }
    parts["discount-form"].addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      if (this.draft.review) this.draft.review = null; else this.draft = null;
      this.render();
    });
  }

  #edit() {
    const own = this.#content(this.#own);
    this.draft = { percent: own?.percent || "", lots: new Set(own?.lots || []), count: own?.count ? String(own.count) : "", sum: own?.sum || "", review: null, busy: false };
    this.render();
    this.parts["discount-percent"].focus();
  }

  // {content} or {error}: what is still missing, in words.
  #read() {
    const { percent, lots, count, sum } = this.draft;
    const share = parseTyped(percent, PERCENT_SCALE).value;
    if (!share || share.compare(HUNDRED) >= 0) return { error: t("discount_percent_wrong") };
    const content = { percent: trimmed(share) };
    if (lots.size) content.lots = [...lots].sort((a, b) => a - b);
    if (count.trim()) {
      if (!/^\d{1,2}$/.test(count.trim()) || Number(count) < 1 || Number(count) > this.store.numbers.length) return { error: t("discount_count_wrong", { n: this.store.numbers.length }) };
      content.count = Number(count);
    }
    if (sum.trim()) {
      const least = parseTyped(sum, PERCENT_SCALE).value;
      if (!least) return { error: t("discount_sum_wrong") };
      content.sum = trimmed(least);
    }
    if (Object.keys(content).length < 2) return { error: t("discount_condition_missing") };
    return this.#first.rounds && isWorse(content, this.#opened) ? { error: t("discount_worse") } : { content };
  }

  #review() {
    const { content } = this.#read();
    if (!content || this.blockedBy() || this.#open()) { this.render(); return; }
    this.draft.review = content;
    this.render();
    this.parts["discount-confirm"].focus();
  }

  async #confirm() {
    const { draft } = this;
    if (!draft?.review || draft.busy || this.blockedBy() || this.#open()) return;
    draft.busy = true;
    this.render();
    try {
      const { auditor_key: auditor, office_key: office } = this.#first.sealed;
      const made = await sealPackage({ auditor, office, seat: this.store.you.seat, number: 0, content: draft.review });
      const entry = this.commands.send({ type: "sealed_package", package: 0, envelope: made.envelope, ...roundOf(this.#first) }, { keep: true });
      if (entry) {
        // Before the answer: should it be lost, what was sealed must not be.
        try { localStorage.setItem(this.#key, JSON.stringify([...this.#remembered().slice(-9), { ...made, ref: entry.ref, content: draft.review, at: new Date().toISOString() }])); } catch { /* nothing is kept */ }
        this.draft = null;
        this.result = entry;
      }
    } finally {
      draft.busy = false;
      this.render();
    }
    this.parts["discount-result"].focus({ preventScroll: true });
  }

  // ---------- what is shown ----------
  render() {
    if (!this.store.ready) return;
    const { parts } = this;
    const isHere = Boolean(this.#view) && this.store.terms.packages.discounts;
    show($("#discount"), isHere);
    if (!isHere) return;
    const own = this.#own;
    const blocked = this.blockedBy();
    const may = this.#isOpen && this.store.may("sealed_package");
    if (this.draft && !may) this.draft = null;
    const past = this.#first.rounds ? rejectedOf(this.#view, 0).join(" ") : "";
    this.#state(own || (this.#first.rounds && (this.#opened || past) ? {} : null), past);
    show(parts["discount-start"], may && !this.draft);
    parts["discount-new"].disabled = Boolean(blocked) || Boolean(this.#open());
    setText($("span", parts["discount-new"]), t(own ? "discount_change" : this.#opened ? "discount_again" : "discount_new"));
    const mayWithdraw = Boolean(own) && may && this.store.terms.withdrawal.allowed && this.connection.usable && !this.#open();
    show(parts["discount-withdraw"], mayWithdraw && !this.asking);
    show(parts["discount-withdraw-ask"], mayWithdraw && this.asking);
    setText(parts["discount-why"], blocked);
    show(parts["discount-form"], Boolean(this.draft));
    if (this.draft) this.#form(blocked);
    this.outcome.render(this.result);
  }

  #state(own, past) {
    const { parts } = this;
    show(parts["discount-own"], Boolean(own));
    if (!own) return;
    const content = this.#content(own.fingerprint ? own : null);
    let text = own.fingerprint ? t("package_unknown") : "";
    if (content) text = this.#inWords(content);
    if (own.rejected) text = t(rejectionOf(own.rejected));
    setText(parts["discount-text"], text);
    setText(parts["discount-at"], [own.fingerprint ? t("package_at", { time: time(moment(own.at)) }) : "", past].filter(Boolean).join(" "));
    show(parts["discount-note"], Boolean(own.fingerprint || past));
    show(parts["discount-print"], Boolean(own.fingerprint));
    setText(parts["discount-mark"], own.fingerprint ? own.fingerprint.slice(0, 16) : "");
    const [key, tone, iconName] = this.#look(own);
    if (parts["discount-chip"].dataset.state !== key) {
      parts["discount-chip"].dataset.state = key;
      parts["discount-chip"].replaceChildren(chip(t(key), tone, { iconName }));
    }
  }

  // The word, tone and icon of its chip.
  #look(own) {
    const opened = this.#opened;
    const { rounds, phase } = this.#first;
    const state = stateOf(own, opened, { rounds, isOver: phase === "closed", isIn: () => isChosen(this.#view, this.store.you.seat, 0) });
    const ended = opened?.holds ? "holds" : "fails";
    return LOOK[state === "ended" ? ended : state];
  }

  #form(blocked) {
    const { parts, draft } = this;
    for (const name of ["percent", "count", "sum"]) {
      const input = parts[`discount-${name}`];
      if (input.value !== draft[name]) input.value = draft[name];
      input.disabled = Boolean(draft.review);
    }
    setText(parts["discount-currency"], this.store.snapshot.currency);
    show($("#discount-sum-part"), !this.#first.rounds);
    keyed(parts["discount-lots"], this.store.numbers, (number) => number, (number) => this.#makeLot(number), (line, number) => {
      const box = $("input", line);
      box.checked = draft.lots.has(number);
      box.disabled = Boolean(draft.review);
    });
    const { content, error } = this.#read();
    setText(parts["discount-hint"], blocked || error || this.#inWords(content));
    parts["discount-review"].disabled = !content || Boolean(blocked);
    show(parts["discount-act"], !draft.review);
    show(parts["discount-ask"], Boolean(draft.review));
    if (!draft.review) return;
    setText(parts["discount-sum-up"], this.#inWords(draft.review));
    parts["discount-confirm"].disabled = draft.busy || Boolean(blocked);
  }

  #makeLot(number) {
    const id = `discount-lot-${number}`;
    const box = h("input", { type: "checkbox", id });
    box.addEventListener("change", () => {
      if (box.checked) this.draft.lots.add(number); else this.draft.lots.delete(number);
      this.render();
    });
    return h("li", {}, h("label", { class: "fl-pick", for: id }, box, h("span", {}, h("b", { text: t("lot", { number: formatCount(number) }) }), " ", this.store.info(number).title)));
  }
}

// "5.000000" as people write it: 5.
function trimmed(value) { return value.wire().replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, ""); }
