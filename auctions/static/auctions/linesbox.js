// The table in which a supplier prices the positions of a lot. It holds what was typed for each lot;
// the bid box asks it for the total, and reviews and sends what it says.

import { Dec, parseTyped } from "./decimal.js";
import { $, h, setData, setText, show } from "./dom.js";
import { judgePrice, lineTotal, loweredBy, loweredTo, parsePrice, totalOf } from "./lineprices.js";
import { amount as words, formatCount, t, typed as asTyped } from "./text.js";

export class LinesBox {
  // `changed()` after every edit; `review()` when Enter is pressed.
  // `sealed(lot)` are the prices of an offer that only this browser knows: they stand for the last ones.
  constructor({ store, selected, changed, review, sealed = () => null }) {
    Object.assign(this, { store, selected, changed, review, sealed });
    this.drafts = new Map();
    this.body = $("#line-rows");
    this.percent = $("#lines-percent");
    this.shown = null; // the lot whose rows stand in the table
    $("#lines-lower").addEventListener("click", () => this.#lower());
    this.percent.addEventListener("input", () => this.#renderHelper());
    this.percent.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.repeat) { event.preventDefault(); this.#lower(); }
    });
    $("#lines-most").addEventListener("click", () => this.#toMost());
    $("#lines-back").addEventListener("click", () => this.#back());
    this.body.addEventListener("input", (event) => this.#typed(event.target));
    this.body.addEventListener("keydown", (event) => this.#key(event));
  }

  get info() { return this.store.info(this.selected()); }
  get rules() {
    const { line_rules: rules, turns } = this.store.terms;
    // In turns prices are compared with those at the turn's start, which the server knows.
    return turns && rules ? { ...rules, rise: true } : rules;
  }

  // The own best bid's unit prices, or null before any.
  get best() {
    const lines = this.store.lot(this.selected()).own?.lines;
    return lines ? lines.map((price) => Dec.of(price)) : null;
  }

  // What the table starts from and is compared with: the last prices, sealed or not.
  get before() { return this.sealed(this.selected()) || this.best; }

  #draft() {
    const number = this.selected();
    if (!this.drafts.has(number)) this.drafts.set(number, { raw: this.info.lines.map(() => ""), edited: false });
    return this.drafts.get(number);
  }

  get #isInside() { return this.body.contains(document.activeElement); }

  // The table follows the last prices until somebody is in it: never rewrite what is being typed.
  #follow() {
    const draft = this.#draft();
    const { before } = this;
    if (!draft.edited && !this.#isInside && before) draft.raw = before.map(asTyped);
  }

  // {value, prices} once every position has a sound price; else {error}: empty while some are not
  // priced yet, line where one is wrong. `faults` holds the words beside each position.
  read() {
    this.#follow();
    const { info, best, rules } = this;
    const found = info.lines.map((line, place) => {
      const price = parsePrice(this.#draft().raw[place], line, rules);
      if (!price.value) return { line, error: price.error };
      return { line, price: price.value, fault: judgePrice(price.value, line, rules, best?.[place]) };
    });
    const faults = found.map(({ line, error, fault }) => {
      if (error && error !== "empty") return t(error === "zero" ? "line_zero" : `typed_${error}`, { scale: line.scale });
      return fault ? t(`line_${fault.code}`, { limit: words(fault.limit) }) : "";
    });
    if (faults.some(Boolean)) return { error: "line", faults };
    if (found.some(({ error }) => error)) return { error: "empty", faults };
    const prices = found.map(({ price }) => price);
    return { value: totalOf(info, prices), prices, faults };
  }

  // ---------- what the person does ----------
  #typed(input) {
    const place = Number(input.dataset.place);
    const draft = this.#draft();
    draft.raw[place] = input.value;
    draft.edited = true;
    this.changed();
  }

  // As in a spreadsheet: up and down move between positions, Enter goes on to the review.
  #key(event) {
    const inputs = [...this.body.querySelectorAll("input")];
    const place = inputs.indexOf(event.target);
    if (place < 0) return;
    if (event.key === "Enter" && !event.repeat) { event.preventDefault(); this.review(); }
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const next = inputs[place + (event.key === "ArrowUp" ? -1 : 1)];
    if (next) { next.focus(); next.select(); }
  }

  #fill(prices) {
    Object.assign(this.#draft(), { raw: prices.map(asTyped), edited: true });
    this.#write();
    this.changed();
  }

  #percentTyped() {
    const { value } = parseTyped(this.percent.value, 4);
    return value && value.compare(new Dec(100n, 0)) < 0 ? value : null;
  }

  // What the helpers start from: what stands in the table, if all of it can be read.
  #prices() {
    const { info, rules } = this;
    const prices = info.lines.map((line, place) => parsePrice(this.#draft().raw[place], line, rules).value);
    return prices.every(Boolean) ? prices : null;
  }

  #lower() {
    const [percent, prices] = [this.#percentTyped(), this.#prices()];
    if (percent && prices) this.#fill(loweredBy(this.info, prices, percent, this.rules));
  }

  #toMost() {
    const prices = this.#reach();
    if (prices) this.#fill(prices);
  }

  #reach() {
    const most = Dec.maybe(this.store.lot(this.selected()).own?.most);
    const prices = this.#prices();
    return most && prices ? loweredTo(this.info, prices, most, this.rules) : null;
  }

