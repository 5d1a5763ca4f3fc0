// What both live pages start from: one clock, one socket, one store, one book of commands.

import { ServerClock } from "./clock.js";
import { Commands } from "./commands.js";
import { Connection } from "./connection.js";
import "./downloads.js";
import { $ } from "./dom.js";
import { Store } from "./store.js";
import { config } from "./text.js";

export function socketUrl() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${location.host}${config.socket}`;
}

export function begin() {
  const clock = new ServerClock();
  const connection = new Connection(socketUrl(), clock);
  const store = new Store(connection);
  const commands = new Commands(connection, `ff-live:${config.auction}:${config.company}:${config.user}`);
  $("#conn-reload")?.addEventListener("click", () => location.reload());
  return { clock, connection, store, commands };
}

// The lot in view: the one of the address's #lot-2, else the first that is still open.
export class Selection {
  constructor(store, changed) {
    this.store = store;
    this.changed = changed;
    this.number = null;
    this.chosen = Number((location.hash.match(/^#lot-(\d+)$/) || [])[1]) || null;
    window.addEventListener("hashchange", () => {
      const number = Number((location.hash.match(/^#lot-(\d+)$/) || [])[1]);
      if (number && store.ready && store.lot(number) && number !== this.number) this.select(number);
    });
  }

  settle() {
    const { store } = this;
    if (this.number !== null && store.lot(this.number)) return;
    if (this.chosen && store.lot(this.chosen)) this.number = this.chosen;
    else {
      const open = store.numbers.find((number) => ["running", "settling", "paused"].includes(store.lot(number).phase));
      this.number = open ?? store.numbers.find((number) => store.lot(number).phase !== "closed") ?? store.numbers[0];
    }
  }

  select(number) {
    this.number = number;
    history.replaceState(null, "", `#lot-${number}`);
    this.changed();
  }
}
