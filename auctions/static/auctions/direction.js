// Which way bids go: prices fall; on a lot with a budget the amounts are quantities and rise.
// `part` is a lot of the snapshot's lots_info or of the terms.

export const rises = (part) => part.budget !== null && part.budget !== undefined;

export const better = (part, one, other) => (rises(part) ? one.compare(other) > 0 : one.compare(other) < 0);

// By so much better than `value`.
export const stepped = (part, value, step) => (rises(part) ? value.plus(step) : value.minus(step));

// Rounding never spares a bidder a part of the step.
export const rounding = (part) => (rises(part) ? "ceil" : "floor");

// What an amount is counted in: EUR/kg, or kg.
export const unitOf = (snapshot, info) => (rises(info) ? info.unit_label : `${snapshot.currency}/${info.unit_label}`);
