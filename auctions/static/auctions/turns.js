// Rounds in turns: whose turn it is, the order of the round, and every offer as last shown.

import { moment } from "./clock.js";
import { Dec } from "./decimal.js";
import { $, chip, h, keyed, setData, setText, show } from "./dom.js";
import { amount as words, formatCount, span, t, time } from "./text.js";

export class TurnsCard {
  constructor({ store, clock, selected }) {
    Object.assign(this, { store, clock, selected });
    setInterval(() => this.tick(), 250);
  }

  render() {
    const lot = this.store.ready ? this.store.lot(this.selected()) : null;
    const turns = lot?.turns;
    show($("#turns"), Boolean(turns));
    if (!turns) return;
    const info = this.store.info(lot.number);
    setText($("#turns-round"), t("turns_round", { round: formatCount(turns.round), rounds: formatCount(turns.rounds) }));
    setText($("#turns-unit"), `${this.store.snapshot.currency}/${info.unit_label}`);
    this.#now(lot, turns);
    this.#plan(lot, turns);
    const rows = turns.rows.map((row, place) => ({ ...row, order: place + 1 }));
    keyed($("#turns-rows"), rows, (row) => row.number, () => this.#row(), (element, row) => this.#fill(element, row, turns));
    this.tick();
  }

  #now(lot, turns) {
    const box = $("#turns-now");
    const isOver = lot.phase === "closed";
    setData(box, "state", isOver ? null : turns.yours ? "yours" : turns.kind);
    setText($("#turns-word"), this.#word(turns, isOver));
    setText($("#turns-note"), isOver ? "" : this.#note(turns));
  }

  #word(turns, isOver) {
    const row = turns.rows.find((each) => each.on_turn);
    if (isOver) return t("turns_over");
    if (turns.yours) return t("turns_yours");
    return row ? t("turns_of", { name: this.#name(row) }) : t(`turns_${turns.kind}`);
  }

  #note(turns) {
    const own = turns.rows.findIndex((row) => row.own);
    if (turns.yours) return t(turns.changed ? "turns_note_changed" : "turns_note_yours");
    if (turns.kind === "announcement") return t("turns_note_announcement");
    if (own < 0) return "";
    if (turns.rows[own].had_turn) return t(turns.round < turns.rounds ? "turns_note_next_round" : "turns_note_done");
    return t("turns_note_place", { place: formatCount(own + 1), all: formatCount(turns.rows.length) });
  }

  #plan(lot, turns) {
    const list = $("#turns-plan");
    const items = turns.plan.map((stage, place) => ({ ...stage, place }));
    keyed(list, items, (stage) => stage.place, () => h("li", {}, h("span", { class: "ff-vh" })), (element, stage) => {
      const isOver = lot.phase === "closed" || stage.place < turns.stage;
      setData(element, "kind", stage.kind);
      setData(element, "state", isOver ? "past" : stage.place === turns.stage ? "now" : "next");
      if (stage.place === turns.stage && lot.phase !== "closed") element.setAttribute("aria-current", "step");
      else element.removeAttribute("aria-current");
      const text = `${t(stage.kind === "turn" ? "turns_plan_turn" : `turns_${stage.kind}`, { round: formatCount(stage.round), turn: formatCount(stage.turn) })} ${time(moment(stage.starts_at))}`;
      setText(element.firstElementChild, text);
      element.title = text;
    });
  }

  #name(row) {
    if (row.own) return t("you");
    if (row.seat) return this.store.seatName(row.seat);
    return t("turns_participant", { number: formatCount(row.number) });
  }

  #row() {
    return h("tr", {}, h("td", { class: "ff-num" }), h("th", { scope: "row" }), h("td", { class: "ff-num ff-strong" }), h("td", { class: "ff-num" }), h("td", {}, h("span", { class: "fl-marks" })));
  }

  #fill(element, row, turns) {
    const [order, name, offer, place, mark] = element.children;
    element.classList.toggle("is-lead", row.place === 1);
    element.classList.toggle("is-own", row.own);
    setText(order, formatCount(row.order));
    setText(name, row.own ? t("turns_participant_you", { number: formatCount(row.number) }) : this.#name(row));
    setText(offer, words(Dec.of(row.amount)));
    setText(place, formatCount(row.place));
    const state = row.on_turn ? "on" : row.had_turn ? "had" : "to_come";
    if (mark.dataset.state === `${state}${turns.round}`) return;
    setData(mark, "state", `${state}${turns.round}`);
    mark.firstElementChild.replaceChildren(chip(t(`turns_mark_${state}`), row.on_turn ? "info" : row.had_turn ? "ok" : "", { iconName: row.had_turn && !row.on_turn ? "check" : "", pulse: row.on_turn }));
  }

  tick() {
    const lot = this.store.ready ? this.store.lot(this.selected()) : null;
    const turns = lot?.turns;
    if (!turns) return;
    const now = this.clock.now();
    let left = turns.remaining_ms;
    if (turns.ends_at && now !== null) left = moment(turns.ends_at) - now;
    setText($("#turns-clock"), lot.phase === "closed" || left === null ? "" : span(left));
  }
}
