// The server's signed answers, kept for this tab so that they can be copied and saved.

import { download } from "./dom.js";

export class Receipts {
  constructor(key, auction) {
    this.key = key;
    this.auction = auction;
    try {
      this.answers = new Map(JSON.parse(sessionStorage.getItem(key) || "[]"));
    } catch { this.answers = new Map(); }
  }

  // Keeps a signed answer to a command: what was asked and what the server said.
  keep(entry) {
    if (!entry.answer || !entry.answer.signature) return;
    this.answers.set(entry.ref, { auction: this.auction, command: { ...entry.command, ref: entry.ref }, answer: entry.answer });
    try {
      sessionStorage.setItem(this.key, JSON.stringify([...this.answers]));
    } catch { /* full or forbidden: still here until the page goes */ }
  }

  has(ref) { return this.answers.has(ref); }
  text(ref) { return JSON.stringify(this.answers.get(ref), null, 2); }
  save(ref) { download(`receipt-${ref.slice(0, 12)}.json`, this.text(ref)); }
  get count() { return this.answers.size; }

  saveAll() {
    download(`receipts-${this.auction}.json`, JSON.stringify([...this.answers.values()], null, 2));
  }
}
