// Open, then closed: the open bid box, and in a finalist's final stage the sealed one in its place.

import { BidBox } from "./bidbox.js";
import { $ } from "./dom.js";
import { SealedBox } from "./sealedbox.js";

export class OpenClosedBox {
  constructor(given) {
    Object.assign(this, given);
    this.parts = { open: $("#bid"), final: $("#final-box").content.firstElementChild };
    this.shown = "open";
    this.boxes = { open: new BidBox(given) };
    // Each box finds its parts in the page, so it is made while its part is there.
    this.#show("final");
    this.boxes.final = new SealedBox({ ...given, alone: false });
    this.#show("open");
  }

  #show(name) {
    if (this.shown === name) return;
    this.parts[this.shown].replaceWith(this.parts[name]);
    this.shown = name;
  }

  get #box() {
    const lot = this.store.ready ? this.store.lot(this.selected()) : null;
    this.#show(lot?.random_end?.finalist ? "final" : "open");
    return this.boxes[this.shown];
  }

  #of(entry) { return this.boxes[entry.command.type === "sealed_offer" ? "final" : "open"]; }

  render() { this.#box.render(); }
  switched() { this.#box.switched(); }
  blockedBy() { return this.#box.blockedBy(); }
  result() { return this.#box.result(); }
  dismissed(entry) { this.#of(entry).dismissed(entry); this.render(); }

  answered(entry) {
    const box = this.#of(entry);
    if (box === this.#box) box.answered(entry);
    else box.kept(entry);
  }
}
