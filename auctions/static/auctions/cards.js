// What buyer and observers see of a format's own state: a card has render(), and is made with
// { store, clock, selected }.

import { AllocationCard } from "./allocation.js";
import { RoundsCard } from "./rounds.js";
import { TurnsCard } from "./turns.js";

const CARDS = { sealed: AllocationCard, sealed_rounds: RoundsCard, turns: TurnsCard, vickrey: AllocationCard };
const NO_CARD = { render() {} };

export const cardFor = (format, parts) => (CARDS[format] ? new CARDS[format](parts) : NO_CARD);
