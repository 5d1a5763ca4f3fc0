// The suppliers of the lot in view, by rank: by name, or by alias where the terms are blind.

import { moment } from "./clock.js";
import { Dec } from "./decimal.js";
import { rises } from "./direction.js";
import { $, chip, h, icon, keyed, setData, setIcon, setText, show } from "./dom.js";
import { lotTotal } from "./bidding.js";
import { DASHES, slotOf } from "./chart.js";
import { isUnread } from "./kpis.js";
import { hasLevels } from "./levels.js";
import { amount as words, duration, formatCount, t, time } from "./text.js";
import { short } from "./worth.js";

const SVG = "http://www.w3.org/2000/svg";

export class Participants {
  // `write(seat)` opens the composer to that supplier.
  constructor({ store, clock, selected, slots, write }) {
    Object.assign(this, { store, clock, selected, slots, write });
    this.body = $("#participant-rows");
  }

  render() {
    const lot = this.store.lot(this.selected());
    const list = [...(lot.participants || [])].sort(byRank);
    show($("#participants-empty"), !list.length);
    show($("#participants-table"), Boolean(list.length));
    const info = this.store.info(this.selected());
    setText($("#participants-note"), this.store.terms.blind && lot.phase !== "closed" ? t("blind_note") : t(hasLevels(this.store.terms) ? "ranked_by_level" : this.store.terms.scoring ? "ranked_by_score" : info.lines ? "ranked_by_total" : "ranked_by_price"));
    setText($("#participants-total"), t("lot_total_in", { currency: this.store.snapshot.currency, unit: info.unit_label }));
    const seesPresence = !this.store.terms.blind && !this.store.isOver;
    document.querySelectorAll("#participants-table [data-presence]").forEach((cell) => show(cell, seesPresence));
    keyed(this.body, list, (each) => each.seat, (each) => this.#row(each), (row, each) => this.#fill(row, each, lot, seesPresence));
    // At a level all prices are one.
    document.querySelectorAll("#participants-table [data-gap]").forEach((cell) => show(cell, !hasLevels(this.store.terms)));
  }

  #row(each) {
    const slot = Math.min(slotOf(each.seat, this.slots), 5);
    return h("tr", {},
      h("td", {}, h("span", { class: "ff-rank" })),
      h("th", { scope: "row" }, h("span", { class: "ff-party" }, swatch(slot), h("span", { class: "fl-name" }), h("span", { class: "ff-party__cc" }), h("span", { class: "fl-marks" }))),
      h("td", { data: { presence: "" } }, h("span", { class: "ff-presence" }, icon("circle-check"), h("span", { class: "fl-word" }), h("span", { class: "ff-muted fl-rtt" }))),
      h("td", { class: "ff-num ff-strong" }), h("td", { class: "ff-num", data: { gap: "" } }), h("td", { class: "ff-num ff-opt" }),
      h("td", { class: "ff-num ff-opt" }), h("td", { class: "ff-num ff-opt ff-muted" }),
      h("td", { class: "ff-opt" }, h("button", { class: "ff-ib", type: "button", onclick: () => this.write(each.seat) }, icon("message-2"))));
  }

