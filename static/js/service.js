// Shows of a service's page what applies to how it is answered; what is hidden is kept.

const choice = document.querySelector("select[name=answered_by]");

function apply() {
  const by = choice.value;
  const show = (selector, shown) => {
    const part = document.querySelector(selector);
    if (part) part.hidden = !shown;
  };
  show(".form-row.field-schedule", by === "schedule");
  show("#member_entries-group", by !== "numbers");
  show("#numbers-group", by !== "members");
}

if (choice) {
  choice.addEventListener("change", apply);
  apply();
}
