// Reads aloud what callers hear: the browser's voice in the language of each text, the recording where there is one.

import { toast } from "../toast.js";

const VOICES = { fr: "fr-FR", en: "en-GB" };
const region = document.getElementById("menu-live");
let stop = null;

const ended = (sound, signal) => new Promise((resolve, reject) => {
  signal.addEventListener("abort", () => resolve());
  for (const name of ["ended", "end"]) sound.addEventListener(name, () => resolve());
  sound.addEventListener("error", () => reject(new Error("no voice")));
});

async function say(line, signal) {
  if (line.dataset.audio) {
    const sound = new Audio(line.dataset.audio);
    signal.addEventListener("abort", () => sound.pause());
    const over = ended(sound, signal);
    await sound.play();
    return over;
  }
  if (!("speechSynthesis" in window)) throw new Error("no voice");
  const spoken = new SpeechSynthesisUtterance(line.textContent);
  spoken.lang = VOICES[line.lang] ?? line.lang;
  signal.addEventListener("abort", () => speechSynthesis.cancel());
  const over = ended(spoken, signal);
  speechSynthesis.speak(spoken);
  return over;
}

function label(button, words) {
  button.querySelector("span").textContent = words;
}

async function listen(button) {
  const { listenWords, stopWords, noVoice } = region.dataset;
  const abort = new AbortController();
  stop = () => abort.abort();
  stop.button = button;
  label(button, stopWords);
  try {
    for (const line of button.closest("[data-heard]").querySelectorAll("p > [lang]")) {
      if (!abort.signal.aborted) await say(line, abort.signal);
    }
  } catch {
    if (!abort.signal.aborted) toast(noVoice, { tone: "bad" });
  } finally {
    label(button, listenWords);
    if (stop?.button === button) stop = null;
  }
}

region.addEventListener("click", (event) => {
  const button = event.target.closest("[data-listen]");
  if (!button) return;
  const was = stop;
  stop = null;
  was?.();
  if (was?.button !== button) listen(button);
});
