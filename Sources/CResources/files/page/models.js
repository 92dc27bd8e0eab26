// Which model translates, and which one stands beside it: asked only where a pair has several.
class ModelPair {
  // `models` as /models lists them.
  constructor(models, onChange) {
    this.models = models;
    this.first = document.getElementById("model");
    this.second = document.getElementById("beside");
    this.first.addEventListener("change", () => {
      this.#firstChosen();
      onChange();
    });
    this.second.addEventListener("change", () => {
      this.#secondChosen();
      onChange();
    });
  }

  // Ids; empty where the server may choose, and where there is no second.
  get value() {
    return { model: this.first.value, beside: this.second.value };
  }

  // Offers what translates this pair. `wanted` stays chosen where it is there.
  offer(source, target, wanted = this.value) {
    const ids = this.models.filter((model) => translates(model, source, target)).map(({ id }) => id);
    const choose = (select, none, id) => {
      select.replaceChildren(new Option(none, ""), ...ids.map((id) => new Option(id, id)));
      select.value = ids.includes(id) ? id : "";
    };
    choose(this.first, phrase("anyModel"), wanted.model);
    choose(this.second, phrase("noModel"), wanted.beside);
    this.#secondChosen();
    for (const field of ["model-field", "beside-field"]) document.getElementById(field).hidden = ids.length < 2;
  }

  // The model that answers for a pair: the one asked for, or the first that serves it.
  find({ source, target, model }) {
    return this.models.find(({ id }) => id === model) ?? this.models.find((it) => translates(it, source, target));
  }

  #firstChosen() {
    const { model, beside } = this.value;
    if (!model || model === beside) this.second.value = "";
  }

  // Beside a second model the first has a name too, and another one.
  #secondChosen() {
    const { model, beside } = this.value;
    if (!beside || (model && model !== beside)) return;
    this.first.value = [...this.first.options].map(({ value }) => value).find((id) => id && id !== beside) ?? "";
  }
}

// A model of one pair names its source and target, one of several pairs lists them.
function translates(model, source, target) {
  const { sources = [model.source], targets = [model.target] } = model;
  return sources.includes(source) && targets.includes(target);
}

// The languages of a model in words.
function spoken({ source, target, sources = [source], targets = [target] }) {
  const several = (count) => phrase("countLanguages", { count });
  const side = (codes) => (codes.length === 1 ? languageName(codes[0]) : several(codes.length));
  return phrase("pair", { source: side(sources), target: side(targets) });
}

function millions(parameters) {
  return phrase("millions", { count: spelledNumber(parameters / 1e6, 1) });
}

// A model's purpose and its scores, as its maker tells them.
function purpose({ quality }) {
  if (!quality) return "";
  const scores = Object.entries(quality.scores).map(([name, value]) => `${name} ${value}`);
  const purpose = quality.demonstration ? phrase("demonstration", { purpose: quality.purpose }) : quality.purpose;
  return [purpose, ...scores].join("; ");
}

// A model's id and what there is to know of it, to stand over what it did.
function modelName(model) {
  const parameters = model.parameters && phrase("countParameters", { count: millions(model.parameters) });
  return [make("b", {}, model.id), ["", model.architecture, parameters].filter((it) => it != null).join(" ")];
}

// A row of the table of models.
function modelRow(model) {
  const attention = model.attention.join(", ") || phrase("noAttention");
  const architecture = model.architecture ?? phrase("notLoaded");
  const cells = [model.id, spoken(model), purpose(model), architecture, attention, model.precision ?? ""];
  const size = `${spelledNumber(model.bytes / 1048576)} MiB`;
  const numbers = [model.parameters ? millions(model.parameters) : "", size];
  const texts = cells.map((text) => make("td", {}, text));
  return make("tr", {}, ...texts, ...numbers.map((text) => make("td", { className: "number" }, text)));
}
