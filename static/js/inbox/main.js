// The inbox by mouse, touch and keyboard: what each key and button does, where each link leads.
import { open as openDialog } from "../dialogs.js";
import * as acts from "./acts.js";
import * as list from "./list.js";
import { asked, narrow, root, tell, words, write } from "./page.js";
import * as pane from "./pane.js";

const filters = root.querySelector("[data-filters]");
const search = filters.elements.q;

// --- moving --------------------------------------------------------------------------------------

async function move(by) {
  const all = list.rows();
  if (!all.length) return;
  const at = all.findIndex((row) => list.idOf(row) === pane.current());
  // on a narrow screen with the list shown, the keyboard walks from the line that has the focus
  let to = at < 0 ? 0 : at + by;
  if (to >= all.length && (await list.more())) to = Math.min(to, list.rows().length - 1);
  const row = list.rows()[to];
  if (!row) {
    if (by > 0) tell(words.last);
    return;
  }
  await pane.open(list.idOf(row), { focus: true });
}

/** Show another list: the query of a link, or the filters. */
async function go(query, { push = true } = {}) {
  write(query, "", { push });
  document.getElementById("acts").elements.box.value = query.get("box") ?? "todo";
  root.dataset.call = "";
  root.dataset.open = "list";
  await list.renew();
  const first = list.rows()[0];
  if (first) await pane.open(list.idOf(first));
  else pane.none();
}

function sync(query) {
  for (const field of filters.elements) {
    if (field.name) field.value = query.get(field.name) ?? (field.name === "box" ? "todo" : "");
  }
}

function wanted() {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(filters)) if (value.trim()) query.set(name, value.trim());
  return query;
}

let typing;
search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => go(wanted(), { push: false }), 300);
});
filters.addEventListener("change", (event) => { if (event.target !== search) go(wanted()); });
filters.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(typing);
  go(wanted());
});

addEventListener("popstate", async () => {
  const query = new URLSearchParams(location.search);
  sync(query);
  const call = query.get("call");
  if (call && list.rowOf(call)) {
    if (narrow.matches) root.dataset.open = "call";
    await pane.open(call);
    return;
  }
  root.dataset.open = "list";
  await list.refresh();
});

// --- doing ---------------------------------------------------------------------------------------

const SIMPLE = ["job", "reopen", "spam", "take"];
const DROPS = ["close", "delete"];

/** Do what a key or a button says; what may not be done with the open call has no button. */
function run(name) {
  const many = list.ticks().length > 0;
  const found = many ? root.querySelector(`[data-bulk] [data-do="${name}"]`) : pane.button(name);
  if (!found) {
    tell(words.cannot);
    return;
  }
  if (DROPS.includes(name)) acts.drop(name);
  else if (SIMPLE.includes(name)) acts.act(name, acts.targets());
  else if (found.dataset.form) acts.form(found);
  else acts.ask(name);
}

async function addComment() {
  const field = pane.comment();
  const text = field?.value.trim();
  if (!text) {
    field?.focus();
    return;
  }
  if (await acts.act("comment", [pane.current()], { text })) pane.comment().value = "";
}

root.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.button) return;
  const found = (css) => event.target.closest(css);
  const link = found("[data-open-call], [data-box], [data-clear], [data-back], .in-more a, [data-do]");
  if (!link || event.shiftKey) return;
  event.preventDefault();
  if (link.dataset.openCall) pane.open(link.dataset.openCall, { whole: true });
  else if (link.dataset.do === "comment") addComment();
  else if (link.dataset.do) run(link.dataset.do);
  else if ("back" in link.dataset) pane.back();
  else if (link.closest(".in-more")) list.more();
  else {
    const query = new URLSearchParams(new URL(link.href).search);
    sync(query);
    go(query);
  }
});

// --- keys ----------------------------------------------------------------------------------------

function play() {
  const player = pane.player();
  if (player) player.querySelector(".play").click();
}

function seek(by) {
  const sound = pane.player()?.querySelector("audio");
  if (sound) sound.currentTime = Math.max(sound.currentTime + by, 0);
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  o: () => pane.current() && pane.open(pane.current(), { whole: true }),
  u: () => pane.back(),
  " ": play,
  ArrowLeft: () => seek(-5),
  ArrowRight: () => seek(5),
  r: () => run("call_back"),
  s: () => run("reply"),
  a: () => run("assign"),
  t: () => run("take"),
  w: () => run("waive"),
  f: () => run("job"),
  e: () => run("close"),
  "!": () => run("spam"),
  "#": () => run("delete"),
  O: () => run("reopen"),
  c: () => pane.comment()?.focus(),
  x: () => pane.current() && list.tick(pane.current()),
  X: () => pane.current() && list.tick(pane.current(), { range: true }),
  "*": () => list.tickAll(list.ticks().length < list.rows().length),
  z: () => acts.undo(),
  "/": () => { search.focus(); search.select(); },
  "?": () => openDialog(document.getElementById("keys")),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const at = event.target;
  if (event.key === "Escape" && root.contains(at) && at.matches("textarea, input[type=search]")) {
    at.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  if (at.closest("textarea, select, [contenteditable], input:not([type=checkbox])")) return;
  if (at.closest("details.menu[open]")) return;
  // what has the focus keeps the keys by which it is pressed
  if (event.key === " " && at.closest("button, summary, input")) return;
  const does = KEYS[event.key] ?? (event.shiftKey || event.key.length > 1 ? null : KEYS[event.key.toLowerCase()]);
  if (!does) return;
  event.preventDefault();
  does();
});

// --- at first ------------------------------------------------------------------------------------

root.classList.add("is-live");
if (narrow.matches && root.dataset.open === "list") write(asked(), "");
// the end of the list comes near: load on
const end = new IntersectionObserver((seen) => { if (seen.some((each) => each.isIntersecting)) list.more(); }, { rootMargin: "200px" });
new MutationObserver(watchEnd).observe(root, { childList: true, subtree: true });
let watched = null;
function watchEnd() {
  const mark = root.querySelector(".in-more");
  if (mark === watched) return;
  if (watched) end.unobserve(watched);
  watched = mark;
  if (mark) end.observe(mark);
}
watchEnd();
