// The form of a rotation: shows the boxes that its rule needs, and what comes of it, as the server says.

const PATIENCE = 300;

function rule(box) {
  const freq = box.querySelector("[data-freq] select");
  const ordinal = box.querySelector("[data-ordinal] select");
  const interval = box.querySelector("input[type=number]");
  function show() {
    for (const part of box.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== freq.value;
    for (const part of box.querySelectorAll("[data-day]")) {
      part.hidden = (part.dataset.day === "weekday") !== (ordinal.value !== "");
    }
    interval.hidden = freq.value === "RULE";
  }
  box.addEventListener("change", show);
  show();
}

function line({ when, who }) {
  const item = document.createElement("li");
  const name = document.createElement("b");
  const time = document.createElement("span");
  name.textContent = who;
  time.textContent = when;
  item.append(time, name);
  return item;
}

function preview(panel) {
  const form = panel.closest("form");
  const sentence = panel.querySelector("[data-sentence]");
  const list = panel.querySelector("[data-shifts]");
  let timer = 0;
  let asking = null;

  function tell({ sentence: words = "", problem = "", none = "", shifts = [] }) {
    const said = problem || [words, none].filter(Boolean).join(" ");
    if (sentence.textContent !== said) sentence.textContent = said;
    sentence.dataset.tone = problem ? "bad" : "";
    list.replaceChildren(...shifts.map(line));
    panel.querySelector("[data-coming]").hidden = shifts.length === 0;
    panel.hidden = false;
  }

  async function ask() {
    asking?.abort();
    const mine = (asking = new AbortController());
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(panel.dataset.preview, { method: "POST", body, signal: mine.signal, headers: { Accept: "application/json" } });
      if (answer.ok) tell(await answer.json());
    } catch {
      // The form works without it; saving says what is wrong.
    }
  }

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PATIENCE);
  };
  for (const event of ["input", "change"]) form.addEventListener(event, soon);
  for (const event of ["click", "pointerup", "keyup"]) {
    form.addEventListener(event, (happened) => {
      if (happened.target.closest("[data-rows]")) soon(); // rows are moved, added and removed there
    });
  }
  ask();
}

for (const box of document.querySelectorAll("[data-rule]")) rule(box);
for (const panel of document.querySelectorAll("[data-preview]")) preview(panel);
