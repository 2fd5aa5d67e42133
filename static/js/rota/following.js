// Asks, of a duty that a rotation wrote: is this one alone moved, or all that follow, too?

import { open } from "../dialogs.js";

export class Following {
  constructor(dialog) {
    Object.assign(this, { dialog });
    for (const button of dialog.querySelectorAll("[data-answer]")) {
      button.addEventListener("click", () => { this.answer = button.dataset.answer; dialog.close(); });
    }
    dialog.addEventListener("close", () => { this.resolve?.(this.answer); this.resolve = null; });
  }

  /** Resolves to “one”, “following”, or null when neither is meant. */
  ask(shift) {
    this.answer = null;
    this.dialog.querySelector("[data-what]").textContent = `${shift.name} · ${shift.words}`;
    open(this.dialog);
    this.dialog.querySelector("[data-answer=one]").focus();
    return new Promise((resolve) => { this.resolve = resolve; });
  }
}
