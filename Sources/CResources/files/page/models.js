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
    choose(this.first, "any", wanted.model);
    choose(this.second, "none", wanted.beside);
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
function spoken({ source, target, sources = [source], targets = [target] }, name) {
  const side = (codes) => (codes.length === 1 ? name(codes[0]) : `${codes.length} languages`);
  return `${side(sources)} to ${side(targets)}`;
}

function millions(parameters) {
  return `${(parameters / 1e6).toFixed(1)}\u00a0M`;
}

// A model's purpose and its scores, as its maker tells them.
function purpose({ quality }) {
  if (!quality) return "";
  const scores = Object.entries(quality.scores).map(([name, value]) => `${name} ${value}`);
  return [quality.demonstration ? `demonstration: ${quality.purpose}` : quality.purpose, ...scores].join("; ");
}
