// What is done to calls: sent, told, and taken back; the little forms that are asked before.
import { Problem, post } from "../api.js";
import { open as openDialog } from "../dialogs.js";
import { measured } from "../reply.js";
import { toast } from "../toast.js";
import * as list from "./list.js";
import * as pane from "./pane.js";
import { root, tell, words } from "./page.js";

const undos = []; // tokens, the last act last
const toasts = new Map(); // by token: what takes the toast away

/** The calls that an act is meant for: those ticked, else the one that is open. */
export const targets = () => {
  const ticked = list.ticks();
  return ticked.length ? ticked : [pane.current()].filter(Boolean);
};

/** Close or delete calls; where callers were promised to be called back, ask first why nobody does. */
export function drop(action) {
  const calls = targets();
  if (calls.some((call) => list.rowOf(call)?.matches("[data-promised]"))) askWhy(action, calls);
  else act(action, calls);
}

/** Do something to calls; then show what is next. */
export async function act(action, calls, more = {}) {
  if (!calls.length) return false;
  const next = after(calls);
  let report;
  try {
    report = await post(words.acts, { action, calls: calls.map(Number), ...more });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === WHY) {
      askWhy(action, calls);
      return false;
    }
    toast(error.detail, { tone: "bad" });
    await renewed(null);
    return false;
  }
  const job = report.calls.length === 1 && action === "job" ? report.calls[0].job : null;
  for (const earlier of toasts.values()) earlier(); // Z takes back the earlier acts too
  toasts.clear();
  const close = toast(report.message, {
    tone: report.refused.length ? "warn" : undefined,
    undo: report.undo ? () => undo(report.undo) : undefined,
    key: "Z",
    link: job ? { href: `${words.jobs}${job}/change/`, label: words.openJob } : undefined,
  });
  if (report.undo) {
    undos.push(report.undo);
    toasts.set(report.undo, close);
  }
  if (list.ticks().length) list.tickAll(false);
  await renewed(next);
  const promised = report.refused.filter((each) => each.code === WHY).map((each) => each.call);
  if (promised.length) askWhy(action, promised);
  return true;
}

/** Return the line to go to if the calls leave the list: the next one, else the one before. */
function after(calls) {
  const gone = new Set(calls.map(String));
  if (!gone.has(pane.current())) return null;
  const rows = list.rows();
  const at = rows.findIndex((row) => list.idOf(row) === pane.current());
  const stays = (row) => !gone.has(list.idOf(row));
  return (rows.slice(at + 1).find(stays) ?? rows.slice(0, Math.max(at, 0)).reverse().find(stays))?.dataset.key ?? null;
}

async function renewed(next) {
  const focused = root.contains(document.activeElement) && document.activeElement !== document.body;
  await list.refresh();
  const stays = list.rowOf(pane.current());
  if (!stays && next && list.rowOf(next)) await pane.open(next, { focus: focused || document.activeElement === document.body });
  else if (!stays && !list.rows().length) pane.none();
  else await pane.refresh();
}

/** Take back an act: the last one, or the one of this token. */
export async function undo(token = undos.at(-1)) {
  if (!undos.includes(token)) { // none, or taken back by a first click
    tell(words.nothingUndo);
    return;
  }
  undos.splice(undos.indexOf(token), 1);
  toasts.get(token)?.();
  toasts.delete(token);
  try {
    const report = await post(words.undo, { undo: token });
    toast(report.message);
    await list.refresh();
    const call = String(report.calls[0]);
    if (list.rowOf(call)) await pane.open(call, { focus: true });
    await pane.refresh();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    toast(error.detail, { tone: "bad" });
  }
}

// --- asked before ---------------------------------------------------------------------------------

const WHY = "say_why"; // the answer where callers were promised to be called back

let meant = [];
let dropping = "waive";

/** Ask who is to call back, or why nobody is; then do it. */
export function ask(name) {
  const dialog = document.getElementById(name);
  meant = targets();
  if (!dialog || !meant.length) return;
  if (name === "waive") askWhy(name, meant);
  else shown(dialog);
}

function shown(dialog) {
  dialog.querySelector("form").reset();
  openDialog(dialog);
}

/** Ask why nobody calls back: by itself, or before calls are closed or deleted. */
function askWhy(action, calls) {
  const dialog = document.getElementById("waive");
  const button = dialog.querySelector("footer .btn-1");
  meant = calls;
  dropping = action;
  button.textContent = button.dataset[`${action}Word`];
  shown(dialog);
}

function asks(name, values) {
  const form = document.querySelector(`[data-${name}]`);
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    form.closest("dialog").close();
    act(name === "waive" ? dropping : name, meant, values(form.elements));
  });
}

asks("assign", (fields) => ({ owner: fields.owner.value ? Number(fields.owner.value) : null }));
asks("waive", (fields) => ({ text: fields.text.value }));

const dialog = document.getElementById("ask");
const body = dialog.querySelector("[data-ask]");

/** Fetch the form of a button (call back, reply) and show it; it is sent without leaving the page. */
export async function form(button) {
  const answer = await fetch(button.dataset.form, { credentials: "same-origin", redirect: "error" }).catch(() => null);
  if (!answer?.ok) {
    toast(document.body.dataset[answer ? "apiFault" : "apiAway"], { tone: "bad" });
    return;
  }
  const title = dialog.querySelector("h2");
  title.textContent = title.dataset[button.dataset.do === "reply" ? "reply" : "callBack"];
  put(await answer.text());
  openDialog(dialog);
  body.querySelector("textarea, [autofocus], :checked, input:not([type=hidden]), button")?.focus();
}

function put(html) {
  body.innerHTML = html;
  measured(body.querySelector("form[data-alphabet]"));
}

dialog.addEventListener("submit", async (event) => {
  event.preventDefault();
  const sent = event.target;
  const send = sent.querySelector("button:not([type=button])");
  send.disabled = true;
  const headers = { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value };
  const answer = await fetch(sent.action, { method: "POST", body: new FormData(sent), headers, credentials: "same-origin", redirect: "error" }).catch(() => null);
  send.disabled = false;
  if (answer?.status === 201) {
    const report = await answer.json();
    dialog.close();
    toast(report.message, { link: report.call ? { href: `${words.calls}${report.call}/change/`, label: words.seeCall } : undefined });
    pane.refresh();
  } else if (answer?.status === 422) {
    put(await answer.text());
    body.querySelector("textarea, :checked, button")?.focus();
  } else {
    toast(document.body.dataset[answer ? "apiFault" : "apiAway"], { tone: "bad" });
  }
});
