// The dialog of one level: its name, its welcome in each language, tries, waiting, and what follows no key or a wrong one.

import { open } from "../dialogs.js";
import { clear, readTexts, submit, writeTexts } from "./forms.js";
import { Goal, offer } from "./goal.js";
import { above, levelById, rowOf } from "./tree.js";

const NEVER = { on_no_key: ["menu"], on_wrong_key: ["menu"], on_too_many: ["menu", "repeat"] };
const number = (value) => (value ? Number(value) : null);

export class LevelDialog {
  constructor(dialog, store, boot) {
    Object.assign(this, { dialog, store, boot, form: dialog.querySelector("form"), goals: {} });
    for (const root of dialog.querySelectorAll("[data-goal]")) {
      this.goals[root.dataset.goal] = new Goal(root, boot, NEVER[root.dataset.goal]);
    }
    offer(this.form.elements.welcome_prompt, boot.choices.prompt, "–");
    offer(this.form.elements.mailbox, boot.choices.mailbox, boot.texts.general_mailbox);
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
  }

  edit(level) {
    const row = rowOf(level);
    const { elements } = this.form;
    Object.assign(this, { row, at: row.id });
    clear(this.form);
    for (const name of ["name", "tries", "wait_seconds"]) elements[name].value = row[name];
    for (const name of ["welcome_prompt", "mailbox"]) elements[name].value = String(row[name] ?? "");
    writeTexts(this.form, row.welcome);
    for (const [name, goal] of Object.entries(this.goals)) {
      const entry = row[name.slice("on_".length)];
      for (const each of goal.kind.options) each.hidden = each.value === "back" && !above(level) && entry?.kind !== "back";
      goal.set(entry);
    }
    open(this.dialog);
  }

  save() {
    const stale = () => this.onStale();
    return submit(this.dialog, () => this.store.edit(this.row, this.values()), { nameOf: (field) => field.split(".")[0], stale });
  }

  values() {
    const { elements } = this.form;
    const goals = Object.entries(this.goals).map(([name, goal]) => {
      const entry = goal.get();
      const before = this.row[name.slice("on_".length)];
      const mailbox = before?.kind === entry?.kind ? before?.mailbox ?? null : null;
      return [name, entry && { kind: entry.kind, target: entry.kind === "voicemail" ? mailbox : entry.target, mailbox }];
    });
    return {
      name: elements.name.value, welcome: readTexts(this.form), welcome_prompt: number(elements.welcome_prompt.value),
      tries: number(elements.tries.value), wait_seconds: number(elements.wait_seconds.value), mailbox: number(elements.mailbox.value),
      ...Object.fromEntries(goals),
    };
  }

  onStale() {
    const level = levelById(this.at);
    if (!level) return this.boot.texts.moved_on;
    this.row = rowOf(level);
    return this.boot.texts.stale;
  }
}
