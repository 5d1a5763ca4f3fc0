// How far this device is from the server: the round trip and the difference of the clocks, in words.

import { $, setText } from "./dom.js";
import { formatCount, t } from "./text.js";

const ALIKE = 50; // a difference of the clocks below this many milliseconds is said to be none

export class FairLatency {
  constructor({ clock, connection }) {
    this.clock = clock;
    connection.addEventListener("measured", () => this.render());
  }

  render() {
    const { clock } = this;
    setText($("#latency-trip"), clock.rtt === null ? "–" : t("ms", { value: formatCount(Math.max(1, Math.round(clock.rtt))) }));
    if (!clock.known) return;
    const ahead = Date.now() - clock.now();
    const value = t("seconds_short", { value: new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(Math.abs(ahead) / 1000) });
    setText($("#latency-clock"), Math.abs(ahead) < ALIKE ? t("clock_alike") : t(ahead > 0 ? "clock_ahead" : "clock_behind", { value }));
  }
}
