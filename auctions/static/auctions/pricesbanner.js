// The banner that asks a supplier in which currency, and with which VAT, it bids.

import { Dec } from "./decimal.js";
import { $, h, setText, show } from "./dom.js";
import { amount as words, t } from "./text.js";

export class PricesBanner {
  constructor({ store, commands, connection, changed }) {
    Object.assign(this, { store, commands, connection, changed });
    this.entry = null;
    this.opened = false;
    this.filled = "";
    $("#prices-set").addEventListener("click", () => this.#send());
    $("#prices-change").addEventListener("click", () => { this.opened = true; this.render(); $("#prices-currency").focus(); });
    for (const id of ["prices-currency", "prices-vat"]) $(`#${id}`).addEventListener("change", () => this.render());
    commands.addEventListener("change", (event) => {
      if (event.detail.command.type !== "declare_prices") return;
      this.entry = event.detail;
      if (event.detail.state === "accepted") this.opened = false;
      this.changed();
    });
  }

  #send() {
    if (this.entry && this.commands.isOpen(this.entry)) return;
    const { vat_rates: rates } = this.store.terms;
    const command = { type: "declare_prices", currency: $("#prices-currency").value };
    if (rates) command.vat = $("#prices-vat").value;
    this.entry = this.commands.send(command);
    this.render();
  }

  // Once somebody of this company has bid, nothing can be changed any more.
  #hasBid() {
    return this.store.snapshot.lots.length > 0 && this.store.numbers.some((number) => {
      const lot = this.store.lot(number);
      return (lot.own && lot.own.bids > 0) || Boolean(lot.sealed && lot.sealed.own_at);
    });
  }

  render() {
    const { snapshot, terms } = this.store;
    const asked = snapshot.prices_declared !== null && snapshot.prices_declared !== undefined;
    const may = this.store.may("declare_prices") && !this.store.isOver;
    const waits = asked && snapshot.prices_declared === false && snapshot.terms_accepted && !this.store.isOver;
    const isOpen = waits || (this.opened && may && !this.#hasBid());
    show($("#prices-banner"), asked && snapshot.terms_accepted && (snapshot.prices_declared || waits));
    show($("#prices-form"), Boolean(isOpen));
    show($("#prices-told"), Boolean(snapshot.prices_declared) && !isOpen);
    if (!asked) return;
    show($("#prices-change"), may && !this.#hasBid());
    setText($("#prices-words"), this.#told());
    this.#fill(terms, snapshot);
    const busy = this.entry && this.commands.isOpen(this.entry);
    const chosen = !terms.vat_rates || $("#prices-vat").value !== "";
    $("#prices-set").disabled = !this.connection.usable || !may || busy || !chosen;
    const answer = this.entry && this.entry.state === "refused" ? this.entry.answer.message : "";
    setText($("#prices-state"), answer || (busy ? t("sending") : ""));
    setText($("#prices-rate"), this.#rate());
  }

  #told() {
    const { snapshot, terms } = this.store;
    const parts = [t("prices_currency", { currency: snapshot.currency })];
    if (terms.vat_rates && snapshot.vat_rate !== null) parts.push(t("prices_vat", { rate: words(Dec.of(snapshot.vat_rate)) }));
    if (snapshot.currency !== terms.currency) parts.push(this.#rateOf(snapshot.currency));
    return parts.join(" ");
  }

  #rate() { return $("#prices-currency").value === this.store.terms.currency ? "" : this.#rateOf($("#prices-currency").value); }

  #rateOf(code) {
    const found = (this.store.terms.currencies || []).find((each) => each.code === code);
    if (!found) return "";
    return t("prices_rate", { units: words(Dec.of(String(found.units))), code, rate: words(Dec.of(found.rate)), currency: this.store.terms.currency, source: found.source, date: found.date });
  }

  // The choices are made anew only when others are offered, so that what is chosen stays.
  #fill(terms, snapshot) {
    const shape = JSON.stringify([terms.currencies, terms.vat_rates, snapshot.prices_declared]);
    if (shape === this.filled) return;
    this.filled = shape;
    const codes = [terms.currency, ...(terms.currencies || []).map((each) => each.code)];
    $("#prices-currency").replaceChildren(...codes.map((code) => h("option", { value: code, text: code })));
    $("#prices-currency").value = snapshot.currency;
    show($("#prices-vat-field"), Boolean(terms.vat_rates));
    const rates = (terms.vat_rates || []).map((rate) => h("option", { value: rate, text: t(Number(rate) === 0 ? "prices_vat_none" : "percent", { value: words(Dec.of(rate)) }) }));
    $("#prices-vat").replaceChildren(h("option", { value: "", text: t("prices_choose") }), ...rates);
    $("#prices-vat").value = snapshot.vat_rate ?? "";
  }
}
