// Keeps the home page true while it is open: asks every ten seconds, replaces only the parts that changed,
// and leaves the focus where it was.
const EVERY = 10_000;
const place = document.getElementById("home-live");
let tag = "";

function refocus(part, key) {
  if (key) part.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

function replace(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  const parts = (root) => [...root.querySelectorAll("[data-part]")];
  const names = (root) => parts(root).map((part) => part.dataset.part).join();
  if (names(fresh) !== names(place)) {
    const key = document.activeElement?.dataset?.key;
    place.replaceChildren(...fresh.childNodes);
    refocus(place, key);
    return;
  }
  for (const part of parts(place)) {
    const next = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    if (part.innerHTML === next.innerHTML) continue;
    const key = part.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    part.replaceChildren(...next.childNodes);
    refocus(part, key);
  }
}

async function ask() {
  if (document.hidden || document.querySelector("dialog[open]")) return;
  try {
    const headers = tag ? { "If-None-Match": tag } : {};
    const answer = await fetch(place.dataset.live, { headers, credentials: "same-origin", redirect: "error", cache: "no-store" });
    if (answer.status !== 200) return;
    tag = answer.headers.get("ETag") ?? "";
    replace(await answer.text());
  } catch {
    // The portal is away for a moment; the next round asks again.
  }
}

setInterval(ask, EVERY);
document.addEventListener("visibilitychange", ask);
