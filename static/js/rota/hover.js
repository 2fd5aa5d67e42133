// What hovers over the timeline, by pointer or by keys: it says where it would land and what would be doubtful there.

import { Foresight } from "./foresight.js";
import { fill } from "./words.js";

/** The bubble beside a point of the screen. */
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
    this.box.style.left = `${Math.max(8, Math.min(x + 18, document.documentElement.clientWidth - offsetWidth - 8))}px`;
    this.box.style.top = `${Math.min(y + 18, innerHeight - offsetHeight - 8)}px`;
  }

  remove() {
    this.box.remove();
  }
}

export class Hover {
  /** `source` is what is dragged, dimmed meanwhile; `act` says where it would land, and sends it. */
  constructor(grid, source, act) {
    Object.assign(this, { grid, source, act, bubble: new Bubble(), foresight: new Foresight() });
    act.begin?.();
    source.classList.add("is-dragged");
    document.documentElement.classList.add("rota-dragging", `rota-dragging-${act.cursor}`);
  }

  /** Say at a point of the screen what holds there; the last line is how to go on. */
  show(x, y) {
    const lines = this.act.over(x, y);
    const doubts = this.foresight.about(this.act.question?.(), () => this.show(x, y));
    const warned = doubts.map((text) => [fill(this.grid.texts.warned, { text }), "warn"]);
    this.bubble.say(x, y, [...lines.slice(0, -1), ...warned, ...lines.slice(-1)]);
  }

  end() {
    this.foresight.stop();
    this.bubble.remove();
    this.source.classList.remove("is-dragged");
    document.documentElement.classList.remove("rota-dragging", `rota-dragging-${this.act.cursor}`);
    this.act.end?.();
  }

  /** Let it go where it is: nothing comes of it. */
  leave() {
    this.end();
    this.grid.clearTarget();
  }

  /** Drop it. The target stays where it is until the server has answered; then the page shows what holds. */
  async drop() {
    this.end();
    this.grid.overlay.querySelector(".rota-target")?.classList.add("is-pending");
    try {
      await this.act.send();
    } finally {
      this.grid.clearTarget();
    }
  }
}
