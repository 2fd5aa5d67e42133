// The dialog of one duty: who, at which level, from when to when; it adds, changes and deletes.

import { Problem } from "../api.js";
import { open } from "../dialogs.js";
import { make } from "./side.js";
import { assignee } from "./store.js";
import { ofHole, standing } from "./words.js";

const FIELDS = ["who", "level", "starts_local", "ends_local", "note"];
// What the API calls the fields of the form.
const ALIASES = { staff: "who", service: "who", starts_at: "starts_local", ends_at: "ends_local" };

export class ShiftDialog {
  constructor(dialog, store, standins) {
    Object.assign(this, { dialog, store, standins, form: dialog.querySelector("form") });
    dialog.querySelector("[data-stand-in]").addEventListener("click", () => this.leaveTo(() => standins.add(this.shift)));
    dialog.querySelector("[data-intend]").addEventListener("click", () => this.leaveTo(() => store.intend(this.gap.fill)));
    dialog.querySelector("[data-unintend]").addEventListener("click", () => this.leaveTo(() => store.unintend(this.gap.intended)));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    dialog.querySelector("[data-delete]").addEventListener("click", () => this.remove());
    this.field("slot").addEventListener("change", () => this.take(this.field("slot").value));
    for (const name of ["starts_local", "ends_local"]) this.field(name).addEventListener("input", () => { this.field("slot").value = ""; });
  }

  /**
   * Ask whom to put on call; `values` are what is known already, `slot` names one of a predefined period,
   * `gap` is the hole that is to be filled.
   */
  add(values, slot = "", gap = null) {
    this.show(null, { level: 1, note: "", ...values }, gap);
    if (!slot) return;
    this.field("slot").value = slot;
    this.take(slot);
    this.field("slot").focus();
  }

  /** Offer every slot of the predefined periods, by period; none where a duty is changed. */
  offer(periods) {
    const own = new Option(this.store.texts.own_times, "");
    const groups = periods.filter((period) => Object.keys(period.slots).length).map((period) => {
      const group = document.createElement("optgroup");
      group.label = period.name;
      group.append(...Object.entries(period.slots).map(([day, slot]) => new Option(slot.words, `${period.id}/${day}`)));
      return group;
    });
    this.field("slot").replaceChildren(own, ...groups);
    this.field("slot").closest(".field").hidden = groups.length === 0;
  }

  /** Fill in the times and the level of a slot; an empty name leaves what is there. */
  take(name) {
    const [id, day] = name.split("/");
    const period = this.store.shown.periods.find((each) => String(each.id) === id);
    const slot = period?.slots[day];
    if (!slot) return;
    this.read = { ...this.read, ...slot };
    this.folds = { starts_fold: slot.starts_fold, ends_fold: slot.ends_fold };
    for (const end of ["starts_local", "ends_local"]) this.field(end).value = slot[end];
    this.field("level").value = period.level;
  }

  /** Show a duty to change; one of the past only to read. */
  edit(shift) {
    this.show(shift, { ...shift });
  }

  /** Close, and go on with something else. */
  leaveTo(act) {
    this.dialog.close();
    act();
  }

  /** Say where a duty comes from, what is doubtful about it, and who stands in; offer to put somebody in while it is not over. */
  drawMore(shift, isPast) {
    const { texts, shown } = this.store;
    const sign = this.dialog.querySelector("[data-sign]");
    sign.hidden = !shift?.sign;
    sign.textContent = [shift?.sign, shift?.generated && texts.generated_hint].filter(Boolean).join(" · ");
    const doubts = [...(shift?.warnings ?? []).map(({ text }) => text), ...(shift?.causes ?? [])];
    this.dialog.querySelector("[data-doubts]").replaceChildren(...doubts.map((text) => make("li", "", text)));
    const box = this.dialog.querySelector("[data-standins]");
    const theirs = shift ? shown.standins.filter((found) => found.shift === shift.key) : [];
    box.hidden = !shift || (isPast && !theirs.length);
    box.querySelector("[data-stand-in]").hidden = isPast;
    box.querySelector("ul").replaceChildren(...theirs.map((found) => {
      const button = make("button", "btn btn-s", texts.open);
      button.type = "button";
      button.addEventListener("click", () => this.leaveTo(() => this.standins.edit(found)));
      return make("li", "", make("span", "", standing(found, texts)), button);
    }));
  }

