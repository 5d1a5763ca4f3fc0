// Where a supplier makes its sealed offer of the round under way.

import { RoundsCard } from "./rounds.js";
import { SealedBox } from "./sealedbox.js";
import { t } from "./text.js";

export class RoundsBox extends SealedBox {
  constructor(parts) {
    super(parts);
    this.card = new RoundsCard(parts);
  }

  // After the first opening everybody sees where it stands.
  isOpened(lot) { return lot.phase === "closed" || Boolean(lot.own?.best || lot.rounds?.own?.length); }

  noneNote(lot) { return lot.own?.best ? t("rounds_keep") : super.noneNote(lot); }

  // What was answered in an earlier round would be read as an offer of this one.
  result() {
    const lot = this.store.lot(this.selected());
    const entry = super.result();
    return lot.phase === "running" && entry && entry.command.round !== lot.rounds?.round ? null : entry;
  }

  blockedBy() {
    const lot = this.store.lot(this.selected());
    return lot.phase === "sealed" && !this.store.isOver ? t("rounds_no_offer_now") : super.blockedBy();
  }

  render() {
    super.render();
    if (this.store.ready) this.card?.render();
  }
}
