// Dragging a key, with all below it, by mouse, pen or finger. A finger holds still for a moment first, so that the page can
// still be scrolled.

import { fillIn, levelOf, levels, optionsOf, region } from "./tree.js";

const FAR_ENOUGH = 5;
const HOLD_MS = 300;
const EDGE = 60;
const SCROLL_MS = 30;

/** Every place where a key can be dropped: a line before each other key, and one after the last. */
function places(dragged) {
  return levels().filter((level) => !dragged.contains(level)).flatMap((level) => {
    const others = optionsOf(level).filter((option) => option !== dragged);
    const list = level.querySelector(":scope > .menu-keys");
    const { left, right } = list.getBoundingClientRect();
    const end = list.querySelector(":scope > .menu-otherwise");
    return [...others, end].map((element, at) => ({
      level, at, left, right, y: element.getBoundingClientRect().top, before: element.dataset.option ?? null,
    }));
  });
}

export class Drags {
  constructor(store, texts) {
    Object.assign(this, { store, texts });
    region.addEventListener("pointerdown", (event) => this.begin(event));
    addEventListener("touchmove", (event) => { if (this.live) event.preventDefault(); }, { passive: false });
    addEventListener("contextmenu", (event) => { if (this.live || this.holding) event.preventDefault(); });
  }

  /** Wait until the pointer means it: moves far enough, or, a finger, holds still. */
  begin(event) {
    const row = event.target.closest("[data-drag]");
    if (!row || event.button !== 0 || !event.isPrimary || this.live) return;
    const start = { x: event.clientX, y: event.clientY };
    const isTouch = event.pointerType === "touch";
    const stop = new AbortController();
    const { signal } = stop;
    const cancel = () => { clearTimeout(this.holding); this.holding = null; stop.abort(); };
    const go = (at) => { cancel(); this.drag(at, row.closest("[data-option]")); };
    if (isTouch) this.holding = setTimeout(() => go(event), HOLD_MS);
    addEventListener("pointermove", (moved) => {
      const far = Math.hypot(moved.clientX - start.x, moved.clientY - start.y) > FAR_ENOUGH;
      if (far && isTouch) cancel();
      else if (far) go(moved);
    }, { signal });
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, cancel, { signal });
  }

  drag(event, option) {
    this.live = option;
    const from = levelOf(option);
    const key = option.dataset.option;
    const index = optionsOf(from).indexOf(option);
    const stop = new AbortController();
    const { signal } = stop;
    let last = event;
    let place = null;
    this.mark(option);
    const show = () => { place = this.over(option, last); };
    const scrolling = setInterval(() => { if (this.scroll(last)) show(); }, SCROLL_MS);
    const end = (dropped) => {
      stop.abort();
      clearInterval(scrolling);
      this.unmark(option);
      this.live = null;
      this.swallowClick();
      const stays = !place || (place.level === from && place.at === index);
      if (dropped && !stays) this.store.move(from, key, place.level, place.at);
    };
    addEventListener("pointermove", (moved) => { last = moved; show(); }, { signal });
    addEventListener("pointerup", () => end(true), { signal });
    addEventListener("pointercancel", () => end(false), { signal });
    addEventListener("keydown", (pressed) => {
      if (pressed.key !== "Escape") return;
      pressed.stopPropagation();
      end(false);
    }, { signal, capture: true });
    show();
  }

  mark(option) {
    option.classList.add("is-dragged");
    document.documentElement.classList.add("menu-dragging");
    this.line = document.createElement("div");
    this.line.className = "menu-target";
    this.bubble = document.createElement("div");
    this.bubble.className = "bubble menu-bubble";
    this.bubble.setAttribute("role", "status");
    document.body.append(this.line, this.bubble);
  }

  unmark(option) {
    option.classList.remove("is-dragged");
    document.documentElement.classList.remove("menu-dragging");
    this.line.remove();
    this.bubble.remove();
  }

  /** Show the place nearest to the pointer, and return it. */
  over(option, { clientX, clientY }) {
    const nearest = places(option).reduce((best, each) => (
      !best || Math.abs(each.y - clientY) < Math.abs(best.y - clientY) ? each : best
    ), null);
    const { level, before, left, right, y } = nearest;
    Object.assign(this.line.style, { left: `${left}px`, width: `${right - left}px`, top: `${y - 2}px` });
    const words = before ? this.texts.before : this.texts.at_the_end;
    const title = document.createElement("h3");
    title.textContent = fillIn(words, { key: before, menu: level.dataset.name });
    const how = document.createElement("p");
    how.textContent = this.texts.drop;
    this.bubble.replaceChildren(title, how);
    const { offsetWidth, offsetHeight } = this.bubble;
    this.bubble.style.left = `${Math.max(8, Math.min(clientX + 18, document.documentElement.clientWidth - offsetWidth - 8))}px`;
    this.bubble.style.top = `${Math.max(8, Math.min(clientY + 18, innerHeight - offsetHeight - 8))}px`;
    return nearest;
  }

  /** The click that ends a drag opens nothing. */
  swallowClick() {
    const swallow = (event) => { event.stopPropagation(); event.preventDefault(); };
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 50);
  }

  /** Scroll the page while the pointer is near its upper or lower edge. */
  scroll({ clientY }) {
    const step = clientY < EDGE ? -12 : clientY > innerHeight - EDGE ? 12 : 0;
    const before = scrollY;
    if (step) scrollBy(0, step);
    return scrollY !== before;
  }
}
