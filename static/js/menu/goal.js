// Where something leads, as boxes: the kind, and the one target that it needs.

const SOURCES = { service: "service", schedule: "schedule", announcement: "prompt" };

/** Fill a list with rows, an empty choice first where there are words for it. */
export function offer(select, rows, empty) {
  select.replaceChildren(...(empty === undefined ? [] : [new Option(empty, "")]), ...rows.map(({ id, name }) => new Option(name, id)));
}

export class Goal {
  /** `without` are kinds that are not offered here. */
  constructor(root, { choices, texts }, without = []) {
    Object.assign(this, { root, kind: root.querySelector("[data-kind]"), choices });
    for (const value of without) this.kind.querySelector(`[value=${value}]`)?.remove();
    for (const [kind, source] of Object.entries(SOURCES)) offer(this.target(kind), choices[source], texts.choose);
    this.kind.addEventListener("change", () => this.show());
  }

  target(kind) {
    return this.root.querySelector(`[data-for=${kind}] [data-target]`);
  }

  show() {
    for (const box of this.root.querySelectorAll("[data-for]")) box.hidden = box.dataset.for !== this.kind.value;
  }

  /** Show where it leads; null is what happens by itself. */
  set(entry) {
    this.kind.value = entry?.kind ?? "";
    for (const box of this.root.querySelectorAll("[data-target]")) box.value = "";
    const target = entry && this.target(entry.kind || "none");
    if (target) target.value = String(entry.target ?? "");
    this.show();
  }

  /** Return {kind, target}, with `isNew` for a menu that is yet to be made; null where nothing is chosen. */
  get() {
    const kind = this.kind.value;
    if (!kind) return null;
    const value = this.target(kind)?.value ?? "";
    if (kind === "transfer") return { kind, target: value || null };
    if (kind === "menu" && !value) return { kind, target: null, isNew: true };
    return { kind, target: value ? Number(value) : null };
  }
}
