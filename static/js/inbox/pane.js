// The reading pane: one call at a time, kept up to date in place; what plays there plays on.
import { fill } from "../live-list.js";
import { mark, rowOf } from "./list.js";
import { Watch, asked, narrow, renewed, root, tell, words, write } from "./page.js";

const pane = root.querySelector("[data-pane]");
const form = document.getElementById("acts");

/** The id of the call that is open, "" for none. */
export const current = () => root.dataset.call;
export const isOpen = () => !narrow.matches || root.dataset.open === "call";

function address() {
  return current() && isOpen() ? `${location.pathname}${current()}/?${asked()}` : "";
}

const watch = new Watch(address, take, { gone: () => tell(words.noCall) });

function take(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  const key = (node) => node.querySelector("[data-key^='call-']")?.dataset.key;
  if (key(pane) === key(made.content)) fill(pane, made.content);
  else pane.replaceChildren(document.importNode(made.content, true));
  renewed(pane);
}

/** Open a call; `whole` shows it on a narrow screen too, `focus` leads the keyboard to its line. */
export async function open(id, { whole = false, focus = false } = {}) {
  const other = current() !== String(id);
  root.dataset.call = id;
  form.elements.calls.value = id;
  mark(id);
  const entered = whole && root.dataset.open !== "call";
  if (whole) root.dataset.open = "call";
  write(asked(), isOpen() ? id : "", { push: entered && narrow.matches });
  const link = rowOf(id)?.querySelector("[data-open-call]");
  link?.closest("li").scrollIntoView({ block: "nearest" });
  if (focus) link?.focus({ preventScroll: true });
  if (!isOpen()) return;
  if (other || entered) {
    await watch.now();
    if (other) pane.scrollTop = 0;
    if (entered && narrow.matches) {
      scrollTo(0, 0);
      pane.querySelector("h2")?.focus();
    }
  }
}

/** Show no call: there is none in the list. */
export function none() {
  root.dataset.call = "";
  form.elements.calls.value = "";
  back();
  pane.querySelector("[data-key^='call-']")?.remove();
}

/** Go back to the list on a narrow screen. */
export function back() {
  if (root.dataset.open !== "call") return;
  root.dataset.open = "list";
  write(asked(), narrow.matches ? "" : current());
  const link = rowOf(current())?.querySelector("[data-open-call]");
  link?.closest("li").scrollIntoView({ block: "center" });
  link?.focus({ preventScroll: true });
}

/** Ask for the call as it is now. */
export const refresh = () => watch.now();

/** The player of the pane that plays, else its first. */
export function player() {
  const all = [...pane.querySelectorAll("[data-player]")];
  return all.find((each) => !each.querySelector("audio").paused) ?? all[0] ?? null;
}

/** Find a button of the pane that does this; null where it may not be done. */
export const button = (name) => pane.querySelector(`[data-do="${name}"]`);
export const comment = () => pane.querySelector("[data-comment]");

watch.later();
