// What stands around the timeline besides the holes: warnings, how much each person has, and what others changed.

import { post, Problem } from "../api.js";
import { fill } from "./words.js";
import { avatar, make } from "./side.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST = 12;

function drawn(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The sign of a warning, from the sprite of the page. */
export function sign() {
  return drawn("svg", { class: "i", "aria-hidden": "true" }, drawn("use", { href: `${document.body.dataset.icons}#warning` }));
}

/** What is doubtful about the duties shown that are still to come; each opens its duty. */
export function drawWarnings(panel, shown, texts, onShift) {
  const all = shown.shifts.flatMap((shift) => shift.warnings.map((warning) => ({ shift, ...warning })));
  all.sort((one, other) => one.light - other.light); // the duties come by start
  // what is light is the same on every duty of a person: said once
  const found = all.filter((each, at) => !each.light || all.findIndex(({ text }) => text === each.text) === at);
  const count = found.length;
  panel.querySelector("h2").textContent =
    count === 0 ? texts.warnings_none : count === 1 ? texts.warnings_one : fill(texts.warnings_many, { count });
  panel.querySelector("ul").replaceChildren(...found.slice(0, MOST).map(({ shift, text, light }) => {
    const said = make("div", "", make("p", "", make("b", "", shift.words)), make("p", "muted small", text));
    const item = make("li", `rota-warning${light ? " is-light" : ""}`, sign(), said);
    if (onShift) {
      const button = make("button", "btn btn-s", texts.open);
      button.type = "button";
      button.setAttribute("aria-label", `${texts.open} ${shift.name}, ${shift.words}`);
      button.addEventListener("click", () => onShift(shift));
      item.append(button);
    }
    return item;
  }));
  const more = panel.querySelector("[data-more]");
  more.hidden = count <= MOST;
  more.textContent = fill(texts.warnings_more, { count: count - MOST });
}

/** How much each person has in what is shown, beside the average. */
export function drawLoad(panel, { load }, texts) {
  panel.querySelector("[data-average]").textContent =
    load.people.length ? fill(texts.average, { hours: load.average }) : texts.load_none;
  panel.querySelector("tbody").replaceChildren(...load.people.map((person) => {
    const bar = drawn("svg", { viewBox: "0 0 120 10", class: "rota-load-bar", preserveAspectRatio: "none", "aria-hidden": "true" },
      drawn("rect", { class: "rota-load-track", width: 120, height: 10, rx: 2 }),
      drawn("rect", { class: "rota-load-value", width: person.bar, height: 10, rx: 2 }),
      drawn("path", { class: "rota-load-mean", d: `M${load.mark} -1v12` }));
    const more = [fill(texts.load, { shifts: person.shifts, hours: person.hours }),
      person.night && fill(texts.at_night, { hours: person.night }),
      person.days_off && fill(texts.days_off, { hours: person.days_off })].filter(Boolean).join(" · ");
    const name = make("th", "", make("span", "rota-load-name", avatar(person), make("span", "", person.name)));
    name.scope = "row";
    const row = make("tr", "", name, make("td", "rota-load-cell", bar), make("td", "num", person.hours),
      make("td", `num${person.marked ? " is-marked" : " muted"}`, person.deviation));
    row.title = more;
    return row;
  }));
}

/** What others changed since the reader last looked: kept on the page once read, gone the next time. */
export class Changes {
  constructor(panel, schedule) {
    Object.assign(this, { panel, schedule, known: new Set(), entries: [], told: null, isOnScreen: false });
    panel.querySelector("button").addEventListener("click", () => this.dismiss());
    const look = (seen) => { this.isOnScreen = seen.at(-1).isIntersecting; this.read(); };
    new IntersectionObserver(look, { threshold: 0.5 }).observe(panel);
    document.addEventListener("visibilitychange", () => this.read());
  }

  draw(changes) {
    this.latest = changes.latest;
    const news = changes.entries.filter((entry) => !this.known.has(entry.id));
    for (const entry of news) this.known.add(entry.id);
    if (news.length) {
      this.entries = [...news, ...this.entries];
      this.panel.querySelector("h2").textContent = this.title ??= changes.title;
      this.panel.querySelector("ul").replaceChildren(...this.entries.map(({ author, text, when }) =>
        make("li", "", make("b", "", author), " ", text, " ", make("span", "muted small", when))));
      this.panel.hidden = false;
    }
    this.read();
  }

  /** Keep that it was read: when it is on the screen, or when there was nothing to read. */
  read() {
    const isUnread = !this.panel.hidden && !this.isOnScreen;
    if (document.hidden || isUnread || this.latest === undefined || this.told === this.latest) return;
    this.told = this.latest;
    post(`schedules/${this.schedule}/seen/`, this.latest ? { operation: this.latest } : {}).catch((error) => {
      if (!(error instanceof Problem)) throw error;
      this.told = null; // told again with the next answer
    });
  }

  dismiss() {
    this.panel.hidden = true;
    this.entries = [];
    this.read();
  }
}
