// The form of a scenario: each step shows the boxes of its kind, and the server says how long callers would wait.

const PATIENCE = 300;
const ENDS = ["voicemail", "announcement"];

const rowsOf = (group) => [...group.querySelectorAll("[data-list] > [data-row]")];
const isGone = (row) => row.querySelector("input[name$='-DELETE']")?.checked ?? false;
const box = (row, name) => row.querySelector(`.row-${name}`);
const value = (row, name) => box(row, name)?.querySelector("select, input")?.value ?? "";

/** Show the boxes of a step's kind; phones that ring together leave no choice of how they are taken. */
function show(row, boxes) {
  const mine = boxes[value(row, "kind")] ?? [];
  const all = new Set(Object.values(boxes).flat());
  for (const name of all) {
    const field = box(row, name);
    if (field) field.hidden = !mine.includes(name);
  }
  const together = mine.includes("strategy") && value(row, "strategy") === "together";
  if (together && box(row, "call_connect")) box(row, "call_connect").hidden = true;
  row.classList.toggle("row-ends", ENDS.includes(value(row, "kind")));
  row.dataset.together = together ? "yes" : "";
}

function editor(panel) {
  const form = panel.closest("form");
  const group = form.querySelector("[data-rows='steps']");
  const boxes = JSON.parse(panel.dataset.boxes);
  const sentence = panel.querySelector("[data-sentence]");
  const path = panel.querySelector("[data-path]");
  let timer = 0;
  let asking = null;

  function say(row, step) {
    const told = row.querySelector("[data-told]");
    const words = [step?.told, row.dataset.together && panel.dataset.screened].filter(Boolean).join(" ");
    told.textContent = words;
    told.hidden = !words;
    row.classList.toggle("row-cut", step?.cut ?? false);
  }

  function tell({ sentence: words = "", problem = "", tone = "", path: slowest = [], steps = [] }) {
    const said = problem || words;
    if (sentence.textContent !== said) sentence.textContent = said;
    sentence.dataset.tone = problem ? "bad" : tone;
    path.replaceChildren(...slowest.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
    const staying = rowsOf(group).filter((row) => !isGone(row));
    for (const [index, row] of staying.entries()) say(row, steps[index]);
    panel.hidden = false;
  }

  async function ask() {
    asking?.abort();
    const mine = (asking = new AbortController());
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(panel.dataset.scenario, { method: "POST", body, signal: mine.signal, headers: { Accept: "application/json" } });
      if (answer.ok) tell(await answer.json());
    } catch {
      // The form works without it; saving says what is wrong.
    }
  }

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PATIENCE);
  };
  const showAll = () => {
    for (const row of rowsOf(group)) show(row, boxes);
  };

  // a fresh step stands before the end of the scenario: nobody reaches what comes after
  group.addEventListener("rows:added", ({ detail: row }) => {
    const before = row.previousElementSibling;
    if (before && ENDS.includes(value(before, "kind")) && !ENDS.includes(value(row, "kind"))) before.before(row);
    group.dispatchEvent(new CustomEvent("rows:number"));
    showAll();
    soon();
  });
  group.addEventListener("change", showAll);
  for (const event of ["input", "change"]) form.addEventListener(event, soon);
  for (const event of ["click", "pointerup", "keyup"]) {
    group.addEventListener(event, soon); // steps are moved, added and removed there
  }
  showAll();
  ask();
}

for (const panel of document.querySelectorAll("[data-scenario]")) editor(panel);