  #fill(row, each, lot, seesPresence) {
    const [rank, name, presence, best, gap, total, bids, last, action] = row.children;
    row.classList.toggle("is-lead", each.rank === 1);
    setText($(".ff-rank", rank), each.rank ? formatCount(each.rank) : "–");
    setText($(".fl-name", name), each.name || each.seat);
    const country = $(".ff-party__cc", name);
    setText(country, each.country);
    show(country, Boolean(each.country));
    this.#marks($(".fl-marks", name), each, lot);
    show(presence, seesPresence);
    this.#presence(presence.firstElementChild, each);
    this.#best(best, each);
    const distance = Dec.maybe(each.gap);
    setText(gap, distance && !distance.isZero ? words(distance, { signed: true }) : "–");
    // In several currencies what is compared; the supplier's own amount stands beside its best.
    const whole = this.#whole(each, this.store.info(lot.number));
    setText(total, whole ? words(whole) : "–");
    setText(bids, isUnread(lot) && !each.bids ? "–" : formatCount(each.bids));
    setText(last, each.last_bid_at ? time(moment(each.last_bid_at)) : "–");
    const button = action.firstElementChild;
    show(button, this.store.may("message") && !each.removed);
    button.setAttribute("aria-label", t("write_to", { name: each.name || each.seat }));
    button.title = t("write_to", { name: each.name || each.seat });
  }

  // With a budget every total is the same: what a unit costs says more.
  #whole(each, info) {
    if (each.value) return lotTotal(Dec.of(each.value), info);
    if (rises(info)) return each.best ? Dec.of(info.budget).over(Dec.of(each.best), 4) : null;
    return Dec.maybe(each.total);
  }

  #best(cell, each) {
    const shown = each.value || each.best;
    const isOther = each.value && (each.currency !== this.store.terms.currency || each.vat);
    const vat = each.vat ? `, ${t("with_vat", { rate: words(Dec.of(each.vat)) })}` : "";
    const own = isOther ? `${words(Dec.of(each.best))} ${each.currency}${vat}` : "";
    const score = each.score ? t("score_is", { score: words(short(Dec.of(each.score))) }) : "";
    const mark = `${shown}|${own}|${score}`;
    if (cell.dataset.shown === mark) return;
    cell.dataset.shown = mark;
    cell.replaceChildren(shown ? words(Dec.of(shown)) : "–", ...[own, score].filter(Boolean).map((text) => h("span", { class: "ff-small ff-muted fl-own-money", text })));
  }

  #marks(holder, each, lot) {
    const marks = [];
    if (each.currency && !each.best) marks.push([each.currency, "", "coin"]);
    if (each.disqualified) marks.push([t("disqualified"), "bad", "ban"]);
    if (each.surrogate) marks.push([t("surrogate_mark"), "info", "user-check"]);
    if (each.declined) marks.push([t("declined"), "", "user-x"]);
    else if (each.removed) marks.push([t("removed"), "", "user-x"]);
    else if (!each.accepted && this.#seesConsent()) marks.push([t("terms_open"), "warn", "file-text"]);
    if (lot.winner && lot.winner === each.seat) marks.push([t("won"), "ok", "trophy"]);
    if (each.out && lot.phase !== "closed") marks.push([t("level_out"), "bad", "circle-x"]);
    else if (lot.level && each.level !== null && each.level !== undefined && lot.phase !== "closed") {
      const isNow = each.level === lot.level.number;
      marks.push([t("level_mark", { number: formatCount(each.level) }), isNow ? "ok" : "", isNow ? "check" : "clock"]);
    }
    if (lot.withdrawal_pending === each.seat) marks.push([t("withdrawal_mark"), "warn", "arrow-back-up"]);
    const mark = JSON.stringify(marks);
    if (holder.dataset.mark === mark) return;
    holder.dataset.mark = mark;
    holder.replaceChildren(...marks.map(([text, tone, iconName]) => chip(text, tone, { iconName })));
  }

  // A blind buyer does not learn who consented: it would tell names.
  #seesConsent() {
    return !this.store.terms.blind && !this.store.isOver;
  }

  #presence(holder, each) {
    const seen = this.store.presence[each.seat];
    const online = Boolean(seen);
    const rtt = seen?.rtt_ms;
    const word = $(".fl-word", holder);
    const svg = $("svg", holder);
    show(holder, this.store.snapshot.connected !== null);
    setData(holder, "state", online ? "online" : "offline");
    setIcon(svg, online ? "circle-check" : "wifi-off");
    const since = online ? null : moment(this.store.left[each.seat]);
    const minutes = since ? Math.floor((this.clock.now() - since) / 60000) : 0;
    setText(word, online ? t("online") : [t("offline"), minutes > 0 ? duration(minutes * 60000) : ""].filter(Boolean).join(" "));
    setText($(".fl-rtt", holder), online && rtt !== null && rtt !== undefined ? t("ms", { value: formatCount(rtt) }) : "");
  }
}

function byRank(a, b) {
  return (a.rank ?? Infinity) - (b.rank ?? Infinity) || (a.name || a.seat).localeCompare(b.name || b.seat) || 0;
}

function swatch(slot) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `ff-swatch ff-s${slot + 1}`);
  svg.setAttribute("viewBox", "0 0 22 10");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "line");
  const shape = { x1: 0, y1: 5, x2: 22, y2: 5, stroke: "currentColor", "stroke-width": 2.5, "stroke-dasharray": DASHES[slot].join(" ") || "none" };
  for (const [name, value] of Object.entries(shape)) line.setAttribute(name, value);
  svg.append(line);
  return svg;
}
