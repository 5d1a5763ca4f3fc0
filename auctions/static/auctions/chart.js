// Price by time as a step chart: one dash and one direct label a line, extensions marked. It draws
// only the points the server gave this viewer; the same data are offered as a table.

import { moment } from "./clock.js";
import { Dec } from "./decimal.js";
import { better, rises } from "./direction.js";
import { $, h, setText, show } from "./dom.js";
import { levelPoints } from "./levels.js";
import { amount as words, formatCount, span, t, time } from "./text.js";

export const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [4, 4], [1, 5]];
const COLOURED = 6;
const TABLE_ROWS = 200;
const LINE = 13;
const labelFont = (ratio) => `600 ${11 * ratio}px Inter, sans-serif`;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export class PriceChart {
  // `lines(points, lot, info)` returns [{name, points, slot, width, dash}], slot 0..5 of colour and dash (unless
  // `dash` says otherwise), in the order in which they are drawn.
  constructor({ store, clock, selected, lines }) {
    Object.assign(this, { store, clock, selected, lines });
    this.box = $("#chart");
    this.range = 0;
    this.plot = null;
    this.shape = "";
    new ResizeObserver(() => this.#resize()).observe(this.box);
    document.addEventListener("ff:theme", () => this.#rebuild());
    for (const button of document.querySelectorAll("#ranges button")) {
      button.addEventListener("click", () => {
        this.range = Number(button.dataset.range);
        document.querySelectorAll("#ranges button").forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
        this.render();
      });
    }
    $("#chart-as-table").addEventListener("click", () => this.#toggleTable());
    setInterval(() => { if (document.visibilityState === "visible") this.render(); }, 2000);
  }

  #collect() {
    const number = this.selected();
    const lot = this.store.lot(number);
    const given = this.store.snapshot.points.filter((each) => each.lot === number);
    const points = [...given, ...levelPoints(this.store, number)]
      .map((each) => ({ ...each, x: moment(each.at) / 1000, y: Dec.of(each.amount) }))
      .sort((a, b) => a.x - b.x);
    const marks = this.store.snapshot.feed.filter((each) => each.kind === "deadline_moved" && each.lot === number)
      .map((each, place) => ({ x: moment(each.at) / 1000, name: `E${each.data.extension || place + 1}` }));
    return { lot, points, marks };
  }

  render() {
    if (!this.store.ready || !window.uPlot) return;
    const { lot, points, marks } = this.#collect();
    show($("#chart-empty"), !points.length);
    show(this.box, Boolean(points.length) && $("#chart-table").hidden);
    this.#describe(points);
    if (!points.length) return;
    const info = this.store.info(this.selected());
    const lines = this.lines(points, lot, info);
    const start = Math.min(points[0].x, (moment(lot.starts_at) ?? Infinity) / 1000);
    const isMoving = ["running", "settling", "paused"].includes(lot.phase);
    const end = Math.max(points.at(-1).x + 1, isMoving ? this.clock.now() / 1000 : points.at(-1).x + 20);
    this.view = { lines, marks, start, end, info };
    const shape = JSON.stringify([this.selected(), lines.map((line) => [line.name, line.slot])]);
    const data = align(lines, end);
    if (this.plot && shape === this.shape) this.plot.setData(data);
    else this.#build(data, shape);
  }

  #rebuild() {
    this.shape = "";
    this.render();
  }

  #build(data, shape) {
    this.plot?.destroy();
    this.shape = shape;
    const { width, height, labels } = this.#size();
    this.labels = labels;
    const axis = { stroke: () => colour("ink-3"), font: "12px Inter, sans-serif", grid: { stroke: () => colour("line"), width: 1 }, ticks: { stroke: () => colour("line"), size: 5 } };
    this.plot = new window.uPlot({
      width, height, padding: [18, labels, 0, 4], legend: { show: false }, cursor: { points: { show: false }, drag: { x: false, y: false } },
      scales: { x: { time: false, range: () => this.#xRange() }, y: { range: (u, low, high) => this.#yRange(low, high) } },
      axes: [
        { ...axis, grid: { show: false }, values: (u, ticks) => ticks.map((tick) => span((tick - this.view.start) * 1000)), splits: (u, i, low, high) => this.#splits(low, high) },
        { ...axis, size: 62, values: (u, ticks) => ticks.map((tick) => formatCount(tick)) },
      ],
      series: [{}, ...this.view.lines.map((line) => ({
        label: line.name, stroke: () => colour(`s${line.slot + 1}`), width: line.width || 2, dash: line.dash || DASHES[line.slot], spanGaps: true,
        paths: window.uPlot.paths.stepped({ align: 1 }),
        points: { show: true, size: 5, width: 1.5, fill: () => colour("surface"), filter: (u, index) => u.data[index].flatMap((value, place) => (value === null || place === u.data[index].length - 1 ? [] : [place])) },
      }))],
      hooks: { draw: [(u) => this.#draw(u)] },
    }, data, this.box);
  }

  #size() {
    const width = Math.max(280, this.box.clientWidth - 12);
    return { width, height: width < 480 ? 220 : 284, labels: this.#labelRoom(width) };
  }

  // As wide as the names at the lines' ends need, but no more than a good third.
  #labelRoom(width) {
    this.pen ??= document.createElement("canvas").getContext("2d");
    this.pen.font = labelFont(1);
    const texts = this.view.lines.filter((line) => line.points.length).map((line) => `${words(line.points.at(-1).y)} ${line.name}`);
    const longest = Math.max(0, ...texts.map((text) => this.pen.measureText(text).width));
    return Math.min(Math.ceil(longest) + 24, Math.round(width * 0.36));
  }

  #resize() {
    if (!this.plot || this.box.hidden) return;
    const { width, height, labels } = this.#size();
    if (labels !== this.labels) this.#rebuild();
    else if (width !== this.plot.width) this.plot.setSize({ width, height });
  }

  #xRange() {
    const { start, end } = this.view;
    return [this.range ? Math.max(start, end - this.range) : start, end];
  }

  #yRange(low, high) {
    const { info } = this.view;
    const references = (rises(info) ? [] : [info.baseline, info.target]).filter(Boolean).map((text) => Dec.of(text).toPixelNumber());
    const near = references.filter((value) => Math.abs(value - (low + high) / 2) < Math.max(high - low, high * 0.02) * 3);
    const [bottom, top] = [Math.min(low, ...near), Math.max(high, ...near)];
    // One price alone: not a scale of fractions of a cent around it.
    const room = top === bottom ? Math.abs(top) * 0.02 || 1 : Math.max((top - bottom) * 0.06, top * 0.0005);
    return [bottom - room, top + room];
  }

  #splits(low, high) {
    const start = this.view.start;
    const steps = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 86400];
    const most = this.plot && this.plot.width < 480 ? 4 : 8;
    const step = steps.find((each) => (high - low) / each <= most) || 86400;
    const found = [];
    for (let at = start + Math.ceil((low - start) / step) * step; at <= high; at += step) found.push(at);
    return found;
  }

  // ---------- marks and labels ----------
  #draw(u) {
    const { ctx } = u;
    const ratio = window.devicePixelRatio;
    ctx.save();
    ctx.textBaseline = "alphabetic"; // uPlot leaves that of its axes
    ctx.font = labelFont(ratio);
    for (const [text, key, name] of [[this.view.info.baseline, "ink-3", "baseline"], [this.view.info.target, "ok", "target"]]) {
      if (text && !rises(this.view.info)) this.#reference(u, Dec.of(text), colour(key), t(`chart_${name}`, { amount: words(Dec.of(text)) }));
    }
    ctx.textAlign = "center";
    let free = Infinity; // names from the latest on: an earlier one that has no room is left out
    for (const mark of [...this.view.marks].reverse()) {
      const x = u.valToPos(mark.x, "x", true);
      if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) continue;
      this.#stroke(ctx, colour("warn"), 1, [2, 3], [[x, u.bbox.top], [x, u.bbox.top + u.bbox.height]]);
      const half = ctx.measureText(mark.name).width / 2;
      if (x + half > free) continue;
      ctx.fillStyle = colour("warn");
      ctx.fillText(mark.name, x, u.bbox.top - 5 * ratio);
      free = x - half - 5 * ratio;
    }
    this.#labels(u);
    ctx.restore();
  }

  #reference(u, value, stroke, text) {
    const ratio = window.devicePixelRatio;
    const y = u.valToPos(value.toPixelNumber(), "y", true);
    if (y < u.bbox.top || y > u.bbox.top + u.bbox.height) return;
    this.#stroke(u.ctx, stroke, 1, [6, 4], [[u.bbox.left, y], [u.bbox.left + u.bbox.width, y]]);
    u.ctx.fillStyle = stroke;
    u.ctx.textAlign = "left";
    // A rim of the card's colour keeps the words readable where a line runs through them.
    u.ctx.lineJoin = "round";
    u.ctx.lineWidth = 4 * ratio;
    u.ctx.strokeStyle = colour("surface");
    u.ctx.strokeText(text, u.bbox.left + 8 * ratio, y - 4 * ratio);
    u.ctx.fillText(text, u.bbox.left + 8 * ratio, y - 4 * ratio);
  }

  #labels(u) {
    const ratio = window.devicePixelRatio;
    const right = u.bbox.left + u.bbox.width;
    const spots = this.view.lines.filter((line) => line.points.length).map((line) => {
      const last = lastOf(line);
      return { y: u.valToPos(last.toPixelNumber(), "y", true), text: `${words(last)} ${line.name}`, stroke: colour(`s${line.slot + 1}`) };
    }).sort((a, b) => a.y - b.y);
    const gap = (LINE + 1) * ratio;
    let from = -Infinity;
    for (const spot of spots) { spot.at = Math.max(spot.y, from); from = spot.at + gap; }
    const over = spots.length ? spots.at(-1).at - (u.bbox.top + u.bbox.height) : 0;
    if (over > 0) {
      let below = u.bbox.top + u.bbox.height;
      for (const spot of [...spots].reverse()) { spot.at = Math.min(spot.at, below); below = spot.at - gap; }
    }
    u.ctx.textAlign = "left";
    const room = u.ctx.canvas.width - right - 18 * ratio;
    for (const spot of spots) {
      this.#stroke(u.ctx, spot.stroke, 1, [], [[right + 2 * ratio, spot.y], [right + 12 * ratio, spot.at]]);
      u.ctx.fillStyle = spot.stroke;
      u.ctx.fillText(fit(u.ctx, spot.text, room), right + 15 * ratio, spot.at + 4 * ratio);
    }
  }

  #stroke(ctx, stroke, width, dash, path) {
    const ratio = window.devicePixelRatio;
    ctx.beginPath();
    ctx.strokeStyle = stroke;
    ctx.lineWidth = width * ratio;
    ctx.setLineDash(dash.map((each) => each * ratio));
    path.forEach(([x, y], place) => (place ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    ctx.stroke();
    ctx.setLineDash([]);
  }

  // ---------- the same in words and as a table ----------
  #describe(points) {
    if (!points.length) return;
    const text = t("chart_label", { n: points.length, first: words(points[0].y), last: words(points.at(-1).y) });
    if (this.box.getAttribute("aria-label") !== text) this.box.setAttribute("aria-label", text);
    if (!$("#chart-table").hidden) this.#fillTable();
  }

  #toggleTable() {
    const table = $("#chart-table");
    const opening = table.hidden;
    show(table, opening);
    show(this.box, !opening);
    $("#chart-as-table").setAttribute("aria-pressed", String(opening));
    if (opening) this.#fillTable();
    else this.#rebuild();
  }

  #fillTable() {
    const { points } = this.#collect();
    setText($("#chart-table-note"), points.length > TABLE_ROWS ? t("latest_rows", { n: TABLE_ROWS }) : "");
    const rows = points.slice(-TABLE_ROWS).reverse().map((point) => h("tr", {},
      h("td", { class: "ff-num", text: time(point.x * 1000) }),
      h("td", { text: point.own ? t("you") : point.seat ? this.store.seatName(point.seat) : t(point.level ? "level_word" : "lead_word") }),
      h("td", { class: "ff-num ff-strong", text: words(point.y) })));
    $("#chart-rows").replaceChildren(...rows);
  }
}

