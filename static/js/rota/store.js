// The rota as the server tells it, and every change of it: sent with the version that was read, shown or taken back.

import { del, get, patch, post, Problem } from "../api.js";
import { toast } from "../toast.js";
import { fill } from "./words.js";

/** Who is meant by “staff-3”, as the API takes it. */
export function assignee(key) {
  const [kind, id] = key.split("-");
  return { staff: null, service: null, [kind]: Number(id) };
}

const WARNED_MS = 15000; // there is more to read

export class Store {
  constructor({ schedule, data, texts, shown }, onChange) {
    Object.assign(this, { schedule, data, texts, shown, onChange, busy: 0 });
  }

  /** Ask for a view around a date and show it; a failed answer leaves the page as it is. */
  async show(view, on) {
    this.asked = (this.asked ?? 0) + 1;
    const mine = this.asked;
    const shown = await get(this.data, { view, on });
    if (mine !== this.asked) return; // a later question was asked meanwhile
    this.shown = shown;
    this.onChange(shown);
  }

  refresh() {
    return this.show(this.shown.view, this.shown.first);
  }

  find(id) {
    return this.shown.shifts.find((shift) => shift.id === id);
  }

  put(who, level, ends, note = "", isAsked = false) {
    const body = { schedule: this.schedule, ...assignee(who), level, note, ...ends };
    return this.change(() => post("shifts/?local=1", body), this.texts.put, isAsked);
  }

  /** Move a duty; of one that a rotation wrote it is asked whether those that follow go with it. */
  async move(shift, move) {
    const { texts } = this;
    const answer = shift.generated ? await this.following.ask(shift) : "one";
    if (!answer) return null;
    const resized = !("level" in move) && ("end_minutes" in move || "end_days" in move);
    const body = { version: shift.version, move, ...(answer === "following" ? { following: true } : {}) };
    return this.change(() => patch(`shifts/${shift.id}/?local=1`, body), resized ? texts.resized : texts.moved);
  }

  edit(shift, values) {
    const body = { version: shift.version, ...values };
    return this.change(() => patch(`shifts/${shift.id}/?local=1`, body), this.texts.changed, true);
  }

  remove(shift) {
    const send = () => del(`shifts/${shift.id}/`, { version: shift.version });
    const words = shift.rotation ? this.texts.deleted_for_good : this.texts.deleted;
    return this.change(send, fill(words, { name: shift.name, period: shift.words }));
  }

  /** Put somebody in as the API takes it, {replaces, staff, ...}. */
  putIn(body) {
    return this.tell(() => post("overrides/", { schedule: this.schedule, ...body }), this.texts.standin_put, true);
  }

  changeStandin({ id, version }, values) {
    return this.tell(() => patch(`overrides/${id}/`, { version, ...values }), this.texts.standin_changed, true);
  }

  takeBack({ id, version }) {
    return this.tell(() => del(`overrides/${id}/`, { version }), this.texts.standin_back);
  }

  /** Let a hole be one that is meant to be. */
  intend({ starts_local, ends_local }) {
    const body = { schedule: this.schedule, starts_local, ends_local };
    return this.tell(() => post("intended-gaps/", body), this.texts.intended_now);
  }

  /** Let a hole be one that somebody has to fill again. */
  unintend(rows) {
    const send = async () => { for (const { id, version } of rows) await del(`intended-gaps/${id}/`, { version }); };
    return this.tell(send, this.texts.intended_no_more);
  }

  /** Send a change that is not of a duty, and say what came of it. */
  tell(send, words, isAsked = false) {
    return this.guarded(async () => {
      await send();
      await this.refresh();
      this.say(words, this.undoing());
      return true;
    }, isAsked);
  }

  /** Copy shifts as the API takes it; resolves to what was written. */
  copy(body) {
    return this.guarded(async () => {
      const written = await post("shifts/copy/", body);
      await this.refresh();
      const count = written.shifts.length;
      this.say(count === 1 ? this.texts.copied_one : fill(this.texts.copied_many, { count }), this.undoing());
      return written;
    }, true);
  }

  /** Take back the last change that the page knows of; if something else was done since, say so. */
  undo(id = this.shown.undo?.id) {
    return this.step("undo", id);
  }

  redo(id = this.shown.redo?.id) {
    return this.step("redo", id);
  }

  step(which, operation) {
    return this.guarded(async () => {
      const answer = await post(`schedules/${this.schedule}/${which}/`, operation ? { operation } : {});
      await this.refresh();
      const { undone, redone } = this.texts; // the operation is the one taken back or done again
      this.say(fill(which === "undo" ? undone : redone, { text: answer.operation.text }), which === "redo" ? this.undoing() : {});
    });
  }

  /** Say one thing at a time: an older “Undo” would take back what came after it. */
  say(text, options) {
    this.hush?.();
    this.hush = toast(text, options);
  }

  undoing() {
    const id = this.shown.undo?.id;
    return id ? { undo: () => this.undo(id), key: "Ctrl Z" } : {};
  }

  /**
   * Send a change; show what came of it, or why it was refused. Resolves to the row, null when refused.
   * A dialog `isAsked`: what it can mend (400) is thrown back at it.
   */
  async change(send, words, isAsked = false) {
    return this.guarded(async () => {
      const row = await send();
      await this.refresh();
      const now = row && this.find(row.id);
      const said = fill(words, now ? { name: now.name, period: now.words, level: now.level } : {});
      const done = said.includes("{") ? this.texts.saved : said; // it may lie outside the view now
      const doubts = now ? [...now.warnings.filter((each) => !each.light).map((each) => each.text), ...now.causes] : [];
      const warned = doubts.map((text) => fill(this.texts.warned, { text })).join(" ");
      this.say(warned ? `${done}. ${warned}` : done, { ...this.undoing(), ...(warned && { tone: "warn", lasts: WARNED_MS }) });
      return row ?? true;
    }, isAsked);
  }

  async guarded(act, isAsked = false) {
    this.busy += 1;
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Problem) || (isAsked && error.status === 400)) throw error;
      await this.refresh().catch(() => {}); // the reason below says that the portal is away
      const { texts } = this;
      const reason = error.status === 0 ? texts.away : fill(texts.refused, { reason: error.detail });
      const stale = error.code === "stale_version";
      this.say(stale ? texts.stale : reason, { tone: "bad" });
      return null;
    } finally {
      this.busy -= 1;
    }
  }
}
