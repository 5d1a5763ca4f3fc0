// The terms of one lot in plain words, as rows of [label, text].

import { Dec } from "./decimal.js";
import { rises, unitOf } from "./direction.js";
import { h } from "./dom.js";
import { hasLevels, levelTime } from "./levels.js";
import { amount as words, duration, formatCount, t } from "./text.js";

const ms = (microseconds) => microseconds / 1000;

export function rulesOf(terms, ...more) {
  return [...formatRules(terms, ...more), ...pauseRules(terms)];
}

function formatRules(terms, info, currency, own) {
  const lot = terms.lots.find((each) => each.number === info.number);
  const price = (text) => `${words(Dec.of(text))} ${unitOf(terms, info)}`;
  const isOther = info.ceiling && (currency !== terms.currency || info.ceiling !== lot.ceiling);
  const ceiling = () => (isOther
    ? t("in_own_money", { amount: price(lot.ceiling), own: `${words(Dec.of(info.ceiling))} ${currency}/${info.unit_label}` }) : price(lot.ceiling));
  if (hasLevels(terms)) return levelRules(terms, lot, info, price);
  if (terms.sealed) return sealedRules(terms, lot, info, { price, ceiling, own });
  if (terms.sealed_rounds) return roundsRules(terms, lot, info, { price, own });
  if (terms.turns) return turnsRules(terms, lot, info, { price, currency, own });
  const rows = rises(lot) ? [[t("rule_budget"), `${words(Dec.of(lot.budget))} ${currency}`]] : [];
  rows.push([t("rule_step"), stepRule(lot.step, price, terms.basis)]);
  rows.push([t("rule_beat"), t(terms.basis === "leader" ? "beat_lead" : "beat_own")]);
  if (lot.ceiling) rows.push([t("rule_first"), t("at_most", { amount: ceiling() })]);
  if (lot.floor) rows.push([t("rule_first"), t("at_least", { amount: price(lot.floor) })]);
  if (lot.grid) rows.push([t("rule_grid"), t("multiples_of", { amount: price(lot.grid) })]);
  if (terms.open_closed) rows.push(...randomRules(terms));
  rows.push([t("rule_extension"), extensionRule(terms.soft_close)]);
  if (terms.soft_close.window) rows.push([t("rule_hard_stop"), t("after_start", { time: duration(ms(terms.soft_close.hard_stop)) })]);
  rows.push([t("rule_sees"), feedbackRule(terms.feedback)]);
  rows.push([t("rule_ties"), t(`ties_${terms.ties}`)]);
  rows.push([t("rule_withdrawal"), terms.withdrawal.allowed ? t("withdrawal_within", { time: duration(ms(terms.withdrawal.window)) }) : t("withdrawal_never")]);
  if (terms.guard.retype) rows.push([t("rule_guard"), t("guard_from", { percent: words(Dec.of(terms.guard.retype)) })]);
  if (terms.guard.block) rows.push([t("rule_block"), t("block_from", { percent: words(Dec.of(terms.guard.block)) })]);
  if (terms.front_buffer) rows.push([t("rule_buffer"), t("at_least", { amount: amountOrPercent(terms.front_buffer, price) })]);
  if (terms.automatic_bids) rows.push([t("rule_automatic"), t("automatic_by_limit")]);
  if (terms.surrogates) rows.push([t("rule_surrogates"), t("surrogates_by_approval")]);
  if (terms.scoring) rows.push(...scoreRules(terms.scoring, own?.values, terms.currency));
  rows.push(...moneyRules(terms));
  rows.push(...quantityRules(info, terms));
  return rows;
}

function quantityRules(info, terms) {
  if (!info.lines) return [[t("rule_quantity"), `${words(Dec.of(info.quantity))} ${info.unit_label}`]];
  return [[t("rule_lines"), t("lines_n", { n: info.lines.length })], [t("rule_line_price"), lineRule(terms)]];
}

// Of a single sealed offer no price can rise or fall.
function lineRule({ line_rules: rules, format }) {
  const zero = t(rules?.zero ? "line_may_be_zero" : "line_above_zero");
  return format === "sealed" ? zero : [zero, t(rules?.rise === false ? "line_may_not_rise" : "line_may_rise")].join("; ");
}

// Nobody beats anybody here, so most of the rules of an open auction say nothing.
function turnsRules(terms, lot, info, { price, currency, own }) {
  const { turns } = terms;
  const rows = [[t("rule_rounds"), t("rounds_of_turns", { n: turns.rounds, time: duration(ms(turns.turn)) })]];
  rows.push([t("rule_step"), stepRule(lot.step, price, terms.basis)], [t("rule_beat"), t("beat_turn")]);
  if (lot.ceiling) rows.push([t("rule_first"), t("at_most", { amount: price(lot.ceiling) })]);
  if (lot.grid) rows.push([t("rule_grid"), t("multiples_of", { amount: price(lot.grid) })]);
  rows.push([t("rule_extension"), t("no_extension")], [t("rule_sees"), t("sees_turns")]);
  rows.push([t("rule_ties"), t("ties_first")], [t("rule_withdrawal"), t("withdrawal_turn")]);
  if (terms.guard.retype) rows.push([t("rule_guard"), t("guard_from", { percent: words(Dec.of(terms.guard.retype)) })]);
  if (terms.scoring) rows.push(...scoreRules(terms.scoring, own?.values, terms.currency));
  rows.push(...moneyRules(terms));
  rows.push(...quantityRules(info, terms));
  return rows;
}

