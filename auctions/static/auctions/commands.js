// Commands and what became of them. A ref is kept until its answer is definite, also over a reload.

const ANSWER_LATE = 8000;
const ASK_AGAIN = 1000;
const GIVEN_UP = "gate.abandoned";

// Random and unique without a secure context, which plain http:// on a local network is not.
export function newRef() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Commands extends EventTarget {
  // Events: "change" (detail: the entry). An entry: {ref, command, state, answer, lot}, state one
  // of sending | unknown | not_received | retry | accepted | refused | dropped.
  constructor(connection, storageKey) {
    super();
    this.connection = connection;
    this.key = storageKey;
    this.entries = new Map();
    this.timers = new Map();
    this.#restore();
    connection.addEventListener("message", (event) => this.#receive(event.detail));
    connection.addEventListener("state", (event) => {
      if (event.detail === "offline" || event.detail === "closed") this.#lost();
    });
  }

  // Sends a command under a new ref. Null when there is no open socket: nothing was sent.
  send(command, { keep = false } = {}) {
    const entry = { ref: newRef(), command, state: "sending", answer: null, lot: command.lot ?? null, keep };
    this.entries.set(entry.ref, entry);
    this.#save(); // before the wire: a reload in between must still know it
    if (!this.#transmit(entry)) {
      this.entries.delete(entry.ref);
      this.#save();
      return null;
    }
    return entry;
  }

  // The same command again under the same ref: the server answers a known ref with its first answer.
  again(entry) {
    if (!this.#transmit(entry)) return false;
    this.#set(entry, "sending");
    return true;
  }

  // Ask what became of it.
  check(entry) {
    if (!this.connection.send({ type: "status", ref: entry.ref })) return false;
    this.#await(entry);
    return true;
  }

  // Never to be done, should it still arrive.
  abandon(entry) {
    entry.abandoned = true;
    this.#save();
    if (!this.connection.send({ type: "abandon", ref: entry.ref })) return false;
    this.#await(entry);
    return true;
  }

  // The command of a lot that has no definite answer yet.
  open(type, lot) {
    for (const entry of this.entries.values()) {
      if (entry.command.type === type && entry.lot === lot && this.isOpen(entry)) return entry;
    }
    return null;
  }

  isOpen(entry) {
    return ["sending", "unknown", "not_received", "retry"].includes(entry.state);
  }

  forget(entry) {
    this.#clear(entry.ref);
    this.entries.delete(entry.ref);
    this.#save();
  }

  #transmit(entry) {
    if (!this.connection.send({ ...entry.command, ref: entry.ref })) return false;
    this.#await(entry);
    return true;
  }

  #await(entry) {
    this.#clear(entry.ref);
    this.timers.set(entry.ref, setTimeout(() => {
      if (entry.state === "sending") this.#set(entry, "unknown");
    }, ANSWER_LATE));
  }

  #receive(message) {
    switch (message.type) {
      case "welcome":
        this.#settle(message.snapshot);
        for (const entry of this.entries.values()) {
          if (!this.isOpen(entry)) continue;
          if (entry.abandoned) this.abandon(entry);
          else this.check(entry);
        }
        break;
      case "snapshot": this.#settle(message); break;
      case "ack": this.#answered(message, "accepted"); break;
      case "refused":
        if (message.ref) this.#answered(message, message.final ? "refused" : "retry");
        break;
      case "unknown_ref": this.#unknown(message); break;
      default:
    }
  }

  #answered(message, state) {
    const entry = this.entries.get(message.ref);
    if (!entry || (!this.isOpen(entry) && entry.state !== "dropped")) return;
    entry.answer = message;
    // What one gave up oneself is no refusal.
    this.#set(entry, state === "refused" && message.code === GIVEN_UP ? "dropped" : state);
  }

  #unknown(message) {
    const entry = this.entries.get(message.ref);
    if (!entry || !this.isOpen(entry)) return;
    if (message.pending) {
      this.#clear(entry.ref);
      this.timers.set(entry.ref, setTimeout(() => this.check(entry), ASK_AGAIN));
      if (entry.state !== "sending") this.#set(entry, "unknown");
      return;
    }
    this.#set(entry, entry.abandoned ? "dropped" : "not_received");
  }

  // A snapshot lists the viewer's own bids: what it names has its answer.
  #settle(snapshot) {
    for (const bid of snapshot.own_bids) {
      const entry = this.entries.get(bid.ref);
      if (!entry || !this.isOpen(entry)) continue;
      entry.answer = bid.state === "refused"
        ? { type: "refused", ref: bid.ref, code: bid.code, message: bid.message, data: {}, received_at: bid.at, final: true }
        : { type: "ack", ref: bid.ref, leaf: bid.leaf, id: null, received_at: bid.at, result: { lot: bid.lot, amount: bid.amount } };
      this.#set(entry, bid.state !== "refused" ? "accepted" : bid.code === GIVEN_UP ? "dropped" : "refused");
    }
  }

  #lost() {
    for (const entry of this.entries.values()) {
      if (entry.state === "sending") this.#set(entry, "unknown");
    }
  }

  #set(entry, state) {
    entry.state = state;
    if (state !== "sending") this.#clear(entry.ref);
    this.#save();
    this.dispatchEvent(new CustomEvent("change", { detail: entry }));
    if (!this.isOpen(entry) && !entry.keep) this.entries.delete(entry.ref);
    this.#save();
  }

  #clear(ref) {
    clearTimeout(this.timers.get(ref));
    this.timers.delete(ref);
  }

  #save() {
    const kept = [...this.entries.values()].filter((entry) => this.isOpen(entry));
    try {
      sessionStorage.setItem(this.key, JSON.stringify(kept));
    } catch { /* private mode without storage: a reload forgets, the server does not */ }
  }

  #restore() {
    try {
      for (const entry of JSON.parse(sessionStorage.getItem(this.key) || "[]")) {
        if (entry.state === "sending") entry.state = "unknown";
        this.entries.set(entry.ref, entry);
      }
    } catch { sessionStorage.removeItem(this.key); }
  }
}
