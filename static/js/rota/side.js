// What stands around the timeline: the list of people and services, the holes in words, and the days as a list.

import { fill, standing } from "./words.js";

/** Make an element with a class and children. */
export function make(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

/** The round or square mark of a person or a service. */
export function avatar({ kind, colour, initials }) {
  const made = make("span", `av${kind === "service" ? " av-sq" : ""} c-${colour.slice(1)}`, initials);
  made.setAttribute("aria-hidden", "true");
  return made;
}

/** The list that people are dragged from; arrows walk through it, Enter asks when. */
export class People {
  constructor(root, search, texts, onChosen) {
    Object.assign(this, { root, search, texts, onChosen });
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-person]");
      if (button) onChosen(button.dataset.person);
    });
    root.addEventListener("keydown", (event) => this.walk(event));
    search.addEventListener("input", () => this.filter());
    search.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") { event.preventDefault(); this.shownButtons()[0]?.focus(); }
    });
  }

  draw(people) {
    const focused = document.activeElement?.dataset?.person;
    for (const kind of ["staff", "service"]) {
      const those = people.filter((person) => person.kind === kind);
      this.root.querySelector(`[data-list=${kind}]`).replaceChildren(...those.map((person) => this.entry(person)));
      this.root.querySelector(`[data-count=${kind}]`).textContent = those.length;
    }
    this.filter();
    if (focused) this.root.querySelector(`[data-person="${focused}"]`)?.focus();
  }

  entry(person) {
    const warning = person.warning ? make("span", "small rota-person-warning", person.warning) : "";
    const [first, ...others] = person.away;
    const away = first ? make("span", "small rota-person-warning", others.length ? `${first.words} +${others.length}` : first.words) : "";
    if (first) away.title = person.away.map(({ words }) => words).join(", ");
    const button = make("button", "rota-person", avatar(person),
      make("span", "rota-person-name", make("b", "", person.name), away, warning),
      make("span", "muted small num", person.hours));
    button.type = "button";
    button.dataset.person = person.key;
    button.draggable = false;
    return make("li", "", button);
  }

  shownButtons() {
    return [...this.root.querySelectorAll("[data-person]")].filter((button) => !button.closest("li").hidden);
  }

  filter() {
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const wanted = plain(this.search.value.trim());
    for (const item of this.root.querySelectorAll("li")) item.hidden = !plain(item.querySelector("b").textContent).includes(wanted);
    const shown = this.shownButtons();
    for (const button of this.root.querySelectorAll("[data-person]")) button.tabIndex = button === shown[0] ? 0 : -1;
    this.root.querySelector("[data-no-match]").hidden = shown.length > 0;
  }

  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const shown = this.shownButtons();
    const at = shown.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = shown[at + step];
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

/** The holes still to come, each with what would fill it. */
export function drawHoles(root, count, shown, texts, onFill) {
  const ahead = shown.gaps.map((gap, at) => ({ ...gap, at })).filter((gap) => !gap.past);
  const holes = ahead.filter((gap) => !gap.intended);
  const words = holes.length === 0 ? texts.holes_none : holes.length === 1 ? texts.holes_one : fill(texts.holes_many, { count: holes.length });
  for (const each of count) {
    each.textContent = words;
    each.closest("[data-holes-button]")?.classList.toggle("is-bad", holes.length > 0);
  }
  root.replaceChildren(...[...holes, ...ahead.filter((gap) => gap.intended)].map((gap) => {
    const said = make("p", "", make("b", "", gap.words), " · ", make("span", "rota-length", gap.length));
    const why = make("p", "muted small", [gap.reason, gap.missing.join(", ")].filter(Boolean).join(" · "));
    const mark = make("span", `${gap.intended ? "hatch-off" : "hatch"} rota-hole-mark`);
    const item = make("li", gap.intended ? "rota-hole rota-hole-intended" : "rota-hole", mark, make("div", "", said, why));
    if (gap.intended) why.replaceChildren([texts.intended, ...gap.intended.map(({ note }) => note).filter(Boolean)].join(" · "));
    if (onFill) {
      const verb = gap.intended ? texts.open : texts.fill;
      const button = make("button", "btn btn-s", verb);
      button.type = "button";
      button.setAttribute("aria-label", `${verb} ${gap.words}`);
      button.addEventListener("click", () => onFill(gap.at));
      item.append(button);
    }
    return item;
  }));
}

/** The days one under the other, for narrow screens, for reading and for print. */
export function drawList(root, shown, texts, { onShift, onGap }) {
  const shifts = new Map(shown.shifts.map((shift) => [shift.key, shift]));
  root.replaceChildren(...shown.list.map((day) => {
    const tag = day.date === shown.today ? make("span", "tag tag-new", texts.today) : "";
    const holiday = day.holiday ? make("span", "muted rota-holiday", ` · ${day.holiday}`) : "";
    const head = make("h3", "rota-day", day.words, holiday, " ", tag);
    const items = day.entries.map((entry) => listItem(entry, shifts, shown, texts, { onShift, onGap }));
    const nothing = items.length ? "" : make("p", "muted rota-nobody", texts.nobody_day);
    const section = make("section", "", head, items.length ? make("ul", "", ...items) : nothing);
    section.dataset.day = day.date;
    return section;
  }));
  if (root.dataset.scrolled !== shown.first) {
    root.dataset.scrolled = shown.first;
    root.querySelector(`[data-day="${shown.today}"]`)?.scrollIntoView({ block: "start" });
  }
}

function listItem(entry, shifts, shown, texts, { onShift, onGap }) {
  const times = make("span", "num rota-times", entry.from, make("br"), entry.to);
  if ("gap" in entry) {
    const gap = shown.gaps[entry.gap];
    const words = gap.intended
      ? make("span", "rota-list-words", make("b", "muted", texts.intended))
      : make("span", "rota-list-words", make("b", "bad", texts.nobody), make("span", "small", gap.reason));
    const item = make("li", `rota-list-item ${gap.intended ? "rota-list-intended" : "rota-list-gap hatch"}`, times, words);
    if (onGap && gap.fill) {
      const button = make("button", "btn", gap.intended ? texts.open : texts.fill);
      button.type = "button";
      button.addEventListener("click", () => onGap(entry.gap));
      item.append(button);
    }
    return item;
  }
  const shift = shifts.get(entry.shift);
  const level = make("span", shift.level === 1 ? "lv lv-1" : "lv", String(shift.level));
  level.setAttribute("aria-hidden", "true");
  const theirs = shown.standins.filter((found) => found.shift === shift.key).map((found) => standing(found, texts));
  const doubts = new Set(shift.warnings.map((warning) => warning.short)); // once, of however many people
  const more = [fill(texts.level, { level: shift.level }), ...theirs, shift.away, ...doubts, shift.sign].filter(Boolean).join(" · ");
  const words = make("span", "rota-list-words", make("b", "", shift.name), make("span", "muted small", more));
  const replaced = shift.replaced === "whole" ? " rota-list-replaced" : "";
  const button = make("button", `rota-list-button${entry.past ? " rota-past" : ""}${replaced}`, times, avatar(shift), words,
    entry.current ? make("span", "tag tag-new", texts.now_tag) : "", level);
  button.type = "button";
  button.dataset.listShift = shift.key;
  button.addEventListener("click", () => onShift(shift));
  return make("li", "", button);
}
