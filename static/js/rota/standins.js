// The dialog that puts somebody in the place of a duty, of a person or of a whole level, for a while; and takes it back.

import { Problem } from "../api.js";
import { open } from "../dialogs.js";
import { assignee } from "./store.js";
import { fill, standingFor } from "./words.js";

const ENDS = ["starts_local", "ends_local"];
const FIELDS = ["who", "instead", ...ENDS, "note"];
const ALIASES = { staff: "who", service: "who", replaces: "instead", starts_at: "starts_local", ends_at: "ends_local" };

export class StandinDialog {
  constructor(dialog, store) {
    Object.assign(this, { dialog, store, form: dialog.querySelector("form") });
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    dialog.querySelector("[data-take-back]").addEventListener("click", () => this.takeBack());
  }

  field(name) {
    return this.form.elements.namedItem(name);
  }

  /** Ask who stands in for a duty; one that is not written yet is replaced by its person or its level. */
  add(shift) {
    const { texts } = this.store;
    const choices = [
      shift.id && [texts.instead_shift, "shift"],
      [fill(texts.instead_person, { name: shift.name }), "who"],
      [fill(texts.instead_level, { level: shift.level }), "level"],
    ].filter(Boolean);
    this.field("instead").replaceChildren(...choices.map(([text, value]) => new Option(text, value)));
    this.show({ shift, standin: null, title: texts.standin_title, what: `${shift.name} · ${shift.words}` },
      { who: "", note: "", starts_local: shift.starts_local, ends_local: shift.ends_local });
  }

  /** Show who stands in, to change or to take back. */
  edit(standin) {
    const { texts } = this.store;
    const what = standingFor(standin, standin.whole_words, texts);
    const { starts_local, ends_local } = standin;
    this.show({ shift: null, standin, title: texts.standin_edit, what },
      { who: standin.who || "nobody", note: standin.note, starts_local, ends_local });
  }

  show({ shift, standin, title, what }, values) {
    Object.assign(this, { shift, standin, read: values });
    this.dialog.querySelector("h2").textContent = title;
    this.dialog.querySelector("[data-what]").textContent = what;
    this.dialog.querySelector("[data-instead]").hidden = !shift;
    this.dialog.querySelector("[data-take-back]").hidden = !standin || standin.over;
    const submit = this.dialog.querySelector("[type=submit]");
    submit.hidden = Boolean(standin?.over);
    submit.textContent = standin ? this.store.texts.save : this.store.texts.put_in;
    for (const [name, value] of Object.entries(values)) this.field(name).value = value;
    this.complain([]);
    open(this.dialog);
    this.field("who").focus();
  }

  /** The ends that were touched: the others stay as they are, to the second. */
  ends() {
    const isNew = !this.standin;
    const touched = ENDS.filter((name) => isNew || this.field(name).value !== this.read[name]);
    const isWhole = isNew && this.field("instead").value === "shift" && ENDS.every((name) => this.field(name).value === this.read[name]);
    return isWhole ? {} : Object.fromEntries(touched.map((name) => [name, this.field(name).value]));
  }

  async save() {
    const who = this.field("who").value;
    if (!who) {
      this.complain([{ field: "who", detail: this.store.texts.choose_stand_in }]);
      return;
    }
    const values = { ...(who === "nobody" ? { staff: null, service: null } : assignee(who)), note: this.field("note").value, ...this.ends() };
    try {
      if (this.standin) await this.store.changeStandin(this.standin, values);
      else await this.store.putIn({ ...values, replaces: this.replaces() });
      this.dialog.close();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.complain(error.errors?.length ? error.errors : [{ field: null, detail: error.detail }]);
    }
  }

  replaces() {
    const { id, who, level } = this.shift;
    const [kind, key] = who.split("-");
    return { shift: { shift: id }, who: { [kind]: Number(key) }, level: { level } }[this.field("instead").value];
  }

  async takeBack() {
    this.dialog.close();
    await this.store.takeBack(this.standin);
  }

  complain(errors) {
    const rest = [];
    for (const name of FIELDS) this.tell(name, "");
    for (const { field, detail } of errors) {
      const name = ALIASES[field] ?? ALIASES[field?.split(".")[0]] ?? field;
      if (FIELDS.includes(name)) this.tell(name, detail);
      else rest.push(detail);
    }
    this.tell("", rest.join(" "));
    this.form.querySelector("[aria-invalid=true]")?.focus();
  }

  tell(name, words) {
    const box = this.form.querySelector(`[data-error="${name}"]`);
    box.textContent = words;
    box.hidden = !words;
    if (!name) return;
    if (words) this.field(name).setAttribute("aria-invalid", "true");
    else this.field(name).removeAttribute("aria-invalid");
  }
}
