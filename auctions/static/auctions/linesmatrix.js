// The buyer's view of a lot with positions: each supplier's unit prices beside each other, the lowest
// of each position marked. Shown only where the server tells prices of positions.

import { Dec } from "./decimal.js";
import { $, h, setText, show } from "./dom.js";
import { amount as words, formatCount, t } from "./text.js";

export class LinesMatrix {
  constructor({ store, selected }) {
    Object.assign(this, { store, selected });
    this.shown = "";
  }

  render() {
    const info = this.store.info(this.selected());
    const lot = this.store.lot(this.selected());
    const card = $("#lines-card");
    show(card, Boolean(info.lines));
    if (!info.lines) return;
    const offers = (lot.participants || []).filter((each) => each.lines).sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity));
    show($("#lines-none"), !offers.length);
    setText($("#lines-none"), t(lot.sealed && lot.phase !== "closed" ? "lines_sealed" : "lines_none"));
    show($("#lines-table"), Boolean(offers.length));
    const mark = JSON.stringify([info.number, offers.map((each) => [each.seat, each.name, each.rank, each.lines])]);
    if (this.shown === mark) return;
    this.shown = mark;
    setText($("#lines-note"), t("line_price_in", { currency: this.store.snapshot.currency }));
    $("#lines-head").replaceChildren(h("th", { scope: "col", class: "ff-num", text: t("line_number") }), h("th", { scope: "col", text: t("line_title") }),
      h("th", { scope: "col", class: "ff-num", text: t("line_quantity") }),
      ...offers.map((each) => h("th", { scope: "col", class: "ff-num", text: `${each.rank ? `${formatCount(each.rank)}. ` : ""}${each.name || each.seat}` })));
    $("#lines-rows").replaceChildren(...info.lines.map((line, place) => this.#row(line, offers.map((each) => Dec.of(each.lines[place])))));
  }

  #row(line, prices) {
    const lowest = prices.reduce((best, price) => (best === null || price.compare(best) < 0 ? price : best), null);
    return h("tr", {},
      h("td", { class: "ff-num ff-muted", text: formatCount(line.number) }), h("th", { scope: "row", text: line.title }),
      h("td", { class: "ff-num ff-muted ff-nowrap", text: `${words(Dec.of(line.quantity))} ${line.unit_label}` }),
      ...prices.map((price) => {
        const isLowest = prices.length > 1 && price.compare(lowest) === 0;
        return h("td", { class: isLowest ? "ff-num ff-strong" : "ff-num" }, words(price),
          isLowest ? h("span", { class: "ff-vh", text: ` ${t("line_lowest")}` }) : null);
      }));
  }
}
