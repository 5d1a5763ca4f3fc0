// What a supplier may offer next, worked out from the server's `most` and the public terms.

import { Dec } from "./decimal.js";

const HUNDRED = new Dec(100n, 0);

// The decrement to move by: what separates `most` from its basis, else the terms' own step.
export function stepOf(lot, info, lotTerms, basis, typed = null) {
  const tick = Dec.tick(info.scale);
  const grid = Dec.maybe(lotTerms.grid);
  const most = Dec.maybe(lot.own?.most);
  const from = Dec.maybe(basis === "leader" ? lot.lead : lot.own?.best);
  let step = null;
  if (most && from && from.compare(most) > 0) step = from.minus(most);
  else if (lotTerms.step.absolute && lotTerms.step.kind !== "percent") step = Dec.of(lotTerms.step.absolute);
  else {
    const base = from || most || typed;
    const percent = Dec.maybe(lotTerms.step.percent);
    if (base && percent) {
      const exact = base.times(percent);
      step = new Dec(exact.units, exact.scale + 2).toScale(info.scale, "floor");
    }
  }
  if (!step || step.compare(tick) < 0) step = tick;
  if (grid && step.compare(grid) < 0) step = grid;
  return step;
}

// The highest amount that may be offered now: {most} or {most: null, free: true} where a first bid
// has no ceiling, or {most: null, free: false} where nothing lower is possible.
export function limitOf(lot) {
  const own = lot.own;
  if (!own) return { most: null, free: true };
  const most = Dec.maybe(own.most);
  return { most, free: !most && own.room !== false };
}

// Up to four amounts to fill in with one click: {amount, from, take}, lowest last.
export function quickSteps(lot, info, lotTerms, basis) {
  const { most } = limitOf(lot);
  if (!most) return [];
  const step = stepOf(lot, info, lotTerms, basis);
  const grid = Dec.maybe(lotTerms.grid);
  const from = Dec.maybe(lot.own?.best) || most;
  const snap = (value) => (grid ? value.onGrid(grid) : value).toScale(info.scale, "floor");
  const amounts = [0n, 1n, 4n, 9n].map((times) => snap(most.minus(new Dec(step.units * times, step.scale))));
  const take = takeLead(lot, info, most, snap);
  if (take && take.compare(amounts[0]) !== 0) amounts[1] = take;
  const distinct = [];
  for (const value of amounts.sort((a, b) => b.compare(a))) {
    if (value.isPositive && !distinct.some((each) => each.compare(value) === 0)) distinct.push(value);
  }
  return distinct.slice(0, 4).map((value) => ({
    amount: value,
    from: value.minus(from),
    isMost: value.compare(most) === 0,
    take: take !== null && value.compare(take) === 0,
  }));
}

// The highest valid amount below the lead; null where the lead is not seen or already held.
function takeLead(lot, info, most, snap) {
  const lead = Dec.maybe(lot.lead);
  if (!lead || lot.own?.leading) return null;
  const below = snap(lead.minus(Dec.tick(info.scale)));
  const amount = below.compare(most) < 0 ? below : most;
  return amount.isPositive ? amount : null;
}

// What is wrong with an amount: {code, limit}, or null when the server should take it.
export function judge(amount, lot, lotTerms) {
  const { most, free } = limitOf(lot);
  const grid = Dec.maybe(lotTerms.grid);
  if (grid && amount.onGrid(grid).compare(amount) !== 0) return { code: "off_grid", limit: grid };
  if (free) return null;
  if (!most) return { code: "no_room", limit: null };
  if (amount.compare(most) > 0) return { code: "too_high", limit: most };
  return null;
}

// How large a step is and what the guard asks: {drop, level}, level one of none, warn, retype,
// block. `drop` is in percent of the own best, null for a first bid, which is always retyped. A
// drop of just the threshold does not pass it.
export function guardOf(amount, lot, guard) {
  const best = Dec.maybe(lot.own?.best);
  const retype = Dec.maybe(guard.retype);
  if (!best) return { drop: null, level: retype ? "retype" : "none" };
  const fall = best.minus(amount);
  const passes = (threshold) => threshold !== null && fall.times(HUNDRED).compare(best.times(threshold)) > 0;
  const drop = fall.percentOf(best);
  const unlocked = Dec.maybe(lot.own.unlocked_to);
  const block = Dec.maybe(guard.block);
  if (passes(block)) {
    if (!unlocked || amount.compare(unlocked) < 0) return { drop, level: "block" };
    if (retype) return { drop, level: "retype" };
  }
  if (passes(retype)) return { drop, level: "retype" };
  return { drop, level: passes(Dec.maybe(guard.warn)) ? "warn" : "none" };
}

export function lotTotal(amount, info) {
  return Dec.of(info.quantity).times(amount).toScale(info.scale);
}