  #back() {
    const { before } = this;
    if (!before) return;
    this.#fill(before);
    this.#draft().edited = false;
  }

  focus() { $("input", this.body)?.focus(); }

  // An accepted bid is the new start: the table follows the standing again.
  accepted(lot) {
    const draft = this.drafts.get(lot);
    if (draft) draft.edited = false;
  }

  forget(lot) { this.drafts.delete(lot); }

  // ---------- what is shown ----------
  #write() {
    const { raw } = this.#draft();
    this.body.querySelectorAll("input").forEach((input, place) => {
      if (input.value !== raw[place]) input.value = raw[place];
    });
  }

  #rows() {
    const number = this.selected();
    if (this.shown === number) return;
    this.shown = number;
    const { currency } = this.store.snapshot;
    setText($("#lines-unit"), t("line_price_in", { currency }));
    setText($("#lines-sum"), t("line_total_in", { currency }));
    this.body.replaceChildren(...this.info.lines.map((line, place) => h("tr", {},
      h("td", { class: "ff-num ff-muted", text: formatCount(line.number) }),
      h("th", { scope: "row" },
        h("label", { for: `line-${place}`, text: line.title }),
        h("div", { class: "ff-muted ff-small", text: [`${words(Dec.of(line.quantity))} ${line.unit_label}`,
          line.ceiling ? t("at_most", { amount: words(Dec.of(line.ceiling)) }) : ""].filter(Boolean).join(" · ") })),
      h("td", { class: "ff-num ff-muted fl-line-was" }),
      h("td", { class: "ff-num" },
        h("input", { class: "ff-input fl-line-price", id: `line-${place}`, type: "text", inputmode: "decimal", autocomplete: "off",
          spellcheck: "false", "aria-describedby": `line-fault-${place}`, data: { place: String(place) } }),
        h("p", { class: "fl-line-fault", id: `line-fault-${place}`, hidden: true })),
      h("td", { class: "ff-num fl-line-total" }))));
  }

  // The table, and below it what the total may be or what is wrong with it.
  renderWith(read, fault, { most, blocked, lotTerms }) {
    this.render(read, Boolean(blocked));
    let text = fault ? t(`fault_${fault.code}`, { limit: fault.limit ? words(fault.limit) : "" }) : "";
    const isBad = Boolean(text);
    if (!text && blocked) text = blocked;
    if (!text) {
      text = most ? t("total_or_lower", { amount: words(most) }) : t("no_ceiling");
      if (lotTerms.grid) text += ` ${t("in_multiples", { amount: words(Dec.of(lotTerms.grid)) })}`;
      if (read.error === "empty") text += ` ${t("price_every_line")}`;
    }
    setText($("#lines-hint"), text);
    setData($("#lines-hint"), "state", isBad ? "bad" : null);
  }

  render(read, locked) {
    const { info, before } = this;
    this.#rows();
    const draft = this.#draft();
    if (!this.#isInside || !draft.edited) this.#write();
    [...this.body.children].forEach((row, place) => {
      const line = info.lines[place];
      const price = parsePrice(draft.raw[place], line, this.rules).value;
      const input = $("input", row);
      const fault = read.faults[place];
      setText($(".fl-line-was", row), before ? words(before[place]) : "–");
      setText($(".fl-line-total", row), price ? words(lineTotal(line, price, info.scale)) : "–");
      setText($(".fl-line-fault", row), fault);
      show($(".fl-line-fault", row), Boolean(fault));
      input.setAttribute("aria-invalid", String(Boolean(fault)));
      setData(row, "changed", price && before && price.compare(before[place]) !== 0 ? "1" : null);
    });
    this.#renderHelper(locked);
  }

  #renderHelper(locked = false) {
    const prices = this.#prices();
    $("#lines-lower").disabled = locked || !prices || !this.#percentTyped();
    const most = Dec.maybe(this.store.lot(this.selected()).own?.most);
    const reach = locked ? null : this.#reach();
    const button = $("#lines-most");
    show(button, Boolean(reach));
    if (reach) setText(button, t("lines_to", { amount: words(most) }));
    show($("#lines-back"), Boolean(this.before) && this.#draft().edited);
  }

  // The positions whose price is another than in the own best bid; all of them in a first bid.
  renderReview(prices) {
    const { info, before } = this;
    const changed = info.lines.map((line, place) => ({ line, now: prices[place], was: before?.[place] || null }))
      .filter(({ now, was }) => !was || now.compare(was) !== 0);
    setText($("#review-lines-count"), t(before ? "lines_changed" : "lines_n", { n: changed.length }));
    $("#review-lines-rows").replaceChildren(...changed.map(({ line, now, was }) => h("tr", {},
      h("td", { class: "ff-num ff-muted", text: formatCount(line.number) }), h("th", { scope: "row", text: line.title }),
      h("td", { class: "ff-num ff-muted", text: was ? words(was) : "–" }), h("td", { class: "ff-num ff-strong", text: words(now) }))));
  }
}
