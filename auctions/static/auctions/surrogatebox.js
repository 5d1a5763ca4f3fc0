// Surrogate bids: the supplier's approval of one bid on a lot, placed for it by a neutral person.

import { limitOf } from "./bidding.js";
import { Dec } from "./decimal.js";
import { MandateBox } from "./mandatebox.js";
import { t } from "./text.js";

export class SurrogateBox extends MandateBox {
  constructor(around) { super(around, { name: "surrogate", set: "approve_surrogate", end: "end_surrogate" }); }

  mandate(lot) {
    if (!this.store.terms.surrogates || !lot.own) return null;
    const amount = Dec.maybe(lot.own.surrogate);
    const { most, free } = limitOf(lot);
    const fits = free || Boolean(most && amount && most.compare(amount) >= 0);
    return { amount, note: t(fits ? "surrogate_waits" : "surrogate_reached"), mayChange: true };
  }

  // Before the start and in a pause too: the bid is placed later.
  hindered(lot) {
    const { store, connection } = this;
    if (connection.state === "offline" || connection.state === "closed") return t("no_bid_offline");
    if (store.snapshot.terms_accepted === false) return t("no_bid_terms");
    if (store.snapshot.prices_declared === false) return t("no_bid_prices");
    if (lot.own?.withdrawal_pending) return t("no_bid_withdrawal");
    return store.may("approve_surrogate") ? "" : t("no_bid_role");
  }

  hint() { return t("surrogate_hint"); }
}
