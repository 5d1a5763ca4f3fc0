// The sticky head of both pages: phase, countdown, server's time, connection, sound.

import { moment } from "./clock.js";
import { Dec } from "./decimal.js";
import { $, chip, setData, setText, show } from "./dom.js";
import { alarm, announce, sound } from "./announce.js";
import { inWindow, randomCountdown, randomState } from "./randomend.js";
import { day, formatCount, has, span, t, time, timeZoned } from "./text.js";

const MARKS = [300000, 120000, 60000, 30000, 10000];
const LAST = 30000;
const SOON = 180000;

export class Header {
  // `selected` returns the number of the lot in view; `onTick(now)` runs four times a second,
  // `onWindow()` as the window of a random end begins.
  constructor({ connection, clock, store, selected, onTick, onWindow }) {
    Object.assign(this, { connection, clock, store, selected, onTick, onWindow });
    this.left = null;
    this.leftOf = null;
    connection.addEventListener("state", (event) => this.#connection(event.detail));
    connection.addEventListener("measured", () => this.#latency());
    setInterval(() => this.tick(), 250);
    const button = $("#sound");
    this.#sound(button);
    button?.addEventListener("click", () => { sound.toggle(); this.#sound(button); });
    this.#connection(connection.state);
  }

  render() {
    const { store } = this;
    if (!store.ready) return;
    const number = this.selected();
    const lot = store.lot(number);
    const state = lotState(lot, store.snapshot.phase, this.clock.now());
    this.window = inWindow(lot, this.clock.now());
    const place = store.numbers.length > 1 ? t("lot_of", { number, all: formatCount(store.numbers.length) }) : "";
    const chips = [chip([state.word, place].filter(Boolean).join(" · "), state.tone, state)];
    if (lot && lot.extensions > 0 && lot.phase !== "closed") {
      chips.push(chip(t("extension_chip", { number: formatCount(lot.extensions) }), "warn", { iconName: "clock-plus" }));
    }
    if (lot && lot.ranks_hidden && lot.phase !== "closed") chips.push(chip(t("ranks_hidden"), "", { iconName: "eye-off" }));
    const holder = $("#state-chips");
    const words = chips.map((each) => each.textContent).join("|");
    if (holder.dataset.words !== words) {
      holder.replaceChildren(...chips);
      holder.dataset.words = words;
    }
    this.tick();
  }

  tick() {
    const now = this.clock.now();
    if (now === null || !this.store.ready) return;
    const lot = this.store.lot(this.selected());
    if (inWindow(lot, now) && !this.window) this.#windowBegan();
    const target = countdown(lot, this.store.isOver, now);
    setText($("#countdown"), target.left === null ? target.word : span(target.left));
    show($("#countdown"), target.kind !== "over");
    setText($("#countdown-label"), target.label);
    setText($("#server-time"), t("server_time", { time: timeZoned(now) }));
    const box = $("#clock");
    const isEnding = target.kind === "deadline" && target.left !== null;
    setData(box, "state", !isEnding ? null : target.left <= LAST ? "last" : target.left <= this.#window() ? "soon" : null);
    this.#announce(lot, target, isEnding);
    this.onTick(now);
  }

  #windowBegan() {
    announce("window", t("said_window"));
    sound.play("ending");
    this.window = true;
    this.onWindow();
  }

  #window() {
    const soft = this.store.terms.soft_close;
    return Math.max(SOON, (soft?.window || 0) / 1000);
  }

  #announce(lot, target, isEnding) {
    const key = lot ? lot.number : null;
    if (isEnding && this.leftOf === key && this.left !== null) {
      const passed = MARKS.find((mark) => this.left > mark && target.left <= mark && target.left > mark - 5000);
      if (passed) {
        announce("countdown", passed >= 60000 ? t("left_minutes", { n: passed / 60000 }) : t("left_seconds", { n: passed / 1000 }));
        if (passed <= 60000) sound.play("ending");
      }
    }
    this.left = isEnding ? target.left : null;
    this.leftOf = key;
  }

  #connection(state) {
    const shown = state === "closed" ? "offline" : state;
    const chipElement = $("#conn");
    const before = chipElement.dataset.state;
    setData(chipElement, "state", shown);
    this.#latency();
    const wordy = closeWords(this.connection.closedBy);
    const banner = $("#conn-banner");
    show(banner, shown === "offline" && this.started);
    setText($("#conn-words"), state === "closed" ? wordy : `${wordy} ${t("reconnecting")}`.trim());
    show($("#conn-reload"), state === "closed");
    if (this.started && before !== shown) {
      if (shown === "offline") alarm("connection", t("said_offline"));
      if (shown === "live") announce("connection", t("said_online"));
    }
    if (shown === "live") this.started = true;
    if (state === "closed") { this.started = true; show(banner, true); }
  }

  #latency() {
    const rtt = this.clock.rtt;
    const state = this.connection.state;
    const word = state === "live" && rtt !== null ? t("live_ms", { ms: formatCount(Math.max(1, Math.round(rtt))) }) : t(`conn_${state}`);
    setText($("#conn-text"), word);
  }

