// Exact amounts: whole units as BigInt with a scale. No amount is ever a floating-point number.

const WIRE = /^-?\d+(\.\d+)?$/;
const SPACES = /[\s\u00a0\u202f\u2009'’]/g;

const abs = (value) => (value < 0n ? -value : value);
const power = (digits) => 10n ** BigInt(digits);

// numerator / denominator as a whole number, half to even.
function divideHalfEven(numerator, denominator) {
  if (denominator < 0n) return divideHalfEven(-numerator, -denominator);
  const quotient = abs(numerator) / denominator;
  const twice = (abs(numerator) % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  const rounded = up ? quotient + 1n : quotient;
  return numerator < 0n ? -rounded : rounded;
}

function divideFloor(numerator, denominator) {
  const quotient = numerator / denominator;
  const inexact = numerator % denominator !== 0n;
  return inexact && numerator < 0n !== denominator < 0n ? quotient - 1n : quotient;
}

const divideCeil = (numerator, denominator) => -divideFloor(-numerator, denominator);
const WAYS = { even: divideHalfEven, floor: divideFloor, ceil: divideCeil };

export class Dec {
  constructor(units, scale) {
    this.units = units;
    this.scale = scale;
  }

  // From the wire: "499.50". Throws RangeError for anything else.
  static of(text) {
    if (typeof text !== "string" || !WIRE.test(text)) throw new RangeError(`not a decimal: ${text}`);
    const [whole, fraction = ""] = text.split(".");
    return new Dec(BigInt(whole + fraction), fraction.length);
  }

  // From the wire, or null where the server sent none.
  static maybe(text) {
    return text === null || text === undefined ? null : Dec.of(text);
  }

  static tick(scale) {
    return new Dec(1n, scale);
  }

  at(scale) {
    if (scale >= this.scale) return this.units * power(scale - this.scale);
    throw new RangeError("would lose digits");
  }

  // The nearest amount of fewer or more digits: "even" rounds half to even, "floor" down, "ceil" up.
  toScale(scale, mode = "even") {
    if (scale >= this.scale) return new Dec(this.at(scale), scale);
    const unit = power(this.scale - scale);
    return new Dec(WAYS[mode](this.units, unit), scale);
  }

  plus(other) {
    const scale = Math.max(this.scale, other.scale);
    return new Dec(this.at(scale) + other.at(scale), scale);
  }

  minus(other) {
    const scale = Math.max(this.scale, other.scale);
    return new Dec(this.at(scale) - other.at(scale), scale);
  }

  times(other) {
    return new Dec(this.units * other.units, this.scale + other.scale);
  }

  // this x part / whole, rounded down to `scale` digits.
  portion(part, whole, scale) {
    const [above, below] = [this.units * part.units * power(whole.scale + scale), whole.units * power(this.scale + part.scale)];
    return new Dec(divideFloor(above, below), scale);
  }

  // The greatest multiple of grid that does not exceed this amount, or with "ceil" the least above.
  onGrid(grid, mode = "floor") {
    const scale = Math.max(this.scale, grid.scale);
    const unit = grid.at(scale);
    return new Dec(WAYS[mode](this.at(scale), unit) * unit, scale);
  }

  // this / other, half-even at `places` digits.
  over(other, places) {
    const shift = places + other.scale - this.scale;
    const numerator = shift < 0 ? this.units : this.units * power(shift);
    const denominator = shift < 0 ? other.units * power(-shift) : other.units;
    return new Dec(divideHalfEven(numerator, denominator), places);
  }

  compare(other) {
    const scale = Math.max(this.scale, other.scale);
    const [mine, theirs] = [this.at(scale), other.at(scale)];
    if (mine === theirs) return 0;
    return mine < theirs ? -1 : 1;
  }

  get isPositive() { return this.units > 0n; }
  get isZero() { return this.units === 0n; }

  abs() { return new Dec(abs(this.units), this.scale); }

  // this / whole in percent, half-even at `places` digits. Null when whole is zero.
  percentOf(whole, places = 2) {
    if (whole.isZero) return null;
    const scale = Math.max(this.scale, whole.scale);
    return new Dec(divideHalfEven(this.at(scale) * 100n * power(places), whole.at(scale)), places);
  }

  wire() {
    const digits = abs(this.units).toString().padStart(this.scale + 1, "0");
    const cut = digits.length - this.scale;
    const text = this.scale ? `${digits.slice(0, cut)}.${digits.slice(cut)}` : digits;
    return this.units < 0n ? `-${text}` : text;
  }

  // For drawing on a canvas only, never for judging an amount.
  toPixelNumber() {
    return Number(this.wire());
  }
}

const formats = new Map();

function separators(locale) {
  if (!formats.has(locale)) {
    const numbers = new Intl.NumberFormat(locale, { useGrouping: true });
    const point = new Intl.NumberFormat(locale).formatToParts(1.5).find((part) => part.type === "decimal");
    formats.set(locale, { numbers, point: point ? point.value : "." });
  }
  return formats.get(locale);
}

// Grouped digits with a true minus, as many decimals as the amount has.
export function formatDec(value, locale, { signed = false } = {}) {
  const { numbers, point } = separators(locale);
  const [whole, fraction] = value.abs().wire().split(".");
  const text = numbers.format(BigInt(whole)) + (fraction ? point + fraction : "");
  if (value.units < 0n) return `\u2212${text}`;
  return signed && value.units > 0n ? `+${text}` : text;
}

function grouped(parts) {
  return /^\d{1,3}$/.test(parts[0]) && parts.slice(1).every((part) => /^\d{3}$/.test(part));
}

// What a person typed, comma or point: {value} at the lot's scale or {error}: empty, malformed,
// scale, zero. One separator alone is the decimal one; of two kinds the last is.
export function parseTyped(text, scale) {
  const plain = text.replace(SPACES, "");
  if (plain === "") return { error: "empty" };
  if (!/^[\d.,]+$/.test(plain) || plain.length > 24) return { error: "malformed" };
  const last = Math.max(plain.lastIndexOf("."), plain.lastIndexOf(","));
  let whole = plain;
  let fraction = "";
  if (last >= 0) {
    const mark = plain[last];
    const other = mark === "." ? "," : ".";
    if (plain.split(mark).length > 2) {
      // The same mark twice can only group: 1,234,567
      if (plain.includes(other) || !grouped(plain.split(mark))) return { error: "malformed" };
      whole = plain.split(mark).join("");
    } else {
      const head = plain.slice(0, last);
      fraction = plain.slice(last + 1);
      if (head.includes(other) && !grouped(head.split(other))) return { error: "malformed" };
      whole = head.split(other).join("") || "0";
    }
  }
  if (!/^\d{1,15}$/.test(whole) || !/^\d*$/.test(fraction)) return { error: "malformed" };
  const kept = fraction.replace(/0+$/, "");
  if (kept.length > scale) return { error: "scale" };
  const value = Dec.of(kept ? `${whole}.${kept}` : whole).toScale(scale);
  return value.isPositive ? { value } : { error: "zero" };
}
