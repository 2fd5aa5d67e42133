// What a drag does: each act says where it would land, and sends it.

import { MINUTES } from "./grid.js";
import { assignee } from "./store.js";
import { fill } from "./words.js";

const HIGHEST_LEVEL = 9;
const SNAP = { month: 6 * 60, week: 30, day: 15 };

const snapped = (minutes, step) => Math.round(minutes / step) * step;

/** Show where a slot lies in the row of a level. */
function showSlot(grid, slot, level, words) {
  const left = grid.x(slot.starts_local);
  grid.target(String(level), left, grid.x(slot.ends_local) - left, words);
}

/**
 * Where somebody, or a predefined period, would land: a slot and a level, or why nowhere.
 * With a period it is that period on the day; in the row of the result, at the period's own level.
 */
function landing(grid, at, period) {
  if (!period) return { level: at.level, slot: grid.slot(at.level, at.at), why: grid.texts.past };
  const level = at.row === "result" ? period.level : at.level;
  return { level, slot: period.slots[at.day], why: period.why[at.day] };
}

const ends = ({ words: _words, ...rest }) => rest;

/** What the server is asked about a duty that would be moved. */
const ofMove = ({ shift, move }) => move && { path: `shifts/${shift.id}/preview/`, body: { move } };
// what the list of people knows already, and the bubble says in more words
const TOLD = ["time_off", "inactive", "no_number"];

/** Somebody from the list, dropped into the slot under the pointer, or onto a day for the chosen period. */
export class Put {
  cursor = "put";

  constructor({ grid, store, periods }, person) {
    Object.assign(this, { grid, store, person, period: periods.chosen });
  }

  begin() {
    this.grid.shade(this.period);
    this.grid.shadeAway(this.person.away);
  }

  end() {
    this.grid.shade(null);
    this.grid.shadeAway([]);
  }

  over(x, y) {
    const { grid, person, period } = this;
    const { texts } = grid;
    const at = grid.at(x, y);
    this.slot = null;
    grid.clearTarget();
    if (!at) return [[person.name, "strong"], [texts.drop_hint, "muted small"]];
    const { slot, level, why } = landing(grid, at, period);
    if (!slot) return [[why, "strong"]];
    Object.assign(this, { slot, level });
    showSlot(grid, slot, level, person.initials);
    const warning = person.warning && fill(texts.cannot_ring, { reason: person.warning });
    const away = person.away.find(({ start, end }) => start < slot.ends_local && slot.starts_local < end);
    return [
      [fill(texts.on_level, { period: slot.words, level }), "strong"],
      away && [`${person.name}: ${away.words}`, "warn"],
      warning && [warning, "warn"], [texts.drop_hint, "muted small"],
    ];
  }

  question() {
    const { slot, level, person, store } = this;
    const body = () => ({ schedule: store.schedule, ...assignee(person.key), level, ...ends(slot) });
    return slot && { path: "shifts/preview/", body: body(), told: TOLD };
  }

  async send() {
    if (this.slot) await this.store.put(this.person.key, this.level, ends(this.slot));
  }
}

/** A predefined period, dropped onto a day: then it is asked who takes it. */
export class PutPeriod {
  cursor = "put";

  constructor({ grid, store, who }, period) {
    Object.assign(this, { grid, store, who, period });
  }

  begin() {
    this.grid.shade(this.period);
  }

  end() {
    this.grid.shade(null);
  }

  /** Take a place of the grid as where it lands; return why it cannot, "" when it can. */
  land(at) {
    const { slot, level, why } = landing(this.grid, at, this.period);
    Object.assign(this, { slot, level });
    return slot ? "" : why;
  }

  over(x, y) {
    const { grid, period } = this;
    const { texts } = grid;
    const at = grid.at(x, y);
    this.slot = null;
    grid.clearTarget();
    if (!at) return [[period.name, "strong"], [texts.period_hint, "muted small"]];
    const why = this.land(at);
    if (why) return [[why, "strong"]];
    const { slot, level } = this;
    showSlot(grid, slot, level, period.name);
    return [[period.name, "strong"], [fill(texts.on_level, { period: slot.words, level })], [texts.period_hint, "muted small"]];
  }

  async send() {
    const { slot, level, period } = this;
    if (!slot) return;
    const key = await this.who.ask(period.name, fill(this.grid.texts.on_level, { period: slot.words, level }));
    if (key) await this.store.put(key, level, ends(slot));
  }
}

/** A bar taken elsewhere: so many days and minutes later, to another level. */
export class Move {
  cursor = "move";

  constructor({ grid, store }, shift, { clientX, clientY }) {
    Object.assign(this, { grid, store, shift, from: grid.at(clientX, clientY) });
  }

