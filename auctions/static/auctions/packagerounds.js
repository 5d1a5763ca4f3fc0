// Packages and discounts in sealed rounds: what stands since an earlier round, and what may replace
// it. `view` is the part of the first lot that is of packages, `seat` one's own.

import { judge } from "./bidding.js";
import { Dec } from "./decimal.js";
import { formatCount, t } from "./text.js";

export const rejectionOf = (code) => (code === "malformed" ? "rejected_package_malformed" : `rejected_${code.replace(".", "_")}`);

// What was opened under a number and stands.
export const openedOf = (view, seat, number) => view.opened.find((each) => each.package === number && each.seat === seat) || null;

// The numbers of packages under which something stands, or was rejected.
export function numbersOf(view, seat) {
  const mine = view.opened.filter((each) => each.seat === seat).map((each) => each.package);
  return [...mine, ...view.rounds.read.map((each) => each.package).filter((number) => number > 0)];
}

// The most that a package of these lots may cost, where one of them stands.
export function mostOf(view, seat, lots) {
  const isSame = ({ prices }) => prices.length === lots.length && prices.every((each) => lots.includes(each.lot));
  const twin = view.opened.find((each) => each.seat === seat && isSame(each));
  return twin ? Dec.maybe(view.rounds.most.find((each) => each.package === twin.package)?.most) : null;
}

// What the rows cost in all, not rounded.
export const costOf = (rows, store) => rows.reduce((sum, row) => sum.plus(row.value.times(Dec.of(store.info(row.number).quantity))), new Dec(0n, 0));

// What is wrong with a unit price: an own offer for the lot is no measure of a package, its ceiling
// is, and the price that it would replace.
export function judgePackagePrice(value, info, lotTerms, former) {
  const fault = judge(value, { own: { most: info.ceiling } }, lotTerms);
  if (fault) return { key: `fault_${fault.code}`, limit: fault.limit };
  return former && value.compare(former) > 0 ? { key: "package_not_above", limit: former } : null;
}

// Whether the best choice so far holds it, as far as that is told.
export const isChosen = (view, seat, number) => Boolean(view.rounds.chosen?.some((each) => each.seat === seat && each.package === number));

// The chip of each state but the ended one, which is each box's own: word, tone, icon.
export const CHIPS = {
  rejected: ["package_rejected", "bad", "x"],
  sealed: ["package_sealed", "info", "lock"],
  in_choice: ["package_in_choice", "ok", "check"],
  stands: ["package_stands", "", ""],
};

// How it is with what is sealed (`own`) and what stands (`opened`) under a number; `isIn` tells, where
// it matters, whether the best choice so far holds it.
export function stateOf(own, opened, { rounds, isOver, isIn }) {
  if (own.rejected || (!own.fingerprint && !opened)) return "rejected";
  if (!opened || (own.fingerprint && !isOver && rounds)) return "sealed";
  if (rounds && !isOver) return isIn() ? "in_choice" : "stands";
  return "ended";
}

// The latest round in which what stands under a number was opened.
export const sinceOf = (view, number) => view.rounds.read.filter((each) => each.package === number && !each.rejected).at(-1)?.round;

// What was rejected under a number, and why, round by round.
export function rejectedOf(view, number) {
  const rejected = view.rounds.read.filter((each) => each.package === number && each.rejected);
  return rejected.map((each) => t("package_round_rejected", { round: formatCount(each.round), reason: t(rejectionOf(each.rejected)) }));
}

// Whether a discount is worse than the one that stands in some respect, or the same.
export function isWorse({ percent, lots = [], count = 0 }, stands) {
  if (!stands) return false;
  const more = Dec.of(percent).compare(Dec.of(stands.percent));
  const isSame = more === 0 && lots.length === stands.lots.length && count === stands.count;
  return more < 0 || count > stands.count || lots.some((each) => !stands.lots.includes(each)) || isSame;
}
