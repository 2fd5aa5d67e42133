// Buttons that copy what stands in a box.

import { toast } from "./toast.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const box = document.getElementById(button.dataset.copy);
  box.select();
  try {
    await navigator.clipboard.writeText(box.value);
    toast(button.dataset.copied);
  } catch {
    box.focus(); // no clipboard here: the text is selected, to be copied by hand
  }
});
