// The banner that asks a supplier to accept the terms, or an edited version of them.

import { moment } from "./clock.js";
import { $, setText, show } from "./dom.js";
import { span, t, time } from "./text.js";

const ARMED_AFTER = 1000;

export class TermsBanner {
  constructor({ store, commands, connection, clock, changed }) {
    Object.assign(this, { store, commands, connection, clock, changed });
    this.entry = null;
    this.shownAt = null;
    $("#terms-accept").addEventListener("click", () => this.#accept());
    commands.addEventListener("change", (event) => {
      if (event.detail.command.type === "accept_terms") { this.entry = event.detail; this.changed(); }
    });
  }

  #accept() {
    if (this.entry && this.commands.isOpen(this.entry)) return;
    const { terms_version: version, terms_hash } = this.store.snapshot;
    this.entry = this.commands.send({ type: "accept_terms", version, terms_hash });
    this.render();
  }

  render() {
    const { snapshot } = this.store;
    const waits = snapshot.terms_accepted === false && !this.store.isOver;
    show($("#terms-banner"), waits);
    if (!waits) { this.shownAt = null; return; }
    // A banner that comes up while somebody clicks must not take that click for a consent.
    if (this.shownAt === null) {
      this.shownAt = performance.now();
      setTimeout(() => this.render(), ARMED_AFTER + 20);
    }
    const isArmed = performance.now() - this.shownAt > ARMED_AFTER;
    const isEdit = snapshot.terms_version > 1;
    setText($("#terms-heading"), t(isEdit ? "terms_changed" : "terms_first", { version: snapshot.terms_version }));
    setText($("#terms-hash"), snapshot.terms_hash);
    const busy = this.entry && this.commands.isOpen(this.entry);
    $("#terms-accept").disabled = !isArmed || !this.connection.usable || !this.store.may("accept_terms") || busy;
    const answer = this.entry && this.entry.state === "refused" ? this.entry.answer.message : "";
    setText($("#terms-state"), answer || (busy ? t("sending") : ""));
    this.tick();
  }

  tick() {
    if (!this.store.ready) return;
    const until = moment(this.store.snapshot.consent_until);
    const left = until === null ? null : until - this.clock.now();
    setText($("#terms-until"), left !== null && left > 0 ? t("consent_until", { left: span(left), time: time(until) }) : "");
  }
}