  #sound(button) {
    if (!button) return;
    button.setAttribute("aria-pressed", String(sound.on));
    setText($("span", button), t(sound.on ? "sound_on" : "sound_off"));
  }
}

function closeWords(closed) {
  if (!closed) return "";
  const key = `close_${closed.code}`;
  return has(key) ? t(key) : "";
}

// The word, tone and icon of a lot's state.
export function lotState(lot, phase, now = null) {
  if (phase === "cancelled") return { word: t("phase_cancelled"), tone: "bad", iconName: "ban" };
  if (phase === "annulled") return { word: t("phase_annulled"), tone: "bad", iconName: "ban" };
  if (!lot) return { word: t(`phase_${phase}`), tone: "", iconName: "clock" };
  const random = randomState(lot, now);
  if (random) return random;
  switch (lot.phase) {
    case "running": return { word: t("phase_live"), tone: "info", pulse: true };
    case "settling": return { word: t("phase_settling"), tone: "info", iconName: "hourglass" };
    case "sealed": return { word: t("phase_sealed"), tone: "info", iconName: "lock" };
    case "paused": return { word: t("phase_paused"), tone: "warn", iconName: "player-pause" };
    case "prebid": return { word: t("phase_prebid"), tone: "info", iconName: "clock" };
    case "closed":
      if (lot.outcome === "no_bid") return { word: t("phase_no_bid"), tone: "", iconName: "circle-x" };
      if (lot.outcome === "reserve_not_met") return { word: t("phase_reserve"), tone: "warn", iconName: "circle-x" };
      return { word: t("phase_closed"), tone: "ok", iconName: "check" };
    default:
      if (lot.rounds?.round > 1) return { word: t("phase_between"), tone: "", iconName: "hourglass" };
      return { word: t("phase_waiting"), tone: "", iconName: "calendar" };
  }
}

function countdown(lot, isOver, now) {
  if (lot?.phase === "closed" && lot.deadline) {
    const ended = moment(lot.deadline);
    return { kind: "over", left: null, word: "", label: t("clock_ended", { time: now - ended > 43200000 ? day(ended) : time(ended) }) };
  }
  if (isOver || !lot || lot.phase === "closed") return { kind: "over", left: null, word: "", label: t("clock_over") };
  if (lot.phase === "paused") {
    const resumes = moment(lot.resumes_at);
    if (resumes) return { kind: "resume", left: resumes - now, label: t("clock_resumes", { time: time(resumes) }) };
    if (lot.remaining_ms === null || lot.remaining_ms === undefined) return { kind: "paused", left: null, word: "–", label: t("clock_paused") };
    return { kind: "paused", left: lot.remaining_ms, label: t("clock_paused") };
  }
  if (lot.phase === "waiting" || lot.phase === "prebid") {
    const starts = moment(lot.starts_at);
    if (!starts) return { kind: "start", left: null, word: "–", label: t("clock_later") };
    const label = starts - now > 43200000 ? t("clock_starts", { time: day(starts) }) : t("clock_starts", { time: time(starts) });
    return { kind: "start", left: starts - now, label };
  }
  const deadline = moment(lot.deadline);
  const random = randomCountdown(lot, now);
  if (random) return random;
  if (lot.phase === "sealed") return { kind: "over", left: null, word: "–", label: t("clock_sealed", { time: time(deadline) }) };
  if (!deadline) return { kind: "over", left: null, word: "–", label: "" };
  if (lot.phase === "settling" || deadline <= now) return { kind: "settling", left: 0, label: t(lot.level ? "level_turning" : "clock_settling") };
  return { kind: lot.level ? "level" : "deadline", left: deadline - now, label: lot.level ? levelClock(lot.level) : t("clock_ends", { time: time(deadline) }) };
}

// What happens as a level's time is over: the next price is above or below, or there is none.
function levelClock(level) {
  const turn = level.next_price ? Dec.of(level.next_price).compare(Dec.of(level.price)) : 0;
  const key = turn > 0 ? "clock_rises" : turn < 0 ? "clock_falls" : "clock_level";
  return t(key, { number: formatCount(level.number) });
}