function sealedRules(terms, lot, info, { price, ceiling, own }) {
  const together = terms.format === "vickrey" ? "wins_together_vickrey" : "wins_together";
  const rows = [[t("rule_wins"), t(terms.packages ? together : `wins_${terms.format}${terms.scoring ? "_score" : ""}`)], ...packagesRules(terms)];
  if (lot.ceiling) rows.push([t("rule_offer"), t("at_most", { amount: ceiling() })]);
  if (lot.grid) rows.push([t("rule_grid"), t("multiples_of", { amount: price(lot.grid) })]);
  rows.push([t("rule_opening"), t(`opening_${terms.sealed.keeper}`)], [t("rule_extension"), t("no_extension")]);
  rows.push([t("rule_ties"), t("ties_sealed")], [t("rule_withdrawal"), t(terms.withdrawal.allowed ? "withdrawal_sealed" : "withdrawal_never")]);
  if (terms.scoring) rows.push(...scoreRules(terms.scoring, own?.values, terms.currency));
  rows.push(...moneyRules(terms));
  rows.push(...quantityRules(info, terms));
  return rows;
}

function packagesRules({ packages, lots }) {
  const rows = [];
  if (packages?.per_supplier) rows.push([t("rule_packages"), t("packages_most", { n: formatCount(packages.per_supplier), lots: formatCount(Math.min(packages.most_lots, lots.length)) })]);
  if (packages?.discounts) rows.push([t("rule_discount"), t("discount_one")]);
  return rows;
}

function roundsRules(terms, lot, info, { price, own: mine }) {
  const own = terms.sealed_rounds;
  const all = terms.packages ? "_together" : terms.scoring ? "_score" : "";
  const stops = [own.stop_unimproved ? t(`stops_unimproved${all}`) : "", own.least_active ? t("stops_active", { n: own.least_active }) : "", own.stop_at_reserve ? t(terms.packages ? "stops_reserve_together" : "stops_reserve") : ""].filter(Boolean);
  const rows = [[t("rule_wins"), t(terms.packages ? "wins_together" : terms.scoring ? "wins_sealed_rounds_score" : "wins_sealed_rounds")], ...packagesRules(terms)];
  rows.push([t("rule_rounds"), t("rounds_of_sealed", { n: own.rounds, time: duration(ms(own.length)), pause: duration(ms(own.pause)) })]);
  rows.push([t("rule_stops"), stops.join("; ") || t("stops_never")]);
  rows.push([t("rule_step"), stepRule(lot.step, price, terms.basis)], [t("rule_beat"), t("beat_round")]);
  if (lot.ceiling) rows.push([t("rule_first"), t("at_most", { amount: price(lot.ceiling) })]);
  if (lot.grid) rows.push([t("rule_grid"), t("multiples_of", { amount: price(lot.grid) })]);
  rows.push([t("rule_opening"), t(`opening_${own.keeper}`)], [t("rule_extension"), t("no_extension")]);
  rows.push([t("rule_sees"), feedbackRule(terms.feedback)], [t("rule_ties"), t("ties_sealed")]);
  rows.push([t("rule_withdrawal"), t(terms.withdrawal.allowed ? "withdrawal_round" : "withdrawal_never")]);
  if (terms.scoring) rows.push(...scoreRules(terms.scoring, mine?.values, terms.currency));
  rows.push([t("rule_vat"), t(terms.vat === "gross" ? "vat_gross" : "vat_net")]);
  rows.push(...quantityRules(info, terms));
  return rows;
}

// What is compared, the frozen rates, and which VAT rates may be named.
function moneyRules(terms) {
  const rows = [[t("rule_vat"), t(terms.vat === "gross" ? "vat_gross" : "vat_net")]];
  if (terms.vat_rates) rows[0][1] += `; ${t(terms.vat === "gross" ? "typed_net" : "typed_invoiced", { rates: terms.vat_rates.map((rate) => t("percent", { value: words(Dec.of(rate)) })).join(", ") })}`;
  for (const each of terms.currencies || []) {
    rows.push([t("rule_rate"), `${words(Dec.of(String(each.units)))} ${each.code} = ${words(Dec.of(each.rate))} ${terms.currency}`]);
  }
  return rows;
}

