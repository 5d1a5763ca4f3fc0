// The buyer's figures of the lot in view.

import { moment } from "./clock.js";
import { Dec } from "./decimal.js";
import { rises, unitOf } from "./direction.js";
import { $, setText, show } from "./dom.js";
import { hasLevels } from "./levels.js";
import { lotTotal } from "./bidding.js";
import { amount as words, duration, formatCount, t } from "./text.js";
import { priceWords } from "./worth.js";

const RECENT = 300000;

// Offers may be there that nobody has read.
export const isUnread = (lot) => Boolean(lot.sealed) && lot.phase !== "closed";

export class Kpis {
  constructor({ store, clock, selected }) {
    Object.assign(this, { store, clock, selected });
  }

  render() {
    const number = this.selected();
    const lot = this.store.lot(number);
    const info = this.store.info(number);
    const currency = this.store.snapshot.currency;
    const unit = unitOf(this.store.snapshot, info);
    const price = Dec.maybe(lot.price || lot.lead);
    setText($("#kpi-best-label"), t(lot.phase === "closed" ? "kpi_final" : "kpi_best"));
    setText($("#kpi-best"), price ? words(price) : "–");
    setText($("#kpi-best-unit"), price ? unit : "");
    const total = () => (rises(info) ? priceWords(price, info, currency) : t("kpi_total", { amount: words(lotTotal(price, info)), currency }));
    setText($("#kpi-best-note"), price ? total() : t(isUnread(lot) ? "sealed_unread" : "no_bids_yet"));
    // Baseline and target are unit prices: with a budget they are compared with that of the quantity,
    // on a clock that nobody has stopped with the price it shows.
    const isRising = this.store.terms.format === "dutch" && lot.phase !== "closed";
    this.now = isRising && !price ? Dec.maybe(lot.level?.price) : null;
    const unitPrice = rises(info) && price ? Dec.of(info.budget).over(price, 6) : price || this.now;
    this.#saving(unitPrice, info, currency, price);
    this.#target(unitPrice, info, lot, `${currency}/${info.unit_label}`);
    this.#bids(lot, number);
    this.#connected(lot);
  }

  #saving(price, info, currency, bid) {
    const base = Dec.maybe(info.baseline) || Dec.maybe(info.ceiling);
    show($("#kpi-saving-box"), Boolean(base));
    if (!base) return;
    setText($("#kpi-saving-label"), t(this.now ? "kpi_saving_now" : info.baseline ? "kpi_saving" : "kpi_below_ceiling"));
    const sum = (each) => (rises(info) ? each.times(bid || Dec.of(info.quantity)).toScale(2) : lotTotal(each, info));
    const whole = sum(base);
    const paid = rises(info) ? Dec.of(info.budget) : price && lotTotal(price, info);
    const saved = price ? whole.minus(paid) : null;
    setText($("#kpi-saving"), saved ? words(saved) : "–");
    setText($("#kpi-saving-unit"), saved ? currency : "");
    const share = price ? price.minus(base).percentOf(base) : null;
    setText($("#kpi-saving-share"), share ? t("percent", { value: words(share, { signed: true }) }) : "");
    $("#kpi-saving-share").classList.toggle("is-above", Boolean(saved) && !saved.isPositive && !saved.isZero);
    setText($("#kpi-saving-note"), t("of_amount", { amount: words(whole), currency }));
  }

  #target(price, info, lot, unit) {
    const target = Dec.maybe(info.target);
    const knowsReserve = lot.reserve_met !== null && lot.reserve_met !== undefined;
    show($("#kpi-target-box"), Boolean(target) || knowsReserve);
    const meter = $("#kpi-meter");
    show(meter, Boolean(target));
    if (!target) {
      if (!knowsReserve) return;
      setText($("#kpi-target-label"), t("kpi_reserve"));
      setText($("#kpi-target"), t(lot.reserve_met ? "met" : "not_met"));
      setText($("#kpi-target-unit"), "");
      return;
    }
    setText($("#kpi-target-label"), t("kpi_target", { amount: words(target) }));
    const left = price ? price.minus(target) : null;
    const reached = left !== null && !left.isPositive;
    setText($("#kpi-target"), reached ? t("target_reached") : left ? words(left) : "–");
    setText($("#kpi-target-unit"), reached || !left ? "" : t("to_go", { unit }));
    const base = Dec.maybe(info.baseline) || Dec.maybe(info.ceiling);
    const way = base && price ? base.minus(price).percentOf(base.minus(target), 0) : null;
    const share = way === null ? 0 : Math.max(0, Math.min(100, way.toPixelNumber()));
    meter.value = share;
    meter.setAttribute("aria-label", t("meter", { percent: formatCount(share) }));
  }

  #bids(lot, number) {
    const isSealed = isUnread(lot) && this.store.terms.format !== "open_closed";
    setText($("#kpi-bids-label"), t(isSealed ? "kpi_sealed" : "kpi_bids"));
    if (isSealed) {
      const { offers } = lot.sealed;
      const isTold = offers !== null && offers !== undefined;
      setText($("#kpi-bids"), isTold ? formatCount(offers) : "–");
      setText($("#kpi-bids-unit"), "");
      setText($("#kpi-bids-note"), isTold ? "" : t("sealed_untold"));
      return;
    }
    const times = this.store.snapshot.points.filter((each) => each.lot === number).map((each) => moment(each.at)).sort((a, b) => a - b);
    const count = lot.bids ?? times.length;
    setText($("#kpi-bids"), formatCount(count));
    const now = this.clock.now();
    const recent = times.filter((at) => now - at <= RECENT).length;
    setText($("#kpi-bids-unit"), ["running", "settling"].includes(lot.phase) && !hasLevels(this.store.terms) ? t("recent_bids", { n: recent }) : "");
    const gaps = times.slice(1).map((at, place) => at - times[place]).sort((a, b) => a - b);
    const parts = [];
    if (lot.extensions) parts.push(t("extensions_count", { n: lot.extensions }));
    if (gaps.length) parts.push(t("median_gap", { time: duration(gaps[Math.floor(gaps.length / 2)]) }));
    setText($("#kpi-bids-note"), parts.join(" · "));
  }

  #connected(lot) {
    const { connected } = this.store.snapshot;
    const seats = (lot.participants || []).filter((each) => !each.removed && !each.declined);
    const known = connected !== null && connected !== undefined && !this.store.isOver;
    setText($("#kpi-connected-label"), t(known ? "kpi_connected" : "kpi_participants"));
    setText($("#kpi-connected"), formatCount(known ? connected : seats.length));
    setText($("#kpi-connected-unit"), known ? t("of_count", { all: formatCount(seats.length) }) : "");
    const accepted = seats.filter((each) => each.accepted).length;
    setText($("#kpi-connected-note"), this.store.terms.blind ? "" : t("accepted_terms", { accepted: formatCount(accepted), all: formatCount(seats.length) }));
  }
}
