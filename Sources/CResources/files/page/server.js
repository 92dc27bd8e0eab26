// Speaks with the server that the page came from. What it offers stands in the page.
const server = JSON.parse(document.getElementById("server").textContent);

function offers(path) {
  return server.paths.includes(path);
}

// What went wrong, in words for the reader.
class Problem extends Error {
  constructor(message, { status = 0, retryAfter = null } = {}) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

// Statuses that a reader can do something about; each has a phrase.
const toldStatuses = new Set([408, 413, 429, 503, 504]);

async function problemOf(response) {
  const { status } = response;
  let reason = "";
  try {
    const answer = await response.json();
    reason = answer.error ?? answer.message ?? "";
  } catch {
    // The status says enough.
  }
  return problemFor(status, reason, Number(response.headers.get("Retry-After")) || null);
}

// A refusal in the reader's words, as far as there are some.
function problemFor(status, reason, retryAfter = null) {
  const unknown = reason ? refusedBecause(reason) : phrase("answeredWith", { status });
  return new Problem(toldStatuses.has(status) ? phrase(`status-${status}`) : unknown, { status, retryAfter });
}

// The server gives its reasons in English.
function refusedBecause(reason) {
  return phrase("refusedBecause", { reason });
}

async function call(path, { body, signal, accept, method = body ? "POST" : "GET" } = {}) {
  const isForm = body instanceof FormData;
  const headers = body && !isForm ? { "Content-Type": "application/json" } : {};
  if (accept) headers.Accept = accept;
  const key = sessionKey();
  if (body && server.keyRequired && !key) throw new Problem(phrase("keyNeeded"), { status: 403 });
  if (key) headers.Authorization = `Bearer ${key}`;
  let response;
  try {
    const sent = isForm ? body : body && JSON.stringify(body);
    response = await fetch("." + path, { method, headers, body: sent, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(phrase("unreachable"), { retryAfter: 3 });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

// Kept until the tab is closed.
function sessionKey() {
  return String(kept("key", "", forTab));
}
