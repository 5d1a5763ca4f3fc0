// Words and figures of the page: strings come translated from the server, figures from decimal.js.

import { formatDec } from "./decimal.js";

const config = JSON.parse(document.getElementById("live-config").textContent);
const locale = document.documentElement.lang || "en-GB";
const plurals = new Intl.PluralRules(locale);

export { config, locale };

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? values[name] : place));
}

// A string of the page; plural ones take `n`.
export function t(key, values = {}) {
  const found = config.strings[key];
  if (found === undefined) throw new Error(`no string: ${key}`);
  if (typeof found === "string") return fill(found, values);
  return fill(found[plurals.select(values.n)] || found.other, { ...values, n: formatCount(values.n) });
}

export function has(key) { return key in config.strings; }

export function formatCount(n) { return new Intl.NumberFormat(locale).format(n); }

// An amount as a person of this language types it: with its decimal mark, without grouping.
const mark = new Intl.NumberFormat(locale).formatToParts(0.5).find((part) => part.type === "decimal").value;
export function typed(value) { return value.wire().replace(".", mark); }

export function amount(value, options) { return formatDec(value, locale, options); }

const clockForm = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const zoneForm = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "short" });
const dayForm = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" });

// A moment in the viewer's zone: 14:41:20, with milliseconds, with the zone, with the day.
export function time(ms) { return clockForm.format(ms); }
export function timeZoned(ms) { return zoneForm.format(ms); }
export function timeExact(ms) {
  return `${clockForm.format(ms)}.${String(Math.floor(ms) % 1000).padStart(3, "0")}`;
}
export function day(ms) { return dayForm.format(ms); }

// A span for a countdown: 02:47, or 1:02:47 from an hour on.
export function span(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

// A span in words: 2 min, 30 s, 1 h 30 min.
export function duration(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return t("seconds_short", { value: seconds });
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (minutes < 60) return rest ? `${t("minutes_short", { value: minutes })} ${t("seconds_short", { value: rest })}` : t("minutes_short", { value: minutes });
  const over = minutes % 60;
  const hours = t("hours_short", { value: Math.floor(minutes / 60) });
  return over ? `${hours} ${t("minutes_short", { value: over })}` : hours;
}
