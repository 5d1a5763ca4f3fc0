// Where a participant makes its offers in rounds in turns: the bid box, open in its own turn.

import { BidBox } from "./bidbox.js";
import { $, setText, show } from "./dom.js";
import { t } from "./text.js";
import { TurnsCard } from "./turns.js";

export class TurnsBox extends BidBox {
  constructor(parts) {
    super(parts);
    this.card = new TurnsCard(parts);
    $("#turns-take-back").addEventListener("click", () => this.#takeBack());
  }

  blockedBy() {
    const reason = super.blockedBy();
    if (reason) return reason;
    const lot = this.store.lot(this.selected());
    if (lot.phase !== "running") return "";
    if (!lot.turns) return t("turns_no_part");
    if (!lot.turns.rows.some((row) => row.own)) return t("turns_no_part");
    return lot.turns.yours ? "" : t("turns_not_yours");
  }

  render() {
    super.render();
    if (!this.store.ready || !this.card) return;
    this.card.render();
    const lot = this.store.lot(this.selected());
    const hint = $("#amount-hint");
    if (lot.phase === "prebid" && !lot.own?.best && !this.blockedBy() && hint.dataset.state !== "bad") setText(hint, `${hint.textContent.trim()} ${t("turns_no_part")}`);
    const isInitial = lot.phase === "prebid" && Boolean(lot.own?.best);
    const canTakeBack = (isInitial || (lot.turns?.yours && lot.turns.changed)) && this.store.may("withdraw") && !this.store.isOver && lot.phase !== "paused" && !lot.own?.disqualified;
    show($("#turns-back"), Boolean(canTakeBack));
    setText($("#turns-back span"), t(isInitial ? "turns_back_initial" : "turns_back"));
    $("#turns-take-back").disabled = !this.connection.usable || Boolean(this.commands.open("withdraw", lot.number));
  }

  #takeBack() {
    const number = this.selected();
    if (!this.connection.usable || this.commands.open("withdraw", number)) return;
    this.commands.send({ type: "withdraw", lot: number });
    this.render();
  }
}
