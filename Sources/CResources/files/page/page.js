const formats = ["text", "html", "markdown"];
const pageElements = ["text", "count", "clear", "swap", "problem", "key", "panes", "format", "scores"];

// Puts the page's parts together.
class Page {
  constructor(languages, models, settings, glossaries) {
    const state = { ...readPair(), ...readLocation() };
    for (const id of pageElements) this[id] = document.getElementById(id);
    this.limit = settings.charLimit;
    this.problems = [null, null];
    const usual = { source: settings.language.source.code, target: settings.language.target.code };
    this.pair = new LanguagePair(languages, usual, () => this.#pairChanged());
    this.found = new FoundLanguage(this.pair);
    this.models = new ModelPair(models, () => this.#changed());
    this.terms = new TermsPanel(glossaries, () => this.#changed());
    this.history = new HistoryPanel((entry) => this.#bringBack(entry));
    this.files = this.#fileCard(settings);
    this.results = [0, 1].map((index) => this.#resultPane(index));
    this.panes.append(...this.results.map(({ node }) => node));
    this.translators = this.results.map((result, index) => this.#translator(result, index));
    this.attention = new AttentionPanel({
      isOpen: state.attention, sentence: state.sentence, choices: state.choices,
      describe: (request) => this.models.find(request), onChange: () => this.#remember(),
    });
    this.api = new ApiPanel();
    this.#take(state);
    this.#listen();
    this.#now();
  }

  get request() {
    const [text, format] = [this.text.value, this.format.value];
    const { value: terms, glossary } = this.terms;
    return { text, format, terms, glossary: glossary.value, ...this.pair.value, ...this.models.value };
  }

  // The request of the first or the second model.
  #requestOf(index) {
    const { model, beside } = this.models.value;
    return { ...this.request, model: index ? beside : model };
  }

  // Null where the server takes no files.
  #fileCard({ filesTranslation, supportedFilesFormat }) {
    if (!filesTranslation || !offers("/jobs")) return null;
    return new FileCard({ read: () => this.#requestOf(0), endings: supportedFilesFormat });
  }

  #resultPane(index) {
    return new ResultPane({
      label: phrase(index ? "secondTranslation" : "translation"),
      onChange: (request, answer) => this.#follow(index, this.#understood(request, answer), answer),
      onSentence: (sentence) => this.attention.isOpen && this.attention.lookAt(sentence),
      link: index ? null : () => this.text.value.length <= longestText && location.href,
    });
  }

  // The second one works where a second model is asked for.
  #translator(result, index) {
    return new Translator({
      read: () => this.#requestOf(index),
      onStart: () => this.#started(result),
      onPart: (text) => result.part(text),
      onAnswer: (request, answer) => this.#answered(index, request, answer),
      onProblem: (request, problem) => this.#failed(index, request, problem),
    });
  }

  #now() {
    this.#arrange();
    this.translators[0].now();
    if (this.models.value.beside) this.translators[1].now();
  }

  #soon() {
    this.history.pause();
    this.translators[0].soon();
    if (this.models.value.beside) this.translators[1].soon();
  }

  // What a file's translation depends on has changed too.
  #changed() {
    if (this.files) this.files.changed();
    this.#now();
  }

  // One model's column, or two.
  #arrange() {
    const { model, beside } = this.models.value;
    this.panes.classList.toggle("two", beside !== "");
    this.results[1].node.hidden = !beside;
    [model, beside].forEach((id, index) => this.results[index].name(beside && this.models.find({ model: id })));
    if (beside) return;
    this.translators[1].stop();
    this.#tell(1, null);
    this.attention.follow(1, this.request, null);
  }

