// Automatic bids: the supplier's own secret limit on a lot.

import { Dec } from "./decimal.js";
import { MandateBox } from "./mandatebox.js";
import { t } from "./text.js";

export class LimitBox extends MandateBox {
  constructor(around) { super(around, { name: "limit", set: "set_limit", end: "end_limit" }); }

  mandate(lot) {
    const own = lot.own?.limit;
    return own ? { amount: Dec.maybe(own.amount), note: t(own.room ? "limit_works" : "limit_reached"), mayChange: own.left > 0 } : null;
  }

  hindered(lot) {
    if (!lot.own?.best) return t("limit_bid_first");
    if (lot.own.limit && lot.own.limit.left <= 0) return t("limit_used_up");
    return this.blockedBy();
  }

  // An unlocking is for a bid by hand.
  guarded(lot) { return { own: { ...lot.own, unlocked_to: null } }; }

  hint(lot) { return t("limit_left", { n: lot.own.limit.left }); }
}
