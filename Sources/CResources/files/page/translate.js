const pauseMs = 220;

// Translates what is typed: a little after the last key, and only the last text counts.
class Translator {
  // `read` gives {text, source, target, alternatives, model}; `onPart` gets text so far;
  // `onAnswer` request and answer; `onProblem` a Problem or null.
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
      this.onProblem(null);
      return this.onAnswer(request, null);
    }
    const running = (this.running = new AbortController());
    this.onStart(request);
    try {
      const answer = await this.#ask(request, running);
      if (running !== this.running) return;
      this.onProblem(null);
      this.onAnswer(request, answer);
    } catch (problem) {
      if (running !== this.running || problem.name === "AbortError") return;
      this.onProblem(problem);
      if (problem.retryAfter) this.timer = setTimeout(() => this.now(), problem.retryAfter * 1000);
    }
  }

  // Long texts show what is done of them before all is.
  async #ask({ text, source, target, alternatives, model }, running) {
    const body = { q: text, source, target, alternatives, explain: ["scores", "timings"] };
    if (model) body.model = model;
    const response = await call("/translate", { body, signal: running.signal, accept: "text/event-stream" });
    if (!response.headers.get("Content-Type").startsWith("text/event-stream")) return response.json();
    const sentences = [];
    for await (const { name, data } of eventsOf(response)) {
      if (name === "done") return data;
      if (name === "error") throw new Problem(sentenceCase(data.error), { status: data.status });
      const sentence = (sentences[data.sentence] ??= { before: data.before ?? (data.sentence ? " " : ""), text: "" });
      sentence.text += data.text;
      if (running === this.running) this.onPart(sentences.filter(Boolean).map(({ before, text }) => before + text).join(""));
    }
    throw new Problem("The answer broke off.", { retryAfter: 3 });
  }
}

// The result's pane: translation, other translations, and what there is to say of them.
class ResultPane {
  constructor(label) {
    this.title = make("h3", { className: "result-title", hidden: true });
    this.translation = make("div", { className: "translation", dir: "auto", tabIndex: 0, aria: { role: "region", label, live: "polite" } });
    this.alternatives = make("ol", { className: "alternatives", aria: { label: "Other translations" } });
    this.facts = make("span", { className: "facts" });
    this.copy = make("button", { type: "button", className: "quiet copy", textContent: "Copy", hidden: true });
    this.copy.addEventListener("click", () => this.#copyText());
    this.node = make("div", { className: "pane result" }, this.title, this.translation, this.alternatives, make("div", { className: "pane-foot" }, this.facts, this.copy));
  }

  // The model's name over its translation, where there are two.
  name(model) {
    this.title.hidden = !model;
    this.title.replaceChildren(...(model ? modelName(model) : []));
  }

  // The last translation stays where there is no new one, and looks old.
  keep() {
    this.#ready();
    this.translation.classList.toggle("stale", this.translation.textContent !== "");
    this.copy.hidden = !this.translation.textContent;
  }

  // Nothing is read aloud until all is there.
  wait() {
    this.translation.classList.add("waiting");
    this.translation.setAttribute("aria-busy", "true");
  }

  #ready() {
    this.translation.classList.remove("waiting", "stale");
    this.translation.removeAttribute("aria-busy");
  }

  // What is already as long as what stands there takes its place.
  part(text) {
    if (text.length > this.translation.textContent.length) this.translation.textContent = text;
  }

  clear() {
    this.#ready();
    this.translation.textContent = "";
    this.alternatives.replaceChildren();
    this.facts.textContent = "";
    this.copy.hidden = true;
  }

  show(answer, language) {
    this.#ready();
    this.translation.lang = language;
    if (this.translation.textContent !== answer.translatedText) this.translation.textContent = answer.translatedText;
    const details = answer.details?.[0] ?? {};
    const scores = details.alternativeScores ?? [];
    const items = (answer.alternatives ?? []).map((text, index) => this.#alternative(text, scores[index], language));
    this.alternatives.replaceChildren(...items);
    this.facts.replaceChildren(...this.#facts(details));
    this.copy.hidden = !answer.translatedText;
  }

  #alternative(text, score, language) {
    const words = make("span", { textContent: text, lang: language, dir: "auto" });
    return make("li", {}, words, ...(score == null ? [] : [scoreNode(score)]));
  }

  #facts({ sentences = [], timings = {}, pivot }) {
    const total = sentences.reduce((sum, sentence) => sum + (sentence.score ?? 0), 0);
    const took = (timings.queueMs ?? 0) + (timings.encodeMs ?? 0) + (timings.decodeMs ?? 0);
    const facts = [make("span", {}, "Score ", scoreNode(total))];
    if (timings.decodeMs != null) facts.push(make("span", {}, `${took < 10 ? took.toFixed(1) : took.toFixed(0)} ms`));
    if (sentences.length > 1) facts.push(make("span", {}, `${sentences.length} sentences`));
    if (pivot) facts.push(make("span", {}, `by way of ${pivot}`));
    if (sentences.some(({ truncated }) => truncated)) facts.push(make("span", {}, "a long sentence was cut"));
    return facts;
  }

  async #copyText() {
    try {
      await navigator.clipboard.writeText(this.translation.textContent);
    } catch {
      getSelection().selectAllChildren(this.translation); // Without the permission, or without TLS.
      document.execCommand("copy");
    }
    this.copy.textContent = "Copied";
    setTimeout(() => (this.copy.textContent = "Copy"), 1500);
  }
}

function scoreNode(score) {
  const title = "Sum of the log-probabilities of its tokens: nearer to 0 is surer.";
  return make("span", { className: "score", title, textContent: score.toFixed(2).replace("-", "−") });
}
