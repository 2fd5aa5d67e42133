// The form of a schedule: shows the hours that its kind of coverage needs, and the parts of the chosen country.

function coverage(box) {
  const kind = box.querySelector("[data-kind] select");
  const holidays = box.querySelector("[data-holidays] select");
  function show() {
    box.querySelector("[data-weekly]").hidden = kind.value !== "weekly";
    box.querySelector("[data-holiday-hours]").hidden = holidays.value !== "hours";
  }
  box.addEventListener("change", show);
  show();
}

function country(select) {
  const parts = document.getElementById(select.dataset.parts);
  select.addEventListener("change", async () => {
    const none = parts.options[0];
    parts.replaceChildren(none);
    parts.value = "";
    if (!select.value) return;
    const chosen = select.value;
    const answer = await fetch(`${select.dataset.url}?country=${encodeURIComponent(chosen)}`);
    if (!answer.ok || chosen !== select.value) return;
    for (const [code, name] of (await answer.json()).parts) parts.add(new Option(name, code));
  });
}

document.querySelectorAll("[data-coverage]").forEach(coverage);
document.querySelectorAll("select[data-parts]").forEach(country);
