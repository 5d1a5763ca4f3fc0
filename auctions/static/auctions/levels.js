// Where prices move by levels: the level that holds now, for everybody who looks at the auction.

import { moment } from "./clock.js";
import { Dec } from "./decimal.js";
import { $, chip, setData, setText, show } from "./dom.js";
import { amount as words, duration, formatCount, span, t, time } from "./text.js";

const FORMATS = new Set(["dutch", "japanese"]);

export const hasLevels = (terms) => FORMATS.has(terms.format);

// The time of one level in milliseconds.
export const levelTime = (terms) => (terms.dutch?.tick ?? terms.japanese?.level ?? 0) / 1000;

// The price of a level, of what the page was told; null where it was not.
export function levelPrice(store, lot, level) {
  const now = store.lot(lot)?.level;
  if (now?.number === level) return Dec.of(now.price);
  const opened = store.snapshot.feed.find((each) => each.kind === "level_opened" && each.lot === lot && each.data.level === level);
  return opened ? Dec.of(opened.data.price) : null;
}

// The prices of the levels as points of the chart.
export function levelPoints(store, number) {
  return store.snapshot.feed.filter((each) => each.kind === "level_opened" && each.lot === number)
    .map((each) => ({ lot: number, at: each.data.at, amount: each.data.price, seat: null, own: false, level: true }));
}

// {word, tone, iconName} of a supplier's own part in the lot.
export function ownPart(store, lot) {
  const { level } = lot;
  if (!lot.own) return null;
  const isDutch = store.terms.format === "dutch";
  if (lot.own.won) return { word: t("won"), tone: "ok", iconName: "trophy" };
  if (lot.phase === "closed") return { word: t("lot_over"), tone: "", iconName: "circle-x" };
  if (!level?.own) return null;
  if (level.own === "accepted") return { word: t(isDutch ? "level_taken" : "level_accepted_now"), tone: "ok", iconName: "circle-check" };
  if (level.own === "out") return { word: t("level_out"), tone: "bad", iconName: "circle-x" };
  return isDutch ? { word: t("level_free"), tone: "info", iconName: "clock" } : { word: t("level_asked"), tone: "warn", iconName: "alert-triangle" };
}

export class LevelPanel {
  constructor({ store, clock, selected }) {
    Object.assign(this, { store, clock, selected });
    setInterval(() => this.tick(), 250);
  }

  render() {
    const { store } = this;
    if (!store.ready) return;
    const panel = $("#level");
    const lot = store.lot(this.selected());
    const info = store.info(this.selected());
    const start = store.lotTerms(info.number)?.start;
    show(panel, hasLevels(store.terms));
    if (panel.hidden) return;
    const { level } = lot;
    const { currency } = store.snapshot;
    const unit = `${currency}/${info.unit_label}`;
    // A level may have opened after the one that was accepted: the price it closed at is another then.
    const closing = lot.phase === "closed" && lot.outcome === "won" ? Dec.maybe(lot.price ?? (lot.own?.won ? lot.own.best : null)) : null;
    const price = closing ?? Dec.maybe(level?.price ?? start);
    const isDutch = store.terms.format === "dutch";
    const name = closing ? "level_closing" : isDutch && lot.phase !== "closed" ? "level_clock" : "level_number";
    setText($("#level-name"), level ? t(name, { number: formatCount(level.number) }) : t("level_start"));
    setText($("#level-price"), price ? words(price) : "–");
    setText($("#level-unit"), unit);
    const total = level?.total && !closing ? Dec.of(level.total) : price && Dec.of(info.quantity).times(price).toScale(info.scale);
    setText($("#level-total"), total ? t("level_total", { amount: words(total), currency }) : "");
    const next = Dec.maybe(level?.next_price);
    const isOpen = lot.phase !== "closed";
    setData(panel, "state", isOpen ? null : "closed");
    show($(".fl-level__next"), isOpen && Boolean(level));
    setText($("#level-next-label"), t(isDutch ? "level_rises" : "level_falls"));
    setText($("#level-next"), next ? words(next) : t("level_last"));
    setText($("#level-next-unit"), next ? unit : "");
    this.#who(lot);
    show($("#level-time"), isOpen && Boolean(level));
    this.tick();
  }

  #who(lot) {
    const { level } = lot;
    const part = ownPart(this.store, lot);
    const holder = $("#level-state");
    const mark = part ? part.word : "";
    if (holder.dataset.mark !== mark) {
      holder.dataset.mark = mark;
      holder.replaceChildren(...(part ? [chip(part.word, part.tone, part)] : []));
    }
    const lines = [];
    if (level?.own === "out" && level.missed !== null && level.missed !== undefined) lines.push(t("level_missed", { number: formatCount(level.missed) }));
    else if (lot.own?.won) lines.push(t(lot.own.awarded ? "awarded" : "award_follows"));
    else if (lot.phase === "closed" && lot.own && lot.outcome === "won") lines.push(t(this.store.terms.format === "dutch" ? "level_other_first" : "level_other_won"));
    if (level?.active !== null && level?.active !== undefined && lot.phase !== "closed") lines.push(t("level_active", { n: level.active }));
    if (level?.accepted !== null && level?.accepted !== undefined && this.store.terms.format === "japanese") lines.push(t("level_accepted_count", { n: level.accepted }));
    setText($("#level-who"), lines.join(" · "));
    show($(".fl-level__who"), Boolean(part || lines.length));
  }

  tick() {
    const now = this.clock.now();
    if (now === null || !this.store.ready || $("#level").hidden) return;
    const lot = this.store.lot(this.selected());
    const whole = levelTime(this.store.terms);
    const until = moment(lot.deadline);
    if (!lot.level || !until) return;
    const left = lot.phase === "paused" ? lot.remaining_ms ?? whole : Math.max(0, until - now);
    setText($("#level-next-note"), lot.phase === "paused" ? t("level_held", { time: duration(left) })
      : left > 0 ? t("level_in", { time: span(left), at: time(until) }) : t("level_turning"));
    // Whole percents: the bar is not repainted for what nobody can see.
    const share = Math.round(Math.max(0, Math.min(100, 100 - (left / whole) * 100)));
    if ($("#level-time").value !== share) $("#level-time").value = share;
  }
}
