const alternativesAsked = 5;

// Other translations of a single sentence, the likeliest first. They are looked for at a click.
// One that is chosen takes the place of the translation.
class Alternatives {
  // `onChoice` gets the {text, score} that was chosen.
  constructor(onChoice) {
    this.onChoice = onChoice;
    this.button = makeButton("otherTranslations", "quiet", () => (this.isOpen ? this.#close() : this.#open()));
    this.note = make("p", { className: "note", aria: { role: "status" } });
    this.list = make("ol", { className: "alternatives", aria: { label: phrase("otherTranslations") } });
    this.node = make("div", {}, this.note, this.list);
    this.clear();
  }

  // A new translation, of which nothing is known yet beside itself.
  follow(request, answer) {
    this.clear();
    const sentences = answer.details?.[0]?.sentences ?? [];
    this.button.hidden = sentences.length !== 1 || request.format !== "text" || !answer.translatedText;
    this.request = request;
    this.shown = answer.translatedText;
  }

  // What is shown was changed: the others stay, this one leaves the list.
  show(text) {
    this.shown = text;
    this.#list();
  }

  clear() {
    this.running?.abort();
    this.found = [];
    this.button.hidden = true;
    this.#close();
  }

  get isOpen() {
    return this.button.getAttribute("aria-expanded") === "true";
  }

  async #open() {
    this.button.setAttribute("aria-expanded", "true");
    this.node.hidden = false;
    if (this.found.length) return;
    const running = (this.running = new AbortController());
    this.note.textContent = phrase("looking");
    try {
      const body = { ...fieldsOf(this.request), alternatives: alternativesAsked, explain: ["scores"] };
      const answer = await (await call("/translate", { body, signal: running.signal })).json();
      this.found = candidatesOf(answer);
      this.#list();
      this.note.textContent = this.list.children.length ? "" : phrase("noOtherTranslations");
    } catch (problem) {
      if (problem.name !== "AbortError") this.note.textContent = problem.message;
    }
  }

  #close() {
    this.running?.abort();
    this.button.setAttribute("aria-expanded", "false");
    this.node.hidden = true;
    this.note.textContent = "";
    this.list.replaceChildren();
    this.found = [];
  }

  #list() {
    const others = this.found.filter(({ text }) => text !== this.shown);
    this.list.replaceChildren(...others.map((candidate) => this.#item(candidate)));
  }

  #item(candidate) {
    const words = make("span", { textContent: candidate.text, lang: this.request.target, dir: "auto" });
    const button = make("button", { type: "button", className: "alternative" }, words, ...scoreNodes(candidate.score));
    button.addEventListener("click", () => {
      const place = [...this.list.children].findIndex((item) => item.contains(button));
      this.onChoice(candidate);
      (this.list.children[place] ?? this.list.lastElementChild)?.firstElementChild.focus();
    });
    return make("li", {}, button);
  }
}

// All translations of an answer, each once, the likeliest first.
function candidatesOf({ translatedText, alternatives = [], details: [details] }) {
  const scores = [details.sentences[0]?.score, ...(details.alternativeScores ?? [])];
  const all = [translatedText, ...alternatives].map((text, index) => ({ text, score: scores[index] ?? null }));
  const unlike = all.filter(({ text }, index) => all.findIndex((other) => other.text === text) === index);
  return unlike.sort((one, other) => (other.score ?? -Infinity) - (one.score ?? -Infinity));
}

// A score, which is seen where the reader has asked for scores.
function scoreNodes(score) {
  if (score == null) return [];
  const textContent = spelledNumber(score, 2).replace("-", "−");
  return [make("span", { className: "score", title: phrase("scoreTitle"), textContent })];
}
