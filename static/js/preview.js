// What would happen: plays a call through again whenever something is changed, and has a keypad.

const PATIENCE = 350;

function enhance(panel) {
  const form = panel.querySelector("form");
  const result = panel.querySelector("[data-result]");
  const keypad = panel.querySelector("[data-keypad]");
  const digits = form.elements.digits;
  let timer = 0;
  let asking = null;

  function showErrors(places) {
    for (const place of form.querySelectorAll("[data-err]")) {
      const words = places[place.dataset.err] ?? "";
      if (place.textContent !== words) place.textContent = words;
      form.elements[place.dataset.err].setAttribute("aria-invalid", String(words !== ""));
    }
  }

  // who is rung may be chosen as the one who takes the call; whoever is chosen already stays
  function offer(people) {
    if (!people) return;
    const choice = form.elements.taker;
    const rung = [...people.children].map((each) => new Option(each.textContent, each.dataset.id));
    const chosen = choice.value;
    choice.replaceChildren(choice.options[0], ...rung);
    choice.value = chosen;
  }

  async function ask() {
    clearTimeout(timer);
    asking?.abort();
    const mine = (asking = new AbortController());
    result.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${panel.dataset.preview}?${new URLSearchParams(new FormData(form))}`, { signal: mine.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const part = new DOMParser().parseFromString(await answer.text(), "text/html").body;
      const wrong = [...part.querySelectorAll("[data-for]")].map((each) => [each.dataset.for, each.textContent]);
      showErrors(Object.fromEntries(wrong));
      if (!wrong.length) {
        offer(part.querySelector("[data-takers]"));
        result.replaceChildren(...part.childNodes);
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      result.textContent = panel.dataset.away;
    }
    if (asking === mine) result.removeAttribute("aria-busy");
  }

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PATIENCE);
  };
  form.addEventListener("input", soon);
  form.elements.taker.addEventListener("change", soon);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  keypad.hidden = false;
  keypad.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const more = digits.value + (button.dataset.key ?? "");
    digits.value = "back" in button.dataset ? digits.value.slice(0, -1) : more.slice(0, digits.maxLength);
    soon();
  });
  if (!result.childElementCount) ask();
}

for (const panel of document.querySelectorAll("[data-preview].preview")) enhance(panel);
