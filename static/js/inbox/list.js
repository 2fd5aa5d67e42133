// The list and the boxes: kept up to date in place, paged, ticked; nothing that is read moves.
import { fill } from "../live-list.js";
import { Watch, asked, count, narrow, renewed, root, tell, words } from "./page.js";

const PAGE = 40;
const list = root.querySelector("[data-list]");
const rest = root.querySelector("[data-rest]");
const boxes = root.querySelector("[data-boxes]");
const bulk = root.querySelector("[data-bulk]");
let show = PAGE;
let loading = null;
let known = new Set();

export const rows = () => [...root.querySelectorAll(".mail")];
export const idOf = (row) => row.dataset.key;
export const rowOf = (id) => root.querySelector(`.mail[data-key="${id}"]`);
const moreMark = () => rest.querySelector("[data-more]") ?? list.querySelector("[data-more]");

function address() {
  const query = asked();
  query.set("show", show);
  return `${words.part}?${query}`;
}

const watch = new Watch(address, take);

function parse(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  return (name) => made.content.querySelector(`[data-part-of="${name}"]`);
}

function take(html) {
  const part = parse(html);
  const stay = anchor();
  fill(boxes, part("boxes"));
  fill(list, part("list"));
  tidy();
  stay();
  announce();
}

/** Keep what is read where it is: the first line in view, unless the list stands at its beginning. */
function anchor() {
  const pane = narrow.matches ? document.scrollingElement : root.querySelector("[data-scroll]");
  if (pane.scrollTop < 8) return () => {};
  const edge = narrow.matches ? 0 : pane.getBoundingClientRect().top;
  const first = rows().find((row) => row.getBoundingClientRect().bottom > edge + 60);
  const before = first?.getBoundingClientRect().top;
  return () => {
    if (first?.isConnected) pane.scrollTop += first.getBoundingClientRect().top - before;
  };
}

/** What came anew into the first lines stands no more among the others; marks are put again. */
function tidy() {
  const above = new Set([...list.querySelectorAll(".mail")].map(idOf));
  for (const row of [...rest.querySelectorAll(".mail")]) if (above.has(idOf(row))) row.remove();
  if (rest.querySelector(".mail")) list.querySelector("[data-more]")?.remove();
  mark(root.dataset.call);
  ticked();
  renewed(list);
}

function announce() {
  const now = new Set(rows().filter((row) => row.classList.contains("mail-new")).map(idOf));
  const fresh = [...now].filter((id) => !known.has(id)).length;
  const told = known.size > 0 && fresh > 0;
  for (const id of now) known.add(id);
  if (told) tell(count("new", fresh));
}

/** Mark the line of the call that is open. */
export function mark(id) {
  for (const link of root.querySelectorAll("[data-open-call]")) {
    if (link.dataset.openCall === String(id)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** Ask for the list as it is now. */
export const refresh = () => watch.now();

/** Show another list: another box, other filters. */
export async function renew() {
  show = PAGE;
  known = new Set();
  rest.replaceChildren();
  await watch.now();
  (narrow.matches ? document.scrollingElement : root.querySelector("[data-scroll]")).scrollTop = 0;
}

/** Load the lines after the last one; false when there are none. */
export function more() {
  loading ??= load().finally(() => { loading = null; });
  return loading;
}

async function load() {
  const mark_ = moreMark();
  if (!mark_) return false;
  const query = asked();
  const far = rows().length >= Number(words.most);
  query.set("after", mark_.dataset.more);
  query.set("show", PAGE);
  const answer = await fetch(`${words.part}?${query}`, { credentials: "same-origin", redirect: "error" });
  if (!answer.ok) return false;
  const part = parse(await answer.text())("list");
  const before = rows().length;
  const place = far ? rest : list.querySelector(".in-rows");
  const next = part.querySelector("[data-more]");
  for (const row of part.querySelectorAll(".mail, .in-h")) {
    if (![...root.querySelectorAll(".in-rows > li")].some((old) => old.dataset.key === row.dataset.key)) place.append(document.importNode(row, true));
  }
  mark_.remove();
  if (next) (far ? rest : list).append(document.importNode(next, true));
  show = Math.min(rows().length, Number(words.most));
  tidy();
  return rows().length > before;
}

// --- ticks ---------------------------------------------------------------------------------------

let last = null;
const boxOf = (row) => row.querySelector("[data-tick]");

/** The ids of the ticked calls, in the order of the list. */
export const ticks = () => rows().filter((row) => boxOf(row).checked).map(idOf);

/** Tick a call, or no longer; with `range`, all from the last ticked one to it. */
export function tick(id, { range = false } = {}) {
  const all = rows();
  const at = all.findIndex((row) => idOf(row) === String(id));
  if (at < 0) return;
  const from = range ? all.findIndex((row) => idOf(row) === last) : -1;
  if (from >= 0) for (const row of all.slice(Math.min(from, at), Math.max(from, at) + 1)) boxOf(row).checked = true;
  else boxOf(all[at]).checked = range || !boxOf(all[at]).checked;
  last = String(id);
  ticked({ told: true });
}

export function tickAll(is) {
  for (const row of rows()) boxOf(row).checked = is;
  ticked({ told: true });
}

function ticked({ told = false } = {}) {
  const n = ticks().length;
  const shown = n > 0;
  bulk.hidden = !shown;
  root.classList.toggle("has-ticks", shown);
  bulk.querySelector("[data-ticked]").textContent = shown ? count("ticked", n) : "";
  if (told) tell(count("ticked", n));
}

// A click on the label comes first, then the one on its box that the browser makes of it, then the change.
let shifted = false;
root.addEventListener("click", (event) => {
  if (event.target.closest(".mail-tick")) shifted = event.shiftKey || (shifted && event.target.matches("[data-tick]"));
});
root.addEventListener("change", (event) => {
  const box = event.target.closest("[data-tick]");
  if (!box) return;
  const all = rows().map(boxOf);
  const from = shifted ? all.findIndex((each) => each.value === last) : -1;
  const to = all.indexOf(box);
  shifted = false;
  if (from >= 0) for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) each.checked = box.checked;
  last = box.value;
  ticked({ told: true });
});
bulk.querySelector("[data-tick-all]").addEventListener("click", () => tickAll(true));
bulk.querySelector("[data-tick-none]").addEventListener("click", () => tickAll(false));

announce();
watch.later();
