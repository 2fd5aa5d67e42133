// Shows of a mailbox's page what belongs to its kind of greeting; what is hidden is dropped on saving.

const PARTS = {
  standard: ["standard_words"],
  text: ["greeting"],
  recording: ["recording_fr", "recording_en"],
  prompt: ["greeting_prompt"],
};
const choice = document.querySelector("select[name=greets_with]");

function apply() {
  for (const [kind, names] of Object.entries(PARTS)) {
    for (const name of names) {
      const part = document.querySelector(`.form-row.field-${name}`);
      if (part) part.hidden = choice.value !== kind;
    }
  }
}

if (choice) {
  choice.addEventListener("change", apply);
  apply();
}
