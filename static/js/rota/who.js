// A small dialog that asks for one person or service: by a click, or by writing part of a name and Enter.

import { open } from "../dialogs.js";
import { People } from "./side.js";

export class Who {
  constructor(dialog, store) {
    Object.assign(this, { dialog, store });
    this.search = dialog.querySelector("[data-search]");
    this.people = new People(dialog.querySelector("[data-people]"), this.search, store.texts, (key) => this.answer(key));
    this.search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const [first] = this.people.shownButtons();
      if (first && this.search.value.trim()) this.answer(first.dataset.person);
    });
    dialog.addEventListener("close", () => { this.resolve?.(this.key); this.resolve = null; });
  }

  /** Ask; the answer is “staff-3”, or null when nobody was chosen. */
  ask(title, what) {
    this.key = null;
    this.search.value = "";
    this.dialog.querySelector("h2").textContent = title;
    this.dialog.querySelector("[data-what]").textContent = what;
    this.people.draw(this.store.shown.people);
    open(this.dialog);
    this.search.focus();
    return new Promise((resolve) => { this.resolve = resolve; });
  }

  answer(key) {
    this.key = key;
    this.dialog.close();
  }
}
