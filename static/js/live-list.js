// Keeps a part of a page up to date: [data-live="address"] is asked every [data-live-ms], with ETags,
// and what changed is put in place, so that focus, scroll, open parts and playing sound stay.
//
// The answer is the new content of the element. Elements with [data-key] are the same thing as before
// wherever they stand; [data-live-skip] is left alone while it is there. A [data-live-next] in the answer
// says when to ask again, 0 never. [data-live-away] is shown while the portal does not answer.

const PATIENCE = 8000;

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.dataset.key ?? null : null);
const alike = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

/** Make `old` like `wanted`, keeping every element that is still there. */
export function morph(old, wanted) {
  if (old.isEqualNode(wanted)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== wanted.nodeValue) old.nodeValue = wanted.nodeValue;
    return;
  }
  if ("liveSkip" in old.dataset && "liveSkip" in wanted.dataset) return;
  for (const { name } of [...old.attributes]) {
    if (!wanted.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  fill(old, wanted);
}

/** Make the children of `old` like those of `wanted`. */
export function fill(old, wanted) {
  const kept = new Map();
  for (const child of old.children) if (keyOf(child) !== null) kept.set(keyOf(child), child);
  let at = old.firstChild;
  for (const next of [...wanted.childNodes]) {
    const key = keyOf(next);
    const same = key === null ? at : kept.get(key);
    if (same && alike(same, next)) {
      if (same === at) at = at.nextSibling;
      else old.insertBefore(same, at);
      morph(same, next);
    } else {
      old.insertBefore(document.importNode(next, true), at);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

function away(is) {
  for (const words of document.querySelectorAll("[data-live-away]")) words.hidden = !is;
}

function watch(region) {
  let etag = "";
  let pause = Number(region.dataset.liveMs);
  let timer;
  const later = () => { clearTimeout(timer); if (pause > 0) timer = setTimeout(look, pause); };

  async function look() {
    if (document.hidden) return; // asked again as soon as it is seen
    const headers = etag ? { "If-None-Match": etag } : {};
    try {
      const answer = await fetch(region.dataset.live, {
        cache: "no-store", credentials: "same-origin", redirect: "error", headers, signal: AbortSignal.timeout(PATIENCE),
      });
      if (answer.ok) {
        etag = answer.headers.get("ETag") ?? "";
        take(await answer.text());
      }
      away(!answer.ok && answer.status !== 304);
    } catch {
      away(true);
    }
    later();
  }

  function take(html) {
    const made = document.createElement("template");
    made.innerHTML = html;
    fill(region, made.content);
    const next = region.querySelector("[data-live-next]")?.dataset.liveNext;
    if (next !== undefined) pause = Number(next);
    region.dispatchEvent(new CustomEvent("live", { bubbles: true }));
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  later();
}

for (const region of document.querySelectorAll("[data-live]")) watch(region);
