// The unit prices of a lot's positions, worked out exactly: their total, what is wrong with one, and
// all of them lowered together. Each line is rounded half-even at the lot's scale, as the server does.

import { Dec, parseTyped } from "./decimal.js";

const HUNDRED = new Dec(100n, 0);

export function lineTotal(line, price, scale) {
  return Dec.of(line.quantity).times(price).toScale(scale);
}

export function totalOf(info, prices) {
  return prices.reduce((sum, price, place) => sum.plus(lineTotal(info.lines[place], price, info.scale)), new Dec(0n, info.scale));
}

// The text of one price: {value} or {error}. Nought is a price only where the terms say so.
export function parsePrice(text, line, rules) {
  const typed = parseTyped(text, line.scale);
  return typed.error === "zero" && rules?.zero ? { value: new Dec(0n, line.scale) } : typed;
}

// What a price may not be: {code, limit}, or null.
export function judgePrice(price, line, rules, before) {
  const ceiling = Dec.maybe(line.ceiling);
  if (ceiling && price.compare(ceiling) > 0) return { code: "ceiling", limit: ceiling };
  if (rules && rules.rise === false && before && price.compare(before) > 0) return { code: "rises", limit: before };
  return null;
}

const least = (line, rules) => new Dec(rules?.zero ? 0n : 1n, line.scale);

function notBelow(price, floor) { return price.compare(floor) < 0 ? floor : price; }

// Every price times (100 - percent) / 100, rounded down.
export function loweredBy(info, prices, percent, rules) {
  const share = HUNDRED.minus(percent);
  return prices.map((price, place) => {
    const line = info.lines[place];
    const exact = price.times(share);
    return notBelow(new Dec(exact.units, exact.scale + 2).toScale(line.scale, "floor"), least(line, rules));
  });
}

// Prices in the same proportions that come to `most` or just below it; null where there are none.
export function loweredTo(info, prices, most, rules) {
  const whole = totalOf(info, prices);
  if (!whole.isPositive || whole.compare(most) <= 0) return null;
  const found = prices.map((price, place) => {
    const line = info.lines[place];
    // price * most / whole, rounded down at the line's scale.
    const numerator = price.times(most);
    const scaled = numerator.units * 10n ** BigInt(whole.scale + line.scale);
    return notBelow(new Dec(scaled / (whole.units * 10n ** BigInt(numerator.scale)), line.scale), least(line, rules));
  });
  const lower = tickedDown(info, found, most, rules);
  return lower && toppedUp(info, lower, prices, most);
}

// What rounding down gave away goes back, the largest quantities first, as far as it fits.
function toppedUp(info, prices, before, most) {
  const order = info.lines.map((line, place) => place)
    .sort((a, b) => Dec.of(info.lines[b].quantity).compare(Dec.of(info.lines[a].quantity)));
  for (const place of order) {
    const line = info.lines[place];
    const left = most.minus(totalOf(info, prices));
    const quantity = Dec.of(line.quantity);
    const ticks = (left.units * 10n ** BigInt(quantity.scale + line.scale)) / (quantity.units * 10n ** BigInt(left.scale));
    const higher = prices[place].plus(new Dec(ticks, line.scale));
    const kept = prices[place];
    prices[place] = higher.compare(before[place]) > 0 ? before[place].toScale(line.scale) : higher;
    if (totalOf(info, prices).compare(most) > 0) prices[place] = kept;
  }
  return prices;
}

// Rounding may leave a little too much: it comes off the dearest position.
function tickedDown(info, prices, most, rules) {
  for (let tries = 0; tries < 200; tries += 1) {
    if (totalOf(info, prices).compare(most) <= 0) return prices;
    const sums = prices.map((price, place) => Dec.of(info.lines[place].quantity).times(price));
    const dearest = sums.reduce((best, sum, place) => (sum.compare(sums[best]) > 0 ? place : best), 0);
    const lower = prices[dearest].minus(Dec.tick(info.lines[dearest].scale));
    if (lower.compare(least(info.lines[dearest], rules)) < 0) return null;
    prices[dearest] = lower;
  }
  return null;
}
