// The dialog of one key: which, where it leads, what it is called in each language, and what callers hear of it.

import { get } from "../api.js";
import { open } from "../dialogs.js";
import { clear, readTexts, submit, writeTexts } from "./forms.js";
import { Goal, offer } from "./goal.js";
import { above, below, fillIn, focusKey, levelById, levels, optionsOf, rowOf, waiting } from "./tree.js";

const PAUSE_MS = 250;

export class KeyDialog {
  constructor(dialog, store, boot) {
    Object.assign(this, { dialog, store, boot, form: dialog.querySelector("form") });
    this.goal = new Goal(dialog.querySelector("[data-goal]"), boot);
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    this.form.addEventListener("input", () => this.hearSoon());
    dialog.querySelector("[data-remove]").addEventListener("click", () => this.leave(() => store.remove(this.level(), this.was)));
    dialog.querySelector("[data-earlier]").addEventListener("click", () => this.leave(() => this.moveBy(-1)));
    dialog.querySelector("[data-later]").addEventListener("click", () => this.leave(() => this.moveBy(1)));
  }

  level() {
    return levelById(this.at);
  }

  /** Ask for a new key of a level. */
  add(level) {
    const used = optionsOf(level).map((option) => option.dataset.option);
    const key = this.boot.keys.find((each) => !used.includes(each));
    this.show(level, { key: key ?? this.boot.keys[0], name: {}, kind: "service", target: null, mailbox: null }, null);
  }

  /** Change the key of an element. */
  edit(level, option) {
    const key = option.dataset.option;
    this.show(level, rowOf(level).options.find((each) => each.key === key), option);
  }

  show(level, entry, option) {
    const { texts, choices } = this.boot;
    const { elements } = this.form;
    Object.assign(this, { at: Number(level.dataset.level), was: option ? entry.key : null, version: rowOf(level).version });
    clear(this.form);
    const used = optionsOf(level).map((each) => each.dataset.option).filter((key) => key !== this.was);
    for (const each of elements.key.options) each.disabled = used.includes(each.value);
    elements.key.value = entry.key;
    const inside = option ? levels().filter((each) => !option.contains(each)) : [level];
    offer(elements.level, inside.map((each) => ({ id: each.dataset.level, name: each.dataset.name })));
    elements.level.value = level.dataset.level;
    elements.level.closest(".field").hidden = !option;
    writeTexts(this.form, entry.name);
    const own = option && below(option);
    offer(this.goal.target("menu"), [own, ...waiting()].filter(Boolean).map((each) => ({ id: each.dataset.level, name: each.dataset.name })), texts.new_menu);
    for (const each of this.goal.kind.options) each.hidden = each.value === "back" && !above(level) && entry.kind !== "back";
    this.goal.set(entry);
    offer(elements.mailbox, choices.mailbox, texts.level_mailbox);
    elements.mailbox.value = String(entry.mailbox ?? "");
    this.dialog.querySelector("h2").textContent = option ? fillIn(texts.edit, { key: entry.key }) : texts.add;
    this.dialog.querySelector("[data-where]").textContent = level.dataset.name;
    this.dialog.querySelector("[type=submit]").textContent = option ? texts.save : texts.save_new;
    for (const each of this.dialog.querySelectorAll("[data-remove], [data-moves]")) each.hidden = !option;
    this.hear();
    open(this.dialog);
  }

  hearSoon() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.hear(), PAUSE_MS);
  }

  /** Show what callers would hear of the key as it is written now; the server builds the words. */
  async hear() {
    const asked = (this.asked ?? 0) + 1;
    this.asked = asked;
    const key = this.form.elements.key.value;
    const { kind, target } = this.goal.get();
    const lines = await get(this.boot.hear, { key, kind, target, ...readTexts(this.form) }).catch(() => ({}));
    if (asked !== this.asked) return;
    for (const box of this.dialog.querySelectorAll("[data-hear]")) box.textContent = lines[box.dataset.hear] ?? "";
  }

  leave(act) {
    this.dialog.close();
    return act();
  }

  moveBy(by) {
    const level = this.level();
    const at = optionsOf(level).findIndex((each) => each.dataset.option === this.was);
    return this.store.move(level, this.was, level, Math.max(0, at + by));
  }

  save() {
    const { elements } = this.form;
    const mailbox = elements.mailbox.value ? Number(elements.mailbox.value) : null;
    const entry = { key: elements.key.value, name: readTexts(this.form), ...this.goal.get(), mailbox };
    const { texts } = this.boot;
    const words = this.was ? texts.changed : fillIn(texts.added, { key: entry.key });
    return submit(this.dialog, () => this.send(entry, words), { nameOf: (field) => this.nameOf(field), stale: () => this.onStale() });
  }

  async send(entry, words) {
    const level = this.level();
    const row = { ...rowOf(level), version: this.version };
    const found = row.options.findIndex((each) => each.key === this.was);
    const options = found < 0 ? [...row.options, entry] : row.options.with(found, entry);
    this.index = found < 0 ? options.length - 1 : found;
    if (!(await this.store.keep(row, options, words))) return false;
    const to = levelById(this.form.elements.level.value);
    if (to && to !== this.level()) await this.store.move(this.level(), entry.key, to, optionsOf(to).length);
    else focusKey(row.id, entry.key);
    return true;
  }

  /** Keep what is written; the next try is about the level as it stands now. */
  onStale() {
    const level = this.level();
    if (!level) return this.boot.texts.moved_on;
    this.version = rowOf(level).version;
    const now = optionsOf(level).find((each) => each.dataset.option === this.was);
    const told = now?.querySelector(".menu-open").innerText.replace(/\s+/g, " ");
    return [this.boot.texts.stale, told && `(${told})`].filter(Boolean).join(" ");
  }

  nameOf(field) {
    const own = `options[${this.index}].`;
    if (!field.startsWith(own)) return "";
    const name = field.slice(own.length).split(".");
    return name[0] === "goes_to" && name[1] === "mailbox" ? "mailbox" : name[0];
  }
}
