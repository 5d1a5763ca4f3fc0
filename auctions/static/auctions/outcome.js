// What became of the last bid on this lot: sending, accepted with its receipt, refused with the
// reason, or unknown, where the same ref is asked for until the answer is definite.

import { Dec } from "./decimal.js";
import { unitOf } from "./direction.js";
import { $, h, icon, setText, show } from "./dom.js";
import { levelPrice } from "./levels.js";
import { amount as words, formatCount, t, timeExact } from "./text.js";

const TONE = {
  sending: ["wait", "loader-2"], unknown: ["warn", "help-circle"], not_received: ["warn", "wifi-off"], retry: ["warn", "refresh"],
  accepted: ["ok", "circle-check"], refused: ["bad", "circle-x"], dropped: ["", "circle-x"],
};

export class Outcome {
  // `place`: where it is shown, if not where the lot's offers are made; `other`: {open(),
  // heading(entry)} of commands that belong to no lot.
  constructor({ store, commands, connection, receipts, selected, dismissed, place = null, other = null }) {
    Object.assign(this, { store, commands, connection, receipts, selected, dismissed, place, other });
    this.box = null;
    this.shown = "";
  }

  // `entry`: the latest command of this lot in this tab, or null.
  render(entry) {
    const open = this.other ? this.other.open() : this.commands.open("bid", this.selected()) || this.commands.open("accept", this.selected())
      || this.commands.open("sealed_offer", this.selected()) || this.commands.open("unlock", this.selected())
      || this.commands.open("withdraw", this.selected());
    const current = open || entry || (this.other ? null : this.#lastAccepted());
    const mark = current ? `${current.ref}|${current.state}|${current.abandoned || ""}|${this.connection.usable}` : "";
    const box = this.place || $("#result"); // another one when another box comes into view
    if (mark === this.shown && box === this.box) return;
    this.shown = mark;
    this.box = box;
    this.box.replaceChildren(...(current ? [this.#panel(current)] : []));
  }

  // After a reload only the list of own bids is known.
  #lastAccepted() {
    const bid = this.store.snapshot.own_bids.filter((each) => each.lot === this.selected() && each.state === "accepted" && !each.automatic && !each.surrogate).at(-1);
    if (!bid) return null;
    return { ref: bid.ref, state: "accepted", isOld: true, command: bid.level === null || bid.level === undefined ? { type: "bid", lot: bid.lot, amount: bid.amount } : { type: "accept", lot: bid.lot, level: bid.level },
      answer: { received_at: bid.at, leaf: bid.leaf, result: {} } };
  }

  #panel(entry) {
    const [tone, iconName] = TONE[entry.state];
    const heading = h("strong", { text: this.#heading(entry) });
    const body = h("div", {}, heading);
    const detail = this.#detail(entry);
    const isSentence = heading.textContent.endsWith(".");
    if (detail) body.append(isSentence && entry.state === "accepted" ? h("br") : " ", detail);
    if (entry.state === "accepted") body.append(...this.#receipt(entry));
    const actions = this.#actions(entry);
    if (actions.length) body.append(h("div", { class: "fl-actions" }, ...actions));
    return h("div", { class: tone ? `ff-receipt ff-receipt--${tone}` : "ff-receipt", data: { state: entry.state } }, icon(iconName), body);
  }

  #heading(entry) {
    const { command, state } = entry;
    if (this.other) return this.other.heading(entry);
    if (command.type === "sealed_offer") return t(`sealed_offer_${state}`);
    if (command.type === "withdraw") return t(`${this.store.terms.sealed || this.store.terms.sealed_rounds ? "sealed_" : ""}withdraw_${state}`);
    const unit = this.#unit(command.lot);
    if (command.type === "accept") return this.#level(entry, unit);
    const value = words(Dec.of(command.amount));
    if (command.type === "unlock") return t(`unlock_${state}`, { amount: value, unit });
    if (entry.isOld) return t("bid_last_accepted", { amount: value, unit });
    return t(`bid_${state}`, { amount: value, unit });
  }

  #level({ command, state, isOld }, unit) {
    const price = levelPrice(this.store, command.lot, command.level)
      || Dec.maybe(this.store.snapshot.own_bids.find((each) => each.lot === command.lot && each.level === command.level)?.amount);
    const key = isOld ? "accept_last_accepted" : `accept_${state}`;
    return t(key, { number: formatCount(command.level), amount: price ? words(price) : "–", unit });
  }

  #detail(entry) {
    const at = entry.answer?.received_at;
    switch (entry.state) {
      case "accepted": return at ? t("at_server_time", { time: timeExact(Date.parse(at)) }) : "";
      case "refused":
      case "retry": return entry.answer.message;
      case "unknown": return t(entry.abandoned ? "explain_abandoning" : "explain_unknown");
      case "not_received": return t("explain_not_received");
      default: return "";
    }
  }

  #receipt(entry) {
    // The leaf's beginning, not the receipt's id: it is known after a reload too.
    const id = (entry.answer.leaf || entry.answer.id || "").slice(0, 16);
    const parts = [h("br"), `${t("receipt")} `, h("code", { text: id })];
    if (this.receipts.has(entry.ref)) {
      const copy = h("button", { type: "button", class: "fl-inline", text: t("copy_receipt"),
        onclick: () => navigator.clipboard?.writeText(this.receipts.text(entry.ref)).then(() => setText(copy, t("copied"))) });
      parts.push(h("span", { class: "fl-actions fl-actions--inline" }, navigator.clipboard ? copy : null,
        h("button", { type: "button", class: "fl-inline", text: t("save_receipt"), onclick: () => this.receipts.save(entry.ref) })));
    }
    return parts;
  }

  #actions(entry) {
    const button = (key, onclick, primary = false) => h("button", {
      type: "button", class: primary ? "ff-btn ff-btn--primary" : "ff-btn", text: t(key), onclick, disabled: !this.connection.usable });
    const never = button("never_mind", () => {
      if (this.commands.abandon(entry)) { this.shown = ""; this.render(entry); }
    });
    switch (entry.state) {
      case "unknown": return entry.abandoned
        ? [button("check", () => this.commands.check(entry))]
        : [button("check", () => this.commands.check(entry), true), never];
      case "not_received":
      case "retry": return [button("send_again", () => this.commands.again(entry), true), never];
      case "dropped":
      case "refused": return [h("button", { type: "button", class: "ff-btn", text: t("dismiss"), onclick: () => this.dismissed(entry) })];
      default: return [];
    }
  }

  #unit(number) {
    return unitOf(this.store.snapshot, this.store.info(number));
  }

  hide() { show(this.box, false); }
}
