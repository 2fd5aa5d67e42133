// Rows that a button adds. Those in an order are dragged by mouse or finger, moved by buttons or Alt + arrows; the
// position fields follow.

const STEP = 24; // pixels scrolled at a time while dragging near an edge

const rowsOf = (list) => [...list.querySelectorAll(":scope > [data-row]")];
const isGone = (row) => row.querySelector("input[name$='-DELETE']")?.checked ?? false;
const position = (row) => row.querySelector("[data-position] input");

/** Write 1, 2, 3 ... into the position fields of the rows that stay. */
function renumber(list) {
  let at = 0;
  for (const row of rowsOf(list)) {
    const field = position(row);
    if (field && !isGone(row)) field.value = String((at += 1));
  }
}

/** Fill a fresh row with what another says, but for what makes that one a row of its own. */
function repeat(from, to) {
  const last = (field) => field.name?.replace(/^.*-\d+-/, "");
  const fields = [...from.querySelectorAll("input, select, textarea")];
  for (const field of to.querySelectorAll("input, select, textarea")) {
    const like = fields.find((other) => last(other) === last(field));
    if (!like || ["id", "DELETE", "scenario"].includes(last(field))) continue;
    if (like.type === "checkbox") field.checked = like.checked;
    else field.value = like.value;
  }
}

function setUp(group) {
  const list = group.querySelector("[data-list]");
  const empty = group.querySelector("template[data-empty]");
  const said = group.querySelector("[data-said]");
  const total = group.querySelector("input[name$='-TOTAL_FORMS']");
  const add = group.querySelector("[data-add]");

  function prepare(row) {
    const copy = row.querySelector("[data-copy]");
    if (copy) copy.hidden = !empty;
    if (!position(row)) return;
    row.querySelector("[data-position]").hidden = true;
    row.querySelector("[data-move]").hidden = false;
    row.querySelector("[data-grip]").addEventListener("pointerdown", (event) => drag(event, row));
  }

  function tell(row) {
    const rows = rowsOf(list);
    said.textContent = group.dataset.moved
      .replace("{at}", rows.indexOf(row) + 1)
      .replace("{of}", rows.length);
  }

  function move(row, by) {
    const rows = rowsOf(list);
    const other = rows[rows.indexOf(row) + by];
    if (!other) {
      said.textContent = by < 0 ? group.dataset.first : group.dataset.last;
      return;
    }
    const focused = document.activeElement;
    if (by < 0) other.before(row);
    else other.after(row);
    if (row.contains(focused)) focused.focus();
    renumber(list);
    tell(row);
  }

  function drag(event, row) {
    if (event.button !== 0) return;
    event.preventDefault();
    const grip = event.currentTarget;
    grip.setPointerCapture(event.pointerId);
    row.classList.add("row-dragged");
    const before = rowsOf(list);

    const follow = (moved) => {
      const y = moved.clientY;
      if (y < STEP * 3) window.scrollBy(0, -STEP);
      if (y > window.innerHeight - STEP * 3) window.scrollBy(0, STEP);
      const others = rowsOf(list).filter((each) => each !== row);
      const next = others.find((each) => {
        const box = each.getBoundingClientRect();
        return y < box.top + box.height / 2;
      });
      const stays = next ? next.previousElementSibling === row : list.lastElementChild === row;
      if (stays) return;
      if (next) next.before(row);
      else list.append(row);
      if (!grip.hasPointerCapture(moved.pointerId)) grip.setPointerCapture(moved.pointerId);
    };
    const restore = () => list.append(...before);
    const finish = (kept) => {
      for (const [name, act] of Object.entries(acts)) grip.removeEventListener(name, act);
      window.removeEventListener("keydown", escape, true);
      row.classList.remove("row-dragged");
      if (!kept) restore();
      renumber(list);
      if (kept) tell(row);
    };
    const escape = (pressed) => {
      if (pressed.key !== "Escape") return;
      pressed.preventDefault();
      finish(false);
    };
    const acts = { pointermove: follow, pointerup: () => finish(true), pointercancel: () => finish(false) };
    for (const [name, act] of Object.entries(acts)) grip.addEventListener(name, act);
    window.addEventListener("keydown", escape, true);
  }

  /** Add a row at the end, or one like `model` right after it. */
  function append(model = null) {
    const index = Number(total.value);
    const fresh = empty.content.cloneNode(true);
    for (const element of fresh.querySelectorAll("*")) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes("__prefix__")) element.setAttribute(name, value.replaceAll("__prefix__", index));
      }
    }
    const row = fresh.querySelector("[data-row]");
    const called = row.querySelector("[data-numbered]");
    if (called) called.textContent = called.textContent.replace("{n}", index + 1);
    if (model) {
      repeat(model, row);
      model.after(row);
    } else list.append(fresh);
    total.value = String(index + 1);
    prepare(row);
    renumber(list);
    group.dispatchEvent(new CustomEvent("rows:added", { detail: row }));
    const field = row.querySelector(":scope [data-first] input");
    (field ?? row.querySelector("input:not([type=hidden]):not([type=checkbox]), select"))?.focus();
  }

  for (const row of rowsOf(list)) prepare(row);
  if (add && empty) {
    add.hidden = false;
    add.addEventListener("click", () => append());
  }
  group.addEventListener("click", (event) => {
    const button = event.target.closest("[data-up], [data-down]");
    if (button) move(button.closest("[data-row]"), button.matches("[data-up]") ? -1 : 1);
  });
  group.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) append(copy.closest("[data-row]"));
  });
  group.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest("[data-row]");
    if (!by || !event.altKey || !row || !position(row)) return;
    event.preventDefault();
    move(row, by);
  });
  group.addEventListener("rows:number", () => renumber(list));
  group.addEventListener("change", (event) => {
    if (event.target.name?.endsWith("-DELETE")) renumber(list);
  });
}

for (const group of document.querySelectorAll("[data-rows]")) setUp(group);
