// A mailbox of its own for a key or a level, chosen in one gesture in its dialog.

import { offerOwn } from "../own-mailbox.js";
import { readTexts } from "./forms.js";
import { fillIn } from "./tree.js";

/** Return what the mailbox of a dialog is called: as the key or the level is, else as the key. */
function nameOf(form, boot) {
  const { elements } = form;
  const called = elements.key ? Object.values(readTexts(form)).find(Boolean) : elements.name.value.trim();
  return called || fillIn(boot.texts.edit, { key: elements.key?.value ?? "" });
}

/** Return who gets its messages: the service that the key leads to; else the supervisors do. */
function recipientsOf(form) {
  const goal = form.querySelector("[data-goal=goes_to]");
  const service = goal?.querySelector("[data-for=service] [data-target]").value;
  return goal?.querySelector("[data-kind]").value === "service" && service ? [{ service: Number(service) }] : [];
}

/** Let the buttons of the dialogs choose mailboxes that are made on saving; `boot` learns of them then. */
export function offerOwnMailboxes(boot) {
  for (const button of document.querySelectorAll("dialog [data-own-mailbox]")) {
    const form = button.closest("form");
    const said = button.parentElement.querySelector("[role=status]");
    const asked = () => ({ name: nameOf(form, boot), recipients: recipientsOf(form) });
    const made = ({ id, name }) => boot.choices.mailbox.push({ id, name });
    const { forget } = offerOwn(button, form.elements.mailbox, said, asked, made);
    form.closest("dialog").addEventListener("close", () => {
      said.textContent = "";
      forget();
    });
  }
}
