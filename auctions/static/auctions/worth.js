// What a quantity offered for a lot's budget means in money, in words.

import { Dec } from "./decimal.js";
import { rises } from "./direction.js";
import { $, setText, show } from "./dom.js";
import { amount as words, t } from "./text.js";

const PLACES = 6;

// 80.00 EUR/kg, or ≈ 81.037277 EUR/kg where budget / quantity does not end there.
export function priceWords(quantity, info, currency) {
  const budget = Dec.of(info.budget);
  const price = budget.over(quantity, PLACES);
  const isExact = price.times(quantity).compare(budget) === 0;
  const unit = `${currency}/${info.unit_label}`;
  return t(isExact ? "budget_price" : "budget_about", { amount: words(isExact ? short(price) : price), unit });
}

// Without the zeros beyond cents.
export function short(value) {
  let found = value;
  while (found.scale > 2 && found.units % 10n === 0n) found = new Dec(found.units / 10n, found.scale - 1);
  return found;
}

export function budgetWords(info, currency) { return `${words(Dec.of(info.budget))} ${currency}`; }

// The strip that says what is fixed here and what is bid.
export function renderBudget(info, currency) {
  const strip = $("#budget-strip");
  if (!strip) return;
  show(strip, rises(info));
  if (!rises(info)) return;
  setText($("#budget-amount"), budgetWords(info, currency));
  setText($("#budget-expected"), t("budget_expected", { quantity: words(Dec.of(info.quantity)), unit: info.unit_label }));
}
