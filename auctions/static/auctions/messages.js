// Messages between the buyer and the suppliers, oldest last; who may write where is the server's.

import { moment } from "./clock.js";
import { $, h, icon, keyed, setText, show } from "./dom.js";
import { announce } from "./announce.js";
import { t, time } from "./text.js";

export class Messages {
  constructor({ store, commands, connection }) {
    Object.assign(this, { store, commands, connection });
    this.list = $("#notes");
    this.text = $("#message-text");
    this.to = $("#message-to");
    this.button = $("#message-send");
    this.pending = null;
    this.button.addEventListener("click", () => this.#send());
    this.text.addEventListener("input", () => this.render());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.#send(); }
    });
    this.to?.addEventListener("change", () => this.render());
    commands.addEventListener("change", (event) => this.#answered(event.detail));
    store.addEventListener("event", (event) => {
      const { kind, data } = event.detail;
      if (kind === "message_posted" && !this.#isMine(data.sender)) announce("message", t("said_message", { name: this.#name(data), text: data.text }));
    });
  }

  #isMine(sender) {
    const { role, seat } = this.store.you;
    return sender === "you" || (seat !== null && sender === seat) || (role === "buyer" && sender === "buyer");
  }

  #name(note) {
    if (this.#isMine(note.sender)) return t("you");
    if (note.sender === "buyer") return t("buyer");
    return note.sender_name || this.store.seatName(note.sender);
  }

  #recipient(note) {
    if (note.to === "all") return t("to_all");
    if (note.to === "you" || note.to === "buyer" || note.to === this.store.you.seat) return "";
    return t("to_one", { name: this.store.seatName(note.to) });
  }

  #send() {
    const text = this.text.value.trim();
    if (!text || this.pending) return;
    const to = this.to ? this.to.value : "buyer";
    this.pending = this.commands.send({ type: "message", text, to });
    setText($("#message-state"), this.pending ? t("message_sending") : t("no_bid_offline"));
    this.render();
  }

  #answered(entry) {
    if (entry.command.type !== "message") return;
    if (this.pending && entry.ref !== this.pending.ref) return;
    const said = $("#message-state");
    if (entry.state === "accepted") {
      this.pending = null;
      this.text.value = "";
      setText(said, t("message_sent"));
    } else if (["refused", "retry"].includes(entry.state)) {
      this.pending = null;
      setText(said, entry.answer.message);
      if (entry.state === "retry") this.commands.forget(entry);
    } else if (["not_received", "dropped"].includes(entry.state)) {
      this.pending = null;
      this.commands.forget(entry);
      setText(said, t("message_not_received"));
    } else if (entry.state === "unknown") setText(said, t("message_unknown"));
    this.render();
  }

  // Fills the list of recipients where there is one (buyer).
  recipients(participants) {
    if (!this.to) return;
    const wanted = [["all", t("all_suppliers")], ...participants.filter((each) => !each.removed).map((each) => [each.seat, each.name || each.seat])];
    const mark = JSON.stringify(wanted);
    if (this.to.dataset.shown === mark) return;
    const chosen = this.to.value;
    this.to.dataset.shown = mark;
    this.to.replaceChildren(...wanted.map(([value, name]) => h("option", { value, text: name })));
    if (wanted.some(([value]) => value === chosen)) this.to.value = chosen;
  }

  choose(seat) {
    this.to.value = seat;
    this.render();
    this.text.focus();
  }

  render() {
    if (!this.store.ready) return;
    const notes = [...this.store.snapshot.notes].reverse();
    keyed(this.list, notes, (note) => `${note.at}|${note.sender}|${note.text.length}`, (note) => this.#line(note), () => {});
    show($("#notes-empty"), !notes.length);
    show($("#compose"), this.store.may("message"));
    this.button.disabled = !this.text.value.trim() || Boolean(this.pending) || !this.connection.usable;
    if (this.to) {
      const name = this.to.selectedOptions[0]?.textContent || "";
      setText($("span", this.button), this.to.value === "all" || !name ? t("send_to_all") : t("send_to", { name }));
    }
  }

  #line(note) {
    const mine = this.#isMine(note.sender);
    const to = this.#recipient(note);
    return h("li", { data: { kind: "message" } },
      h("time", { datetime: note.at, text: time(moment(note.at)) }),
      icon(mine ? "send" : "message-2"),
      h("span", {}, h("b", { text: this.#name(note) }), to ? ` ${to}: ` : ": ", note.text));
  }
}