  #take(state) {
    const offered = formats.filter((format) => format !== "markdown" || this.files);
    this.format.append(...offered.map((format) => new Option(phrase(`format-${format}`), format)));
    this.format.value = offered.includes(state.format) ? state.format : "text";
    this.pair.choose(state.source ?? (offers("/detect") ? detected : undefined), state.target);
    this.terms.follow(this.pair.value.target);
    this.text.value = state.text ?? readDraft();
    this.scores.checked = kept("scores") === true;
    this.#offerModels(state);
    this.#measureText();
    this.#showScores();
  }

  #listen() {
    this.text.addEventListener("input", () => {
      this.#measureText();
      this.#soon();
    });
    for (const kind of ["keyup", "click"]) {
      this.text.addEventListener(kind, () => this.attention.lookAtOffset(this.text.selectionStart));
    }
    this.clear.addEventListener("click", () => {
      this.#write("");
      this.#now();
      this.text.focus();
    });
    this.swap.addEventListener("click", () => this.#swap());
    this.format.addEventListener("change", () => this.#now());
    this.scores.addEventListener("change", () => {
      keep("scores", this.scores.checked || null);
      this.#showScores();
    });
    this.key.addEventListener("change", () => {
      keep("key", this.key.value.trim(), forTab);
      this.terms.glossary.refresh();
      this.#now();
    });
    document.getElementById("form").addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", () => location.reload());
    addEventListener("pagehide", () => writeDraft(this.text.value));
  }

  #pairChanged() {
    this.taken = undefined;
    this.found.forget();
    keep("pair", this.pair.value);
    this.terms.follow(this.pair.value.target);
    this.#offerModels();
    this.#changed();
  }

  #swap() {
    const translated = this.results[0].translation.textContent;
    this.pair.swap(this.taken);
    if (translated) this.#write(translated);
    this.#pairChanged();
  }

  // An entry of the history: its pair, as far as it is still served, and its text.
  #bringBack({ source, target, text }) {
    this.pair.choose(source, target);
    this.#write(text);
    this.#pairChanged();
    this.text.focus();
    document.getElementById("form").scrollIntoView({ block: "nearest" });
  }

  #write(text) {
    this.text.value = text;
    this.#measureText();
  }

  // Of a language that is still to be found, what the model wanted is for.
  #offerModels(wanted) {
    const { source, target } = this.pair.value;
    const from = source === detected ? this.taken ?? this.models.find({ model: wanted?.model })?.source : source;
    this.models.offer(from, target, wanted);
  }

  #measureText() {
    const length = [...this.text.value].length;
    this.count.textContent = length ? `${spelledNumber(length)} / ${spelledNumber(this.limit)}` : "";
    this.count.classList.toggle("over", length > this.limit);
    this.clear.hidden = !length;
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }

  #showScores() {
    document.body.classList.toggle("with-scores", this.scores.checked);
  }

  #started(result) {
    result.wait();
    this.#remember();
  }

  #answered(index, request, answer) {
    const taken = answer?.detectedLanguage?.language;
    if (index === 0) {
      if (answer) this.found.look(request, taken);
      else this.found.forget();
      this.#learn(taken);
      this.text.lang = taken ?? (request.source === detected ? "" : request.source);
    }
    if (answer) this.results[index].show(request, answer);
    else this.results[index].clear();
    this.#follow(index, this.#understood(request, answer), answer);
    this.#remember();
  }

  // The history and the explorer take the translation that is shown.
  #follow(index, request, answer) {
    if (index === 0 && answer) this.history.add(entryOf(request, answer));
    this.attention.follow(index, request, answer);
  }

  // A request with the language that its text was taken for.
  #understood(request, answer) {
    return { ...request, source: answer?.detectedLanguage?.language ?? request.source };
  }

  #learn(taken) {
    const isNews = taken && taken !== this.taken;
    this.taken = taken;
    this.swap.disabled = !this.pair.canSwap(taken);
    if (!isNews) return;
    this.#offerModels();
    this.#arrange();
  }

  // A language that is not translated is no problem to tell of: the note names it.
  async #failed(index, request, problem) {
    if (problem?.status === 400 && request.source === detected) {
      if (index === 1) return this.#leaveEmpty(index, request); // The first one tells why.
      this.problemRequest = request;
      const mayBeServed = await this.found.look(request, null);
      if (this.problemRequest !== request) return;
      if (!mayBeServed) return this.#leaveEmpty(index, request);
    }
    this.problemRequest = null;
    this.#tell(index, problem);
    if (!problem) return;
    this.results[index].keep();
    if (problem.status === 403) document.getElementById("key-field").hidden = false;
  }

  #leaveEmpty(index, request) {
    this.#tell(index, null);
    this.results[index].clear();
    this.attention.follow(index, request, null);
  }

  #tell(index, problem) {
    this.problems[index] = problem;
    const told = this.problems.find(Boolean)?.message ?? "";
    this.problem.hidden = !told;
    if (this.problem.textContent !== told) this.problem.textContent = told; // What was said is not said again.
  }

  #remember() {
    writeLocation({ ...this.request, ...this.attention.state });
  }
}
