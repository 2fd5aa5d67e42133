// Shows of a mailbox's page what belongs to its kind of greeting; what is hidden is dropped on saving.

const choice = document.querySelector("select[name=greets_with]");

function apply() {
  for (const [kind, name] of [["text", "greeting"], ["prompt", "greeting_prompt"]]) {
    const part = document.querySelector(`.form-row.field-${name}`);
    if (part) part.hidden = choice.value !== kind;
  }
}

if (choice) {
  choice.addEventListener("change", apply);
  apply();
}