  show(shift, values, gap = null) {
    Object.assign(this, { shift, gap });
    this.added = null;
    this.folds = { starts_fold: values.starts_fold, ends_fold: values.ends_fold };
    this.read = values;
    for (const name of FIELDS) this.field(name).value = values[name] ?? "";
    const { texts } = this.store;
    this.offer(shift ? [] : this.store.shown.periods);
    const isUnwritten = Boolean(shift && !shift.id);
    const isPast = Boolean(shift?.past) || isUnwritten;
    this.drawMore(shift, Boolean(shift?.past));
    this.dialog.querySelector("[data-intend]").hidden = !gap || Boolean(gap.intended);
    this.dialog.querySelector("[data-unintend]").hidden = !gap?.intended;
    this.dialog.querySelector("h2").textContent = shift ? texts.edit_title : texts.add_title;
    this.dialog.querySelector("[data-what]").textContent = shift ? `${shift.name} · ${shift.words}` : gap ? ofHole(gap, texts) : "";
    this.dialog.querySelector("[type=submit]").textContent = shift ? texts.save : texts.add;
    this.dialog.querySelector("[type=submit]").hidden = isPast;
    this.dialog.querySelector("[data-delete]").hidden = !shift || isPast;
    this.dialog.querySelector("[data-copy-shift]").hidden = !shift?.id;
    this.dialog.querySelector("[data-past]").hidden = !shift?.past;
    for (const name of FIELDS) this.field(name).disabled = isPast;
    this.complain([]);
    open(this.dialog);
    if (!isPast) this.field(shift || values.who ? "starts_local" : "who").focus();
  }

  field(name) {
    return this.form.elements.namedItem(name);
  }

  /** What the form says, as the API takes it; an end that was not touched keeps its turn of a repeated hour. */
  values() {
    const found = { level: Number(this.field("level").value), note: this.field("note").value };
    for (const end of ["starts", "ends"]) {
      const name = `${end}_local`;
      found[name] = this.field(name).value;
      const fold = this.folds[`${end}_fold`];
      if (fold && found[name] === this.read[name]) found[`${end}_fold`] = fold;
    }
    return found;
  }

  async save() {
    const { note, level, ...ends } = this.values();
    const who = this.field("who").value;
    if (!who) {
      this.complain([{ field: "who", detail: this.store.texts.choose_who }]);
      return;
    }
    try {
      if (this.shift) await this.store.edit(this.shift, { ...assignee(who), level, note, ...this.changed(ends) });
      else this.added = await this.store.put(who, level, ends, note, true);
      this.dialog.close();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.complain(error.errors?.length ? error.errors : [{ field: null, detail: error.detail }]);
    }
  }

  /** Leave out the ends that were not touched, so that nothing is rounded to the minute unasked. */
  changed(ends) {
    const same = (end) => ends[`${end}_local`] === this.read[`${end}_local`];
    const kept = (name) => !same(name.split("_")[0]);
    return Object.fromEntries(Object.entries(ends).filter(([name]) => kept(name)));
  }

  async remove() {
    const { shift } = this;
    this.dialog.close();
    await this.store.remove(shift);
  }

  complain(errors) {
    const rest = [];
    for (const name of FIELDS) this.tell(name, "");
    for (const { field, detail } of errors) {
      const name = ALIASES[field] ?? field;
      if (FIELDS.includes(name)) this.tell(name, detail);
      else rest.push(detail);
    }
    const general = this.dialog.querySelector("[data-error='']");
    general.textContent = rest.join(" ");
    general.hidden = rest.length === 0;
    this.form.querySelector("[aria-invalid=true]")?.focus();
  }

  tell(name, words) {
    const box = this.form.querySelector(`[data-error="${name}"]`);
    box.textContent = words;
    box.hidden = !words;
    if (words) this.field(name).setAttribute("aria-invalid", "true");
    else this.field(name).removeAttribute("aria-invalid");
  }
}
