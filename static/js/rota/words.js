// What bars and holes are called, in the words that the server gave the page.

/** Replace {names} in a text. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** A hole: from when to when, and why or that it is meant to be. */
export const ofHole = ({ words: period, reason, intended }, texts) =>
  fill(intended ? texts.gap_intended : texts.gap, { period, reason });

/** Who stands in on a duty, or that its place stays empty. */
export const standing = ({ who, name, words: period }, texts) =>
  fill(who ? texts.stands_in : texts.stays_empty, { name, period });

/** Who stands in for whom, during `period`. */
export const standingFor = ({ who, name, instead }, period, texts) =>
  fill(who ? texts.stands_in_for : texts.stays_empty_of, { name, instead, period });

/** A duty or a stretch of the result: who, when, and all that is doubtful or known about it. */
function ofDuty(entry, { standins }, texts) {
  const text = entry.reason === "divert" ? texts.diverted : texts.bar;
  const theirs = entry.type === "shift" ? standins.filter((found) => found.shift === entry.key) : [];
  return [
    fill(text, { name: entry.name, level: entry.level, period: entry.words }),
    ...(entry.warnings ?? []).map((warning) => fill(texts.warned, { text: warning.text })),
    entry.away, ...theirs.map((found) => standing(found, texts)), entry.sign, entry.note,
  ].filter(Boolean).join(" · ");
}

/** What a bar or a hole is: its name, and what a pointer that rests on it is told. */
export function ofEntry(entry, shown, texts) {
  if (entry.type === "gap") return ofHole(entry, texts);
  if (entry.type === "standin") return [standingFor(entry, entry.words, texts), entry.note].filter(Boolean).join(" · ");
  return ofDuty(entry, shown, texts);
}
