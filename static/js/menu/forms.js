// What the dialogs of a menu have in common: texts side by side, reasons beside their boxes, a change by somebody else.

import { Problem } from "../api.js";

/** Write texts into the boxes of their languages. */
export function writeTexts(form, texts) {
  for (const box of form.querySelectorAll("[data-text]")) box.value = texts[box.dataset.text] ?? "";
}

/** Return the texts that are written, by language. */
export function readTexts(form) {
  const boxes = [...form.querySelectorAll("[data-text]")].map((box) => [box.dataset.text, box.value.trim()]);
  return Object.fromEntries(boxes.filter(([, text]) => text));
}

/** Take all reasons away. */
export function clear(form) {
  for (const told of form.querySelectorAll("[data-error], [data-conflict]")) {
    told.textContent = "";
    told.hidden = true;
  }
  for (const box of form.querySelectorAll("[aria-invalid]")) box.removeAttribute("aria-invalid");
}

/** Say each reason at its box where there is one; `nameOf` turns a field of the API into that box's name. */
function explain(form, error, nameOf) {
  const reasons = error.errors.length ? error.errors : [{ field: null, detail: error.detail }];
  for (const { field, detail } of reasons) {
    const name = field ? nameOf(field) : "";
    const told = form.querySelector(`[data-error="${name}"]`) ?? form.querySelector('[data-error=""]');
    told.textContent = detail;
    told.hidden = false;
    const box = name && (form.elements[name] ?? form.querySelector(`[data-goal="${name}"] [data-for]:not([hidden]) [data-target]`));
    if (box?.setAttribute) {
      box.setAttribute("aria-invalid", "true");
      box.focus();
    }
  }
}

/** Send what a dialog holds: it closes, or says why not and keeps what was written. */
export async function submit(dialog, send, { nameOf, stale }) {
  const form = dialog.querySelector("form");
  const button = form.querySelector("[type=submit]");
  clear(form);
  button.disabled = true;
  try {
    if (await send()) dialog.close();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "stale_version") {
      const told = form.querySelector("[data-conflict]");
      told.textContent = stale();
      told.hidden = false;
      told.scrollIntoView({ block: "nearest" });
    } else {
      explain(form, error, nameOf);
    }
  } finally {
    button.disabled = false;
  }
}
