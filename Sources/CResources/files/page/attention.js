// The explorers under the translation: one for each model that is looked at.
class AttentionPanel {
  // `choices`: what each explorer shows to begin with; `describe` finds the model of a request; `onChange` when what is
  // shown was chosen anew.
  constructor({ isOpen, sentence, choices, describe, onChange }) {
    Object.assign(this, { isOpen, sentence, onChange });
    this.toggle = document.getElementById("toggle-attention");
    this.body = document.getElementById("attention-body");
    this.note = document.getElementById("attention-note");
    this.picker = document.getElementById("sentence");
    this.pickerField = document.getElementById("sentence-field");
    this.frame = document.getElementById("views");
    this.views = choices.map((choice) => new AttentionView({ choice, describe, onChoice: onChange }));
    this.frame.replaceChildren(...this.views.map(({ node }) => node));
    joinExplorers(this.views[0].explorer, this.views[1].explorer);
    this.toggle.addEventListener("click", () => this.#open(!this.isOpen));
    this.picker.addEventListener("change", () => this.lookAt(Number(this.picker.value)));
    this.#showState();
  }

  get state() {
    const choices = this.views.map(({ explorer }) => ({ ...explorer.choice }));
    return { attention: this.isOpen, sentence: this.sentence, choices };
  }

  // A new translation of the first or the second model, or null for none.
  follow(index, request, answer) {
    this.views[index].follow(request, answer);
    if (index === 0) this.#offerSentences();
    this.frame.classList.toggle("two", this.views[1].isAsked);
    this.#load([this.views[index]]);
  }

  // Shows a sentence of the text.
  lookAt(sentence) {
    if (sentence === this.sentence || !(sentence in this.views[0].sentences)) return;
    this.sentence = sentence;
    this.picker.value = sentence;
    this.onChange();
    this.#load();
  }

  // Shows the sentence at an offset of the text: that under the cursor.
  lookAtOffset(offset) {
    const { text, sentences } = this.views[0];
    if (!this.isOpen || sentences.length < 2) return;
    const places = placesOf(text, sentences.map(({ source }) => source));
    this.lookAt(partAt(places, offset));
  }

  #offerSentences() {
    const { sentences, isAsked } = this.views[0];
    if (this.sentence >= sentences.length) this.sentence = 0;
    const name = ({ source }, index) => `${index + 1}: ${source.slice(0, 70)}`;
    this.picker.replaceChildren(...sentences.map((sentence, index) => new Option(name(sentence, index), index)));
    this.picker.value = this.sentence;
    this.pickerField.hidden = sentences.length < 2;
    this.note.textContent = isAsked ? "" : phrase("translateFirst");
  }

  #open(isOpen) {
    this.isOpen = isOpen;
    this.#showState();
    this.onChange();
    this.#load();
  }

  #showState() {
    this.body.hidden = !this.isOpen;
    this.toggle.textContent = phrase(this.isOpen ? "hide" : "show");
    this.toggle.setAttribute("aria-expanded", String(this.isOpen));
  }

  #load(views = this.views) {
    for (const view of views) view.load(this.isOpen ? this.sentence : null);
  }
}
