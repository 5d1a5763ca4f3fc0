// The lots rail: which lots there are, how they stand, and which one is in view.

import { moment } from "./clock.js";
import { $, chip, h, keyed, setText, show } from "./dom.js";
import { lotState } from "./header.js";
import { amount as words, formatCount, t, time } from "./text.js";

export class LotsRail {
  // `select(number)` is called when a lot is chosen; `figures(lot, info)` returns [left, right].
  constructor({ store, selected, select, figures }) {
    Object.assign(this, { store, selected, select, figures });
    this.list = $("#lots");
  }

  render() {
    const numbers = this.store.numbers;
    show($("#lots-card"), numbers.length > 1 || this.list.dataset.always !== undefined);
    const live = numbers.filter((number) => ["running", "settling"].includes(this.store.lot(number)?.phase)).length;
    setText($("#lots-live"), t("lots_live", { live: formatCount(live), all: formatCount(numbers.length) }));
    keyed(this.list, numbers, (number) => number, (number) => this.#make(number), (element, number) => this.#fill(element, number));
  }

  #make(number) {
    const link = h("a", { href: `#lot-${number}`, onclick: (event) => { event.preventDefault(); this.select(number); } },
      h("span", { class: "ff-lots__head" }, h("span", { class: "fl-lot-name" }), h("span", { class: "fl-lot-chip" })),
      h("span", { class: "ff-lots__line" }, h("span", { class: "fl-lot-title" })),
      h("span", { class: "ff-lots__line" }, h("span", { class: "fl-lot-left" }), h("span", { class: "fl-lot-right" })));
    return h("li", {}, link);
  }

  #fill(element, number) {
    const lot = this.store.lot(number);
    const info = this.store.info(number);
    const link = element.firstElementChild;
    if (this.selected() === number) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    setText($(".fl-lot-name", link), t("lot", { number: formatCount(number) }));
    setText($(".fl-lot-title", link), info.title);
    const state = lotState(lot, this.store.snapshot.phase);
    const holder = $(".fl-lot-chip", link);
    if (holder.dataset.word !== state.word) {
      holder.replaceChildren(chip(state.word, state.tone, state));
      holder.dataset.word = state.word;
    }
    const [left, right] = this.figures(lot, info);
    setText($(".fl-lot-left", link), left);
    setText($(".fl-lot-right", link), right || this.#opens(lot));
  }

  #opens(lot) {
    if (lot.phase !== "waiting") return "";
    return lot.starts_at ? t("opens_at", { time: time(moment(lot.starts_at)) }) : t("opens_later");
  }
}

export function percentBelow(value, base) {
  if (!value || !base) return "";
  const change = value.minus(base).percentOf(base, 1);
  return change ? t("percent", { value: words(change, { signed: true }) }) : "";
}

