// Everything that dragging does, by keyboard: arrows go from bar to bar, Alt moves one, Alt and Shift resize it.
//
// While Alt is held the bar hovers, as under a pointer; letting go of it drops the bar, Escape leaves it where it was.

import { Nudge } from "./acts.js";
import { MINUTES } from "./grid.js";
import { Hover } from "./hover.js";

const STEP = { month: MINUTES, week: 30, day: 15 };
const RESIZE = { month: 6 * 60, week: 30, day: 15 };
const BARS = "[data-shift], [data-rule], [data-standin], [data-gap]";
const TYPING = "input, select, textarea, [contenteditable]";

export class Keys {
  constructor(grid, store, search) {
    Object.assign(this, { grid, store });
    grid.root.addEventListener("keydown", (event) => this.onBar(event));
    document.addEventListener("keydown", (event) => this.onPage(event, search));
    addEventListener("keydown", (event) => { if (event.key === "Escape" && this.hover) { event.stopPropagation(); this.leave(); } }, { capture: true });
    addEventListener("keyup", (event) => { if (event.key === "Alt" && this.hover) this.take(event, () => this.drop()); });
    for (const name of ["blur", "pointerdown"]) addEventListener(name, () => this.leave());
  }

  onPage(event, search) {
    if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key === "z" && !event.shiftKey) this.take(event, () => this.store.undo());
      else if (key === "y" || (key === "z" && event.shiftKey)) this.take(event, () => this.store.redo());
    } else if (key === "/" && !event.altKey) this.take(event, () => search.focus());
  }

  take(event, act) {
    event.preventDefault();
    act();
  }

  onBar(event) {
    const element = event.target.closest(BARS);
    if (!element) return;
    const shift = element.dataset.shift && this.grid.entryOf(element);
    if (event.key.startsWith("Arrow")) {
      if (!event.altKey) this.take(event, () => this.go(element, event.key));
      else if (shift && !shift.past) this.take(event, () => this.nudge(element, shift, this.asked(event)));
    } else if ((event.key === "Delete" || event.key === "Backspace") && shift && !shift.past) {
      this.take(event, () => this.remove(element, shift));
    }
  }

  /** What one press means; null for nothing. */
  asked({ key, shiftKey }) {
    const later = { ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0;
    const lower = { ArrowUp: -1, ArrowDown: 1 }[key] ?? 0;
    const { view } = this.grid.shown;
    if (shiftKey) return later ? { end_minutes: later * RESIZE[view] } : null;
    if (lower) return { levels: lower };
    return STEP[view] === MINUTES ? { days: later } : { minutes: later * STEP[view] };
  }

  /** Let a bar show that it is being changed, until the server has answered. */
  async busy(element, change) {
    element.setAttribute("aria-busy", "true");
    try {
      await change();
    } finally {
      element.removeAttribute("aria-busy");
    }
  }

  /** Let a bar hover one step further, from where it is or where it hovers already. */
  nudge(element, shift, step) {
    if (!step || this.store.busy) return;
    this.hover ??= new Hover(this.grid, element, new Nudge(this, shift));
    this.hover.act.add(step);
    this.hover.show(...this.place(element));
  }

  /** The lower left corner of where the bar hovers, else of the bar itself. */
  place(element) {
    const act = this.hover.act;
    act.over();
    const target = this.grid.overlay.querySelector(".rota-target") ?? element;
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
    const { left, bottom } = target.getBoundingClientRect();
    return [left - 18, bottom - 10];
  }

  leave() {
    this.hover?.leave();
    this.hover = null;
  }

  async drop() {
    const { hover } = this;
    const { source, act } = hover;
    this.hover = null;
    await this.busy(source, () => hover.drop());
    this.grid.focus(act.shift.id);
  }

  async remove(element, shift) {
    if (this.store.busy) return;
    const bars = [...this.grid.root.querySelectorAll("[data-shift]")];
    const next = bars[bars.indexOf(element) + 1] ?? bars[bars.indexOf(element) - 1];
    const id = next?.dataset.shift;
    await this.busy(element, () => this.store.remove(shift));
    if (id) this.grid.focus(id);
  }

  /** Go to the bar before or after in the row, or to the nearest one in the row above or below. */
  go(element, key) {
    const bars = [...this.grid.root.querySelectorAll(BARS)];
    const here = element.getBoundingClientRect();
    const boxes = bars.filter((bar) => bar !== element).map((bar) => ({ bar, box: bar.getBoundingClientRect(), row: this.row(bar) }));
    const row = this.row(element);
    const choices = {
      ArrowRight: boxes.filter((each) => each.row === row && each.box.left >= here.left),
      ArrowLeft: boxes.filter((each) => each.row === row && each.box.left <= here.left),
      ArrowDown: boxes.filter((each) => each.row > row),
      ArrowUp: boxes.filter((each) => each.row < row),
    }[key];
    const far = ({ box, row: other }) => Math.abs(other - row) * 1e6 + Math.abs(box.left - here.left) * 100 + Math.abs(box.top - here.top);
    const [nearest] = choices.sort((one, other) => far(one) - far(other));
    if (nearest) this.grid.reach(nearest.bar);
  }

  row(bar) {
    const { grid } = this;
    if (bar.dataset.gap) return 0;
    if (bar.dataset.standin) return grid.shown.standins[bar.dataset.standin].level;
    return (bar.dataset.rule ? grid.ruleOf(bar) : grid.entryOf(bar)).level;
  }
}
