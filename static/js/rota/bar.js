// What a bar of the timeline is made of: words as far as there is room, a button, edges to pull.

import { mark, marked } from "./doubts.js";
import { ofEntry } from "./words.js";

const LETTER = 7;
const SMALLEST_LABEL = 16;
const SIGN = 17;
const ICON = 17;
const SHORTCUTS = "Alt+ArrowLeft Alt+ArrowRight Alt+ArrowUp Alt+ArrowDown Alt+Shift+ArrowLeft Alt+Shift+ArrowRight Delete";

/** A symbol of the portal, for the eyes. */
function icon(name) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("class", "i i-s");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  made.append(use);
  return made;
}

/** What a bar says depends on the room it has: name and times, name, first name, initials, nothing. */
export function face(entry, { width, dayWidth, shown, texts }) {
  const label = document.createElement("span");
  label.className = "rota-label";
  const sign = marked(entry) ? SIGN : 0;
  const kind = entry.type === "standin" ? "swap" : entry.sign ? "repeat" : "";
  const room = width - 14 - sign;
  if (entry.type === "gap") {
    const said = entry.intended ? texts.intended : texts.nobody;
    label.textContent = room > said.length * LETTER ? said : "";
    return [button(entry, label, { shown, texts })];
  }
  const name = entry.name ?? "";
  const [first] = name.split(" ");
  // hours alone would mislead on a bar of several days
  const hours = width < 1.1 * dayWidth ? ` ${entry.start.slice(11)}–${entry.end.slice(11)}` : "";
  const choices = [
    [(name.length + hours.length + 2) * LETTER, name + hours],
    [name.length * LETTER, name], [first.length * LETTER, first], [2.4 * LETTER, entry.initials],
  ];
  const fits = (left) => choices.find(([needed]) => left >= needed)?.[1];
  const beside = kind && fits(room - ICON); // the icon stays while initials fit beside it
  const fitting = beside || fits(room);
  const isSmall = !fitting && width - sign >= SMALLEST_LABEL;
  if (isSmall) label.classList.add("rota-label-s");
  label.textContent = fitting ?? (isSmall ? entry.initials : "");
  if (beside) label.prepend(icon(kind));
  return entry.type === "result" ? [label] : [button(entry, label, { shown, texts })];
}

/** The button that a bar or a hole is: a bar of what is still to come has edges to pull. */
function button(entry, label, { shown, texts }) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "rota-button";
  made.tabIndex = -1;
  made.title = ofEntry(entry, shown, texts); // its name, too: what is seen has no room for all of it
  made.setAttribute("aria-haspopup", "dialog");
  label.setAttribute("aria-hidden", "true");
  made.append(label);
  if (marked(entry)) made.append(mark());
  if (entry.type === "gap") {
    made.dataset.gap = entry.at;
    return made;
  }
  if (entry.type === "standin") {
    made.dataset.standin = entry.at;
    return made;
  }
  if (!entry.id) {
    made.dataset.rule = entry.key;
    return made;
  }
  made.dataset.shift = entry.id;
  if (entry.past) return made;
  made.setAttribute("aria-keyshortcuts", SHORTCUTS);
  for (const edge of ["start", "end"]) {
    const handle = document.createElement("span");
    handle.className = `rota-handle rota-handle-${edge}`;
    handle.dataset.edge = edge;
    made.append(handle);
  }
  return made;
}
