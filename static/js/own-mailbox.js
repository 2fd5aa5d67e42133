// Makes a mailbox in one gesture, named after what its messages are for, and chooses it at once.

import { post } from "./api.js";

/** Make one and choose it in `select`; `recipients` as the API takes them. Throws a Problem. */
export async function make(select, name, recipients) {
  const made = await post("mailboxes/", { name: name.slice(0, 80), recipients });
  select.add(new Option(made.name, made.id));
  select.value = String(made.id);
  select.dispatchEvent(new Event("change", { bubbles: true }));
  return made;
}

const offer = document.querySelector("span[data-own-mailbox]");
const choice = document.querySelector("#id_mailbox");

if (offer && choice) {
  const button = offer.querySelector("button");
  const said = offer.querySelector("[role=status]");
  const recipients = JSON.parse(document.querySelector("#own-mailbox-recipients").textContent);
  choice.after(offer);
  offer.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const { name } = await make(choice, offer.dataset.name, recipients);
      said.textContent = offer.dataset.made.replace("{name}", name);
      choice.focus();
    } catch (problem) {
      said.textContent = problem.message;
      button.disabled = false;
    }
  });
}
