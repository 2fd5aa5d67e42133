// Draws the timeline: rows of levels, bars of shifts, holes, today and now; and says where a point lies on it.
//
// Times are wall-clock strings of the schedule's zone. They are placed on the grid and read off the grid;
// no date of the browser takes part, because the browser may live in another zone.

import { createCalendar, ResourceTimeline } from "../../vendor/event-calendar-5.15.0/event-calendar.js";
import { face } from "./bar.js";
import { marked } from "./doubts.js";
import { fill, ofEntry, ofHole } from "./words.js";

export const MINUTES = 24 * 60;
const RESULT = "result";
const SLOTS = { month: 4, week: 4, day: 24 };
const DURATION = { month: "06:00", week: "06:00", day: "01:00" };
const NARROWEST_DAY = { month: 34, week: 120, day: 600 };
const GAP = 2;

/** The minutes since midnight of a wall-clock string. */
export const minuteOf = (at) => Number(at.slice(11, 13)) * 60 + Number(at.slice(14, 16));

/** A minute of the day as “08:30”. */
export const clock = (minute) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

export class Grid {
  constructor(root, texts, locale, onDrawn) {
    this.root = root;
    this.texts = texts;
    this.onDrawn = onDrawn;
    this.overlay = document.createElement("div");
    this.overlay.className = "rota-overlay";
    this.options = {
      view: "month", firstDay: 1, headerToolbar: { start: "", center: "", end: "" }, height: "auto", eventGap: GAP,
      locale, timeZone: "UTC", nowIndicator: false, scrollTime: "00:00:00",
      dayHeaderFormat: (date) => ({ domNodes: this.dayHead(date) }),
      slotLabelFormat: { hour: "numeric", hour12: false }, eventTimeFormat: () => "", titleFormat: () => "",
      eventContent: ({ event }) => ({ domNodes: this.face(event.extendedProps.entry) }),
      resourceLabelContent: ({ resource }) => ({ domNodes: this.rowHead(resource.extendedProps) }),
      eventAllUpdated: () => this.decorate(),
      views: {
        month: { type: "resourceTimelineWeek", duration: { months: 1 }, slotDuration: DURATION.month, slotLabelInterval: "24:00" },
        week: { type: "resourceTimelineWeek", duration: { weeks: 1 }, slotDuration: DURATION.week, slotLabelInterval: "06:00" },
        day: { type: "resourceTimelineDay", duration: { days: 1 }, slotDuration: DURATION.day, slotLabelInterval: "02:00" },
      },
    };
  }

