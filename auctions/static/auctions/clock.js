// The server's time, carried by a clock that does not jump when the machine's own time is set.

const ROUND = 5;

export class ServerClock {
  // `tick` returns milliseconds that only grow: performance.now.
  constructor(tick = () => performance.now()) {
    this.tick = tick;
    this.offset = null; // server's Unix milliseconds minus tick()
    this.rtt = null; // milliseconds of the best sample of the last round
    this.round = [];
  }

  // A first guess from a message that carries the time but no round trip.
  seed(serverMs) {
    if (this.offset === null) this.offset = serverMs - this.tick();
  }

  startRound() {
    this.round = [];
  }

  // One ping: sent and answered at tick times, with the server's time in between. True once the
  // round of five is complete and the sample with the least round trip has been taken.
  sample(sentAt, answeredAt, serverMs) {
    const rtt = Math.max(0, answeredAt - sentAt);
    this.round.push({ rtt, offset: serverMs - (sentAt + answeredAt) / 2 });
    const best = this.round.reduce((least, each) => (each.rtt < least.rtt ? each : least));
    if (this.round.length < ROUND && this.rtt !== null) return false;
    this.offset = best.offset;
    this.rtt = best.rtt;
    return this.round.length >= ROUND;
  }

  get known() { return this.offset !== null; }

  // The server's Unix milliseconds now; null before the first message.
  now() {
    return this.offset === null ? null : this.tick() + this.offset;
  }
}

export const SAMPLES = ROUND;

// Milliseconds of a moment of the wire; null stays null.
export function moment(text) {
  return text ? Date.parse(text) : null;
}
