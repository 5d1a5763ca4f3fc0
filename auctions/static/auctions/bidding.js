// What a supplier may offer next, worked out from the server's `most` (of quantities `least`) and the
// public terms.

import { Dec } from "./decimal.js";
import { better, rises, rounding, stepped } from "./direction.js";

const HUNDRED = new Dec(100n, 0);

// The step to move by: what separates `most` from its basis, else the terms' own step.
export function stepOf(lot, info, lotTerms, basis, typed = null) {
  const tick = Dec.tick(info.scale);
  const grid = Dec.maybe(lotTerms.grid);
  const { most } = limitOf(lot);
  const from = Dec.maybe(basis === "leader" ? lot.lead : lot.own?.best);
  let step = null;
  if (most && from && better(info, most, from)) step = from.minus(most).abs();
  else if (lotTerms.step.absolute && lotTerms.step.kind !== "percent") step = Dec.of(lotTerms.step.absolute);
  else {
    const base = from || most || typed;
    const percent = Dec.maybe(lotTerms.step.percent);
    if (base && percent) {
      const exact = base.times(percent);
      step = new Dec(exact.units, exact.scale + 2).toScale(info.scale, rounding(info));
    }
  }
  if (!step || step.compare(tick) < 0) step = tick;
  if (grid && step.compare(grid) < 0) step = grid;
  return step;
}

// The worst amount that may be offered now: {most} or {most: null, free: true} where a first bid
// has no ceiling, or {most: null, free: false} where nothing better is possible.
export function limitOf(lot) {
  const own = lot.own;
  if (!own) return { most: null, free: true };
  const most = Dec.maybe(own.most ?? own.least);
  return { most, free: !most && own.room !== false };
}

// Up to four amounts to fill in with one click: {amount, from, take}, the best last.
export function quickSteps(lot, info, lotTerms, basis) {
  const { most } = limitOf(lot);
  if (!most) return [];
  const step = stepOf(lot, info, lotTerms, basis);
  const grid = Dec.maybe(lotTerms.grid);
  const from = Dec.maybe(lot.own?.best) || most;
  const snap = (value) => (grid ? value.onGrid(grid, rounding(info)) : value).toScale(info.scale, rounding(info));
  const amounts = [0n, 1n, 4n, 9n].map((times) => snap(stepped(info, most, new Dec(step.units * times, step.scale))));
  const take = takeLead(lot, info, most, snap);
  if (take && take.compare(amounts[0]) !== 0) amounts[1] = take;
  const distinct = [];
  for (const value of amounts.sort((a, b) => (rises(info) ? a.compare(b) : b.compare(a)))) {
    if (value.isPositive && !distinct.some((each) => each.compare(value) === 0)) distinct.push(value);
  }
  return distinct.slice(0, 4).map((value) => ({
    amount: value,
    from: value.minus(from),
    isMost: value.compare(most) === 0,
    take: take !== null && value.compare(take) === 0,
  }));
}

// The worst valid amount that is better than the lead; null where the lead is not seen or already held.
function takeLead(lot, info, most, snap) {
  const lead = Dec.maybe(lot.lead);
  if (!lead || lot.own?.leading) return null;
  const past = snap(stepped(info, lead, Dec.tick(info.scale)));
  const amount = better(info, past, most) ? past : most;
  return amount.isPositive ? amount : null;
}

// What is wrong with an amount: {code, limit}, or null when the server should take it.
export function judge(amount, lot, lotTerms) {
  const { most, free } = limitOf(lot);
  const grid = Dec.maybe(lotTerms.grid);
  if (grid && amount.onGrid(grid).compare(amount) !== 0) return { code: "off_grid", limit: grid };
  if (free) return null;
  if (!most) return { code: "no_room", limit: null };
  if (better(lotTerms, most, amount)) return { code: "too_high", limit: most };
  return null;
}

// How large a step is and what the guard asks: {drop, level}, level one of none, warn, retype,
// block. `drop` is in percent of the own best (of quantities a rise), null for a first bid, which is
// always retyped. A drop of just the threshold does not pass it.
export function guardOf(amount, lot, guard, part = {}) {
  const best = Dec.maybe(lot.own?.best);
  const retype = Dec.maybe(guard.retype);
  if (!best) return { drop: null, level: retype ? "retype" : "none" };
  const fall = rises(part) ? amount.minus(best) : best.minus(amount);
  const passes = (threshold) => threshold !== null && fall.times(HUNDRED).compare(best.times(threshold)) > 0;
  const drop = fall.percentOf(best);
  const unlocked = Dec.maybe(lot.own.unlocked_to);
  const block = Dec.maybe(guard.block);
  if (passes(block)) {
    if (!unlocked || better(part, amount, unlocked)) return { drop, level: "block" };
    if (retype) return { drop, level: "retype" };
  }
  if (passes(retype)) return { drop, level: "retype" };
  return { drop, level: passes(Dec.maybe(guard.warn)) ? "warn" : "none" };
}

// Whether amounts are typed with VAT: the other way than they are compared where rates are listed.
export function typedGross(terms) { return (terms.vat === "gross") !== Boolean(terms.vat_rates); }

export function lotTotal(amount, info) {
  if (rises(info)) return Dec.of(info.budget);
  return Dec.of(info.quantity).times(amount).toScale(info.scale);
}
