// What the server said: the latest snapshot and everything that came after it.

const FEED_KEPT = 300;
// After these more than the named lots may look different: take everything anew.
const WIDE = new Set(["terms_changed", "terms_accepted", "prices_declared", "withdrawal_decided", "closed", "cancelled",
  "annulled", "award_recorded", "seat_admitted", "seat_removed", "reserve_opened",
  "end_drawn", "bids_voided"]);

export class Store extends EventTarget {
  // Events: "snapshot", "standing", "event" (detail: the protocol's event), "presence".
  constructor(connection) {
    super();
    this.connection = connection;
    this.snapshot = null;
    this.lots = new Map();
    this.infos = new Map();
    this.presence = {}; // of the seats that are connected
    this.left = {}; // seat -> when it was no longer among them
    this.checkpoint = null;
    this.names = new Map(); // of seats that were told by name, also when they are not any more
    connection.addEventListener("message", (event) => this.#apply(event.detail));
  }

  get ready() { return this.snapshot !== null; }
  get you() { return this.snapshot.you; }
  get terms() { return this.snapshot.terms; }
  may(command) { return this.ready && this.snapshot.you.may.includes(command); }
  lot(number) { return this.lots.get(number) || null; }
  info(number) { return this.infos.get(number) || null; }
  lotTerms(number) { return this.terms.lots.find((lot) => lot.number === number) || null; }
  get numbers() { return this.snapshot.lots_info.map((lot) => lot.number); }
  get isOver() { return !["scheduled", "prebid", "running"].includes(this.snapshot.phase); }

  // The name of a seat or alias as this viewer may see it.
  seatName(seat) {
    for (const lot of this.lots.values()) {
      const found = (lot.participants || []).find((each) => each.seat === seat);
      if (found) return found.name || seat;
    }
    return this.names.get(seat) || seat;
  }

  #learn(lots) {
    for (const lot of lots) {
      for (const each of [...(lot.surrogates || []), ...(lot.unlocks || [])]) if (each.name) this.names.set(each.seat, each.name);
    }
  }

  #apply(message) {
    switch (message.type) {
      case "welcome": this.#replace(message.snapshot); break;
      case "snapshot": this.#replace(message); break;
      case "standing": this.#standing(message); break;
      case "event": this.#event(message); break;
      case "presence":
        if (!this.ready) return;
        for (const seat of Object.keys(this.presence)) if (!(seat in message.seats)) this.left[seat] = message.now;
        this.presence = message.seats;
        this.snapshot.connected = message.connected;
        this.#tell("presence");
        break;
      case "checkpoint":
        this.checkpoint = message;
        this.#tell("checkpoint");
        break;
      default:
    }
  }

  #replace(snapshot) {
    this.snapshot = { ...snapshot, points: [...snapshot.points], notes: [...snapshot.notes], feed: [...snapshot.feed],
      own_bids: [...snapshot.own_bids],
      // Told apart from snapshots, by "presence", and only when it changes.
      connected: snapshot.connected ?? this.snapshot?.connected ?? null };
    this.infos = new Map(snapshot.lots_info.map((lot) => [lot.number, lot]));
    this.lots = new Map(snapshot.lots.map((lot) => [lot.number, lot]));
    this.#learn(snapshot.lots);
    this.#tell("snapshot", this.snapshot);
  }

  #standing(message) {
    if (!this.ready) return;
    const before = this.#put(message.lots);
    this.snapshot.points.push(...message.points);
    if (message.connected !== null && message.connected !== undefined) this.snapshot.connected = message.connected;
    this.#tell("standing", { before });
  }

  #event(message) {
    if (!this.ready) return;
    const before = this.#put(message.lots);
    this.snapshot.phase = message.phase;
    if (message.kind === "message_posted") this.#note(message);
    else {
      this.snapshot.feed.push({ at: message.at, kind: message.kind, lot: message.lot, data: message.data });
      this.#trimFeed();
    }
    if (WIDE.has(message.kind)) setTimeout(() => this.connection.needSnapshot(), Math.random() * 400);
    this.#tell("event", { ...message, before });
  }

  // The chart marks every extension, so these outlast the other lines.
  #trimFeed() {
    const { feed } = this.snapshot;
    if (feed.length <= FEED_KEPT) return;
    feed.splice(Math.max(0, feed.findIndex((each) => each.kind !== "deadline_moved")), 1);
  }

  #note(message) {
    const { data } = message;
    this.snapshot.notes.push({
      at: message.at,
      sender: data.sender === this.you.seat && data.sender ? "you" : data.sender,
      to: data.to === this.you.seat && data.to ? "you" : data.to,
      text: data.text,
      sender_name: data.sender_name || "",
    });
  }

  #put(lots) {
    this.#learn(lots);
    const before = new Map();
    for (const lot of lots) {
      before.set(lot.number, this.lots.get(lot.number) || null);
      this.lots.set(lot.number, lot);
    }
    return before;
  }

  #tell(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
