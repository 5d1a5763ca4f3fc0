// Sealed rounds: which one it is, what comes next, and what became of the ended ones.

import { moment } from "./clock.js";
import { Dec } from "./decimal.js";
import { $, chip, h, keyed, setData, setText, show } from "./dom.js";
import { amount as words, formatCount, t, time } from "./text.js";

// Where a lot of sealed rounds stands: before, open, paused, waits, between, over or off.
export function roundState(lot, isOver) {
  if (lot.phase === "closed") return "over";
  if (isOver) return "off";
  if (lot.phase === "sealed") return "waits";
  if (lot.phase === "paused") return lot.deadline ? "paused" : "between_paused";
  if (lot.phase === "running" || lot.phase === "settling") return "open";
  return lot.rounds.round > 1 ? "between" : "before";
}

export class RoundsCard {
  constructor({ store, selected }) {
    Object.assign(this, { store, selected });
  }

  render() {
    const lot = this.store.ready ? this.store.lot(this.selected()) : null;
    const rounds = lot?.rounds;
    show($("#rounds"), Boolean(rounds));
    if (!rounds) return;
    const state = roundState(lot, this.store.isOver);
    const isBetween = state === "between" || (state === "between_paused" && rounds.round > 1);
    const values = { round: formatCount(isBetween ? rounds.round - 1 : rounds.round), next: formatCount(rounds.round),
      time: time(moment(state === "open" ? lot.deadline : lot.starts_at)) };
    setData($("#rounds-now"), "state", state);
    setText($("#rounds-count"), t("rounds_count", { round: formatCount(rounds.round), rounds: formatCount(rounds.rounds) }));
    setText($("#rounds-word"), t(`rounds_${state}`, values));
    setText($("#rounds-note"), rounds.stop ? t(`rounds_stop_${rounds.stop}${this.#counted(rounds.stop)}`) : "");
    this.#plan(rounds, state, isBetween);
    this.#own(lot, rounds);
    this.#ended(rounds);
  }

  // What the sentences speak of: prices, the choice over all lots, or the score.
  #counted(stop) {
    const { packages, scoring } = this.store.terms;
    if (packages) return "_together";
    return scoring && stop === "unimproved" ? "_score" : "";
  }

  #plan(rounds, state, isBetween) {
    const isDone = state === "over" || state === "off";
    const items = Array.from({ length: rounds.rounds }, (_, place) => {
      const number = place + 1;
      let is = number < rounds.round ? "past" : "next";
      if (number === rounds.round && state === "over") is = "past";
      else if (number === rounds.round && state !== "before" && !isBetween && !isDone) is = "now";
      else if (isDone && number >= rounds.round) is = "never";
      return { number, is };
    });
    keyed($("#rounds-plan"), items, (item) => item.number, () => h("li", {}, h("b"), h("span", { class: "ff-vh" })), (element, item) => {
      setData(element, "state", item.is);
      setText(element.firstElementChild, formatCount(item.number));
      const text = t(`rounds_plan_${item.is}`, { round: formatCount(item.number) });
      setText(element.lastElementChild, text);
      element.title = text;
      if (item.is === "now") element.setAttribute("aria-current", "step");
      else element.removeAttribute("aria-current");
    });
  }

  #own(lot, rounds) {
    const body = $("#rounds-own-rows");
    if (!body) return;
    show($("#rounds-own"), Boolean(rounds.own?.length));
    setText($("#rounds-unit"), `${this.store.snapshot.currency}/${this.store.info(lot.number).unit_label}`);
    keyed(body, rounds.own || [], (row) => row.round, () => h("tr", {}, h("td", { class: "ff-num" }), h("td", { class: "ff-nowrap" }), h("td", { class: "ff-num ff-strong" }), h("td", {})), (element, row) => {
      const [number, at, amount, result] = element.children;
      setText(number, formatCount(row.round));
      setText(at, time(moment(row.sealed_at)));
      setText(amount, row.amount ? words(Dec.of(row.amount)) : "–");
      if (result.childElementCount) return;
      result.append(row.rejected ? chip(t("rounds_rejected"), "bad", { iconName: "x" }) : chip(t("rounds_valid"), "ok", { iconName: "check" }));
      if (row.rejected) result.append(" ", h("span", { class: "ff-small", text: t(`rejected_${row.rejected.replace(".", "_")}`) }));
    });
  }

  #ended(rounds) {
    const body = $("#rounds-ended-rows");
    if (!body) return;
    show($("#rounds-ended"), Boolean(rounds.ended?.length));
    keyed(body, rounds.ended || [], (row) => row.round, () => h("tr", {}, h("td", { class: "ff-num" }), h("td", { class: "ff-num" }), h("td", { class: "ff-num" }), h("td", {})), (element, row) => {
      const [number, valid, rejected, lead] = element.children;
      setText(number, formatCount(row.round));
      setText(valid, formatCount(row.valid));
      setText(rejected, formatCount(row.rejected));
      if (!lead.childElementCount) lead.append(row.improved ? chip(t("rounds_improved"), "ok", { iconName: "arrow-down" }) : chip(t("rounds_unimproved"), ""));
    });
  }
}
