// Surrogate bids on the neutral person's console: each one that a supplier approved on the lot in
// view, and the dialog in which it is placed.

import { judge, lotTotal } from "./bidding.js";
import { Dec, parseTyped } from "./decimal.js";
import { $, h, icon, keyed, setData, setText } from "./dom.js";
import { amount as words, t } from "./text.js";

export class Surrogates {
  constructor({ store, connection, selected, ask }) {
    Object.assign(this, { store, connection, selected, ask });
    this.list = $("#surrogate-banners");
  }

  render() {
    const lot = this.store.lot(this.selected());
    const waiting = this.store.may("surrogate_bid") && !this.store.isOver ? lot.surrogates || [] : [];
    keyed(this.list, waiting, (each) => `${lot.number}|${each.seat}`, (each) => this.#banner(each.seat), (banner, each) => this.#fill(banner, each));
  }

  #banner(seat) {
    const place = h("button", { class: "ff-btn", type: "button", text: t("surrogate_place"), onclick: () => this.#open(seat) });
    return h("div", { class: "ff-receipt ff-receipt--warn" }, icon("user-check"),
      h("div", {}, h("strong"), " ", h("span", { class: "fl-range" }), h("span", { class: "fl-actions" }, place)));
  }

  #fill(banner, each) {
    setText($("strong", banner), t("surrogate_asked", { name: each.name || each.seat }));
    setText($(".fl-range", banner), range(each));
    $("button", banner).disabled = !this.connection.usable;
  }

  #open(seat) {
    const number = this.selected();
    const each = this.#approval(number, seat);
    if (!each) return;
    this.ask("surrogate_bid", (reason, minutes, amount) => ({ lot: number, seat, amount, reason }), {
      values: { name: each.name || each.seat },
      amount: (raw) => this.#judge(number, seat, raw),
      label: t("surrogate_price", { unit: `${this.#currency(each)}/${this.store.info(number).unit_label}` }),
    });
  }

  #currency(each) { return each.currency || this.store.snapshot.currency; }

  #approval(number, seat) { return (this.store.lot(number).surrogates || []).find((each) => each.seat === seat); }

  // What the dialog says below the amount, and the amount once it may be placed.
  #judge(number, seat, raw) {
    const each = this.#approval(number, seat);
    if (!each) return { hint: t("fault_no_room"), isBad: true, value: null };
    const info = this.store.info(number);
    const { scale } = Dec.of(each.least); // an approval is written at the supplier's own scale
    const typed = parseTyped(raw, scale);
    if (typed.error === "empty") return { hint: range(each), isBad: false, value: null };
    if (typed.error) return { hint: t(`typed_${typed.error}`, { scale }), isBad: true, value: null };
    if (typed.value.compare(Dec.of(each.least)) < 0) return { hint: t("surrogate_below", { least: words(Dec.of(each.least)) }), isBad: true, value: null };
    const fault = judge(typed.value, { own: { most: each.most, best: each.best, room: true } }, this.store.lotTerms(number));
    if (fault) return { hint: t(`fault_${fault.code}`, { limit: fault.limit ? words(fault.limit) : "" }), isBad: true, value: null };
    const total = t("surrogate_total", { amount: words(lotTotal(typed.value, info)), currency: this.#currency(each) });
    return { hint: total, isBad: false, value: typed.value.wire() };
  }
}

function range(each) {
  const least = words(Dec.of(each.least));
  const most = Dec.maybe(each.most);
  return most ? t("surrogate_range", { least, most: words(most) }) : t("surrogate_at_least", { least });
}

// The field of the dialog, as it was judged.
export function showJudged({ hint, isBad }) {
  setText($("#action-amount-hint"), hint);
  setData($("#action-amount-hint"), "state", isBad ? "bad" : null);
  $("#action-amount").setAttribute("aria-invalid", String(isBad));
}
