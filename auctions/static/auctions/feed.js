// The activity list: one line an event, newest first, in words.

import { moment } from "./clock.js";
import { Dec } from "./decimal.js";
import { rises } from "./direction.js";
import { $, h, icon, keyed, show } from "./dom.js";
import { cutOff } from "./randomend.js";
import { amount as words, duration, formatCount, has, t, time } from "./text.js";

const SHOWN = 120;
// kind -> [icon, tone of the line]
const LOOK = {
  bid_placed: ["arrow-down", "bid"], deadline_moved: ["clock-plus", "extension"], buyer_extended: ["clock-plus", "extension"],
  hard_stop_announced: ["flag", "extension"], lot_paused: ["player-pause", "extension"], resume_announced: ["player-play", ""],
  pause_lifted: ["player-play", ""], lot_resumed: ["player-play", ""], lot_started: ["player-play", ""], lot_scheduled: ["calendar", ""],
  prebid_opened: ["clock", ""], ranks_hidden: ["eye-off", ""], withdrawal_requested: ["arrow-back-up", "extension"],
  withdrawal_decided: ["arrow-back-up", ""], unlock_requested: ["lock", "extension"], unlock_decided: ["lock-open", ""],
  terms_accepted: ["file-check", ""], terms_changed: ["file-text", "extension"], seat_admitted: ["user-check", ""], seat_removed: ["user-x", ""],
  reserve_opened: ["lock-open", ""], lot_closed: ["gavel", "bid"], closed: ["flag", ""], cancelled: ["ban", "refused"],
  annulled: ["ban", "refused"], award_recorded: ["trophy", "bid"], opened: ["lock", ""], sealing_key_set: ["key", ""],
  stage_started: ["rotate", ""], turn_ended: ["arrow-down", "bid"], offer_taken_back: ["arrow-back-up", ""],
  surrogate_approved: ["user-check", "extension"], surrogate_ended: ["user-x", ""],
  seat_disqualified: ["ban", "refused"], seat_requalified: ["check", ""], winner_changed: ["trophy", "bid"], scoring_set: ["adjustments", ""], prices_declared: ["coin", ""],
  connections_lost: ["wifi-off", "extension"], connections_back: ["wifi", ""],
  level_opened: ["clock", ""], level_accepted: ["check", "bid"], dropped_out: ["user-x", "refused"],
  lot_sealed: ["lock", "extension"], key_handed_over: ["key", "extension"], offers_opened: ["lock-open", "extension"],
  round_keys_set: ["key", ""], sealed_round_started: ["player-play", ""], sealed_round_ended: ["lock-open", "extension"],
  sealed_round_scheduled: ["calendar", ""], rounds_stopped: ["flag", ""],
  seed_committed: ["key", ""], seeds_awaited: ["hourglass", "extension"], seed_missing: ["ban", "refused"],
  seeds_revealed: ["lock-open", "extension"], end_drawn: ["flag", "extension"], bids_voided: ["ban", "refused"],
  finalist_named: ["user-check", ""], final_stage_started: ["lock", "extension"],
  offer_opened: ["arrow-down", "bid"], offer_rejected: ["circle-x", "refused"],
  package_opened: ["package", "bid"], package_rejected: ["circle-x", "refused"], discount_opened: ["percentage", "bid"], lots_allocated: ["trophy", "bid"], choice_found: ["package", "extension"],
};

// kind -> of which part of an opening it tells: its words, and where role and means stand
const PARTS = { key_handed_over: ["handed_by", "by", "means"], offers_opened: ["opened_by", "office_by", "office_means"] };

export class Feed {
  constructor({ store }) {
    this.store = store;
    this.list = $("#feed");
    this.serial = new WeakMap();
    this.next = 0;
  }

