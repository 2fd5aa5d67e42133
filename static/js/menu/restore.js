// Restores the version of a menu that the page shows, and goes to the menu.

import { post, Problem } from "../api.js";
import { toast } from "../toast.js";

const button = document.querySelector("[data-restore]");
button?.addEventListener("click", async () => {
  const { restore, latest, menu, then } = button.dataset;
  button.disabled = true;
  try {
    await post(`menus/${menu}/restore/`, { number: Number(restore), latest: Number(latest) });
    location.assign(then);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    button.disabled = false;
    toast(error.detail, { tone: "bad" });
  }
});
