// The drawn menu: levels and their keys as elements, and the rows behind them as the server told them.

export const region = document.getElementById("menu-live");

/** The level that an element stands on. */
export const levelOf = (element) => element.closest("[data-level]");
/** The key that an element belongs to: the innermost one. */
export const optionOf = (element) => element.closest("[data-option]");
/** A level as it may be sent back: its id, version, values and keys. */
export const rowOf = (level) => JSON.parse(level.dataset.row);
/** The keys of a level, in order. */
export const optionsOf = (level) => [...level.querySelectorAll(":scope > .menu-keys > [data-option]")];
export const levels = () => [...region.querySelectorAll("[data-level]")];
export const levelById = (id) => region.querySelector(`[data-level="${Number(id)}"]`);
/** The level that a key leads to, if it leads to one. */
export const below = (option) => option.querySelector(":scope > [data-level]");
/** The key of the level above that leads to a level, if there is one. */
export const above = (level) => level.parentElement.closest("[data-option]");
/** The levels to which no key leads. */
export const waiting = () => levels().filter((level) => !above(level)).slice(1);
/** The number of the version that the page shows. */
export const latest = () => Number(region.querySelector("[data-latest]").dataset.latest);

/** Put the focus on a key, as soon as it is drawn. */
export function focusKey(level, key) {
  const found = [...region.querySelectorAll("[data-option]")].find(
    (option) => option.dataset.key === `option-${level}-${key}`,
  );
  found?.querySelector("[data-edit-key]").focus();
}

/** Put values into a sentence: "Key {key}". */
export const fillIn = (text, values) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "");
