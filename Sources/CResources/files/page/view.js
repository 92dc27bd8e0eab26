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
    const { source, target } = this.request;
    const { pivot } = this.details;
    if (pivot) return `From ${source} to ${target} goes by way of ${pivot}, in two steps. Choose ${source} to ${pivot} or ${pivot} to ${target} to see the attention of one.`;
    if (!this.model || !this.model.loaded || this.model.attention.length) return null;
    return "This model has no attention. It read the sentence into one state and wrote the translation from that alone, so there are no links between words to show.";
  }

  // Of the translation that is shown, which a search of another width may not find.
  #query(format) {
    const { text, source, target, model } = this.request;
    const body = { q: text, source, target, translation: this.sentences[this.sentence]?.target, kind: ["all"], sentence: this.sentence, format };
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

// A model's id and what there is to know of it, to stand over what it did.
function modelName(model) {
  const facts = model.architecture ? ` ${model.architecture}, ${millions(model.parameters)}\u00a0parameters` : "";
  return [make("b", {}, model.id), facts];
}
