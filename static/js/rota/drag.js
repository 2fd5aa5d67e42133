// Dragging with mouse, pen or finger: somebody from the list into a slot, a bar elsewhere, an edge of a bar.
//
// A finger holds still for a moment first, so that the page can still be scrolled.

import { fill, MINUTES } from "./grid.js";

const FAR_ENOUGH = 5;
const HOLD_MS = 300;
const EDGE = 40;
const EDGE_WAIT_MS = 500;
const SCROLL_MS = 30;
const SNAP = { month: 6 * 60, week: 30, day: 15 };

const snapped = (minutes, step) => Math.round(minutes / step) * step;

/** The bubble that says where it would land, beside the pointer. */
class Bubble {
  constructor() {
    this.box = document.createElement("div");
    this.box.className = "bubble rota-bubble";
    this.box.setAttribute("role", "status");
    document.body.append(this.box);
  }

  say(x, y, lines) {
    this.box.replaceChildren(...lines.filter(Boolean).map(([text, className]) => {
      const line = document.createElement("p");
      line.textContent = text;
      line.className = className ?? "";
      return line;
    }));
    const { offsetWidth, offsetHeight } = this.box;
    this.box.style.left = `${Math.min(x + 18, document.documentElement.clientWidth - offsetWidth - 8)}px`;
    this.box.style.top = `${Math.min(y + 18, innerHeight - offsetHeight - 8)}px`;
  }

  remove() {
    this.box.remove();
  }
}

export class Drags {
  constructor(grid, store, people) {
    Object.assign(this, { grid, store, people });
    grid.root.addEventListener("pointerdown", (event) => this.onBar(event));
    people.addEventListener("pointerdown", (event) => this.onPerson(event));
    // a finger that drags does not scroll
    addEventListener("touchmove", (event) => { if (this.live) event.preventDefault(); }, { passive: false });
    addEventListener("contextmenu", (event) => { if (this.live || this.holding) event.preventDefault(); });
  }

  get texts() {
    return this.grid.texts;
  }

  onPerson(event) {
    const button = event.target.closest("[data-person]");
    if (!button) return;
    const person = this.store.shown.people.find(({ key }) => key === button.dataset.person);
    if (person) this.begin(event, button, new Put(this, person));
  }

  onBar(event) {
    const element = event.target.closest("[data-shift]");
    const shift = element && this.grid.entryOf(element);
    if (!shift || shift.past) return;
    const edge = event.target.dataset?.edge;
    this.begin(event, element, edge ? new Resize(this, shift, edge) : new Move(this, shift, event));
  }

  /** Wait until the pointer means it: moves far enough, or, a finger, holds still. */
  begin(event, source, act) {
    if (event.button !== 0 || !event.isPrimary || this.live) return;
    const start = { x: event.clientX, y: event.clientY };
    const isTouch = event.pointerType === "touch";
    const stop = new AbortController();
    const { signal } = stop;
    const cancel = () => { clearTimeout(this.holding); this.holding = null; stop.abort(); };
    const go = (at) => { cancel(); this.drag(at, source, act); };
    if (isTouch) this.holding = setTimeout(() => go(event), HOLD_MS);
    addEventListener("pointermove", (moved) => {
      const far = Math.hypot(moved.clientX - start.x, moved.clientY - start.y) > FAR_ENOUGH;
      if (far && isTouch) cancel();
      else if (far) go(moved);
    }, { signal });
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, cancel, { signal });
  }

  drag(event, source, act) {
    this.live = act;
    source.classList.add("is-dragged");
    document.documentElement.classList.add("rota-dragging", `rota-dragging-${act.cursor}`);
    const bubble = new Bubble();
    const stop = new AbortController();
    const { signal } = stop;
    let last = event;
    const show = () => bubble.say(last.clientX, last.clientY, act.over(last.clientX, last.clientY));
    const scrolling = setInterval(() => { if (this.scroll(last)) show(); }, SCROLL_MS);
    const end = () => {
      stop.abort();
      clearInterval(scrolling);
      bubble.remove();
      source.classList.remove("is-dragged");
      document.documentElement.classList.remove("rota-dragging", `rota-dragging-${act.cursor}`);
      this.live = null;
    };
    addEventListener("pointermove", (moved) => { last = moved; show(); }, { signal });
    addEventListener("pointerup", () => { end(); this.swallowClick(); this.drop(act); }, { signal });
    const leave = () => { end(); this.swallowClick(); this.grid.clearTarget(); };
    addEventListener("pointercancel", leave, { signal });
    addEventListener("keydown", (key) => { if (key.key === "Escape") { key.stopPropagation(); leave(); } }, { signal, capture: true });
    show();
  }

  /** The target stays where it is until the server has answered; then the page shows what holds. */
  async drop(act) {
    this.grid.overlay.querySelector(".rota-target")?.classList.add("is-pending");
    try {
      await act.send();
    } finally {
      this.grid.clearTarget();
    }
  }

  /** The click that ends a drag opens nothing. */
  swallowClick() {
    const swallow = (event) => { event.stopPropagation(); event.preventDefault(); };
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 50);
  }

  /** Scroll the timeline while the pointer stays at one of its sides; who only passes by does not mean it. */
  scroll({ clientX }) {
    const main = this.grid.root.querySelector(".ec-main");
    const box = main.getBoundingClientRect();
    const left = box.left + main.querySelector(".ec-sidebar").offsetWidth;
    const isNear = (side) => Math.abs(clientX - side) < EDGE;
    const step = isNear(box.right) ? 12 : isNear(left) ? -12 : 0;
    this.atEdge = step ? (this.atEdge ?? 0) + 1 : 0;
    if (this.atEdge * SCROLL_MS < EDGE_WAIT_MS) return false;
    const before = main.scrollLeft;
    main.scrollLeft += step;
    return main.scrollLeft !== before;
  }
}

/** Somebody from the list, dropped into the slot under the pointer. */
class Put {
  cursor = "put";

  constructor({ grid, store }, person) {
    Object.assign(this, { grid, store, person });
  }

  over(x, y) {
    const { grid, person } = this;
    const { texts } = grid;
    const at = grid.at(x, y);
    this.slot = at && grid.slot(at.level, at.at);
    this.level = at?.level;
    grid.clearTarget();
    if (!at) return [[person.name, "strong"], [texts.drop_hint, "muted small"]];
    if (!this.slot) return [[texts.past, "strong"]];
    const left = grid.x(this.slot.starts_local);
    grid.target(String(at.level), left, grid.x(this.slot.ends_local) - left, person.initials);
    const warning = person.warning && fill(texts.cannot_ring, { reason: person.warning });
    return [
      [fill(texts.on_level, { period: this.slot.words, level: at.level }), "strong"],
      warning && [warning, "warn"], [texts.drop_hint, "muted small"],
    ];
  }

  async send() {
    if (!this.slot) return;
    const { words: _words, ...ends } = this.slot;
    await this.store.put(this.person.key, this.level, ends);
  }
}

/** A bar taken elsewhere: so many days and minutes later, to another level. */
class Move {
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

  async send() {
    if (this.move) await this.store.move(this.shift, this.move);
  }
}

/** An edge of a bar: its start or its end, so many minutes later. */
class Resize {
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

  async send() {
    if (this.move) await this.store.move(this.shift, this.move);
  }
}
