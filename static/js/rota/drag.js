// Dragging with mouse, pen or finger: somebody from the list into a slot, a bar elsewhere, an edge of a bar.
//
// A finger holds still for a moment first, so that the page can still be scrolled.

import { Move, Put, PutPeriod, Resize } from "./acts.js";
import { Hover } from "./hover.js";

const FAR_ENOUGH = 5;
const HOLD_MS = 300;
const EDGE = 40;
const EDGE_WAIT_MS = 500;
const SCROLL_MS = 30;

export class Drags {
  /** `side` holds what is dragged from; `periods` know the one that is chosen, `who` asks for a person. */
  constructor({ grid, store, side, periods, who }) {
    Object.assign(this, { grid, store, periods, who });
    grid.root.addEventListener("pointerdown", (event) => this.onBar(event));
    side.addEventListener("pointerdown", (event) => this.onSide(event));
    // a finger that drags does not scroll
    addEventListener("touchmove", (event) => { if (this.live) event.preventDefault(); }, { passive: false });
    addEventListener("contextmenu", (event) => { if (this.live || this.holding) event.preventDefault(); });
  }

  onSide(event) {
    const button = event.target.closest("[data-person], [data-period]");
    if (!button) return;
    const { person, period } = button.dataset;
    const { people, periods } = this.store.shown;
    const somebody = person && people.find(({ key }) => key === person);
    const tile = period && periods.find(({ id }) => String(id) === period);
    if (somebody) this.begin(event, button, () => new Put(this, somebody));
    else if (tile) this.begin(event, button, () => new PutPeriod(this, tile));
  }

  onBar(event) {
    const element = event.target.closest("[data-shift]");
    const shift = element && this.grid.entryOf(element);
    if (!shift || shift.past) return;
    const edge = event.target.dataset?.edge;
    this.begin(event, element, () => (edge ? new Resize(this, shift, edge) : new Move(this, shift, event)));
  }

  /** Wait until the pointer means it: moves far enough, or, a finger, holds still. */
  begin(event, source, make) {
    if (event.button !== 0 || !event.isPrimary || this.live) return;
    const start = { x: event.clientX, y: event.clientY };
    const isTouch = event.pointerType === "touch";
    const stop = new AbortController();
    const { signal } = stop;
    const cancel = () => { clearTimeout(this.holding); this.holding = null; stop.abort(); };
    const go = (at) => { cancel(); this.drag(at, source, make()); };
    if (isTouch) this.holding = setTimeout(() => go(event), HOLD_MS);
    addEventListener("pointermove", (moved) => {
      const far = Math.hypot(moved.clientX - start.x, moved.clientY - start.y) > FAR_ENOUGH;
      if (far && isTouch) cancel();
      else if (far) go(moved);
    }, { signal });
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, cancel, { signal });
  }

  drag(event, source, act) {
    const hover = new Hover(this.grid, source, act);
    this.live = hover;
    const stop = new AbortController();
    const { signal } = stop;
    let last = event;
    const show = () => hover.show(last.clientX, last.clientY);
    const scrolling = setInterval(() => { if (this.scroll(last)) show(); }, SCROLL_MS);
    const end = (how) => {
      stop.abort();
      clearInterval(scrolling);
      this.live = null;
      this.swallowClick();
      how();
    };
    addEventListener("pointermove", (moved) => { last = moved; show(); }, { signal });
    addEventListener("pointerup", () => end(() => hover.drop()), { signal });
    const leave = () => end(() => hover.leave());
    addEventListener("pointercancel", leave, { signal });
    addEventListener("keydown", (key) => { if (key.key === "Escape") { key.stopPropagation(); leave(); } }, { signal, capture: true });
    show();
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