  render() {
    const items = this.store.snapshot.feed.filter((each) => each.kind in LOOK && has(`feed_${each.kind}`)).slice(-SHOWN).reverse();
    show($("#feed-empty"), !items.length);
    keyed(this.list, items, (item) => this.#key(item), (item) => this.#line(item), () => {});
  }

  #key(item) {
    return `${item.at}|${item.kind}|${item.lot ?? ""}|${item.data.seat || item.data.sender || ""}|${item.data.amount || item.data.deadline || item.data.price || ""}|${item.data.round ?? ""}.${item.data.turn ?? ""}.${item.data.package ?? ""}`;
  }

  #line(item) {
    const [look, tone] = LOOK[item.kind];
    const info = this.store.infos.get(item.lot);
    const iconName = look === "arrow-down" && info && rises(info) ? "arrow-up" : look;
    return h("li", { data: tone ? { kind: tone } : {} },
      h("time", { datetime: item.at, text: time(moment(item.at)) }), icon(iconName),
      h("span", {}, ...this.#emphasised(this.#words(item), item.data.seat ? this.store.seatName(item.data.seat) : "")));
  }

  #emphasised(text, name) {
    const at = name ? text.indexOf(name) : -1;
    return at < 0 ? [text] : [text.slice(0, at), h("b", { text: name }), text.slice(at + name.length)];
  }

  #words(item) {
    const { data } = item;
    const values = {
      name: data.seat ? this.store.seatName(data.seat) : "",
      amount: data.amount || data.price ? words(Dec.of(data.amount || data.price)) + (data.currency ? ` ${data.currency}` : "") : "–",
      currency: data.currency || "",
      total: data.paid || data.total ? words(Dec.of(data.paid || data.total)) : "",
      percent: data.percent ? words(Dec.of(data.percent)) : "",
      level: data.level ?? "",
      time: clockOf(data.deadline || data.until || data.resumes_at || data.hard_stop || data.starts_at || data.consent_until),
      n: data.bids ? formatCount(data.bids) : "",
      after: data.offset ? cutOff(Math.floor(data.offset / 1000)) : "",
      number: data.extension ? formatCount(data.extension) : "",
      reason: data.reason || "",
      part: item.kind in PARTS ? partOf(data, ...PARTS[item.kind]) : "",
      bidders: data.bidders ? formatCount(data.bidders) : "",
      lost: data.lost ? formatCount(data.lost) : "",
      back: data.back !== undefined ? formatCount(data.back) : "",
      length: data.length ? duration(data.length / 1000) : "",
      round: data.round ? formatCount(data.round) : "",
      turn: data.turn ? formatCount(data.turn) : "",
      version: data.version || data.terms?.version || "",
    };
    let key = `feed_${item.kind}`;
    if (item.kind === "withdrawal_decided" || item.kind === "unlock_decided") key += data.approved ? "_yes" : "_no";
    if (item.kind === "lot_closed") key = data.outcome === "won" ? "feed_lot_closed_won" : "feed_lot_closed";
    if (item.kind === "stage_started") key = `feed_stage_${data.what}`;
    if (item.kind === "rounds_stopped") key = `feed_rounds_stopped_${data.cause}`;
    if (item.kind === "bid_placed" && data.prebid) key = "feed_prebid_placed";
    if (item.kind === "bid_placed" && data.surrogate) key = "feed_surrogate_bid";
    if (item.kind === "deadline_moved" && data.cause === "buyer") key = "feed_deadline_moved_buyer";
    const place = item.lot && this.store.numbers.length > 1 ? `${t("lot", { number: formatCount(item.lot) })}: ` : "";
    return place + t(has(key) ? key : `feed_${item.kind}`, values).trimEnd();
  }
}

// By whom and from where; older records do not tell by whom.
function partOf(data, words, role, means) {
  return [data[role] && t(`${words}_${data[role]}`), t(`key_means_${data[means]}`)].filter(Boolean).join(", ");
}

function clockOf(text) { return text ? time(moment(text)) : ""; }
