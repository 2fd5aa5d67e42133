// "Divert now": finds people by name, says what will happen, sends, and shows refusals beside the question.
// A page may listen for "divert:set" on the form and prevent it; otherwise it is loaded again.
import { toast } from "./toast.js";

const PATIENCE = 250;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function search(form) {
  const box = form.querySelector("[data-search]");
  const none = form.querySelector("[data-none]");
  box.hidden = false;
  box.querySelector("input").addEventListener("input", (event) => {
    const wanted = plain(event.target.value.trim());
    const digits = wanted.replace(/\D/g, "");
    let found = 0;
    for (const goal of form.querySelectorAll(".goal")) {
      if (goal.querySelector("[value=number]")) continue;
      const text = plain(goal.textContent);
      const hit = text.includes(wanted) || (digits.length > 1 && text.replace(/\D/g, "").includes(digits));
      goal.hidden = !hit && !goal.querySelector(":checked");
      if (!goal.hidden) found += 1;
    }
    none.hidden = found > 0;
  });
}

function show(form, errors) {
  let first = null;
  for (const place of form.querySelectorAll("[data-err]")) {
    const words = (errors[place.dataset.err] ?? []).join(" ");
    if (place.textContent !== words) place.textContent = words;
    const field = form.elements[place.dataset.err];
    const input = field instanceof RadioNodeList ? [...field].find((each) => each.checked) ?? field[0] : field;
    if (field instanceof HTMLInputElement) field.setAttribute("aria-invalid", String(words !== ""));
    if (words && !first) first = input;
  }
  first?.focus();
  if (errors.__all__) toast(errors.__all__.join(" "), { tone: "bad" });
}

function enhance(form) {
  const said = form.querySelector("[data-said]");
  let timer = 0;
  let asking = null;

  async function preview() {
    asking?.abort();
    const mine = (asking = new AbortController());
    const values = new URLSearchParams(new FormData(form));
    values.delete("csrfmiddlewaretoken");
    try {
      const answer = await fetch(`${form.dataset.preview}?${values}`, { signal: mine.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const told = await answer.json();
      said.textContent = told.sentence;
      form.querySelector("[data-clock]").textContent = told.clock;
      const words = Object.fromEntries(told.ends.map((end) => [end.key, end.words]));
      for (const place of form.querySelectorAll("[data-end]")) {
        const choice = place.closest(".choice");
        const known = place.dataset.end in words;
        choice.hidden = !known;
        choice.querySelector("input").disabled = !known;
        if (known) place.textContent = words[place.dataset.end];
      }
    } catch {
      // The page works without the sentence; sending says what is wrong.
    }
  }

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(preview, PATIENCE);
  };
  form.addEventListener("input", (event) => {
    if (event.target.name) soon();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (answer.status === 201) {
        const set = new CustomEvent("divert:set", { bubbles: true, cancelable: true, detail: told });
        if (form.dispatchEvent(set)) location.assign(form.elements.next?.value || location.href);
        form.closest("dialog")?.close();
        return;
      }
      show(form, told.errors ?? {});
    } catch {
      toast(document.body.dataset.apiAway, { tone: "bad" });
    } finally {
      button.disabled = false;
    }
  });
  search(form);
  return soon;
}

for (const form of document.querySelectorAll("form[data-divert]")) {
  const soon = enhance(form);
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog=divert]");
    if (!opener) return;
    if (opener.dataset.target) form.elements.target.value = opener.dataset.target;
    soon();
  });
  if (!form.closest("dialog")) soon();
}
