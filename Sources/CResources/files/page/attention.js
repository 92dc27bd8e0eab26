// The explorer under the translation: asks for the weights of the sentence that is looked at.
class AttentionPanel {
  // `onChange` when what is shown was chosen anew.
  constructor({ isOpen, sentence, choice, onChange }) {
    Object.assign(this, { isOpen, sentence, onChange });
    for (const [name, id] of Object.entries({ toggle: "toggle-attention", body: "attention-body", note: "attention-note", picker: "sentence", pickerField: "sentence-field", element: "explorer" })) {
      this[name] = document.getElementById(id);
    }
    this.explorer = new Explorer(this.element, {
      choice, onChoice: onChange, saveAs: { HTML: () => this.#saveHTML() },
    });
    this.toggle.addEventListener("click", () => this.#open(!this.isOpen));
    this.picker.addEventListener("change", () => {
      this.sentence = Number(this.picker.value);
      this.onChange();
      this.#load();
    });
    this.#showState();
  }

  get state() {
    return { attention: this.isOpen, sentence: this.sentence, choice: { ...this.explorer.choice } };
  }

  // A new translation, or null for none.
  follow(request, answer) {
    this.request = answer && request;
    this.sentences = answer?.details?.[0]?.sentences ?? [];
    if (this.sentence >= this.sentences.length) this.sentence = 0;
    this.picker.replaceChildren(...this.sentences.map(({ source }, index) => new Option(`${index + 1}: ${source.slice(0, 70)}`, index)));
    this.picker.value = this.sentence;
    this.pickerField.hidden = this.sentences.length < 2;
    this.#load();
  }

  #open(isOpen) {
    this.isOpen = isOpen;
    this.#showState();
    this.onChange();
    this.#load();
  }

  #showState() {
    this.body.hidden = !this.isOpen;
    this.toggle.textContent = this.isOpen ? "Hide" : "Show";
    this.toggle.setAttribute("aria-expanded", String(this.isOpen));
  }

  // Of the translation that is shown, which a search of another width may not find.
  #query(format) {
    const { text, source, target, model } = this.request;
    const translation = this.sentences[this.sentence]?.target;
    const body = { q: text, source, target, translation, kind: ["all"], sentence: this.sentence, format };
    if (model) body.model = model;
    return body;
  }

  async #load() {
    this.running?.abort();
    if (!this.isOpen) return;
    if (!this.request) return this.#say("Type a text first.");
    const running = (this.running = new AbortController());
    try {
      const response = await call("/attention", { body: this.#query("json"), signal: running.signal });
      const answer = await response.json();
      if (running !== this.running) return;
      this.#say("");
      this.explorer.show(answer);
    } catch (problem) {
      if (problem.name !== "AbortError" && running === this.running) this.#say(problem.message);
    }
  }

  // Words where there is nothing to show.
  #say(words) {
    this.note.textContent = words;
    this.element.hidden = words !== "";
  }

  async #saveHTML() {
    try {
      save(await (await call("/attention", { body: this.#query("html") })).blob(), "attention.html");
    } catch (problem) {
      this.note.textContent = problem.message;
    }
  }
}
