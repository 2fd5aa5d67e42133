// The test call of a number: asks for one, then shows every two seconds what became of it.

import { get, post, Problem } from "./api.js";
import { toast } from "./toast.js";

const EVERY_MS = 2000;
const PATIENCE = 90; // looks: three minutes, longer than any test call lasts

const wait = (ms) => new Promise((done) => window.setTimeout(done, ms));

function show(told, test) {
  told.textContent = test.summary;
  told.dataset.tone = test.tone;
}

async function run(button) {
  const told = button.parentElement.querySelector("[data-test-told]");
  button.disabled = true;
  try {
    let test = await post(button.dataset.testCall);
    show(told, test);
    for (let look = 0; test.live && look < PATIENCE; look += 1) {
      await wait(EVERY_MS);
      try {
        test = await get(button.dataset.testCall);
        show(told, test);
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 0) throw error; // away for a moment
      }
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    toast(error.detail, { tone: "bad" });
  } finally {
    button.disabled = false;
    if (document.activeElement === document.body) button.focus();
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-test-call]");
  if (button) run(button);
});
