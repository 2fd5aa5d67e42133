// A mailbox of its own in one gesture: chosen at once, and made when the form is saved, so that no form left behind leaves one.

import { post } from "./api.js";

const NEW = "new";

/**
 * Let `button` choose a mailbox that is yet to be made in `select`; `said` tells of it.
 * `asked` returns its name and recipients as the API takes them, asked again on saving; `made` hears of it then.
 */
export function offerOwn(button, select, said, asked, made = () => {}) {
  const { form } = select;
  const waiting = () => [...select.options].find((each) => each.value === NEW);

  button.addEventListener("click", () => {
    const { name } = asked();
    if (!waiting()) select.add(new Option("", NEW));
    waiting().text = name;
    select.value = NEW;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    said.textContent = button.dataset.made.replace("{name}", name);
    select.focus();
  });

  // before whoever else hears of the form being sent
  form.addEventListener("submit", async (event) => {
    if (select.value !== NEW) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (button.disabled) return;
    button.disabled = true;
    try {
      const { name, recipients } = asked();
      const mailbox = await post("mailboxes/", { name: name.slice(0, 80), recipients });
      Object.assign(waiting(), { text: mailbox.name, value: String(mailbox.id) });
      made(mailbox);
      form.requestSubmit(event.submitter);
    } catch (problem) {
      said.textContent = problem.message;
    }
    button.disabled = false;
  }, { capture: true });

  return { forget: () => waiting()?.remove() };
}

const offer = document.querySelector("span[data-own-mailbox]");
const choice = document.querySelector("#id_mailbox");

if (offer && choice) {
  const recipients = JSON.parse(document.querySelector("#own-mailbox-recipients").textContent);
  choice.after(offer);
  offer.hidden = false;
  const asked = () => ({ name: offer.dataset.name, recipients });
  offerOwn(offer.querySelector("button"), choice, offer.querySelector("[role=status]"), asked);
}
