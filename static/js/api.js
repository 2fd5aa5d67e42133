// Asks the API of the portal: JSON both ways, the page's CSRF token on every write, refusals as Problem.

/** A refusal: `status` (0 when nobody answered), stable `code`, `detail` in the reader's language, `current` row, `errors` by field. */
export class Problem extends Error {
  constructor({ status = 0, code = "no_answer", detail = "", current = null, errors = [] }) {
    super(detail);
    Object.assign(this, { status, code, detail, current, errors });
  }
}

const text = (name) => document.body.dataset[name] ?? "";

function address(path, params) {
  const found = new URL(path.startsWith("/") ? path : `/api/v1/${path}`, location.href);
  for (const [name, value] of Object.entries(params ?? {})) {
    if (value !== undefined && value !== null && value !== "") found.searchParams.set(name, value);
  }
  return found;
}

const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

async function ask(method, path, { params, body, signal } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = token();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(address(path, params), {
      method, headers, signal, credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({ detail: text("apiAway") });
  }
  if (answer.status === 204) return null;
  const json = await answer.json().catch(() => null);
  if (!answer.ok) throw new Problem({ detail: text("apiFault"), code: "error", ...json, status: answer.status });
  if (json === null) throw new Problem({ status: answer.status, code: "error", detail: text("apiFault") });
  return json;
}

/** GET `path` (under /api/v1/, or absolute) with query `params`. */
export const get = (path, params, options = {}) => ask("GET", path, { ...options, params });
/** POST a body. */
export const post = (path, body = {}, options = {}) => ask("POST", path, { ...options, body });
/** PATCH some fields; the body carries the `version` that was read. */
export const patch = (path, body, options = {}) => ask("PATCH", path, { ...options, body });
/** DELETE a row; the body carries the `version` that was read. */
export const del = (path, body, options = {}) => ask("DELETE", path, { ...options, body });
