// What the buyer, or a neutral person, may do to a running auction: each asks before it acts, and
// shows the server's answer in the same place.

import { Dec } from "./decimal.js";
import { $, setText, show } from "./dom.js";
import { showJudged, Surrogates } from "./surrogates.js";
import { amount as words, duration, t } from "./text.js";

const NEEDS_REASON = new Set(["pause", "cancel", "annul", "decide_withdrawal", "decide_unlock", "surrogate_bid"]);

export class Actions {
  constructor({ store, commands, connection, selected }) {
    Object.assign(this, { store, commands, connection, selected });
    this.dialog = $("#action-dialog");
    this.current = null; // {type, build, entry, minutes, amount}
    this.surrogates = new Surrogates({ store, connection, selected, ask: (...asked) => this.ask(...asked) });
    $("#do-pause").addEventListener("click", () => this.ask("pause", (reason) => ({ reason })));
    $("#do-resume").addEventListener("click", () => this.ask("resume", () => ({})));
    $("#do-extend").addEventListener("click", () => this.#askExtend());
    $("#do-cancel").addEventListener("click", () => this.ask("cancel", (reason) => ({ reason })));
    $("#do-annul").addEventListener("click", () => this.ask("annul", (reason) => ({ reason })));
    for (const approve of [true, false]) {
      $(approve ? "#withdrawal-approve" : "#withdrawal-refuse").addEventListener("click", () => this.ask(
        "decide_withdrawal", (reason) => ({ lot: this.selected(), approve, reason }), { variant: approve ? "yes" : "no" }));
    }
    $("#action-go").addEventListener("click", () => this.#go());
    $("#action-close").addEventListener("click", () => this.dialog.close());
    $("#action-reason").addEventListener("input", () => this.#renderDialog());
    $("#action-minutes").addEventListener("input", () => this.#renderDialog());
    $("#action-amount").addEventListener("input", () => this.#renderDialog());
    this.dialog.addEventListener("close", () => { this.current = null; });
    commands.addEventListener("change", (event) => this.#answered(event.detail));
    connection.addEventListener("state", () => this.#renderDialog());
  }

  // Opens the dialog for one command; `build(reason, minutes, amount)` gives its fields, and
  // `amount(typed)` judges an amount: {hint, isBad, value}.
  ask(type, build, { variant = "", values = {}, minutes = 0, amount = null, label = "" } = {}) {
    this.current = { type, build, entry: null, minutes, amount };
    const key = variant ? `${type}_${variant}` : type;
    setText($("#action-heading"), t(`do_${key}_heading`, values));
    setText($("#action-text"), t(`do_${key}_text`, values));
    setText($("#action-go"), t(`do_${key}`, values));
    $("#action-go").className = ["cancel", "annul"].includes(type) ? "ff-btn ff-btn--bad" : "ff-btn ff-btn--primary";
    $("#action-reason").value = "";
    $("#action-minutes").value = minutes ? String(minutes) : "";
    $("#action-minutes").max = String(minutes || 1);
    show($("#action-reason-field"), NEEDS_REASON.has(type));
    show($("#action-minutes-field"), minutes > 0);
    show($("#action-amount-field"), Boolean(amount));
    $("#action-amount").value = "";
    setText($("#action-amount-label"), label);
    setText($("#action-state"), "");
    this.#renderDialog();
    this.dialog.showModal();
    (amount ? $("#action-amount") : NEEDS_REASON.has(type) ? $("#action-reason") : $("#action-go")).focus();
  }

  #askExtend() {
    const { length } = this.store.terms.buyer_extension;
    const minutes = Math.max(1, Math.floor(length / 60_000_000));
    this.ask("extend", (reason, chosen) => ({ lot: this.selected(), length_ms: chosen * 60000 }),
      { minutes, values: { length: duration(length / 1000), number: this.selected() } });
  }

  #askUnlock(request, approve) {
    const values = { name: request.name || request.seat, amount: words(Dec.of(request.amount)) };
    this.ask("decide_unlock", (reason) => ({ lot: this.selected(), seat: request.seat, approve, reason }),
      { variant: approve ? "yes" : "no", values });
  }

  #go() {
    const { current } = this;
    if (!current || (current.entry && this.commands.isOpen(current.entry))) return;
    const reason = $("#action-reason").value.trim();
    if (NEEDS_REASON.has(current.type) && !reason) return;
    const amount = current.amount ? current.amount($("#action-amount").value).value : null;
    if (current.amount && !amount) return;
    const command = { type: current.type, ...current.build(reason, Number($("#action-minutes").value), amount) };
    current.entry = this.commands.send(command);
    if (!current.entry) setText($("#action-state"), t("no_bid_offline"));
    this.#renderDialog();
  }

  #answered(entry) {
    const { current } = this;
    if (!current || !current.entry || entry.ref !== current.entry.ref) return;
    if (entry.state === "accepted") { this.dialog.close(); return; }
    if (["refused", "retry"].includes(entry.state)) setText($("#action-state"), entry.answer.message);
    else if (entry.state === "unknown") setText($("#action-state"), t("action_unknown"));
    else if (["not_received", "dropped"].includes(entry.state)) setText($("#action-state"), t("action_not_received"));
    if (["retry", "not_received"].includes(entry.state)) this.commands.forget(entry);
    if (!["sending", "unknown"].includes(entry.state)) current.entry = null;
    this.#renderDialog();
  }

  #renderDialog() {
    const { current } = this;
    if (!current) return;
    const busy = Boolean(current.entry) && this.commands.isOpen(current.entry);
    const minutes = Number($("#action-minutes").value);
    const judged = current.amount && current.amount($("#action-amount").value);
    if (judged) showJudged(judged);
    const complete = (!judged || judged.value) && (!NEEDS_REASON.has(current.type) || $("#action-reason").value.trim())
      && (!current.minutes || (Number.isInteger(minutes) && minutes >= 1 && minutes <= current.minutes));
    $("#action-go").disabled = busy || !complete || !this.connection.usable;
    if (busy && current.entry.state === "sending") setText($("#action-state"), t("sending"));
  }

  render() {
    const { store } = this;
    const lot = store.lot(this.selected());
    const lots = store.numbers.map((number) => store.lot(number));
    const someRun = lots.some((each) => ["running", "settling", "prebid", "waiting"].includes(each.phase));
    const heldByOfficer = lots.some((each) => each.phase === "paused" && each.pause_causes.some((cause) => ["officer", "connections"].includes(cause)) && !each.resumes_at);
    show($("#do-pause"), store.may("pause") && someRun && !heldByOfficer && !store.isOver);
    show($("#do-resume"), store.may("resume") && heldByOfficer);
    show($("#do-times"), store.you.role === "buyer" && store.may("resume") && heldByOfficer);
    const granted = store.terms.buyer_extension.times > 0;
    show($("#do-extend"), store.may("extend") && granted && lot.phase === "running");
    show($("#do-cancel"), store.may("cancel") && !store.isOver);
    show($("#do-annul"), store.may("annul"));
    show($("#more-rule"), store.may("annul") || (store.may("cancel") && !store.isOver));
    for (const id of ["#do-pause", "#do-resume", "#do-extend"]) $(id).disabled = !this.connection.usable;
    this.#withdrawal(lot);
    this.#unlock(lot);
    this.surrogates.render();
    if (this.current?.amount) this.#renderDialog();
  }

  #withdrawal(lot) {
    const seat = lot.withdrawal_pending;
    show($("#withdrawal-banner"), Boolean(seat));
    if (!seat) return;
    const participant = (lot.participants || []).find((each) => each.seat === seat);
    // A neutral person sees no participants while the lot runs, but the request and its amount.
    const request = [...this.store.snapshot.feed].reverse().find((each) => each.kind === "withdrawal_requested" && each.lot === lot.number);
    const best = Dec.maybe(participant?.best || request?.data.amount);
    const amount = best ? words(best) : "–";
    setText($("#withdrawal-words"), t("withdrawal_asked", { name: this.store.seatName(seat), amount }));
    const may = this.store.may("decide_withdrawal");
    show($("#withdrawal-actions"), may);
    setText($("#withdrawal-who"), may ? "" : t("withdrawal_neutral"));
    for (const id of ["#withdrawal-approve", "#withdrawal-refuse"]) $(id).disabled = !this.connection.usable;
  }

  #unlock(lot) {
    const waiting = (lot.unlocks || [])[0];
    show($("#unlock-banner"), Boolean(waiting));
    if (!waiting) return;
    setText($("#unlock-words"), t("unlock_asked", { name: waiting.name || waiting.seat, amount: words(Dec.of(waiting.amount)) }));
    const may = this.store.may("decide_unlock");
    show($("#unlock-actions"), may);
    setText($("#unlock-who"), may ? "" : t("unlock_neutral"));
    $("#unlock-approve").onclick = () => this.#askUnlock(waiting, true);
    $("#unlock-refuse").onclick = () => this.#askUnlock(waiting, false);
  }
}
