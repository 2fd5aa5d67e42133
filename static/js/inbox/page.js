// What the parts of the inbox share: its element, its words, what the address asks for, announcements.

export const root = document.querySelector("[data-inbox]");
export const words = root.dataset;
export const narrow = matchMedia("(max-width: 860px)");

/** Fill {name} in a text of the page. */
export const say = (template, values = {}) => template.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
/** Say one thing or many in the right words. */
export const count = (name, n) => say(words[`${name}${n === 1 ? "One" : "Many"}`], { n });

/** Tell screen readers. */
export function tell(text) {
  document.querySelector("[data-told]").textContent = text;
}

/** What the address asks of the list: box and filters, without the call that is open and the place. */
export function asked() {
  const query = new URLSearchParams(location.search);
  for (const name of ["call", "after", "show"]) query.delete(name);
  return query;
}

/** Write the address: the list that is asked for, and the call that is open. */
export function write(query, call, { push = false } = {}) {
  const all = new URLSearchParams(query);
  if (call) all.set("call", call);
  history[push ? "pushState" : "replaceState"](null, "", `?${all}`);
}

/** Let what builds on the page look at new content: players. */
export const renewed = (region) => region.dispatchEvent(new CustomEvent("live", { bubbles: true }));

export const away = (is) => {
  for (const each of document.querySelectorAll("[data-live-away]")) each.hidden = !is;
};

const PATIENCE = 8000;

/**
 * Asks an address again and again, with ETags; `take(html, address)` puts what changed in place.
 * What comes for an address that nobody asks for any more is dropped.
 */
export class Watch {
  constructor(address, take, { gone } = {}) {
    Object.assign(this, { address, take, gone, etag: "", of: "", timer: 0, going: null });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.now(); });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), Number(words.liveMs));
  }

  /** Ask now; resolves when the answer is in place. */
  async now() {
    clearTimeout(this.timer);
    this.going?.abort();
    const address = this.address();
    if (!address) return;
    const going = new AbortController();
    this.going = going;
    const headers = this.etag && this.of === address ? { "If-None-Match": this.etag } : {};
    const patience = setTimeout(() => going.abort("late"), PATIENCE);
    try {
      const answer = await fetch(address, { cache: "no-store", credentials: "same-origin", redirect: "error", headers, signal: going.signal });
      const html = answer.ok ? await answer.text() : "";
      if (going !== this.going || address !== this.address()) return;
      if (answer.ok) {
        this.etag = answer.headers.get("ETag") ?? "";
        this.of = address;
        this.take(html, address);
      }
      if (answer.status === 404) this.gone?.();
      away(!answer.ok && ![304, 404].includes(answer.status));
    } catch (error) {
      if (going !== this.going) return; // another question took its place
      away(true);
    } finally {
      clearTimeout(patience);
    }
    if (!document.hidden) this.later();
  }
}
