// The order of a list that is moved by buttons and kept at once, through the API.

import { patch, Problem } from "./api.js";
import { toast } from "./toast.js";

const cells = () => [...document.querySelectorAll("#result_list [data-order]")];

async function keep() {
  for (const [index, cell] of cells().entries()) {
    if (Number(cell.dataset.position) === index + 1) continue;
    const body = { position: index + 1, version: Number(cell.dataset.version) };
    const row = await patch(`${cell.dataset.order}/`, body);
    Object.assign(cell.dataset, { position: row.position, version: row.version });
  }
}

async function move(button) {
  const row = button.closest("tr");
  const up = button.matches("[data-up]");
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!other || button.getAttribute("aria-disabled") === "true") return;
  const before = [...row.parentElement.children];
  if (up) other.before(row);
  else other.after(row);
  button.focus();
  const buttons = document.querySelectorAll("#result_list :is([data-up], [data-down])");
  for (const each of buttons) each.setAttribute("aria-disabled", "true");
  try {
    await keep();
    toast(button.closest("[data-order]").dataset.kept);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    row.parentElement.append(...before);
    toast(error.detail, { tone: "bad" });
  } finally {
    for (const each of buttons) each.removeAttribute("aria-disabled");
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("#result_list :is([data-up], [data-down])");
  if (button) move(button);
});
