// The supplier's own bids with what became of each, and taking back the latest within its window.

import { moment } from "./clock.js";
import { Dec } from "./decimal.js";
import { rises, unitOf } from "./direction.js";
import { $, chip, h, icon, keyed, setText, show } from "./dom.js";
import { lotTotal } from "./bidding.js";
import { levelPrice } from "./levels.js";
import { amount as words, formatCount, t, time } from "./text.js";

const STATES = {
  accepted: ["ok", "check"], refused: ["bad", "x"], withdrawn: ["warn", "arrow-back-up"], void: ["warn", "ban"],
};

// Who placed it, where it was not the supplier itself.
function placedBy(bid) {
  if (!bid.automatic && !bid.surrogate) return [];
  const text = bid.automatic ? t("own_automatic") : [t("own_surrogate"), bid.message].filter(Boolean).join(": ");
  return [h("div", { class: "ff-muted ff-small", text })];
}

export class OwnBids {
  constructor({ store, commands, connection, clock, receipts, selected, asked }) {
    Object.assign(this, { store, commands, connection, clock, receipts, selected, asked });
    this.confirming = false;
    $("#withdraw").addEventListener("click", () => { this.confirming = true; this.render(); $("#withdraw-yes").focus(); });
    $("#withdraw-no").addEventListener("click", () => { this.confirming = false; this.render(); });
    $("#withdraw-yes").addEventListener("click", () => this.#withdraw());
    $("#receipts-save").addEventListener("click", () => receipts.saveAll());
    $("#checkpoints-save").addEventListener("click", () => receipts.saveCheckpoints());
  }

  // An answer to a bid of this tab, before any snapshot lists it.
  add(entry) {
    const bids = this.store.snapshot.own_bids;
    if (bids.some((each) => each.ref === entry.ref)) return;
    const { answer } = entry;
    bids.push({
      ref: entry.ref, lot: entry.lot, amount: answer.result?.amount || entry.command.amount || levelPrice(this.store, entry.lot, entry.command.level)?.wire() || "",
      level: entry.command.level ?? null, lines: entry.command.lines ?? null,
      at: answer.received_at || new Date(this.clock.now()).toISOString(),
      state: entry.state, code: answer.code || null, message: answer.message || null, leaf: answer.leaf || null,
    });
  }

  // A bid placed for this seat: its place in the ledger is told with the next snapshot.
  addPlaced({ lot, data }) {
    this.store.snapshot.own_bids.push({
      ref: `placed-${data.received_at}-${data.amount}`, lot, amount: data.amount, level: null, at: data.received_at,
      state: "accepted", code: null, message: data.reason || null, leaf: null,
      automatic: Boolean(data.automatic), surrogate: Boolean(data.surrogate),
    });
  }

  render() {
    const number = this.selected();
    const info = this.store.info(number);
    const bids = this.store.snapshot.own_bids.filter((each) => each.lot === number);
    const accepted = bids.filter((each) => each.state !== "refused").length;
    setText($("#own-count"), [t("count_accepted", { n: accepted }), bids.length > accepted ? t("count_refused", { n: bids.length - accepted }) : ""].filter(Boolean).join(" · "));
    setText($("#own-unit"), unitOf(this.store.snapshot, info));
    keyed($("#own-rows"), [...bids].reverse(), (bid) => bid.ref, () => this.#row(), (row, bid) => this.#fill(row, bid, info));
    show($("#own-empty"), !bids.length);
    show($("#own-table"), Boolean(bids.length));
    show($("#receipts-save"), this.receipts.answers.size > 0 || this.store.snapshot.own_bids.length > 0);
    show($("#checkpoints-save"), this.receipts.checkpoints.size > 0);
    this.tick();
  }

  #row() {
    return h("tr", {}, h("td", { class: "ff-num" }), h("td", { class: "ff-num ff-strong" }), h("td", { class: "ff-num" }), h("td", {}), h("td", { class: "ff-num" }));
  }

  #fill(row, bid, info) {
    const mark = `${bid.state}|${this.receipts.has(bid.ref)}`;
    if (row.dataset.mark === mark) return;
    row.dataset.mark = mark;
    const [at, value, total, state, receipt] = row.children;
    const price = Dec.maybe(bid.amount);
    const shown = price ? words(price) : t("level_number", { number: formatCount(bid.level) });
    at.replaceChildren(h("time", { datetime: bid.at, text: time(moment(bid.at)) }));
    setText(value, shown);
    const worth = () => (rises(info) ? Dec.of(info.budget).over(price, 4) : lotTotal(price, info));
    setText(total, bid.state === "refused" || !price ? "–" : words(worth()));
    const [tone, iconName] = STATES[bid.state];
    state.replaceChildren(chip(t(`own_${bid.state}`), tone, { iconName }), ...placedBy(bid), ...(bid.lines ? [pricesOf(bid, info)] : []), ...(bid.message && bid.state === "refused" ? [h("div", { class: "fl-reason", text: bid.message })] : []));
    receipt.replaceChildren(...(this.receipts.has(bid.ref)
      ? [h("button", { class: "ff-ib", type: "button", "aria-label": t("save_receipt_of", { amount: shown }), title: t("save_receipt"), onclick: () => this.receipts.save(bid.ref) }, icon("download"))]
      : []));
  }

  // The withdrawal's window runs out by the clock.
  tick() {
    if (!this.store.ready) return;
    const lot = this.store.lot(this.selected());
    const until = moment(lot.own?.withdrawable_until);
    const left = until === null || this.clock.now() === null ? 0 : until - this.clock.now();
    const canAsk = left > 0 && this.store.may("withdraw") && lot.phase !== "closed" && !lot.own.disqualified && !lot.own.withdrawal_pending
      && !this.commands.open("withdraw", lot.number);
    if (!canAsk) this.confirming = false;
    show($("#withdraw-bar"), canAsk || Boolean(lot.own?.withdrawal_pending));
    show($("#withdraw"), canAsk && !this.confirming);
    show($("#withdraw-ask"), canAsk && this.confirming);
    $("#withdraw-yes").disabled = !this.connection.usable;
    let text = "";
    if (lot.own?.withdrawal_pending) text = t("withdrawal_waits");
    else if (canAsk) text = t("withdraw_left", { seconds: formatCount(Math.ceil(left / 1000)) });
    setText($("#withdraw-left"), text);
  }

  #withdraw() {
    const entry = this.commands.send({ type: "withdraw", lot: this.selected() }, { keep: true });
    this.confirming = false;
    if (entry) this.asked(entry);
    this.render();
  }
}

// The unit prices behind a bid on a lot with positions, folded away.
function pricesOf(bid, info) {
  return h("details", { class: "fl-own-lines" }, h("summary", { text: t("own_lines") }),
    h("ol", {}, ...bid.lines.map((price, place) => h("li", { text: `${info.lines?.[place]?.title || ""}: ${words(Dec.of(price))}` }))));
}
