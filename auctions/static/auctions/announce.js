// What is read out and, if wanted, heard. Bursts are merged: of one topic only the last is said.

import { $ } from "./dom.js";
import { config } from "./text.js";

const MERGE = 500;
const KEPT_FOR = 6000;
const TONES = { outbid: [440, 330], accepted: [660, 880], refused: [220], ending: [880], started: [523, 659, 784] };

class Region {
  constructor(id) {
    this.element = $(`#${id}`);
    this.waiting = new Map();
    this.timer = null;
  }

  say(topic, text) {
    this.waiting.delete(topic);
    this.waiting.set(topic, text);
    if (this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      const words = [...this.waiting.values()].join(" ");
      this.waiting.clear();
      this.element.textContent = "";
      requestAnimationFrame(() => { this.element.textContent = words; });
      setTimeout(() => { if (this.element.textContent === words) this.element.textContent = ""; }, KEPT_FOR);
    }, MERGE);
  }
}

const polite = new Region("say");
const urgent = new Region("say-now");

export function announce(topic, text) { polite.say(topic, text); }
export function alarm(topic, text) { urgent.say(topic, text); }

// Sounds only after the viewer switched them on, in this browser.
const STORED = `ff-live-sound-${config.mode}`;
let context = null;
let wanted = false;

try { wanted = localStorage.getItem(STORED) === "1"; } catch { /* stays off */ }

export const sound = {
  get on() { return wanted; },
  toggle() {
    wanted = !wanted;
    try { localStorage.setItem(STORED, wanted ? "1" : "0"); } catch { /* for this page only */ }
    if (wanted) this.play("accepted");
    return wanted;
  },
  play(name) {
    if (!wanted) return;
    context = context || new AudioContext();
    if (context.state === "suspended") context.resume();
    TONES[name].forEach((pitch, place) => {
      const start = context.currentTime + place * 0.14;
      const tone = new OscillatorNode(context, { frequency: pitch, type: "sine" });
      const volume = new GainNode(context, { gain: 0 });
      volume.gain.setTargetAtTime(0.18, start, 0.01);
      volume.gain.setTargetAtTime(0, start + 0.1, 0.02);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.3);
    });
  },
};
