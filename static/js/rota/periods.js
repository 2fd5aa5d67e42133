// The predefined periods beside the people: one can be chosen, then whoever is dragged onto a day takes it there.

import { make } from "./side.js";
import { fill } from "./words.js";

export class Periods {
  constructor(box, hint, texts) {
    Object.assign(this, { box, hint, texts, all: [], id: null, plain: hint?.textContent ?? "" });
    box?.addEventListener("click", (event) => {
      const tile = event.target.closest("[data-period]");
      if (tile) this.choose(this.id === Number(tile.dataset.period) ? null : Number(tile.dataset.period));
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) this.choose(null);
    });
  }

  /** The period that is chosen; undefined when none is. */
  get chosen() {
    return this.all.find((period) => period.id === this.id);
  }

  choose(id) {
    if (id === this.id) return;
    this.id = id;
    this.mark();
  }

  draw(periods) {
    if (!this.box) return;
    const focused = document.activeElement?.dataset?.period;
    this.all = periods;
    this.box.hidden = periods.length === 0;
    this.box.querySelector("ul").replaceChildren(...periods.map((period) => this.tile(period)));
    this.mark();
    if (focused) this.box.querySelector(`[data-period="${focused}"]`)?.focus();
  }

  tile(period) {
    const button = make("button", "rota-period", make("b", "", period.name), make("span", "muted small num", period.times),
      period.days ? make("span", "muted small", period.days) : "");
    button.type = "button";
    button.dataset.period = period.id;
    button.draggable = false;
    return make("li", "", button);
  }

  /** Show which one is chosen, and what can be done with it. */
  mark() {
    for (const tile of this.box.querySelectorAll("[data-period]")) {
      tile.setAttribute("aria-pressed", String(Number(tile.dataset.period) === this.id));
    }
    this.hint.textContent = this.chosen ? fill(this.texts.period_chosen, { period: this.chosen.name }) : this.plain;
  }

  /** The first slot of the chosen period that would fill a hole, else its first one: as “7/2027-01-04”. */
  suggested(gaps) {
    const period = this.chosen;
    if (!period) return "";
    const slots = Object.entries(period.slots);
    const fills = ({ starts_local: start, ends_local: end }) =>
      gaps.some((gap) => gap.fill && !gap.intended && gap.fill.starts_local < end && start < gap.fill.ends_local);
    const [day] = slots.find(([, slot]) => fills(slot)) ?? slots[0] ?? [];
    return day ? `${period.id}/${day}` : "";
  }
}
