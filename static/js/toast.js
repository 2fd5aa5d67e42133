// Says what an act did, or why it was refused, at the foot of the page; may offer to undo it.

const LASTS = 8000;
const icons = () => document.body.dataset.icons;

function region(tone) {
  const name = tone === "bad" ? "alert" : "status";
  return document.querySelector(`.toasts [role=${name}]`);
}

function button(label, act, { key, className } = {}) {
  const made = document.createElement("button");
  made.type = "button";
  made.append(label);
  if (className) made.className = className;
  if (key) {
    const shown = document.createElement("kbd");
    shown.textContent = key;
    made.append(shown);
  }
  made.addEventListener("click", act);
  return made;
}

function leading({ href, label }) {
  const made = document.createElement("a");
  made.href = href;
  made.textContent = label;
  return made;
}

/**
 * Show `text`. `undo` (a function) adds a button named `actionLabel` or "Undo", with `key` beside it;
 * `link` ({href, label}) leads on; `tone` "bad" is read at once. Returns a function that takes the toast away.
 */
export function toast(text, { undo, tone, actionLabel, key, link, lasts = LASTS } = {}) {
  const words = document.querySelector(".toasts").dataset;
  const box = document.createElement("div");
  box.className = tone ? `toast toast-${tone}` : "toast";
  const said = document.createElement("span");
  said.textContent = text;
  box.append(said);
  const close = () => { clearTimeout(timer); box.remove(); };
  if (link) box.append(leading(link));
  if (undo) box.append(button(actionLabel ?? words.undo, () => { close(); undo(); }, { key }));
  const cross = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  cross.setAttribute("class", "i");
  cross.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${icons()}#close`);
  cross.append(use);
  const dismiss = button(cross, close, { className: "toast-close" });
  dismiss.setAttribute("aria-label", words.close);
  box.append(dismiss);
  // nothing vanishes while it is read by mouse or keyboard
  let timer;
  const wait = () => { clearTimeout(timer); timer = setTimeout(close, lasts); };
  const hold = () => clearTimeout(timer);
  for (const event of ["mouseenter", "focusin"]) box.addEventListener(event, hold);
  for (const event of ["mouseleave", "focusout"]) box.addEventListener(event, wait);
  const place = region(tone);
  while (place.childElementCount > 2) place.firstElementChild.remove();
  place.append(box);
  wait();
  return close;
}
