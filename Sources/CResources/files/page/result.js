const longestAnnouncement = 500;

// The result's pane: translation, other translations and words, and what there is to say of them.
class ResultPane {
  // `onChange` gets request and answer after the reader has put other words into the translation; `onSentence` gets the
  // index of a sentence that is clicked; `link` gives an address to share, or null.
  constructor({ label, onChange, onSentence, link }) {
    Object.assign(this, { onChange, link });
    this.title = make("h3", { className: "result-title", hidden: true });
    const aria = { role: "region", label, describedby: "words-hint" };
    this.translation = make("div", { className: "translation", dir: "auto", tabIndex: 0, aria });
    this.alternatives = new Alternatives((candidate) => this.#replace(0, candidate.text, candidate.score));
    this.words = new WordMenu(this.translation, {
      ask: (sentence, fields, signal) => this.#askFor(sentence, fields, signal),
      onChoice: (sentence, target, score) => this.#replace(sentence, target, score),
    });
    this.translation.addEventListener("click", (event) => {
      const sentence = this.words.sentenceUnder(event);
      if (sentence != null) onSentence(sentence);
    });
    this.facts = make("span", { className: "facts" });
    this.copy = makeButton("copy", "quiet", () => this.#copy(this.translation.textContent, this.copy, "copy"));
    this.share = link && makeButton("share", "quiet", () => this.#share());
    this.buttons = [this.share, this.copy].filter(Boolean);
    const buttons = make("span", { className: "buttons" }, this.alternatives.button, ...this.buttons);
    const foot = make("div", { className: "pane-foot" }, this.facts, buttons);
    this.node = make("div", { className: "pane result" }, this.title, this.translation, foot, this.alternatives.node);
    this.#showButtons();
  }

  // The model's name over its translation, where there are two.
  name(model) {
    this.title.hidden = !model;
    this.title.replaceChildren(...(model ? modelName(model) : []));
  }

  // The last translation stays where there is no new one, and looks old.
  keep() {
    this.#settle();
    this.translation.classList.toggle("stale", this.translation.textContent !== "");
  }

  wait() {
    this.translation.classList.add("waiting");
    this.translation.setAttribute("aria-busy", "true");
  }

  // What is already as long as what stands there takes its place.
  part(text) {
    if (text.length <= this.translation.textContent.length) return;
    this.words.clear();
    this.translation.textContent = text;
  }

  clear() {
    this.#settle();
    this.translation.textContent = "";
    this.facts.replaceChildren();
    this.alternatives.clear();
    this.words.clear();
    this.#showButtons();
  }

  show(request, answer) {
    Object.assign(this, { request, answer });
    this.#settle();
    this.translation.lang = request.target;
    this.alternatives.follow(request, answer);
    this.#fill();
    this.#announce();
  }

  // A long text is not read out as a whole: the reader goes to it.
  #announce() {
    const { translatedText } = this.answer;
    announce(translatedText.length > longestAnnouncement ? phrase("translationReady") : translatedText);
  }

  #settle() {
    this.translation.classList.remove("waiting", "stale");
    this.translation.removeAttribute("aria-busy");
  }

  #fill() {
    const { request, answer } = this;
    const details = answer.details?.[0] ?? {};
    if (this.translation.textContent !== answer.translatedText) this.translation.textContent = answer.translatedText;
    const sentences = request.format === "text" ? (details.sentences ?? []) : [];
    this.words.follow(answer.translatedText, sentences, request.target);
    this.facts.replaceChildren(...this.#facts(details));
    this.#showButtons();
  }

  #askFor(sentence, fields, signal) {
    const text = this.answer.details[0].sentences[sentence].source;
    const body = { ...fieldsOf({ ...this.request, text }), ...fields };
    return call("/translate", { body, signal }).then((response) => response.json());
  }

  // Another translation of a sentence, in the place of the one that is there.
  #replace(index, target, score) {
    const [details] = this.answer.details;
    const place = placesOf(this.answer.translatedText, details.sentences.map((sentence) => sentence.target))[index];
    if (!place) return;
    const { translatedText } = this.answer;
    const sentences = details.sentences.with(index, { ...details.sentences[index], target, score });
    this.answer = {
      ...this.answer,
      translatedText: translatedText.slice(0, place.start) + target + translatedText.slice(place.end),
      details: [{ ...details, sentences }],
    };
    this.#fill();
    this.alternatives.show(this.answer.translatedText);
    this.#announce();
    this.onChange(this.request, this.answer);
  }

  #facts({ sentences = [], timings = {}, pivot }) {
    const scores = sentences.map(({ score }) => score).filter((score) => score != null);
    const took = (timings.queueMs ?? 0) + (timings.encodeMs ?? 0) + (timings.decodeMs ?? 0);
    const facts = [];
    if (timings.decodeMs != null) facts.push(phrase("milliseconds", { count: spelledNumber(took, took < 10 ? 1 : 0) }));
    if (sentences.length > 1) facts.push(phrase("countSentences", { count: spelledNumber(sentences.length) }));
    if (pivot) facts.push(phrase("byPivot", { language: languageName(pivot) }));
    if (sentences.some(({ truncated }) => truncated)) facts.push(phrase("sentenceCut"));
    const nodes = facts.map((fact) => make("span", {}, fact));
    if (!scores.length) return nodes;
    return [...nodes, make("span", { className: "score" }, phrase("score"), " ", ...scoreNodes(sum(scores)))];
  }

  #showButtons() {
    for (const button of this.buttons) button.hidden = !this.translation.textContent;
  }

  async #share() {
    const link = this.link();
    if (!link) return this.#flash(this.share, "share", "tooLongToShare");
    if (!navigator.share) return this.#copy(link, this.share, "share", "linkCopied");
    try {
      await navigator.share({ url: link });
    } catch {
      // The reader has thought better of it.
    }
  }

  async #copy(text, button, key, done = "copied") {
    const isCopied = await copyText(text);
    this.#flash(button, key, isCopied ? done : "notCopied");
  }

  // Says on a button for a while what it has done.
  #flash(button, key, said) {
    button.textContent = phrase(said);
    announce(phrase(said));
    setTimeout(() => (button.textContent = phrase(key)), 1800);
  }
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

// Returns whether a text is in the clipboard now.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // Without the permission, or without TLS.
  }
}

function copyBySelection(text) {
  const focused = document.activeElement;
  const field = make("textarea", { className: "unseen", value: text, aria: { hidden: "true" } });
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return isCopied;
}
