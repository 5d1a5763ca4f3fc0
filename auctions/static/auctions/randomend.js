// A lot with a random end, in words: open bidding, the window in which the cut-off lies, waiting for
// the secrets, the final stage. Nothing here knows the cut-off before it is drawn.

import { moment } from "./clock.js";
import { formatCount, t, time } from "./text.js";

const stageOf = (lot) => lot?.random_end?.stage;

export function inWindow(lot, now) {
  return stageOf(lot) === "bidding" && lot.phase === "running" && now !== null && now > moment(lot.random_end.window_begins);
}

// The word, tone and icon of the lot's state; null where the common ones say it.
export function randomState(lot, now) {
  if (lot.phase === "awaiting_seeds") return { word: t("phase_awaiting_seeds"), tone: "info", iconName: "hourglass" };
  if (lot.phase === "running" && stageOf(lot) === "final") return { word: t("phase_final"), tone: "info", iconName: "lock" };
  if (inWindow(lot, now)) return { word: t("phase_window"), tone: "warn", pulse: true };
  return null;
}

// What the clock counts down to; null where it is the lot's deadline.
export function randomCountdown(lot, now) {
  if (lot.phase === "awaiting_seeds") return { kind: "seeds", left: null, word: "–", label: t("clock_seeds", { time: time(moment(lot.deadline)) }) };
  if (lot.phase !== "running" || stageOf(lot) !== "bidding") return null;
  const begins = moment(lot.random_end.window_begins);
  if (now <= begins) return { kind: "deadline", left: begins - now, label: t("clock_open_until", { time: time(begins) }) };
  const ends = moment(lot.random_end.window_ends);
  return ends > now ? { kind: "window", left: ends - now, label: t("clock_window", { time: time(ends) }) } : null;
}

// What is said of the state: {tone, icon, text, reason}; null where there is nothing to say.
export function randomWords(lot, now) {
  const found = lot.random_end;
  if (!found) return null;
  const late = found.void ? t("said_void", { n: found.void }) : "";
  if (lot.phase === "awaiting_seeds") return { tone: "info", icon: "hourglass", text: t("said_seeds", { time: time(moment(lot.deadline)) }), note: "" };
  if (lot.phase === "settling") return { tone: "info", icon: "hourglass", text: t("said_settling_plain"), note: "" };
  if (found.stage === "final" && lot.phase === "running") {
    const key = found.finalist === true ? "said_final_yours" : found.finalist === false ? "said_final_not" : "said_final";
    return { tone: found.finalist ? "warn" : "info", icon: "lock", text: t(key, { time: time(moment(lot.deadline)) }), note: late };
  }
  if (inWindow(lot, now)) return { tone: "warn", icon: "alert-triangle", text: t("said_window_now"), note: "" };
  if (found.stage === "before" && !found.seeds_fixed) return { tone: "warn", icon: "key", text: t("said_no_secret"), note: "" };
  if (late && lot.phase === "closed") return { tone: "warn", icon: "ban", text: late, note: "" };
  return null;
}

// When bids counted: minutes, seconds, milliseconds after the window's begin.
export function cutOff(milliseconds) {
  const [minutes, rest] = [Math.floor(milliseconds / 60000), milliseconds % 60000];
  return `${formatCount(minutes)}:${String(Math.floor(rest / 1000)).padStart(2, "0")}.${String(rest % 1000).padStart(3, "0")}`;
}
