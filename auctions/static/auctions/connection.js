// One socket of the live protocol: reconnecting, measuring, and never sending what is stale.

import { SAMPLES, ServerClock } from "./clock.js";

const HEARTBEAT_LATE = 7000;
const DEAD = 20000;
const PING_EVERY = 15000;
const PING_GAP = 120;
const BACKOFF_FIRST = 300;
const BACKOFF_MOST = 5000;
const LAST_MESSAGE_GRACE = 1500;
const SEEN_EVERY = 1000;
const FINAL_CODES = new Set([4400, 4401, 4403, 4404, 4409, 4410]);
// Only these prove that the server's database side is alive; a pong does not.
const PROOF = new Set(["welcome", "snapshot", "standing", "event", "heartbeat", "checkpoint", "presence"]);

export class Connection extends EventTarget {
  // Events: "message" (detail: the message), "state" (detail: live | stale | offline | closed).
  constructor(url, clock = new ServerClock()) {
    super();
    this.url = url;
    this.clock = clock;
    this.state = "offline";
    this.closedBy = null; // {code, reason} of the last close
    this.cursor = null;
    this.seenSent = null;
    this.seenAt = 0;
    this.failures = 0;
    this.awaitingSnapshot = false;
    this.lastProof = 0;
    this.lastFrame = 0;
    this.reconnectTimer = null;
  }

  start() {
    setInterval(() => this.#watch(), 1000);
    setInterval(() => this.#measure(), PING_EVERY);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#wake();
    });
    window.addEventListener("pageshow", (event) => { if (event.persisted) this.#wake(); });
    window.addEventListener("online", () => this.#reconnectNow());
    window.addEventListener("offline", () => this.#drop());
    this.#open();
  }

  // True when it went out on an open socket now. Nothing is ever queued.
  send(message) {
    if (!this.socket || this.socket.readyState !== WebSocket.OPEN || this.state === "offline") return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  get usable() { return this.state === "live" || this.state === "stale"; }

  needSnapshot() {
    if (!this.awaitingSnapshot) this.awaitingSnapshot = this.send({ type: "need_snapshot" });
  }

  #open() {
    clearTimeout(this.reconnectTimer);
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.awaitingSnapshot = true;
    socket.addEventListener("message", (frame) => { if (socket === this.socket) this.#receive(frame.data); });
    socket.addEventListener("close", (event) => { if (socket === this.socket) this.#closed(event.code, event.reason); });
  }

  #receive(data) {
    const message = JSON.parse(data);
    this.lastFrame = performance.now();
    if (PROOF.has(message.type)) this.lastProof = this.lastFrame;
    switch (message.type) {
      case "welcome":
        this.failures = 0;
        this.closedBy = null;
        this.clock.seed(Date.parse(message.now));
        this.#took(message.snapshot.cursor);
        this.#become("live");
        this.#measure();
        break;
      case "snapshot":
        this.#took(message.cursor);
        break;
      case "event":
      case "checkpoint":
        if (this.awaitingSnapshot) return; // what comes will hold it
        if (message.prev !== this.cursor) { this.needSnapshot(); return; }
        this.cursor = message.cursor;
        break;
      case "heartbeat":
        if (message.cursor !== this.cursor && !this.awaitingSnapshot) this.#expect(message.cursor);
        break;
      case "pong":
        this.#pong(message);
        return;
      case "ended":
        this.closedBy = { code: message.code, reason: message.reason };
        return;
      default:
    }
    if (this.state === "stale" && PROOF.has(message.type)) this.#become("live");
    this.dispatchEvent(new CustomEvent("message", { detail: message }));
    this.#confirm();
  }

  #took(cursor) {
    this.cursor = cursor;
    this.awaitingSnapshot = false;
  }

  // A heartbeat ahead of us: an event may be on its way; if it is not, the last one was lost.
  #expect(cursor) {
    const socket = this.socket;
    setTimeout(() => {
      if (socket === this.socket && this.cursor !== null && this.cursor < cursor) this.needSnapshot();
    }, LAST_MESSAGE_GRACE);
  }

  #closed(code, reason) {
    this.socket = null;
    const told = this.closedBy;
    this.closedBy = { code: told && code === 1005 ? told.code : code, reason: reason || (told ? told.reason : "") };
    this.failures += 1;
    if (FINAL_CODES.has(this.closedBy.code)) {
      this.#become("closed");
      return;
    }
    this.#become("offline");
    if (navigator.onLine === false) return; // the online event reconnects
    const ceiling = Math.min(BACKOFF_MOST, BACKOFF_FIRST * 2 ** (this.failures - 1));
    this.reconnectTimer = setTimeout(() => this.#open(), ceiling * (0.5 + Math.random() / 2));
  }

  // The network is known to be gone: do not wait for the socket to notice.
  #drop() {
    const socket = this.socket;
    if (socket) {
      this.socket = null;
      socket.close();
    }
    clearTimeout(this.reconnectTimer);
    if (this.state !== "closed") this.#become("offline");
  }

  #reconnectNow() {
    if (this.state === "closed" || (this.socket && this.socket.readyState <= WebSocket.OPEN)) return;
    this.#open();
  }

  #wake() {
    this.#reconnectNow();
    this.#measure();
  }

  #watch() {
    const now = performance.now();
    if (this.usable) {
      if (now - this.lastFrame > DEAD) {
        this.#drop();
        this.#open();
        return;
      }
      if (this.state === "live" && now - this.lastProof > HEARTBEAT_LATE) this.#become("stale");
    }
    this.#confirm();
  }

  // Says how far this page has come, at most once a second. Also called for every message, since
  // timers of a tab in the background may be a minute late.
  #confirm() {
    const now = performance.now();
    if (!this.usable || this.cursor === null || this.cursor === this.seenSent || now - this.seenAt < SEEN_EVERY) return;
    if (this.send({ type: "seen", cursor: this.cursor })) {
      this.seenSent = this.cursor;
      this.seenAt = now;
    }
  }

  #measure() {
    if (!this.usable) return;
    this.clock.startRound();
    const socket = this.socket;
    for (let each = 0; each < SAMPLES; each += 1) {
      setTimeout(() => { if (socket === this.socket) this.send(this.#ping()); }, each * PING_GAP);
    }
  }

  #ping() {
    return { type: "ping", t: performance.now(), rtt: this.clock.rtt };
  }

  #pong(message) {
    this.clock.sample(message.t, performance.now(), message.now_ms);
    this.dispatchEvent(new CustomEvent("measured"));
  }

  #become(state) {
    if (state === "offline") this.seenSent = null;
    if (this.state === state && state !== "offline") return;
    const changed = this.state !== state;
    this.state = state;
    if (changed || state === "offline") this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}
