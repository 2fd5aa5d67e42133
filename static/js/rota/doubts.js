// How a bar shows that something about it is doubtful: a sign, and words in its name.

/** Whether a bar is marked; some warnings are only told. Of who stands in, only whether they can be rung is known. */
export const marked = (entry) => Boolean(entry.away || entry.warning) || (entry.warnings ?? []).some((warning) => !warning.light);

/** The sign on a bar, which its name explains. */
export function mark() {
  const made = document.createElement("span");
  made.className = "rota-sign";
  made.textContent = "!";
  made.setAttribute("aria-hidden", "true");
  return made;
}
