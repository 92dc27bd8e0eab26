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

const plainWords = {
  408: "The text took too long to arrive. Please try again.",
  413: "This is more than the server takes at once. Please use a shorter text.",
  429: "That was a lot at once. The page goes on in a moment.",
  503: "The server is busy. The page tries again by itself.",
  504: "The translation took too long. Please try a shorter text.",
};

async function problemOf(response) {
  let reason = "";
  try {
    reason = (await response.json()).error ?? "";
  } catch {
    // The status says enough.
  }
  const retryAfter = Number(response.headers.get("Retry-After")) || null;
  const message = plainWords[response.status] ?? (sentenceCase(reason) || `The server answered with status ${response.status}.`);
  return new Problem(message, { status: response.status, retryAfter });
}

function sentenceCase(text) {
  const start = text.slice(0, 1).toUpperCase() + text.slice(1);
  return start && !/[.!?]$/.test(start) ? start + "." : start;
}

async function call(path, { body, signal, accept } = {}) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  if (accept) headers.Accept = accept;
  const key = sessionKey();
  if (body && server.keyRequired && !key) throw new Problem("This server asks for an API key.", { status: 403 });
  if (key) headers.Authorization = `Bearer ${key}`;
  let response;
  try {
    response = await fetch("." + path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The server can not be reached. The page tries again by itself.", { retryAfter: 3 });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

// Kept until the tab is closed.
function sessionKey() {
  return sessionStorage.getItem("key") ?? "";
}
