// The editor of a voice menu: the tree, its dialogs, dragging and keys; all changes go through the API.

import { Drags } from "./drag.js";
import { KeyDialog } from "./key.js";
import { Keys } from "./keys.js";
import { LevelDialog } from "./level.js";
import { offerOwnMailboxes } from "./own-mailbox.js";
import { Store } from "./store.js";
import { fillIn, levelOf, optionOf, region } from "./tree.js";

const boot = JSON.parse(document.getElementById("menu-boot").textContent);
const store = new Store(boot);
const keyDialog = new KeyDialog(document.getElementById("key-dialog"), store, boot);
const levelDialog = new LevelDialog(document.getElementById("level-dialog"), store, boot);
new Drags(store, boot.texts);
new Keys(store, boot.texts);
offerOwnMailboxes(boot);

const undo = document.querySelector("[data-undo]:not(.toasts)");
store.onDone = () => { undo.hidden = store.done.length === 0; };
undo.addEventListener("click", () => store.undo());

const acts = {
  "[data-edit-key]": (element) => keyDialog.edit(levelOf(element), optionOf(element)),
  "[data-add-key]": (element) => keyDialog.add(levelOf(element)),
  "[data-edit-level]": (element) => levelDialog.edit(levelOf(element)),
  "[data-delete-level]": (element) => store.drop(levelOf(element)),
  "[data-restore]": ({ dataset: { restore } }) => store.restore(Number(restore), fillIn(boot.texts.restored, { number: restore })),
};
region.addEventListener("click", (event) => {
  for (const [css, act] of Object.entries(acts)) {
    const element = event.target.closest(css);
    if (element) act(element);
  }
});
region.dataset.ready = "";
