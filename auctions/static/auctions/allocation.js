// Where the terms have packages: who wins which lots by which offer, and what all of them cost;
// between sealed rounds what the best choice so far is.

import { lotTotal } from "./bidding.js";
import { Dec } from "./decimal.js";
import { $, h, keyed, setText, show } from "./dom.js";
import { amount as words, formatCount, t } from "./text.js";

export class AllocationCard {
  constructor({ store }) {
    this.store = store;
    this.card = $("#allocation");
  }

  render() {
    const lots = this.store.numbers.map((number) => this.store.lot(number));
    const found = lots.find((lot) => lot.phase === "closed" && lot.packages?.total)?.packages;
    const soFar = found ? null : lots.find((lot) => lot.packages?.rounds?.total)?.packages.rounds;
    show(this.card, Boolean(found || soFar));
    show($("#allocation-table"), Boolean(found));
    setText($("#allocation-heading"), t(found ? "allocation_heading" : "choice_heading"));
    if (soFar) this.#between(soFar);
    if (!found) return;
    const { currency } = this.store.snapshot;
    keyed($("#allocation-rows"), lots, (lot) => lot.number, () => h("tr", {}), (row, lot) => this.#row(row, lot));
    const sum = found.paid
      ? t("allocation_paid", { paid: words(Dec.of(found.paid)), asked: words(Dec.of(found.total)), currency })
      : t("allocation_total", { total: words(Dec.of(found.total)), currency });
    setText($("#allocation-sum"), `${sum} ${this.#compared(found, lots, currency)}`);
  }

  #between({ lots, total, chosen }) {
    const names = (chosen || []).map((each) => `${this.store.seatName(each.seat)}: ${each.package ? t("allocation_package", { number: formatCount(each.package) }) : t("allocation_discount")}`);
    const text = t("choice_so_far", { n: lots, total: words(Dec.of(total)), currency: this.store.snapshot.currency });
    setText($("#allocation-sum"), names.length ? `${text} ${t("choice_holds", { names: names.join(", ") })}` : text);
  }

  #compared(found, lots, currency) {
    const served = lots.filter((lot) => lot.outcome === "won").length;
    if (served > found.single_lots) return t("allocation_more_lots", { n: found.single_lots });
    const saved = Dec.of(found.single_total).minus(Dec.of(found.total));
    const part = found.paid ? "allocation_paid" : "allocation"; // what was asked is compared
    if (!saved.isPositive) return t(`${part}_same`);
    return t(`${part}_saves`, { saved: words(saved), single: words(Dec.of(found.single_total)), currency });
  }

  #row(row, lot) {
    const info = this.store.info(lot.number);
    const price = Dec.maybe(lot.price);
    const asked = Dec.maybe(lot.packages?.asked);
    const cells = [
      h("th", { scope: "row", text: `${formatCount(lot.number)} · ${info.title}` }),
      h("td", { text: lot.winner ? this.store.seatName(lot.winner) : lot.outcome === "won" ? "–" : t("allocation_nobody") }),
      h("td", { text: lot.outcome !== "won" ? "–" : lot.packages.won_by !== null ? t("allocation_package", { number: formatCount(lot.packages.won_by) }) : t("allocation_single") }),
      h("td", { class: "ff-num" }, price ? words(price) : "–", ...(asked ? [" ", h("span", { class: "ff-muted ff-small", text: t("allocation_asked", { amount: words(asked) }) })] : [])),
      h("td", { class: "ff-num ff-opt", text: lot.lead ? words(Dec.of(lot.lead)) : "–" }),
      h("td", { class: "ff-num", text: price ? words(lotTotal(price, info)) : "–" }),
    ];
    row.replaceChildren(...cells);
  }
}