// Column data for uPlot: every line holds its value until its next point, the last until the end.
function align(lines, end) {
  const moments = [...new Set([...lines.flatMap((line) => line.points.map((point) => point.x)), end])].sort((a, b) => a - b);
  const place = new Map(moments.map((x, index) => [x, index]));
  const columns = lines.map((line) => {
    const column = new Array(moments.length).fill(null);
    for (const point of line.points) column[place.get(point.x)] = point.y.toPixelNumber();
    if (line.points.length) column[moments.length - 1] = lastOf(line).toPixelNumber();
    return column;
  });
  return [moments, ...columns];
}

// Where a line stands at its end: not at its last point where the lead got worse without a bid.
function lastOf(line) { return line.now || line.points.at(-1).y; }

function fit(ctx, text, room) {
  if (ctx.measureText(text).width <= room) return text;
  let kept = text;
  while (kept.length > 4 && ctx.measureText(`${kept}…`).width > room) kept = kept.slice(0, -1);
  return `${kept}…`;
}

// A supplier's view: its own bids, and the lead where the points give it.
export function supplierLines(given, lot, info) {
  const levels = levelLine(given);
  const points = given.filter((point) => !point.level);
  if (levels.length) return [...levels, { name: t("you"), points: points.filter((point) => point.own), slot: 1, width: 2.5, dash: DASHES[0] }];
  const own = points.filter((point) => point.own);
  const lead = [];
  if (points.some((point) => !point.own)) {
    for (const point of points) {
      if (!lead.length || better(info, point.y, lead.at(-1).y)) lead.push(point);
    }
  }
  return [
    ...(lead.length ? [{ name: t("lead_word"), points: lead, now: Dec.maybe(lot.lead), slot: 0, dash: DASHES[1] }] : []),
    { name: t("you"), points: own, slot: 1, width: 2.5, dash: DASHES[0] },
  ];
}

// The buyer's view: a line a supplier, in the order of first bids; beyond six the rest is grey.
export function buyerLines(points, nameOf, slots) {
  const bySeat = new Map();
  for (const point of points.filter((each) => !each.level)) {
    if (!bySeat.has(point.seat)) bySeat.set(point.seat, []);
    bySeat.get(point.seat).push(point);
  }
  return [...levelLine(points), ...[...bySeat].map(([seat, own]) => ({ name: short(nameOf(seat)), points: own, slot: Math.min(slotOf(seat, slots), COLOURED - 1) }))];
}

// The price of the levels, where prices move by them: a thin dashed line behind the others.
function levelLine(points) {
  const levels = points.filter((point) => point.level);
  return levels.length ? [{ name: t("level_word"), points: levels, slot: COLOURED - 1, width: 1.5, dash: DASHES[2] }] : [];
}

// A seat keeps its colour and dash for as long as the page is open.
export function slotOf(seat, slots) {
  if (!slots.has(seat)) slots.set(seat, slots.size);
  return slots.get(seat);
}

function short(name) {
  return name.length > 14 ? name.split(" ")[0] : name;
}
