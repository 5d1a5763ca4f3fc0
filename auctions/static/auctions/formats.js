// Which box a supplier makes its offers in. A box has render(), switched(), answered(entry), result()
// and dismissed(entry); it is made with { store, commands, connection, clock, selected, changed }.

import { BidBox } from "./bidbox.js";
import { LevelBox } from "./levelbox.js";
import { OpenClosedBox } from "./openclosedbox.js";
import { RoundsBox } from "./roundsbox.js";
import { SealedBox } from "./sealedbox.js";
import { TurnsBox } from "./turnsbox.js";

const BOXES = {
  dutch: LevelBox, japanese: LevelBox, open_closed: OpenClosedBox, sealed: SealedBox, sealed_rounds: RoundsBox,
  turns: TurnsBox, vickrey: SealedBox,
};

export const boxOf = (format) => BOXES[format] ?? BidBox;
