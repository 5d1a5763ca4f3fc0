// The server's signed answers and checkpoints as this tab received them, to keep: what a
// participant holds in its own hands cannot be changed by anybody else. Saved files are what
// the verifier's --receipts and --checkpoints take.

import { fetched } from "./downloads.js";
import { download } from "./dom.js";

export class Receipts {
  // `address`: where the server keeps the answers of this seat; empty where it cannot be asked.
  constructor(key, auction, address) {
    this.key = key;
    this.auction = auction;
    this.address = address;
    this.answers = new Map(); // ref -> ack or refused
    this.checkpoints = new Map(); // number -> checkpoint
    try {
      const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
      this.answers = new Map(kept.answers || []);
      this.checkpoints = new Map(kept.checkpoints || []);
    } catch { sessionStorage.removeItem(key); }
  }

  keep(entry) {
    if (!entry.answer || !entry.answer.signature) return;
    this.answers.set(entry.ref, entry.answer);
    this.#store();
  }

  keepCheckpoint(message) {
    this.checkpoints.set(message.number, message);
    this.#store();
  }

  has(ref) { return this.answers.has(ref); }
  text(ref) { return JSON.stringify(this.answers.get(ref), null, 2); }
  save(ref) { download(`receipt-${ref.slice(0, 12)}.json`, this.text(ref)); }

  // What this tab received, and for the rest, such as bids of another day, what the server keeps.
  async saveAll() {
    const kept = await this.#kept().catch(() => []);
    this.#saveList("receipts", [...this.answers.values(), ...kept.filter((each) => !this.answers.has(each.ref))]);
  }

  saveCheckpoints() { this.#saveList("checkpoints", [...this.checkpoints.values()]); }

  async #kept() {
    const found = [];
    for (let page = 1, more = Boolean(this.address); more; page += 1) {
      const answer = await (await fetched(`${this.address}?page=${page}&page_size=200`)).json();
      found.push(...answer.results);
      more = Boolean(answer.next);
    }
    return found;
  }

  #saveList(name, found) {
    download(`${name}-${this.auction}.json`, JSON.stringify(found, null, 2));
  }

  #store() {
    try {
      sessionStorage.setItem(this.key, JSON.stringify({ answers: [...this.answers], checkpoints: [...this.checkpoints] }));
    } catch { /* full or forbidden: still here until the page goes */ }
  }
}
