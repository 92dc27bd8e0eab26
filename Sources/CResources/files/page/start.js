// Puts the page's parts together.
class Page {
  constructor(languages, models) {
    const state = readLocation();
    for (const name of ["text", "count", "clear", "swap", "problem", "model", "key"]) this[name] = document.getElementById(name);
    this.countAlternatives = document.getElementById("count-alternatives");
    this.models = models;
    this.result = new ResultPane();
    this.translator = new Translator({
      read: () => this.request, onStart: () => this.#started(), onPart: (text) => this.result.part(text), onAnswer: (...found) => this.#answered(...found),
      onProblem: (problem) => this.#tell(problem),
    });
    this.pair = new LanguagePair(languages, () => this.#pairChanged());
    this.attention = new AttentionPanel({ isOpen: state.attention, sentence: state.sentence, choice: state.choice, onChange: () => this.#remember() });
    this.#take(state);
    this.#listen();
    this.translator.now();
  }

  get request() {
    return { text: this.text.value, ...this.pair.value, alternatives: Number(this.countAlternatives.value), model: this.model.value };
  }

  #take(state) {
    this.pair.choose(state.source ?? (offers("/detect") ? detected : undefined), state.target);
    this.text.value = state.text ?? "";
    if (state.alternatives !== undefined) this.countAlternatives.value = state.alternatives;
    this.#offerModels(state.model);
    this.#measureText();
  }

  #listen() {
    this.text.addEventListener("input", () => {
      this.#measureText();
      this.translator.soon();
    });
    this.clear.addEventListener("click", () => {
      this.text.value = "";
      this.#measureText();
      this.translator.now();
      this.text.focus();
    });
    this.swap.addEventListener("click", () => this.#swap());
    for (const picker of [this.countAlternatives, this.model]) picker.addEventListener("change", () => this.translator.now());
    this.key.addEventListener("change", () => {
      sessionStorage.setItem("key", this.key.value.trim());
      this.translator.now();
    });
    document.getElementById("form").addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", () => location.reload());
  }

  #pairChanged() {
    this.#offerModels();
    this.translator.now();
  }

  #swap() {
    const translated = this.result.translation.textContent;
    this.pair.swap(this.found);
    if (translated) this.text.value = translated;
    this.#measureText();
    this.#pairChanged();
  }

  // Only where there is a choice.
  #offerModels(wanted) {
    const { source, target } = this.pair.value;
    const fitting = this.models.filter((model) => model.source === source && model.target === target);
    this.model.replaceChildren(new Option("any", ""), ...fitting.map(({ id }) => new Option(id, id)));
    this.model.value = fitting.some(({ id }) => id === wanted) ? wanted : "";
    document.getElementById("model-field").hidden = fitting.length < 2;
  }

  #measureText() {
    const length = [...this.text.value].length;
    this.count.textContent = length ? `${length.toLocaleString("en")} characters` : "";
    this.clear.hidden = !length;
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }

  #started() {
    this.result.wait();
    this.#remember();
  }

  #answered(request, answer) {
    this.found = answer?.detectedLanguage?.language;
    this.source = this.found ?? request.source;
    this.swap.disabled = !this.pair.canSwap(this.found);
    this.#nameFound();
    if (answer) this.result.show(answer, request.target);
    else this.result.clear();
    this.attention.follow({ ...request, source: this.source }, answer);
    this.#remember();
  }

  #nameFound() {
    const option = this.pair.source.options[0];
    if (option?.value === detected) option.textContent = this.found ? `Detected: ${this.pair.name(this.found)}` : "Detect language";
  }

  #tell(problem) {
    this.problem.hidden = !problem;
    this.problem.textContent = problem?.message ?? "";
    if (!problem) return;
    this.result.clear();
    if (problem.status === 403) document.getElementById("key-field").hidden = false;
  }

  #remember() {
    if (this.attention) writeLocation({ ...this.request, ...this.attention.state });
  }
}

function modelRow(model, name) {
  const cells = [model.id, `${name(model.source)} to ${name(model.target)}`, model.architecture, model.precision];
  const millions = `${(model.parameters / 1e6).toFixed(1)} M`;
  const size = `${(model.bytes / 1048576).toFixed(0)} MiB`;
  return make("tr", {}, ...cells.map((text) => make("td", {}, text)), ...[millions, size].map((text) => make("td", { className: "number" }, text)));
}

// Tries again while the server is not there or not ready.
async function startPage() {
  try {
    const paths = ["/languages", "/models", "/frontend/settings"];
    const [languages, models, settings] = await Promise.all(paths.map(async (path) => (await call(path)).json()));
    server.keyRequired = settings.keyRequired;
    const page = new Page(languages, models);
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
