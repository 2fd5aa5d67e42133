// What would be doubtful about a duty where it hovers: asked of the server once it rests there, and never waited for.

import { post, Problem } from "../api.js";

const REST_MS = 150;

export class Foresight {
  constructor() {
    this.known = new Map();
    this.key = null;
  }

  /** What is known about a question {path, body}, as sentences; a new one is asked, and `tell` called once it is known. */
  about(question, tell) {
    const key = question ? JSON.stringify(question) : null;
    if (key !== this.key) {
      this.stop();
      this.key = key;
      if (key && !this.known.has(key)) this.timer = setTimeout(() => this.ask(key, question, tell), REST_MS);
    }
    return this.known.get(key) ?? [];
  }

  async ask(key, { path, body, told = [] }, tell) {
    this.asking = new AbortController();
    try {
      const found = await post(path, body, { signal: this.asking.signal });
      const isNews = ({ code, light, shift }) => !light && !(shift === null && told.includes(code));
      this.known.set(key, found.filter(isNews).map(({ detail }) => detail));
    } catch (error) {
      if (error instanceof Problem || error.name === "AbortError") return; // what is refused is told after the drop
      throw error;
    }
    if (key === this.key) tell();
  }

  /** Ask nothing more: it went on, or was let go. */
  stop() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.key = null;
  }
}
