// One model's explorer: asks for the weights of the sentence that is looked at.
class AttentionView {
  constructor({ choice, describe, onChoice }) {
    this.describe = describe;
    this.sentences = [];
    this.title = make("h3", { className: "view-title" });
    this.note = make("p", { className: "note", aria: { role: "status" } });
    this.element = make("div", { hidden: true });
    this.explorer = new Explorer(this.element, { choice, onChoice, saveAs: { HTML: () => this.#saveHTML() } });
    this.node = make("section", { className: "view", hidden: true }, this.title, this.note, this.element);
  }

  // Whether there is a text to look at.
  get isAsked() {
    return this.request != null;
  }

  // A new translation, or null for none.
  follow(request, answer) {
    this.request = answer && request;
    this.details = answer?.details?.[0] ?? {};
    this.sentences = this.details.sentences ?? [];
    this.model = this.request && this.describe(request);
    this.title.replaceChildren(...(this.model ? modelName(this.model) : []));
    this.node.hidden = !this.isAsked;
  }

  get text() {
    return this.request?.text ?? "";
  }

  // `sentence` is null where nobody looks.
  async load(sentence) {
    this.running?.abort();
    this.sentence = sentence;
    if (sentence == null || !this.isAsked) return;
    const reason = this.#reasonForNone();
    if (reason) return this.#say(reason);
    const running = (this.running = new AbortController());
    try {
      const response = await call("/attention", { body: this.#query("json"), signal: running.signal });
      const answer = await response.json();
      if (running !== this.running) return;
      this.#say("");
      this.explorer.show(answer, this.sentences[sentence]?.source);
    } catch (problem) {
      if (problem.name !== "AbortError" && running === this.running) this.#say(problem.message);
    }
  }

  // What is known beforehand to have no attention is not asked for.
  #reasonForNone() {
    const { pivot } = this.details;
    if (!this.sentences.length) return phrase("attentionOfText");
    if (pivot) {
      const names = { source: this.request.source, target: this.request.target, pivot };
      for (const name of Object.keys(names)) names[name] = languageName(names[name]);
      return phrase("attentionByPivot", names);
    }
    return !this.model || !this.model.loaded || this.model.attention.length ? null : phrase("modelWithoutAttention");
  }

  // Of the translation that is shown, which a search of another width may not find.
  #query(format) {
    const { source, target, model } = this.request;
    const sentence = this.sentences[this.sentence];
    const body = { q: sentence.source, source, target, translation: sentence.target, kind: ["all"], format };
    if (model) body.model = model;
    return body;
  }

  // Words where there is nothing to show.
  #say(words) {
    this.note.textContent = words;
    this.element.hidden = words !== "";
    if (words) this.explorer.clear();
  }

  async #saveHTML() {
    try {
      save(await (await call("/attention", { body: this.#query("html") })).blob(), `${this.explorer.name}.html`);
    } catch (problem) {
      this.note.textContent = problem.message;
    }
  }
}
