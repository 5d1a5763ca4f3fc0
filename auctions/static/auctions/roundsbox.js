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

  blockedBy() {
    const lot = this.store.lot(this.selected());
    return lot.phase === "sealed" && !this.store.isOver ? t("rounds_no_offer_now") : super.blockedBy();
  }

  render() {
    super.render();
    if (this.store.ready) this.card?.render();
  }
}
