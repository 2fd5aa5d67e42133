// The form of a rented number: shows what its settings need, and warns of ring times while they are typed.

const field = (name) => document.querySelector(`.field-${name}`);
const box = (name) => document.getElementById(`id_${name}`);

function show(names, wanted) {
  for (const name of names) {
    const row = field(name);
    if (row) row.hidden = !wanted && !row.querySelector(".errorlist");
  }
}

function behaviour() {
  const chosen = box("behaviour").value;
  const transfers = chosen === "transfer" || chosen === "transfer_then_voicemail";
  show(["schedule"], chosen === "on_call");
  show(["menu"], chosen === "smart_voicemail" || chosen === "transfer_then_voicemail");
  show(["forwarding_number"], transfers);
}

function follow(switchName, names) {
  const lever = box(switchName);
  if (!lever) return;
  const update = () => show(names, lever.checked);
  lever.addEventListener("change", update);
  update();
}

function hours(part) {
  const kind = part.querySelector("[data-kind] select");
  const update = () => {
    part.querySelector("[data-weekly]").hidden = kind.value !== "weekly";
    show(["closed_route"], kind.value === "weekly");
  };
  kind.addEventListener("change", update);
  update();
}

function route() {
  const choice = box("closed_route_0");
  if (!choice) return;
  const update = () => { box("closed_route_1").hidden = choice.value !== "transfer"; };
  choice.addEventListener("change", update);
  update();
}

function warn(input) {
  const told = document.createElement("p");
  told.className = "number-warning";
  told.setAttribute("role", "status");
  input.after(told);
  const ranges = JSON.parse(input.dataset.warnings);
  const update = () => {
    const seconds = Number(input.value);
    const own = ranges[box("behaviour").value] || [];
    const found = input.value ? own.find(([low, high]) => low <= seconds && seconds <= high) : null;
    told.textContent = found ? found[2] : "";
  };
  input.addEventListener("input", update);
  box("behaviour").addEventListener("change", update);
  update();
}

if (box("behaviour")) {
  box("behaviour").addEventListener("change", behaviour);
  behaviour();
}
route();
follow("record", ["recording_notice"]);
follow("text_back_enabled", ["text_back", "text_back_quiet_minutes"]);
document.querySelectorAll("[data-hours]").forEach(hours);
document.querySelectorAll("[data-warnings]").forEach(warn);
