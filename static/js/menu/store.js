// Every change of the menu: sent with the versions that were read, shown, and undone by restoring the version before.

import { patch, post, del, Problem } from "../api.js";
import { fill } from "../live-list.js";
import { toast } from "../toast.js";
import { fillIn, focusKey, latest, region, rowOf } from "./tree.js";

const asSent = ({ key, name, kind, target, mailbox, isNew }) => {
  const goal = isNew ? { kind, new: true } : { kind, target: kind === "voicemail" ? null : target };
  return { key, name, goes_to: goal, mailbox };
};

export class Store {
  constructor({ menu, tree, texts }) {
    Object.assign(this, { menu, tree, texts, done: [], busy: false });
  }

  /** Show the menu as it stands. */
  async refresh() {
    const answer = await fetch(this.tree, { cache: "no-store", credentials: "same-origin" });
    if (!answer.ok) throw new Problem({ detail: document.body.dataset.apiFault, status: answer.status });
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    fill(region, made.content);
    region.dispatchEvent(new CustomEvent("drawn"));
  }

  /**
   * Send a change, show what holds then, and say `words` with a way back. What is refused is said too, and thrown on
   * where `asked` says that a dialog stands open.
   */
  change(send, words, options) {
    if (this.busy) return null;
    this.busy = true;
    this.running = this.carryOut(send, words, options);
    return this.running;
  }

  async carryOut(send, words, { asked = false, isUndo = false } = {}) {
    const before = latest();
    try {
      const answer = await send();
      await this.refresh();
      const isUndoable = before && latest() !== before && !isUndo;
      if (isUndoable) this.done.push({ before, after: latest() });
      const told = typeof words === "function" ? words(answer) : words;
      toast(told, isUndoable ? { undo: () => this.undo(), key: "Ctrl Z" } : {});
      this.onDone?.();
      return answer ?? true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 409 || error.status === 404) await this.refresh();
      if (asked) throw error;
      toast(error.code === "stale_version" ? this.texts.moved_on : error.detail, { tone: "bad" });
      return null;
    } finally {
      this.busy = false;
    }
  }

  /** Replace the keys of a level. */
  keep(row, options, words) {
    const body = { version: row.version, options: options.map(asSent) };
    return this.change(() => patch(`menus/${row.id}/`, body), words, { asked: true });
  }

  /** Change a level's own values. */
  edit(row, values) {
    return this.change(() => patch(`menus/${row.id}/`, { version: row.version, ...values }), this.texts.changed, { asked: true });
  }

  /** Move a key with all below it to a place of a level. */
  async move(from, key, to, at) {
    const [source, target] = [rowOf(from), rowOf(to)];
    const body = { key, version: source.version, to: target.id, to_version: target.version, at };
    const words = (answer) => {
      const now = answer.options[Math.min(at, answer.options.length - 1)].key;
      const moved = fillIn(this.texts.moved, { key });
      return now === key ? moved : `${moved} ${fillIn(this.texts.moved_as, { key: now })}`;
    };
    const answer = await this.change(() => post(`menus/${source.id}/move/`, body), words);
    if (answer) focusKey(target.id, answer.options[Math.min(at, answer.options.length - 1)].key);
    else focusKey(source.id, key);
  }

  remove(from, key) {
    const row = rowOf(from);
    const send = () => post(`menus/${row.id}/remove/`, { key, version: row.version });
    return this.change(send, fillIn(this.texts.removed, { key }));
  }

  drop(level) {
    const row = rowOf(level);
    return this.change(() => del(`menus/${row.id}/`, { version: row.version }), this.texts.deleted);
  }

  /** Let an older version hold again. */
  restore(number, words, options) {
    return this.change(() => post(`menus/${this.menu}/restore/`, { number, latest: latest() }), words, options);
  }

  /** Take back the last change of this page, unless somebody else changed the menu since. */
  async undo() {
    await this.running?.catch(() => null);
    const last = this.done.at(-1);
    if (!last) {
      toast(this.texts.nothing);
    } else if (last.after !== latest()) {
      toast(this.texts.moved_on, { tone: "bad" });
    } else if (await this.restore(last.before, this.texts.undone, { isUndo: true })) {
      this.done.pop();
      // the step before follows the restored version as it followed the one that it made
      const next = this.done.at(-1);
      if (next) next.after = latest();
    }
    this.onDone?.();
  }
}
