// What buyer and observers see of a format's own state: a card has render(), and is made with
// { store, clock, selected }.

import { AllocationCard } from "./allocation.js";
import { RoundsCard } from "./rounds.js";
import { TurnsCard } from "./turns.js";

// The rounds, and where the terms have packages what is chosen over all lots.
class RoundsCards {
  constructor(parts) { this.cards = [new RoundsCard(parts), new AllocationCard(parts)]; }

  render() { for (const card of this.cards) card.render(); }
}

const CARDS = { sealed: AllocationCard, sealed_rounds: RoundsCards, turns: TurnsCard, vickrey: AllocationCard };
const NO_CARD = { render() {} };

export const cardFor = (format, parts) => (CARDS[format] ? new CARDS[format](parts) : NO_CARD);
