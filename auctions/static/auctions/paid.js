// Where a winner is paid another price than it asked: what it is paid, told to itself after the close.

import { lotTotal } from "./bidding.js";
import { Dec } from "./decimal.js";
import { unitOf } from "./direction.js";
import { $, setText, show } from "./dom.js";
import { amount as words, t } from "./text.js";

export function renderPaid(store, lot, info) {
  const box = $("#paid");
  if (!box) return;
  // Not once the buyer decided otherwise, or the auction is void.
  const stands = lot.own?.won && lot.own.awarded !== false && store.snapshot.phase !== "annulled";
  const paid = Dec.maybe(stands ? lot.price : null);
  show(box, Boolean(paid));
  if (!paid) return;
  const { currency } = store.snapshot;
  const unit = unitOf(store.snapshot, info);
  const asked = Dec.maybe(lot.packages?.asked ?? lot.own.best);
  setText($("#paid-words"), t("paid_to_you", { paid: words(paid), unit, total: words(lotTotal(paid, info)), currency }));
  setText($("#paid-asked"), asked ? t("paid_asked", { asked: words(asked), unit }) : "");
}
