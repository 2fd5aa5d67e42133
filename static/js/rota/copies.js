// The dialog that copies a duty, a day, a week or any range to later days; what would come of it is told first.

import { post, Problem } from "../api.js";
import { open } from "../dialogs.js";
import { fill } from "./words.js";
import { make } from "./side.js";

const WAIT_MS = 250;

export class CopyDialog {
  constructor(dialog, store) {
    Object.assign(this, { dialog, store, form: dialog.querySelector("form"), told: dialog.querySelector("[data-told]") });
    this.button = dialog.querySelector("[type=submit]");
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.form.addEventListener("input", () => this.soon());
    dialog.querySelector("[data-another]").addEventListener("click", () => this.another().focus());
    dialog.addEventListener("close", () => clearTimeout(this.timer));
  }

  field(name) {
    return this.form.elements.namedItem(name);
  }

  /** Ask where to copy one duty. */
  shift(shift) {
    const day = shift.starts_local.slice(0, 10);
    this.show(`${shift.name} · ${shift.words}`, day, day, [shift.id]);
  }

  /** Ask where to copy what the page shows, or other days. */
  range(shown) {
    this.show("", shown.first, shown.days.at(-1).date, null);
  }

  show(what, first, last, ids) {
    Object.assign(this, { ids });
    this.dialog.querySelector("[data-what]").textContent = what;
    this.dialog.querySelector("[data-range]").hidden = Boolean(ids);
    this.field("first").value = first;
    this.field("last").value = last;
    this.field("how").value = "repeat";
    this.field("every").value = this.store.shown.view === "day" || ids ? "1" : "7";
    if (this.store.shown.view === "month" && !ids) this.field("how").value = "days";
    this.field("times").value = "1";
    this.dialog.querySelector("[data-days]").replaceChildren();
    this.another();
    open(this.dialog);
    this.field(ids ? "every" : "first").focus();
    this.check();
  }

  /** One more day to choose. */
  another() {
    const box = make("input", "input");
    box.type = "date";
    box.setAttribute("aria-label", this.store.texts.copy_day);
    this.dialog.querySelector("[data-days]").append(box);
    return box;
  }

  /** What the form says, as the API takes it; null while something is missing. */
  body() {
    const found = { schedule: this.store.schedule, from: this.field("first").value, through: this.field("last").value };
    if (this.ids) found.shifts = this.ids;
    const isRepeat = this.field("how").value === "repeat";
    const targets = [...this.dialog.querySelectorAll("[data-days] input")].map((box) => box.value).filter(Boolean);
    if (isRepeat) found.repeat = { days: Number(this.field("every").value), times: Number(this.field("times").value) };
    else found.targets = targets;
    const isWhole = found.from && found.through && (isRepeat ? found.repeat.times >= 1 : targets.length);
    return isWhole ? found : null;
  }

  soon() {
    this.button.disabled = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), WAIT_MS);
  }

  /** Ask what would come of it, and tell it. */
  async check() {
    const isRepeat = this.field("how").value === "repeat";
    this.dialog.querySelector("[data-repeat]").hidden = !isRepeat;
    this.dialog.querySelector("[data-on-days]").hidden = isRepeat;
    this.button.disabled = true;
    const body = this.body();
    const mine = this.asked = (this.asked ?? 0) + 1;
    if (!body) {
      this.tell([[this.store.texts.copy_choose, "muted"]], []);
      return;
    }
    let lines;
    let found = null;
    try {
      found = await post("shifts/copy/", { ...body, dry_run: true });
      lines = this.lines(found);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      lines = [[error.detail, "bad"]];
    }
    if (mine !== this.asked) return; // a later question was asked meanwhile
    this.tell(lines, found?.conflicts ?? []);
    if (found) this.offer(found);
  }

  lines({ shifts, conflicts }) {
    const { texts } = this.store;
    const count = shifts.length;
    const lines = [[count === 1 ? texts.copy_one : fill(texts.copy_many, { count }), "strong"]];
    if (conflicts.some((each) => each.blocks)) lines.push([texts.copy_in_the_way, "bad"]);
    else if (conflicts.length) lines.push([texts.copy_doubtful, "warn"]);
    return lines;
  }

  tell(lines, conflicts) {
    const items = conflicts.map((each) => make("li", each.blocks ? "bad" : "warn", each.detail));
    this.told.replaceChildren(...lines.map(([text, className]) => make("p", className, text)));
    if (items.length) this.told.append(make("ul", "", ...items));
  }

  /** Name on the button what it does. */
  offer({ shifts, conflicts }) {
    const { texts } = this.store;
    this.skips = conflicts.some((each) => each.blocks);
    this.button.disabled = shifts.length === 0;
    this.button.textContent = fill(this.skips ? texts.copy_others : texts.copy_do, { count: shifts.length });
  }

  async send() {
    const body = this.body();
    if (!body || this.button.disabled) return;
    this.button.disabled = true;
    try {
      await this.store.copy({ ...body, skip_conflicts: this.skips });
      this.dialog.close();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.tell([[error.detail, "bad"]], []);
    }
  }
}
