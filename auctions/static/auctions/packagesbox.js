// Packages: several lots at once, all or nothing, encrypted here as an offer for one lot is. The
// server cannot tell back what a package holds, so this browser remembers it.

import { judge, lotTotal } from "./bidding.js";
import { moment } from "./clock.js";
import { Dec, parseTyped } from "./decimal.js";
import { $, chip, download, h, icon, keyed, setData, setText, show } from "./dom.js";
import { Outcome } from "./outcome.js";
import { CHIPS, costOf, isChosen, judgePackagePrice, mostOf, numbersOf, openedOf, rejectedOf, rejectionOf, sinceOf, stateOf } from "./packagerounds.js";
import { roundOf, sealPackage } from "./sealing.js";
import { amount as words, config, formatCount, t, time, typed } from "./text.js";

const TYPES = new Set(["sealed_package", "withdraw_package"]);
const OPEN = new Set(["running", "prebid"]);
const LOOK = { ...CHIPS, won: ["package_won", "ok", "trophy"], lost: ["package_lost", "", "minus"] };

export class PackagesBox {
  constructor({ store, commands, connection, receipts, blockedBy }) {
    Object.assign(this, { store, commands, connection, blockedBy });
    this.parts = Object.fromEntries([...document.querySelectorAll("#packages [id]")].map((part) => [part.id, part]));
    this.draft = null; // { number, picked: Map(lot -> typed price), total, review, busy }
    this.asking = null; // the package that is to be withdrawn
    this.result = null;
    this.outcome = new Outcome({ store, commands, connection, receipts, selected: () => null, place: this.parts["package-result"],
      dismissed: (entry) => { commands.forget(entry); this.result = null; this.render(); },
      other: { open: () => this.#open(), heading: (entry) => this.#heading(entry) } });
    this.#listen();
  }

  takes(entry) { return TYPES.has(entry.command.type) && entry.command.package > 0; }

  answered(entry) { this.result = entry; this.render(); }

  #open() {
    return [...this.commands.entries.values()].find((entry) => this.takes(entry) && this.commands.isOpen(entry)) || null;
  }

  #heading({ command, state }) {
    const verb = command.type === "sealed_package" ? "package" : "package_withdraw";
    return t(verb === "package" && state === "unknown" ? "package_unknown_outcome" : `${verb}_${state}`, { number: formatCount(command.package) });
  }

  get #rule() { return this.store.terms.packages; }
  get #view() { return this.#first.packages; }
  get #currency() { return this.store.snapshot.currency; }
  get #first() { return this.store.lot(this.store.numbers[0]); }
  get #isOpen() { return !this.store.isOver && this.store.numbers.every((each) => OPEN.has(this.store.lot(each).phase)); }

  // ---------- what this browser remembers ----------
  #keyOf(number) { return `ff-package:${config.auction}:${this.store.you.seat}:${number}`; }

  #remembered(key) {
    try { return JSON.parse(localStorage.getItem(key) || "[]"); } catch { return []; }
  }

  #remember(number, made) {
    try { localStorage.setItem(this.#keyOf(number), JSON.stringify([...this.#remembered(this.#keyOf(number)).slice(-9), made])); } catch { /* nothing is kept */ }
  }

  // What was sealed under this number, as far as this browser knows: lot -> price.
  #sealed(own) {
    const kept = this.#kept(own);
    return kept && new Map(Object.entries(kept.prices).map(([lot, price]) => [Number(lot), Dec.of(price)]));
  }

  #opened(number) { return openedOf(this.#view, this.store.you.seat, number); }

  // Every number with what is sealed under it, if it is.
  #mine() {
    const found = new Map(this.#view.own.filter((each) => each.package > 0).map((own) => [own.package, own]));
    const past = this.#first.rounds ? numbersOf(this.#view, this.store.you.seat) : [];
    for (const number of past) if (!found.has(number)) found.set(number, { package: number });
    return [...found.values()].sort((a, b) => a.package - b.package);
  }

  #kept(own) { return this.#remembered(this.#keyOf(own.package)).find((each) => each.fingerprint === own.fingerprint) || null; }