// When the auction stands still by itself.
function pauseRules({ automatic_pause: rule }) {
  if (!rule) return [];
  const values = { share: t("percent", { value: formatCount(rule.share) }), bidders: formatCount(rule.bidders) };
  return [[t("rule_pause"), t("pause_by_itself", { ...values, within: duration(ms(rule.within)), time: duration(ms(rule.longest)) })]];
}

// How the score is made, and the viewer's own value of each criterion.
function scoreRules(scoring, values, currency) {
  const rows = [[t("rule_score"), t(`score_${scoring.method}`)]];
  scoring.criteria.forEach((criterion, place) => rows.push([criterion.name, scoreValue(criterion, values?.[place], currency)]));
  return rows;
}

function scoreValue(criterion, value, currency) {
  const percent = (text) => t("percent", { value: words(Dec.of(text)) });
  if (criterion.kind === "weight") {
    const most = t("score_most", { share: criterion.most });
    return value ? `${value} (${most})` : most;
  }
  if (criterion.kind === "percent") return value ? percent(value) : t("score_percent");
  return value ? `${words(Dec.of(value))} ${currency}` : t("score_amount");
}

// The end of the bidding, and who may make a final offer.
function randomRules({ length, open_closed: own }) {
  const rows = [[t("rule_open_phase"), duration(ms(length))], [t("rule_window"), t("window_after", { time: duration(ms(own.window)) })]];
  rows.push([t("rule_cut_off"), t("cut_off_void")]);
  if (!own.final) return rows;
  const who = t("final_of", { percent: words(Dec.of(own.within)), n: own.least });
  return [...rows, [t("rule_final"), `${duration(ms(own.final))}; ${who}`]];
}

function amountOrPercent(rule, price) {
  return rule.percent ? t("percent", { value: words(Dec.of(rule.percent)) }) : price(rule.absolute);
}

function levelRules(terms, lot, info, price) {
  const isDutch = terms.format === "dutch";
  const percent = lot.step.percent ? t("percent", { value: words(Dec.of(lot.step.percent)) }) : "";
  const step = lot.step.kind === "absolute" ? price(lot.step.absolute) : t("percent_of_level", { percent });
  return [
    [t("rule_start"), price(lot.start)],
    [t(isDutch ? "rule_rise" : "rule_fall"), step],
    [t(isDutch ? "rule_tick" : "rule_level"), duration(levelTime(terms))],
    [t("rule_wins"), t(isDutch ? "wins_dutch" : "wins_japanese")],
    ...(isDutch ? [[t("rule_end"), t("end_dutch")]] : [[t("rule_out"), t("out_japanese")]]),
    [t("rule_sees"), t(!isDutch && terms.feedback.count === "shown" ? "sees_active" : "sees_level")],
    [t("rule_withdrawal"), t("withdrawal_never")],
    [t("rule_vat"), t(terms.vat === "gross" ? "vat_gross" : "vat_net")],
    [t("rule_quantity"), `${words(Dec.of(info.quantity))} ${info.unit_label}`],
  ];
}

function stepRule(step, price, basis) {
  if (step.bands) return step.bands.map((band) => t("band_from", { least: price(band.least), step: amountOrPercent(band, price) })).join("; ");
  const percent = step.percent ? t("percent", { value: words(Dec.of(step.percent)) }) : "";
  if (step.kind === "absolute") return t("at_least", { amount: price(step.absolute) });
  const share = t(basis === "leader" ? "percent_of_lead" : "percent_of_own", { percent });
  if (step.kind === "percent") return t("at_least", { amount: share });
  return t("smaller_of", { one: price(step.absolute), other: share });
}

function extensionRule(soft) {
  if (!soft.window) return t("no_extension");
  const values = { window: duration(ms(soft.window)), reset: duration(ms(soft.reset)), rank: formatCount(soft.trigger_ranks) };
  const text = t(soft.trigger === "rank_change" ? "extension_rank" : "extension_any", values);
  return soft.limit === null ? text : `${text}; ${t("extension_limit", { n: soft.limit })}`;
}

function feedbackRule(feedback) {
  const seen = [];
  if (feedback.rank) seen.push(t(feedback.count === "shown" ? "sees_rank_count" : "sees_rank"));
  if (feedback.lead) seen.push(t("sees_lead"));
  if (!seen.length) seen.push(t("sees_nothing"));
  if (feedback.rank && feedback.hide_ranks_last) seen.push(t("sees_hidden_last", { time: duration(ms(feedback.hide_ranks_last)) }));
  return seen.join(", ");
}

export function renderRules(list, terms, info, currency, own) {
  const mark = JSON.stringify([terms.version, info.number, own?.values, currency, info.ceiling]);
  if (list.dataset.shown === mark) return;
  list.dataset.shown = mark;
  list.replaceChildren(...rulesOf(terms, info, currency, own).flatMap(([label, text]) => [h("dt", { text: label }), h("dd", { text })]));
}
