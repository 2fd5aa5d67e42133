// Says below the box, while a text is typed, how it will travel: SMS, characters, room left. The
// alphabet comes from the server, which counts once more when the text is sent.

/** Return how `text` travels in this `alphabet`: parts, length, room left, unusual characters. */
export function measure(text, alphabet) {
  const characters = [...text.replace(/\r\n/g, "\n")].map((each) => alphabet.plain[each] ?? each).join("").trim();
  const unusual = [...new Set([...characters].filter((each) => !alphabet.basic.includes(each) && !alphabet.extended.includes(each)))];
  const [alone, part] = unusual.length ? alphabet.ucs2 : alphabet.gsm7;
  const units = [...characters].map((each) => (unusual.length ? each.length : alphabet.extended.includes(each) ? 2 : 1));
  const length = units.reduce((sum, each) => sum + each, 0);
  if (length <= alone) return { parts: length ? 1 : 0, length, left: alone - length, unusual };
  let parts = 0;
  let left = 0;
  for (const unit of units) {
    if (unit > left) {
      parts += 1;
      left = part;
    }
    left -= unit;
  }
  return { parts, length, left, unusual };
}

function say(template, values) {
  return template.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
}

/** Say how long the text of this form is, while it is typed. */
export function measured(form) {
  if (!form) return;
  const alphabet = JSON.parse(form.dataset.alphabet);
  const box = form.querySelector("textarea");
  const line = form.querySelector("#reply-length");
  const hint = line.textContent;
  const show = () => {
    const found = measure(box.value, alphabet);
    const tooLong = found.parts > alphabet.most;
    const said = found.parts ? [say(form.dataset.words, found)] : [hint];
    if (found.unusual.length) said.push(say(form.dataset.unusual, { characters: found.unusual.join(" ") }));
    if (tooLong) said.push(say(form.dataset.tooLong, alphabet));
    line.textContent = said.join(" · ");
    line.classList.toggle("bad", tooLong);
  };
  box.addEventListener("input", show);
  show();
}

measured(document.querySelector("form.reply[data-alphabet]"));
