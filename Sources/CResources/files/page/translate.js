const pauseMs = 220;

// Translates what is typed: a little after the last key, and only the last text counts.
class Translator {
  // `read` gives {text, source, target, model, format, terms, glossary}; `onPart` gets text so far;
  // `onAnswer` request and answer; `onProblem` request and a Problem or null.
  constructor({ read, onStart, onPart, onAnswer, onProblem }) {
    Object.assign(this, { read, onStart, onPart, onAnswer, onProblem });
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), pauseMs);
  }

  // Forgets what is under way.
  stop() {
    clearTimeout(this.timer);
    this.running?.abort();
    this.running = null;
  }

  async now() {
    this.stop();
    const request = this.read();
    if (!request.text.trim()) {
      this.onProblem(request, null);
      return this.onAnswer(request, null);
    }
    const running = (this.running = new AbortController());
    this.onStart(request);
    try {
      const answer = await this.#ask(request, running);
      if (running !== this.running) return;
      this.onProblem(request, null);
      this.onAnswer(request, answer);
    } catch (problem) {
      if (running !== this.running || problem.name === "AbortError") return;
      this.onProblem(request, problem);
      if (problem.retryAfter) this.timer = setTimeout(() => this.now(), problem.retryAfter * 1000);
    }
  }

  // Long texts show what is done of them before all is.
  async #ask(request, running) {
    if (request.format === "markdown") return translateMarkdown(request, running.signal);
    const body = { ...fieldsOf(request), explain: ["scores", "timings"] };
    const response = await call("/translate", { body, signal: running.signal, accept: "text/event-stream" });
    if (!response.headers.get("Content-Type").startsWith("text/event-stream")) return response.json();
    return this.#follow(response, request, running);
  }

  // Reads the events of an answer. HTML is streamed without its tags, so its parts are not shown.
  async #follow(response, request, running) {
    const sentences = [];
    let isOver = request.format !== "text";
    const show = oncePerFrame(() => {
      if (!isOver && running === this.running) this.onPart(sentences.map(({ before, text }) => before + text).join(""));
    });
    try {
      for await (const { name, data } of eventsOf(response)) {
        if (name === "done") return data;
        if (name === "error") throw problemFor(data.status, data.error);
        const before = data.before ?? (data.sentence ? " " : "");
        const sentence = (sentences[data.sentence] ??= { before, text: "" });
        sentence.text += data.text;
        show();
      }
    } finally {
      isOver = true;
    }
    throw new Problem(phrase("brokeOff"), { retryAfter: 3 });
  }
}

// A request in the server's fields.
function fieldsOf({ text, source, target, model, format, terms, glossary }) {
  const fields = { q: text, source, target };
  if (model) fields.model = model;
  if (format !== "text") fields.format = format;
  if (terms.length) fields.terms = terms;
  if (glossary) fields.glossary = glossary;
  return fields;
}