  over(x, y) {
    const { grid, shift, from } = this;
    const { texts, shown } = grid;
    const at = grid.at(x, y);
    this.move = null;
    grid.clearTarget();
    if (!at || !from) return [[shift.name, "strong"], [texts.move_hint, "muted small"]];
    const isMonth = shown.view === "month"; // there a bar keeps its hours, and changes its day
    const total = isMonth
      ? (at.index - from.index) * MINUTES
      : snapped((at.index - from.index) * MINUTES + at.minute - from.minute, SNAP[shown.view]);
    const days = Math.trunc(total / MINUTES);
    const minutes = total % MINUTES;
    if (total || at.level !== shift.level) this.move = { days, minutes, level: at.level };
    const left = grid.x(shift.start) + (total / MINUTES) * grid.dayWidth;
    grid.target(String(at.level), left, grid.x(shift.end) - grid.x(shift.start), shift.initials);
    const period = `${grid.wordsFrom(shift.start, days, minutes)} → ${grid.wordsFrom(shift.end, days, minutes)}`;
    return [[fill(texts.on_level, { period, level: at.level }), "strong"], [texts.move_hint, "muted small"]];
  }

  question() {
    return ofMove(this);
  }

  async send() {
    if (this.move) await this.store.move(this.shift, this.move);
  }
}

/** An edge of a bar: its start or its end, so many minutes later. */
export class Resize {
  cursor = "resize";

  constructor({ grid, store }, shift, edge) {
    Object.assign(this, { grid, store, shift, edge });
  }

  over(x, y) {
    const { grid, shift, edge } = this;
    const { texts, shown } = grid;
    const row = grid.rowRect(String(shift.level));
    const at = grid.at(x, row ? (row.top + row.bottom) / 2 : y);
    const start = grid.x(shift.start);
    const end = grid.x(shift.end);
    const perMinute = grid.dayWidth / MINUTES;
    const pointer = at ? (at.index * MINUTES + at.minute) * perMinute : edge === "end" ? end : start;
    const minutes = snapped((pointer - (edge === "end" ? end : start)) / perMinute, SNAP[shown.view]);
    const later = minutes * perMinute;
    const isEmpty = edge === "end" ? end + later <= start : start + later >= end;
    this.move = null;
    grid.clearTarget();
    if (isEmpty) return [[texts.move_hint, "muted small"]];
    if (minutes) this.move = edge === "end" ? { end_minutes: minutes } : { minutes, end_minutes: -minutes };
    const left = edge === "end" ? start : start + later;
    grid.target(String(shift.level), left, (edge === "end" ? end + later : end) - left, shift.initials);
    const first = grid.wordsFrom(shift.start, 0, edge === "start" ? minutes : 0);
    const last = grid.wordsFrom(shift.end, 0, edge === "end" ? minutes : 0);
    return [[`${first} → ${last}`, "strong"], [texts.move_hint, "muted small"]];
  }

  question() {
    return ofMove(this);
  }

  async send() {
    if (this.move) await this.store.move(this.shift, this.move);
  }
}

/** A bar moved, or its end, by keys: each press goes on from the last, until it is dropped. */
export class Nudge {
  cursor = "move";

  constructor({ grid, store }, shift) {
    Object.assign(this, { grid, store, shift, days: 0, minutes: 0, end_minutes: 0, level: shift.level });
  }

  /** Go on by what one press means: {days, minutes, end_minutes, levels}. */
  add({ days = 0, minutes = 0, end_minutes = 0, levels = 0 }) {
    this.days += days;
    this.minutes += minutes;
    this.end_minutes += end_minutes;
    this.level = Math.min(Math.max(this.level + levels, 1), HIGHEST_LEVEL);
  }

  /** What the server is to do; null where the bar is back where it was. */
  get move() {
    const { days, minutes, end_minutes, level, shift } = this;
    const parts = Object.entries({ days, minutes, end_minutes, level: level === shift.level ? 0 : level }).filter(([, value]) => value);
    return parts.length ? Object.fromEntries(parts) : null;
  }

  over() {
    const { grid, shift, days, minutes, end_minutes, level } = this;
    const perMinute = grid.dayWidth / MINUTES;
    const left = grid.x(shift.start) + (days * MINUTES + minutes) * perMinute;
    grid.clearTarget();
    grid.target(String(level), left, grid.x(shift.end) - grid.x(shift.start) + end_minutes * perMinute, shift.initials);
    const period = `${grid.wordsFrom(shift.start, days, minutes)} → ${grid.wordsFrom(shift.end, days, minutes + end_minutes)}`;
    return [[fill(grid.texts.on_level, { period, level }), "strong"], [grid.texts.keys_hint, "muted small"]];
  }

  question() {
    return ofMove(this);
  }

  async send() {
    if (this.move) await this.store.move(this.shift, this.move);
  }
}
