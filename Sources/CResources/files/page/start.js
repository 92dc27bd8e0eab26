// Characters of a text that are looked at for its language, and the percent from which it is named.
const longestLook = 2000;
const sureness = 60;

// Puts the page's parts together.
class Page {
  constructor(languages, models, settings) {
    const state = { ...readPair(), ...readLocation() };
    for (const name of ["text", "count", "clear", "swap", "problem", "key", "panes"]) this[name] = document.getElementById(name);
    this.foundNote = document.getElementById("found-note");
    this.limit = settings.charLimit;
    const usual = { source: settings.language.source.code, target: settings.language.target.code };
    this.countAlternatives = document.getElementById("count-alternatives");
    this.problems = [null, null];
    this.pair = new LanguagePair(languages, usual, () => this.#pairChanged());
    this.models = new ModelPair(models, () => this.#now());
    this.results = ["Translation", "Translation of the second model"].map((label) => new ResultPane(label));
    this.panes.append(...this.results.map(({ node }) => node));
    this.translators = this.results.map((result, index) => this.#translator(result, index));
    this.attention = new AttentionPanel({
      isOpen: state.attention, sentence: state.sentence, choices: state.choices,
      describe: (request) => this.models.find(request), onChange: () => this.#remember(),
    });
    this.#take(state);
    this.#listen();
    this.#now();
  }

  get request() {
    return { text: this.text.value, ...this.pair.value, alternatives: Number(this.countAlternatives.value), ...this.models.value };
  }

  // The second one works where a second model is asked for.
  #translator(result, index) {
    return new Translator({
      read: () => ({ ...this.request, model: index ? this.models.value.beside : this.models.value.model }),
      onStart: () => this.#started(result),
      onPart: (text) => result.part(text),
      onAnswer: (request, answer) => this.#answered(index, request, answer),
      onProblem: (problem) => this.#tell(index, problem),
    });
  }

  #now() {
    this.#arrange();
    this.translators[0].now();
    if (this.models.value.beside) this.translators[1].now();
  }

  #soon() {
    this.translators[0].soon();
    if (this.models.value.beside) this.translators[1].soon();
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
    this.pair.choose(state.source ?? (offers("/detect") ? detected : undefined), state.target);
    this.text.value = state.text ?? "";
    if (state.alternatives !== undefined) this.countAlternatives.value = state.alternatives;
    this.#offerModels(state);
    this.#measureText();
  }

  #listen() {
    this.text.addEventListener("input", () => {
      this.#measureText();
      this.#soon();
    });
    this.clear.addEventListener("click", () => {
      this.text.value = "";
      this.#measureText();
      this.#now();
      this.text.focus();
    });
    this.swap.addEventListener("click", () => this.#swap());
    this.countAlternatives.addEventListener("change", () => this.#now());
    this.key.addEventListener("change", () => {
      sessionStorage.setItem("key", this.key.value.trim());
      this.#now();
    });
    document.getElementById("form").addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", () => location.reload());
  }

  #pairChanged() {
    this.found = undefined;
    this.#nameUnserved(null);
    writePair(this.pair.value);
    this.#offerModels();
    this.#now();
  }

  #swap() {
    const translated = this.results[0].translation.textContent;
    this.pair.swap(this.found);
    if (translated) this.text.value = translated;
    this.#measureText();
    this.#pairChanged();
  }

  // Of a language that is still to be found, what the model wanted is for.
  #offerModels(wanted) {
    const { source, target } = this.pair.value;
    const from = source === detected ? this.found ?? this.models.find({ model: wanted?.model })?.source : source;
    this.models.offer(from, target, wanted);
  }

  #measureText() {
    const length = [...this.text.value].length;
    this.count.textContent = length ? `${length.toLocaleString("en")} / ${this.limit.toLocaleString("en")}` : "";
    this.count.title = "Characters, and the most that the server takes at once";
    this.count.classList.toggle("over", length > this.limit);
    this.clear.hidden = !length;
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }

  #started(result) {
    result.wait();
    this.#remember();
  }

  #answered(index, request, answer) {
    const found = answer?.detectedLanguage?.language;
    if (index === 0) this.#learn(found);
    if (index === 0) this.#look(request, answer);
    if (answer) this.results[index].show(answer, request.target);
    else this.results[index].clear();
    this.attention.follow(index, { ...request, source: found ?? request.source }, answer);
    this.#remember();
  }

  #learn(found) {
    const isNews = found && found !== this.found;
    this.found = found;
    this.swap.disabled = !this.pair.canSwap(found);
    this.#nameFound();
    if (!isNews) return;
    this.#offerModels();
    this.#arrange();
  }

  // Names the language of a text that is none of those served: the translation takes it for another.
  async #look(request, answer) {
    this.looking?.abort();
    if (!answer || request.source !== detected) return this.#nameUnserved(null);
    const looking = (this.looking = new AbortController());
    try {
      const found = await (await call("/detect", { body: { q: request.text.slice(0, longestLook) }, signal: looking.signal })).json();
      if (looking === this.looking) this.#nameUnserved(found[0]);
    } catch {
      // The translation is there all the same.
    }
  }

  #nameUnserved(found) {
    const isUnserved = found && found.confidence >= sureness && !this.pair.isServed(found.language);
    this.foundNote.hidden = !isUnserved;
    if (isUnserved) this.foundNote.textContent = `This looks like ${languageName(found.language)}, which this server does not translate.`;
  }

  #nameFound() {
    const option = this.pair.source.options[0];
    if (option?.value === detected) option.textContent = this.found ? `Detected: ${this.pair.name(this.found)}` : "Detect language";
  }

  #tell(index, problem) {
    this.problems[index] = problem;
    const told = this.problems.find(Boolean);
    this.problem.hidden = !told;
    this.problem.textContent = told?.message ?? "";
    if (!problem) return;
    this.results[index].keep();
    if (problem.status === 403) document.getElementById("key-field").hidden = false;
  }

  #remember() {
    writeLocation({ ...this.request, ...this.attention.state });
  }
}

function modelRow(model, name) {
  const attention = model.attention.join(", ") || "none";
  const architecture = model.architecture ?? "not loaded";
  const cells = [model.id, spoken(model, name), purpose(model), architecture, attention, model.precision ?? ""];
  const size = `${(model.bytes / 1048576).toFixed(0)} MiB`;
  const numbers = [model.parameters ? millions(model.parameters) : "", size];
  const texts = cells.map((text) => make("td", {}, text));
  return make("tr", {}, ...texts, ...numbers.map((text) => make("td", { className: "number" }, text)));
}

// Tries again while the server is not there or not ready.
async function startPage() {
  try {
    const paths = ["/languages", "/models", "/frontend/settings"];
    const [languages, models, settings] = await Promise.all(paths.map(async (path) => (await call(path)).json()));
    server.keyRequired = settings.keyRequired;
    const page = new Page(languages, models, settings);
    document.getElementById("models").replaceChildren(...models.map((model) => modelRow(model, (code) => page.pair.name(code))));
  } catch (problem) {
    const place = document.getElementById("problem");
    place.hidden = false;
    place.textContent = problem.message;
    setTimeout(startPage, 3000);
  }
}

startTheme(document.getElementById("theme"));
startPage();
