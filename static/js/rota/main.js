// The calendar of one schedule: joins the timeline, the list of people, the keys, the dialog and the server.

import { PutPeriod } from "./acts.js";
import { CopyDialog } from "./copies.js";
import { ShiftDialog } from "./dialog.js";
import { Drags } from "./drag.js";
import { Following } from "./following.js";
import { Grid } from "./grid.js";
import { Keys } from "./keys.js";
import { Changes, drawLoad, drawWarnings } from "./panels.js";
import { Periods } from "./periods.js";
import { drawHoles, drawList, People } from "./side.js";
import { StandinDialog } from "./standins.js";
import { Store } from "./store.js";
import { Who } from "./who.js";

const POLL_MS = 15000;
const NARROW = matchMedia("(max-width: 640px)");

const one = (selector) => document.querySelector(selector);
const boot = JSON.parse(one("#rota-boot").textContent);
const { texts, editable } = boot;
const root = one("#rota");

const grid = new Grid(root, texts, document.documentElement.lang, interactive);
const store = new Store(boot, draw);
const copies = editable ? new CopyDialog(one("#copy-dialog"), store) : null;
const standins = editable ? new StandinDialog(one("#standin-dialog"), store) : null;
const dialog = editable ? new ShiftDialog(one("#shift-dialog"), store, standins) : null;
if (editable) store.following = new Following(one("#following-dialog"));
const who = editable ? new Who(one("#who-dialog"), store) : null;
const periods = new Periods(one("[data-periods]"), one("[data-hint]"), texts);
const people = new People(one("[data-people]"), one("[data-search]"), texts, chosen);
const changes = boot.shown.changes ? new Changes(one("[data-changes]"), boot.schedule) : null;

/** Draw what the server says, everywhere on the page. */
function draw(shown) {
  const isList = shown.view === "list";
  root.hidden = isList;
  one("#rota-list").hidden = !isList;
  if (isList) drawList(one("#rota-list"), shown, texts, { onShift, onGap: editable ? onGap : null });
  else grid.draw(shown);
  people.draw(shown.people);
  periods.draw(shown.periods);
  drawHoles(one("[data-holes]"), document.querySelectorAll("[data-holes-count]"), shown, texts, editable ? onGap : null);
  drawWarnings(one("[data-warnings]"), shown, texts, editable ? onShift : null);
  drawLoad(one("[data-load]"), shown, texts);
  changes?.draw(shown.changes);
  one("[data-title]").textContent = shown.title;
  for (const button of document.querySelectorAll("button[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === shown.view));
  }
  for (const which of ["undo", "redo"]) {
    const button = one(`[data-${which}]`);
    if (!button) continue;
    button.disabled = !shown[which];
    button.title = shown[which]?.text ?? "";
  }
  const address = new URL(location.href);
  address.searchParams.set("view", shown.view);
  address.searchParams.set("on", shown.first);
  address.searchParams.delete("shift");
  history.replaceState(null, "", address);
}

function interactive() {
  if (performance.getEntriesByName("rota-interactive").length === 0) performance.mark("rota-interactive");
  root.dataset.ready = "true";
}

/** Somebody was chosen by click or Enter: ask when, beginning with the first hole, else with the slot under way. */
function chosen(who) {
  if (!dialog) return;
  const suggested = periods.suggested(store.shown.gaps);
  if (suggested) {
    dialog.add({ who }, suggested);
    return;
  }
  const hole = store.shown.gaps.find((gap) => gap.fill && !gap.intended);
  const slot = grid.slot && store.shown.slots[1]?.[0];
  const { words: _words, ...ends } = hole?.fill ?? slot ?? {};
  dialog.add({ who, ...ends });
}

function onGap(at) {
  const gap = store.shown.gaps[at];
  if (dialog && gap?.fill) dialog.add({ ...gap.fill }, "", gap);
}

function onShift(shift) {
  if (dialog) dialog.edit(shift);
}

function openShift(id) {
  const shift = store.shown.shifts.find((each) => String(each.id) === id);
  if (shift) onShift(shift);
}

/** Show another view or other days; a refusal is said where the page says everything. */
function show(view, on) {
  return store.guarded(() => store.show(view, on));
}

for (const button of document.querySelectorAll("button[data-view]")) {
  button.addEventListener("click", () => {
    const { days, first, today } = store.shown;
    show(button.dataset.view, days.some((day) => day.date === today) ? today : first);
  });
}
one("[data-previous]").addEventListener("click", () => show(store.shown.view, store.shown.previous));
one("[data-next]").addEventListener("click", () => show(store.shown.view, store.shown.next));
one("[data-today]").addEventListener("click", () => show(store.shown.view, store.shown.today));
one("[data-undo]")?.addEventListener("click", () => store.undo());
one("[data-redo]")?.addEventListener("click", () => store.redo());
one("[data-add]")?.addEventListener("click", () => chosen(""));
one("[data-copy]")?.addEventListener("click", () => copies.range(store.shown));
one("[data-copy-shift]")?.addEventListener("click", () => {
  const { shift } = dialog;
  one("#shift-dialog").close();
  copies.shift(shift);
});
one("[data-schedule]").addEventListener("change", (event) => { location.href = event.target.value; });
one("[data-holes-button]").addEventListener("click", () => {
  one("[data-holes]").scrollIntoView({ block: "nearest" });
  one("[data-holes] button")?.focus();
});

root.addEventListener("click", (event) => {
  const bar = event.target.closest("[data-shift], [data-rule], [data-standin], [data-gap]");
  if (bar?.dataset.shift) openShift(bar.dataset.shift);
  else if (bar?.dataset.rule) onShift(grid.ruleOf(bar));
  else if (bar?.dataset.standin) standins?.edit(store.shown.standins[bar.dataset.standin]);
  else if (bar) onGap(bar.dataset.gap);
  else if (editable) onCell(event);
});

/** A click on an empty slot asks whom to put there. */
function onCell(event) {
  const at = event.target.closest(".ec-day") && grid.at(event.clientX, event.clientY);
  if (at && periods.chosen) {
    onDay(at);
    return;
  }
  const slot = at && grid.slot(at.level, at.at);
  if (!slot) return;
  const { words: _words, ...ends } = slot;
  dialog.add({ level: at.level, ...ends });
}

/** A click on a day while a period is chosen puts it there, as if it were dropped. */
async function onDay(at) {
  const drop = new PutPeriod({ grid, store, who }, periods.chosen);
  const why = drop.land(at);
  if (why) store.say(why, { tone: "bad" });
  else await drop.send();
}

if (editable) {
  new Keys(grid, store, one("[data-search]"));
  new Drags({ grid, store, periods, who, side: one(".rota-side") });
  one("#shift-dialog").addEventListener("close", () => {
    const shift = dialog.shift ?? (dialog.added && store.find(dialog.added.id));
    if (shift && store.shown.view !== "list") grid.focus(shift.id);
  });
}

let wide = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === wide) return;
  wide = innerWidth;
  if (store.shown.view !== "list") grid.draw(store.shown);
});

// what others change appears by itself, unless it would disturb
setInterval(() => {
  const isBusy = document.hidden || store.busy || document.querySelector("dialog[open]")
    || document.documentElement.classList.contains("rota-dragging");
  if (!isBusy) store.refresh().catch(() => {}); // the next poll will tell
}, POLL_MS);

const asked = new URL(location.href).searchParams.get("shift");
draw(boot.shown);
if (asked) grid.focus(Number(asked));
if (NARROW.matches && !new URL(location.href).searchParams.has("asked") && boot.shown.view !== "list") {
  show("list", store.shown.today);
}
