// The menu by keyboard: from key to key, moving one with all below it, removing it, undoing.

import { above, below, levelOf, optionOf, optionsOf, region } from "./tree.js";

const buttons = () => [...region.querySelectorAll("[data-edit-key]")];

export class Keys {
  constructor(store, texts) {
    Object.assign(this, { store, texts, said: document.querySelector("[data-said]") });
    region.addEventListener("keydown", (event) => this.onKey(event));
    addEventListener("keydown", (event) => {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
      if (!isUndo || document.querySelector("dialog[open]") || event.target.closest("input, textarea, select")) return;
      event.preventDefault();
      store.undo();
    });
  }

  onKey(event) {
    const button = event.target.closest("[data-edit-key]");
    if (!button || event.ctrlKey || event.metaKey) return;
    const act = event.altKey ? this.moves(event.key) : this.steps(event.key);
    if (!act) return;
    event.preventDefault();
    act(optionOf(button), button);
  }

  steps(key) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[key];
    if (by) return (_option, button) => buttons()[buttons().indexOf(button) + by]?.focus();
    return key === "Delete" ? (option) => this.remove(option) : null;
  }

  moves(key) {
    return {
      ArrowUp: (option) => this.by(option, -1),
      ArrowDown: (option) => this.by(option, 1),
      ArrowRight: (option) => this.into(option),
      ArrowLeft: (option) => this.out(option),
    }[key];
  }

  say(text) {
    this.said.textContent = text;
  }

  by(option, by) {
    const level = levelOf(option);
    const options = optionsOf(level);
    const at = options.indexOf(option) + by;
    if (at < 0) this.say(this.texts.first);
    else if (at >= options.length) this.say(this.texts.last);
    else this.store.move(level, option.dataset.option, level, at);
  }

  into(option) {
    const level = levelOf(option);
    const options = optionsOf(level);
    const before = options.slice(0, options.indexOf(option)).reverse().find(below);
    if (!before) this.say(this.texts.no_level);
    else this.store.move(level, option.dataset.option, below(before), optionsOf(below(before)).length);
  }

  out(option) {
    const level = levelOf(option);
    const upper = above(level);
    if (!upper) return this.say(this.texts.outermost);
    const to = levelOf(upper);
    return this.store.move(level, option.dataset.option, to, optionsOf(to).indexOf(upper) + 1);
  }

  async remove(option) {
    const at = buttons().indexOf(option.querySelector("[data-edit-key]"));
    if (await this.store.remove(levelOf(option), option.dataset.option)) (buttons()[at] ?? buttons().at(-1))?.focus();
  }
}