  // The offer for one lot that stands, if it was sealed in this browser.
  #single(number) {
    const key = `ff-sealed:${config.auction}:${this.store.you.seat}:${number}`;
    const mark = this.store.lot(number).sealed?.own_fingerprint;
    return Dec.maybe(this.#remembered(key).find((each) => each.fingerprint === mark)?.amount);
  }

  // ---------- figures ----------
  #total(prices) {
    let sum = null;
    for (const [number, price] of prices) {
      const line = lotTotal(price, this.store.info(number));
      sum = sum ? sum.plus(line) : line;
    }
    return sum;
  }

  // Every picked lot: {number, value, error}; error also where the terms refuse the price.
  #read() {
    const stands = this.#first.rounds ? this.#stands(this.draft.number) : null;
    return [...this.draft.picked].map(([number, raw]) => {
      const info = this.store.info(number);
      const { value, error } = parseTyped(raw, info.scale);
      if (error) return { number, value: null, error: error === "empty" ? "" : t(`typed_${error}`, { scale: info.scale }) };
      const fault = this.#judge(value, number, stands?.get(number));
      return { number, value, error: fault ? t(fault.key, { limit: fault.limit ? words(fault.limit) : "" }) : "" };
    });
  }

  #judge(value, number, former) {
    const lotTerms = this.store.lotTerms(number);
    if (this.#first.rounds) return judgePackagePrice(value, this.store.info(number), lotTerms, former);
    const fault = judge(value, this.store.lot(number), lotTerms);
    return fault && { key: `fault_${fault.code}`, limit: fault.limit };
  }

  #stands(number) {
    const opened = this.#opened(number);
    return opened && new Map(opened.prices.map((each) => [each.lot, Dec.of(each.amount)]));
  }

  #ready() {
    const rows = this.#read();
    const fits = rows.length >= 2 && rows.length <= this.#rule.most_lots && rows.every((row) => row.value && !row.error) && !this.#above(rows);
    return fits ? new Map(rows.map((row) => [row.number, row.value]).sort(([a], [b]) => a - b)) : null;
  }

  // The limit, where the prices come to more in all than they may.
  #above(rows) {
    if (!this.#first.rounds || !rows.every((row) => row.value)) return null;
    const most = mostOf(this.#view, this.store.you.seat, rows.map((row) => row.number));
    return most && costOf(rows, this.store).compare(most) > 0 ? most : null;
  }

  // One price for all, divided as the single offers (else the ceilings) stand to each other.
  #divide() {
    const numbers = [...this.draft.picked.keys()];
    const infos = numbers.map((number) => this.store.info(number));
    const scale = Math.max(0, ...infos.map((info) => info.scale));
    const { value: total } = parseTyped(this.draft.total, scale);
    if (!total || !numbers.length) return;
    let weights = numbers.map((number) => this.#single(number));
    if (weights.some((each) => !each)) weights = infos.map((info) => Dec.maybe(info.ceiling));
    if (weights.some((each) => !each)) weights = infos.map(() => new Dec(1n, 0));
    const whole = weights.reduce((sum, weight, place) => sum.plus(weight.times(Dec.of(infos[place].quantity))), new Dec(0n, 0));
    const prices = numbers.map((number, place) => {
      const grid = Dec.maybe(this.store.lotTerms(number).grid);
      const price = total.portion(weights[place], whole, infos[place].scale);
      return grid ? price.onGrid(grid).toScale(infos[place].scale, "floor") : price;
    });
    this.#useUp(total, numbers, infos, prices);
    numbers.forEach((number, place) => this.draft.picked.set(number, prices[place].isPositive ? typed(prices[place]) : ""));
  }

  // What was lost in rounding goes to the lots of the largest quantity first, as far as it fits.
  #useUp(total, numbers, infos, prices) {
    const places = numbers.map((_, place) => place).sort((a, b) => Dec.of(infos[b].quantity).compare(Dec.of(infos[a].quantity)));
    for (const place of places) {
      const left = total.minus(this.#total(numbers.map((number, at) => [number, prices[at]])));
      const step = Dec.maybe(this.store.lotTerms(numbers[place]).grid) || Dec.tick(infos[place].scale);
      const more = left.portion(new Dec(1n, 0), Dec.of(infos[place].quantity), infos[place].scale).onGrid(step).toScale(infos[place].scale, "floor");
      const raised = prices[place].plus(more);
      const limit = Dec.maybe(infos[place].ceiling);
      if (more.isPositive && (!limit || raised.compare(limit) <= 0)) prices[place] = raised;
    }
  }

  // ---------- what the person does ----------
  #listen() {
    const { parts } = this;
    parts["package-new"].addEventListener("click", () => this.#edit(this.#free(), new Map()));
    parts["package-total"].addEventListener("input", () => { this.draft.total = parts["package-total"].value; this.render(); });
    parts["package-total"].addEventListener("change", () => { this.#divide(); this.render(); });
    parts["package-review"].addEventListener("click", () => this.#review());
    parts["package-cancel"].addEventListener("click", () => this.#close());
    parts["package-back"].addEventListener("click", () => { this.draft.review = null; this.render(); parts["package-review"].focus(); });
    parts["package-confirm"].addEventListener("click", () => this.#confirm());
    // A key held down must not run through review and confirmation.
    parts["package-confirm"].addEventListener("keydown", (event) => { if (event.repeat) event.preventDefault(); });
    parts["package-form"].addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.preventDefault(); if (this.draft.review) { this.draft.review = null; this.render(); } else this.#close(); }
    });
  }

  #free() {
    const used = new Set(this.#mine().filter((each) => each.fingerprint || this.#opened(each.package)).map((each) => each.package));
    for (let number = 1; number <= this.#rule.per_supplier; number += 1) if (!used.has(number)) return number;
    return null;
  }

  #edit(number, prices) {
    this.draft = { number, picked: new Map([...prices].map(([lot, price]) => [lot, typed(price)])), total: prices.size ? typed(this.#total(prices)) : "", review: null, busy: false };
    this.asking = null;
    this.render();
    $("input", this.parts["package-lots"]).focus();
  }

  #close() {
    this.draft = null;
    this.render();
    this.parts["package-new"].focus();
  }

  #pick(number, isPicked) {
    if (isPicked) this.draft.picked.set(number, this.#single(number) ? typed(this.#single(number)) : "");
    else this.draft.picked.delete(number);
    this.#add();
  }

  #price(number, raw) {
    this.draft.picked.set(number, raw);
    this.#add();
  }

  // The one price follows the prices of the lots.
  #add() {
    const rows = this.#read();
    const sum = rows.every((row) => row.value) ? this.#total(rows.map((row) => [row.number, row.value])) : null;
    this.draft.total = sum ? typed(sum) : "";
    this.render();
  }

  #review() {
    const prices = this.#ready();
    if (!prices || this.blockedBy() || this.#open()) { this.render(); return; }
    this.draft.review = prices;
    this.render();
    this.parts["package-confirm"].focus();
  }

  async #confirm() {
    const { draft } = this;
    if (!draft?.review || draft.busy || this.blockedBy() || this.#open()) return;
    const prices = Object.fromEntries([...draft.review].map(([lot, price]) => [lot, price.wire()]));
    draft.busy = true;
    this.render();
    try {
      const { auditor_key: auditor, office_key: office } = this.#first.sealed;
      const made = await sealPackage({ auditor, office, seat: this.store.you.seat, number: draft.number, content: { prices } });
      const entry = this.commands.send({ type: "sealed_package", package: draft.number, envelope: made.envelope, ...roundOf(this.#first) }, { keep: true });
      if (entry) {
        // Before the answer: should it be lost, the prices must not be.
        this.#remember(draft.number, { ...made, ref: entry.ref, prices, at: new Date().toISOString() });
        this.draft = null;
        this.result = entry;
      }
    } finally {
      draft.busy = false;
      this.render();
    }
    this.parts["package-result"].focus({ preventScroll: true });
  }

  #withdraw(number) {
    const entry = this.commands.send({ type: "withdraw_package", package: number, ...roundOf(this.#first) }, { keep: true });
    if (entry) this.result = entry;
    this.asking = null;
    this.render();
  }

  #save(own) {
    const kept = { auction: config.auction, seat: this.store.you.seat, package: own.package, ...this.#kept(own), sealed_at: own.at };
    download(`sealed-package-${own.package}.json`, JSON.stringify(kept, null, 2));
  }

  // ---------- what is shown ----------
  render() {
    if (!this.store.ready) return;
    const { parts } = this;
    const isHere = Boolean(this.#view) && this.#rule.per_supplier > 0;
    show($("#packages"), isHere);
    if (!isHere) return;
    const own = this.#mine();
    setText(parts["packages-count"], t("packages_of", { n: formatCount(own.length), most: formatCount(this.#rule.per_supplier) }));
    show(parts["packages-empty"], !own.length && !this.draft);
    keyed(parts["package-list"], own, (each) => each.package, () => h("li", {}), (line, each) => this.#line(line, each));
    const mayAdd = this.#isOpen && this.store.may("sealed_package");
    show(parts["package-start"], mayAdd && !this.draft);
    const blocked = this.blockedBy();
    parts["package-new"].disabled = Boolean(blocked) || !this.#free() || Boolean(this.#open());
    setText(parts["package-why"], blocked || (this.#free() ? "" : t("packages_full")));
    if (this.draft && !mayAdd) this.draft = null;
    show(parts["package-form"], Boolean(this.draft));
    if (this.draft) this.#form(blocked);
    this.outcome.render(this.result);
  }

  #line(line, own) {
    const opened = this.#opened(own.package);
    const sealed = own.fingerprint ? this.#sealed(own) : null;
    const prices = opened && !this.#first.rounds ? this.#stands(own.package) : sealed;
    const mark = JSON.stringify([own, opened, this.#view.rounds, Boolean(prices), this.asking === own.package, this.#isOpen, this.connection.usable, Boolean(this.draft), Boolean(this.#open())]);
    if (line.dataset.mark === mark) return;
    line.dataset.mark = mark;
    const notes = [];
    if (own.fingerprint) {
      const what = prices ? this.#holds("package_holds", prices) : t("package_unknown");
      notes.push(h("p", { class: "fl-package__what", text: own.rejected ? t(rejectionOf(own.rejected)) : what }),
        h("p", { class: "ff-small ff-muted" }, t("package_at", { time: time(moment(own.at)) }), " · ", h("code", { text: own.fingerprint.slice(0, 16), title: own.fingerprint })));
    }
    if (this.#first.rounds) notes.push(...this.#past(own.package, opened));
    line.replaceChildren(icon("package", "lg"), h("div", {},
      h("div", { class: "fl-package__head" }, h("strong", { text: t("package_number", { number: formatCount(own.package) }) }), this.#chip(own, opened)), ...notes, this.#actions(own, prices || this.#stands(own.package))));
  }

  #holds(key, prices, round) {
    const lots = [...prices.keys()].sort((a, b) => a - b).map(formatCount).join(", ");
    return t(key, { lots, total: words(this.#total(prices)), currency: this.#currency, round });
  }

  #chip(own, opened) {
    const { rounds, phase } = this.#first;
    const state = stateOf(own, opened, { rounds, isOver: phase === "closed", isIn: () => isChosen(this.#view, this.store.you.seat, own.package) });
    const ended = opened?.won ? "won" : "lost";
    const [key, tone, iconName] = LOOK[state === "ended" ? ended : state];
    return chip(t(key), tone, { iconName });
  }

  // What became of this number in the ended rounds: since when it stands, and what was rejected.
  #past(number, opened) {
    const notes = rejectedOf(this.#view, number);
    if (opened) notes.unshift(this.#holds("package_stands_at", this.#stands(number), formatCount(sinceOf(this.#view, number))));
    return notes.map((text) => h("p", { class: "ff-small", text }));
  }

  #actions(own, prices) {
    const button = (key, onclick, name, tone = "") => h("button", { type: "button", class: `ff-btn${tone}`, onclick }, name && icon(name), t(key));
    const may = this.#isOpen && !this.#open() && this.connection.usable;
    const found = [];
    if (may && this.asking === own.package) {
      found.push(button("package_withdraw_yes", () => this.#withdraw(own.package), "", " ff-btn--bad"), button("package_keep", () => { this.asking = null; this.render(); }, ""));
    } else {
      if (may && !this.draft && this.store.may("sealed_package")) found.push(button(own.fingerprint ? "package_change" : "package_again", () => this.#edit(own.package, prices || new Map()), "pencil"));
      if (may && own.fingerprint && this.store.may("withdraw_package") && this.store.terms.withdrawal.allowed) found.push(button("package_withdraw", () => { this.asking = own.package; this.render(); }, "arrow-back-up"));
      if (own.fingerprint && this.#kept(own)) found.push(button("package_save", () => this.#save(own), "file-download"));
    }
    return h("span", { class: "fl-actions" }, ...found);
  }

  #form(blocked) {
    const { parts, draft } = this;
    setText(parts["package-heading"], t("package_number", { number: formatCount(draft.number) }));
    const rows = new Map(this.#read().map((row) => [row.number, row]));
    keyed(parts["package-lots"], this.store.numbers, (number) => number, (number) => this.#makeLot(number), (line, number) => this.#fillLot(line, number, rows.get(number)));
    if (parts["package-total"].value !== draft.total) parts["package-total"].value = draft.total;
    setText(parts["package-currency"], this.#currency);
    const prices = this.#ready();
    setText(parts["package-hint"], this.#hint(rows, prices, blocked));
    show(parts["package-act"], !draft.review);
    show(parts["package-ask"], Boolean(draft.review));
    parts["package-lots"].toggleAttribute("inert", Boolean(draft.review));
    parts["package-total"].disabled = Boolean(draft.review);
    parts["package-review"].disabled = !prices || Boolean(blocked);
    if (!draft.review) return;
    setText(parts["package-sum"], t("package_holds", { lots: [...draft.review.keys()].map(formatCount).join(", "), total: words(this.#total(draft.review)), currency: this.#currency }));
    parts["package-confirm"].disabled = draft.busy || Boolean(blocked);
  }

  #hint(rows, prices, blocked) {
    if (blocked) return blocked;
    if (rows.size > this.#rule.most_lots) return t("package_too_many", { n: this.#rule.most_lots });
    if (rows.size < 2) return t("package_pick");
    const above = this.#above([...rows.values()]);
    if (above) return t("package_most", { most: words(above), currency: this.#currency });
    if (!prices) return t("package_price");
    const sum = this.#total(prices);
    const asked = parseTyped(this.draft.total, Math.max(...[...prices.keys()].map((each) => this.store.info(each).scale))).value;
    if (asked && asked.compare(sum) !== 0) return t("package_comes_to", { total: words(sum), currency: this.#currency });
    const singles = [...prices.keys()].map((number) => [number, this.#single(number)]);
    if (singles.some(([, price]) => !price)) return t("package_single_unknown");
    return t("package_single", { total: words(this.#total(singles)), currency: this.#currency });
  }

  #makeLot(number) {
    const info = this.store.info(number);
    const id = `package-lot-${number}`;
    const box = h("input", { type: "checkbox", id });
    const price = h("input", { type: "text", id: `${id}-price`, inputmode: "decimal", autocomplete: "off", "aria-label": t("package_lot_price", { number: formatCount(number), unit: `${this.#currency}/${info.unit_label}` }), "aria-describedby": `${id}-note` });
    box.addEventListener("change", () => this.#pick(number, box.checked));
    price.addEventListener("input", () => this.#price(number, price.value));
    return h("li", {},
      h("label", { class: "fl-pick", for: id }, box, h("span", {}, h("b", { text: t("lot", { number: formatCount(number) }) }), " ", info.title, h("small", { class: "ff-muted", text: ` ${words(Dec.of(info.quantity))} ${info.unit_label}` }))),
      h("span", { class: "fl-pick__price" }, price, h("span", { class: "ff-muted ff-small", text: `${this.#currency}/${info.unit_label}` })),
      h("span", { class: "fl-pick__note ff-small", id: `${id}-note` }));
  }

  #fillLot(line, number, row) {
    const [box, price] = line.querySelectorAll("input");
    box.checked = Boolean(row);
    // A number that stands keeps its lots.
    box.disabled = Boolean(this.#first.rounds && this.#opened(this.draft.number));
    show($(".fl-pick__price", line), Boolean(row));
    const raw = row ? this.draft.picked.get(number) : "";
    if (price.value !== raw) price.value = raw;
    const info = this.store.info(number);
    const note = !row ? "" : row.error || (row.value ? `${words(lotTotal(row.value, info))} ${this.#currency}` : "");
    setText($(".fl-pick__note", line), note);
    setData($(".fl-pick__note", line), "state", row?.error ? "bad" : null);
    price.setAttribute("aria-invalid", String(Boolean(row?.error)));
  }
}
