// A mailbox of its own for a key or a level, made in one gesture and chosen at once in its dialog.

import { make } from "../own-mailbox.js";
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

/** Let the buttons of the dialogs make mailboxes; `boot` learns of them. */
export function offerOwnMailboxes(boot) {
  for (const button of document.querySelectorAll("dialog [data-own-mailbox]")) {
    const form = button.closest("form");
    const said = button.parentElement.querySelector("[role=status]");
    form.closest("dialog").addEventListener("close", () => { said.textContent = ""; });
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const made = await make(form.elements.mailbox, nameOf(form, boot), recipientsOf(form));
        boot.choices.mailbox.push({ id: made.id, name: made.name });
        said.textContent = fillIn(button.dataset.made, { name: made.name });
      } catch (problem) {
        said.textContent = problem.message;
      }
      button.disabled = false;
    });
  }
}