  /** Draw what the server says; the first time, make the component. */
  draw(shown) {
    this.shown = shown;
    if (this.root.contains(document.activeElement)) this.wanted = document.activeElement.dataset.shift ?? this.wanted;
    this.index = new Map(shown.days.map((day, at) => [day.date, at]));
    this.entries = new Map();
    this.duties = new Map(shown.shifts.map((shift) => [shift.key, shift])); // asked for each of a thousand bars
    const width = this.slotWidth();
    const settings = {
      view: shown.view, date: shown.first, slotWidth: width,
      resources: [RESULT, ...shown.levels].map((level) => this.row(level)),
      events: this.bars(), highlightedDates: [shown.today],
    };
    this.root.dataset.view = shown.view;
    if (this.calendar) {
      // what stays the same is left alone: bars keep their elements, and so the focus
      for (const [name, value] of Object.entries(settings)) {
        const told = JSON.stringify([value, width]); // what a bar says depends on the width, too
        if (this.told[name] !== told) this.calendar.setOption(name, value);
        this.told[name] = told;
      }
    } else {
      this.calendar = createCalendar(this.root, [ResourceTimeline], { ...this.options, ...settings });
      this.told = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, JSON.stringify([value, width])]));
    }
    setTimeout(() => this.settle());
  }

  /**
   * Let the component stack the bars once more: when bars are replaced it places some by the heights of those before,
   * and lays them over others. It does so whenever the gap between them changes.
   */
  settle() {
    this.gap = this.gap === GAP ? GAP + 0.01 : GAP;
    this.calendar.setOption("eventGap", this.gap);
    this.decorate();
  }

  slotWidth() {
    const days = this.shown.days.length;
    const head = parseFloat(getComputedStyle(this.root).getPropertyValue("--rota-head"));
    const room = Math.floor((this.root.clientWidth - head - 2) / days);
    return Math.max(room, NARROWEST_DAY[this.shown.view]) / SLOTS[this.shown.view];
  }

  get dayWidth() {
    return this.slotWidthNow * SLOTS[this.shown.view];
  }

  bars() {
    const { shown } = this;
    this.slotWidthNow = this.slotWidth();
    return [
      ...shown.shifts.map((shift) => this.bar(`shift-${shift.key}`, shift.level, { ...shift, type: "shift" })),
      ...shown.standins.map((found, at) => this.bar(`standin-${at}`, found.level, { ...found, at, type: "standin" })),
      ...shown.result.map((found, at) => this.bar(`result-${at}`, RESULT, { ...found, type: "result" })),
      ...shown.gaps.map((gap, at) => this.bar(`gap-${at}`, RESULT, { ...gap, at, type: "gap" })),
    ];
  }

  row(level) {
    const used = this.shown.shifts.some((shift) => shift.level === level);
    return { id: `row-${level}`, title: "", extendedProps: { level, used } };
  }

  bar(id, row, entry) {
    this.entries.set(id, entry);
    const classNames = [`rota-${entry.type}`, `is-${id}`];
    if (entry.colour) classNames.push(`c-${entry.colour.slice(1)}`);
    if (entry.type === "gap") classNames.push(entry.intended ? "hatch-off" : "hatch");
    if (entry.intended) classNames.push("rota-intended");
    if (entry.type === "shift" && !entry.id) classNames.push("rota-unwritten");
    if (entry.replaced) classNames.push(`rota-replaced-${entry.replaced}`);
    if (entry.kind === "service") classNames.push("rota-service");
    if (entry.past) classNames.push("rota-past");
    if (marked(entry)) classNames.push("rota-warned");
    if (entry.reason === "divert") classNames.push("rota-diverted");
    return { id, start: `${entry.start}:00`, end: `${entry.end}:00`, resourceIds: [`row-${row}`], title: "",
      classNames, allDay: false, extendedProps: { entry } };
  }

  face(entry) {
    const { dayWidth, shown, texts } = this;
    return face(entry, { width: this.x(entry.end) - this.x(entry.start), dayWidth, shown, texts });
  }

  /** The weekday above the number; the component says the day as a local date, whose parts are the wall clock's. */
  dayHead(date) {
    const key = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
    const { words = "", holiday = "" } = this.shown.days[this.index.get(key)] ?? {};
    const cut = words.lastIndexOf(" ");
    const weekday = document.createElement("span");
    weekday.textContent = words.slice(0, cut);
    const number = document.createElement("b");
    number.textContent = words.slice(cut + 1);
    if (!holiday) return [weekday, number];
    const name = document.createElement("span");
    name.className = "rota-holiday";
    name.textContent = holiday;
    name.title = holiday;
    return [weekday, number, name];
  }

  rowHead({ level, used }) {
    const { texts } = this;
    const name = document.createElement("b");
    const more = document.createElement("span");
    more.className = "muted small";
    if (level === RESULT) {
      name.textContent = texts.result;
      more.textContent = texts.result_more;
      const box = document.createElement("span");
      box.append(name, more);
      return [box];
    }
    const badge = document.createElement("span");
    badge.className = level === 1 ? "lv lv-1" : "lv";
    badge.textContent = level;
    badge.setAttribute("aria-hidden", "true");
    name.textContent = fill(texts.level, { level });
    more.textContent = level === 1 ? texts.first : used ? texts.then : texts.empty_level;
    const box = document.createElement("span");
    box.append(name, more);
    return [badge, box];
  }

  /** Give every row its one tab stop; mark cells; place now and the words of holes. */
  decorate() {
    if (!this.shown || !this.root.querySelector(".ec-day")) return;
    for (const element of this.root.querySelectorAll("[role=table], [role=row], [role=rowgroup], [role=cell], [role=rowheader], [role=columnheader]")) {
      for (const name of ["role", "aria-colindex", "aria-colspan"]) element.removeAttribute(name);
    }
    this.cells = [...this.root.querySelectorAll(".ec-body .ec-grid > .ec-day")];
    const { days, levels } = this.shown;
    this.cells.forEach((cell, at) => {
      const row = Math.floor(at / days.length);
      cell.dataset.day = days[at % days.length].date;
      cell.classList.toggle("rota-off", Boolean(days[at % days.length].holiday));
      if (row === 0) cell.dataset.row = RESULT;
      else cell.dataset.level = levels[row - 1];
    });
    for (const element of this.root.querySelectorAll(".rota-result")) this.hush(element);
    const stops = new Set();
    for (const button of this.root.querySelectorAll(".rota-button")) this.stop(button, stops);
    this.decorateOverlay();
    this.scrollToNow();
    if (this.wanted && this.element(this.wanted)) this.reach(this.element(this.wanted));
    this.onDrawn();
  }

  /** Bring now into view when other days are shown, not when the same are drawn again. */
  scrollToNow() {
    const { view, first, today, now } = this.shown;
    if (this.scrolled === view + first || !this.index.has(today)) return;
    this.scrolled = view + first;
    const main = this.root.querySelector(".ec-main");
    main.scrollLeft = this.x(now) - (main.clientWidth - main.querySelector(".ec-sidebar").offsetWidth) / 3;
  }

  /** The rows below and the list of holes say the same as the result: it is for the eyes. */
  hush(element) {
    const id = [...element.classList].find((name) => name.startsWith("is-")).slice(3);
    element.title = ofEntry(this.entries.get(id), this.shown, this.texts);
    element.setAttribute("aria-hidden", "true");
  }

  /** One tab stop per row: what comes first of what is still to come. */
  stop(button, stops) {
    const shift = button.dataset.shift && this.entryOf(button);
    const standin = button.dataset.standin && this.shown.standins[button.dataset.standin];
    const row = shift?.level ?? standin?.level ?? (button.dataset.rule ? this.ruleOf(button).level : RESULT);
    const first = !stops.has(row) && !shift?.past;
    if (first) stops.add(row);
    button.tabIndex = first || button === document.activeElement ? 0 : -1;
  }

  decorateOverlay() {
    const body = this.root.querySelector(".ec-body");
    if (!body) return;
    if (this.overlay.parentElement !== body) body.append(this.overlay);
    const { shown, texts } = this;
    const kept = [...this.overlay.querySelectorAll(".rota-target")];
    this.overlay.replaceChildren(...kept);
    if (this.index.has(shown.today)) {
      const line = this.mark("rota-now", this.x(shown.now), 0);
      const time = document.createElement("span");
      time.textContent = shown.now_words;
      line.append(time);
      line.title = fill(texts.now, { time: shown.now_words });
    }
    const result = this.rowRect(RESULT);
    let last = -1;
    for (const gap of shown.gaps) {
      const x = this.x(gap.start);
      if (gap.past || gap.intended || x < last || !result) continue;
      const words = this.mark("rota-gap-words", x, result.bottom - result.origin - 20);
      words.textContent = ofHole(gap, texts);
      const width = words.offsetWidth;
      const end = this.shown.days.length * this.dayWidth;
      if (x + width > end) words.style.left = `${Math.max(last, end - width)}px`;
      last = Math.max(x, parseFloat(words.style.left)) + width + 8;
    }
  }

  mark(name, x, y) {
    const made = document.createElement("div");
    made.className = name;
    made.setAttribute("aria-hidden", "true");
    made.style.left = `${x}px`;
    made.style.top = `${y}px`;
    this.overlay.append(made);
    return made;
  }

  rowRect(row) {
    const cell = this.cells?.find((each) => (row === RESULT ? each.dataset.row === RESULT : each.dataset.level === String(row)));
    if (!cell) return null;
    const { top, bottom } = cell.getBoundingClientRect();
    return { top, bottom, origin: this.overlay.getBoundingClientRect().top };
  }

  /** Where a wall-clock string stands, in pixels from the first midnight shown; outside, at the edge. */
  x(at) {
    const day = this.index.get(at.slice(0, 10));
    if (day === undefined) return at < this.shown.first ? 0 : this.shown.days.length * this.dayWidth;
    return (day + minuteOf(at) / MINUTES) * this.dayWidth;
  }

  /** Which row, day and minute a point of the screen is on; null off the grid. */
  at(x, y) {
    const cell = document.elementsFromPoint(x, y).find((each) => each.classList.contains("ec-day") && each.dataset.day);
    if (!cell || !this.root.contains(cell)) return null;
    const box = cell.getBoundingClientRect();
    const minute = Math.min(Math.max(Math.floor(((x - box.left) / box.width) * MINUTES), 0), MINUTES - 1);
    const day = cell.dataset.day;
    return { level: Number(cell.dataset.level ?? 1), row: cell.dataset.level ?? RESULT, day, index: this.index.get(day), minute, at: `${day}T${clock(minute)}` };
  }

  /** The slot of a level that holds a time; undefined in the past. */
  slot(level, at) {
    return this.shown.slots[level]?.find((slot) => slot.starts_local <= at && at < slot.ends_local);
  }

  /** The day and time that lie so many days and minutes from a wall-clock string, in words; read off the grid. */
  wordsFrom(at, days, minutes) {
    const total = minuteOf(at) + minutes;
    const moved = (this.index.get(at.slice(0, 10)) ?? NaN) + days + Math.floor(total / MINUTES);
    const day = this.shown.days[moved]?.words ?? "…";
    return `${day}, ${clock(((total % MINUTES) + MINUTES) % MINUTES)}`;
  }

  /** Show where something would land: from left to right pixel in a row; returns the element. */
  target(row, left, width, words = "") {
    const box = this.rowRect(row);
    this.clearTarget();
    if (!box) return null;
    const made = this.mark("rota-target", left, box.top - box.origin + 4);
    made.style.width = `${Math.max(width, 4)}px`;
    made.textContent = words;
    return made;
  }

  /** While somebody is dragged: hatch the days on which they are away. */
  shadeAway(away) {
    const isAway = (day) => away.some(({ start, end }) => start < `${day}T24:00` && `${day}T00:00` < end);
    for (const cell of this.cells ?? []) cell.classList.toggle("rota-away", isAway(cell.dataset.day));
  }

  /** While a predefined period is dragged: hatch the days on which it cannot begin. */
  shade(period) {
    for (const cell of this.cells ?? []) {
      cell.classList.toggle("rota-not-here", Boolean(period) && !period.slots[cell.dataset.day]);
    }
  }

  clearTarget() {
    for (const each of this.overlay.querySelectorAll(".rota-target")) each.remove();
  }

  /** Put the focus on a bar as soon as it is drawn. */
  focus(id) {
    this.wanted = id;
    this.decorate();
  }

  /** Put the focus on a bar, and bring it into view. */
  reach(bar) {
    this.wanted = null;
    bar.tabIndex = 0;
    bar.focus({ preventScroll: true });
    bar.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  element(id) {
    return this.root.querySelector(`[data-shift="${id}"]`);
  }

  entryOf(element) {
    return this.duties.get(element.dataset.shift);
  }

  /** The duty that a rule says and that is not written yet. */
  ruleOf(element) {
    return this.duties.get(element.dataset.rule);
  }
}
