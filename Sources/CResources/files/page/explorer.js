const kindNames = {
  cross: ["Cross", "From the translation to the source: what each word was written from."],
  encoder: ["Encoder", "Within the source: what each word was read together with."],
  decoder: ["Decoder", "Within the translation: what each step looked back at."],
};

// Shows the weights of one sentence. Several may stand beside each other: each has its own element, data and choice.
class Explorer {
  // `options`: choice {kind, layer, head} to begin with, onChoice, saveAs (name to function) for the buttons.
  constructor(element, options = {}) {
    this.element = element;
    this.options = options;
    this.choice = { ...options.choice };
    this.pinned = null;
    this.heat = new HeatMap({ point: (place) => this.#point(place), pin: (place) => this.#pin(place) });
    this.grid = new HeadGrid((layer, head) => this.choose({ layer, head }));
    this.curves = new Curves();
    this.#build();
    const relayOut = oncePerFrame(() => this.data && this.#layOut());
    new ResizeObserver(relayOut).observe(this.links);
    document.addEventListener("themechange", () => this.data && this.#show(true));
  }

  // Takes the answer of /attention.
  show(answer) {
    this.data = new AttentionData(answer);
    this.pinned = this.place = null;
    this.#show(true);
  }

  choose(choice) {
    const isOtherKind = "kind" in choice && choice.kind !== this.choice.kind;
    Object.assign(this.choice, choice);
    this.pinned = this.place = null;
    this.#show(isOtherKind);
    this.options.onChoice?.({ ...this.choice });
  }

  #build() {
    this.kindPicker = make("div", { className: "segments", aria: { role: "group", label: "Attention of" } });
    this.layerPicker = make("select", { aria: { label: "Layer" } });
    this.headPicker = make("select", { aria: { label: "Head" } });
    this.layerPicker.addEventListener("change", () => this.choose({ layer: Number(this.layerPicker.value) }));
    this.headPicker.addEventListener("change", () => this.choose({ head: headOf(this.headPicker.value) }));
    const field = (text, picker) => make("label", { className: "field" }, text, picker);
    this.about = make("p", { className: "explorer-about" });
    this.links = make("div", { className: "links" });
    this.readout = make("p", { className: "readout", aria: { live: "polite" } });
    this.element.classList.add("explorer");
    const picture = (title, node) => make("section", { className: "picture" }, make("h3", {}, title), node);
    this.element.replaceChildren(
      make("div", { className: "explorer-bar" }, this.kindPicker, field("Layer", this.layerPicker), field("Head", this.headPicker)),
      make("div", { className: "explorer-bar" }, this.about, this.#saving()), this.links, this.readout,
      make("div", { className: "pictures" }, picture("This head", this.heat.node), picture("Every layer (down) and head (across)", this.grid.node)));
  }

  #saving() {
    const name = () => `attention-${this.choice.kind}-${this.choice.layer}-${this.choice.head}`;
    const ways = {
      PNG: () => pictureOf(this).then((blob) => save(blob, name() + ".png")),
      JSON: () => save(new Blob([JSON.stringify(this.data.answer)], { type: "application/json" }), "attention.json"),
      ...this.options.saveAs,
    };
    const buttons = Object.entries(ways).map(([title, action]) => {
      const button = make("button", { type: "button", className: "quiet", textContent: title, aria: { label: `Save as ${title}` } });
      button.addEventListener("click", () => action(this));
      return button;
    });
    return make("div", { className: "saving", aria: { role: "group", label: "Save" } }, make("span", {}, "Save as"), ...buttons);
  }

  // What was chosen may not be there in new data.
  #settle() {
    const { data, choice } = this;
    if (!data.kinds.includes(choice.kind)) choice.kind = data.kinds[0];
    const layers = data.layers(choice.kind);
    if (!layers.includes(choice.layer)) choice.layer = layers[layers.length - 1];
    const heads = data.heads(choice.kind);
    if (!heads.includes(choice.head) && choice.head !== "max") choice.head = "mean";
  }

  // `isNew`: other data, another kind or other colours, so that the small pictures change too.
  #show(isNew) {
    this.#settle();
    const { data, choice } = this;
    if (isNew) this.palette = new Palette(this.element);
    this.matrix = data.matrix(choice.kind, choice.layer, choice.head);
    this.#fillPickers();
    this.#fillLinks();
    if (isNew) this.grid.show(data, choice.kind, this.palette);
    this.grid.mark(choice.layer, choice.head);
    this.#layOut();
  }

  #layOut() {
    const { data, choice } = this;
    const shown = (pieces) => pieces.map((piece) => shownToken(piece).text);
    const labels = { queries: shown(data.queries(choice.kind)), keys: shown(data.keys(choice.kind)) };
    this.element.classList.toggle("is-long", this.matrix.columns > 28);
    this.heat.show(this.matrix, labels, this.palette, `Heat map, layer ${choice.layer}, head ${choice.head}`);
    this.curves.measure(this.links, this.keyLine, this.queryLine);
    this.#point(this.place);
  }

  #fillPickers() {
    const { data, choice } = this;
    const kinds = data.kinds.map((kind) => {
      const button = make("button", { type: "button", textContent: kindNames[kind][0] });
      button.setAttribute("aria-pressed", String(kind === choice.kind));
      button.addEventListener("click", () => {
        this.choose({ kind });
        this.kindPicker.querySelector("[aria-pressed=true]").focus();
      });
      return button;
    });
    this.kindPicker.replaceChildren(...kinds);
    this.about.textContent = kindNames[choice.kind][1];
    fill(this.layerPicker, data.layers(choice.kind), choice.layer);
    const heads = data.heads(choice.kind);
    fill(this.headPicker, heads.length ? ["mean", "max", ...heads] : ["mean"], choice.head);
  }

  #fillLinks() {
    const { data, choice } = this;
    const { source, target } = data.answer;
    const isOf = { queries: choice.kind === "encoder" ? source : target, keys: choice.kind === "decoder" ? target : source };
    const listener = (side) => ({
      point: (index) => this.#point(index == null ? null : { [side]: index }),
      pin: (index) => this.#pin({ [side]: index }),
    });
    this.keyLine = new TokenLine(data.keys(choice.kind), "Looked at", isOf.keys, listener("key"));
    this.queryLine = new TokenLine(data.queries(choice.kind), "Looking", isOf.queries, listener("query"));
    const titles = { cross: ["Source", "Translation"], encoder: ["Is looked at", "Looks"], decoder: ["Is looked at", "Looks"] };
    const title = (text) => make("span", { className: "line-title", textContent: text });
    const [above, below] = titles[choice.kind];
    this.links.replaceChildren(this.curves.canvas, title(above), this.keyLine.node, this.queryLine.node, title(below));
  }

  #pin(place) {
    const isSame = this.pinned && this.pinned.query === place.query && this.pinned.key === place.key;
    this.pinned = isSame ? null : place;
    this.#point(null);
  }

  // `place` has a query, a key or both; null goes back to what is pinned.
  #point(place) {
    this.place = place;
    const shown = place ?? this.pinned;
    const { query, key } = shown ?? {};
    const weights = query != null ? rowOf(this.matrix, query) : key != null ? columnOf(this.matrix, key) : null;
    const byQuery = query != null;
    this.keyLine.shade(byQuery ? weights : null);
    this.queryLine.shade(weights && !byQuery ? weights : null);
    this.keyLine.mark(byQuery && key == null ? null : key, this.pinned?.key);
    this.queryLine.mark(query, this.pinned?.query);
    this.element.classList.toggle("pointing", weights != null);
    this.curves.draw(this.#links(weights, query, key), this.palette.accent);
    this.heat.focus(shown);
    this.#read(weights, query, key);
  }

  // At rest each query's strongest link.
  #links(weights, query, key) {
    if (!weights) {
      const part = this.curves.crossesWords ? 0.12 : 0.4;
      return Array.from({ length: this.matrix.rows }, (_, row) => {
        const all = rowOf(this.matrix, row);
        const best = strongest(all);
        return { upper: best, lower: row, weight: all[best] * part };
      });
    }
    return weights.map((weight, index) => (query != null ? { upper: index, lower: query, weight } : { upper: key, lower: index, weight }));
  }

  #read(weights, query, key) {
    const { data, choice } = this;
    if (!weights) {
      this.readout.textContent = "Point at a word, or tap it, to see its links.";
      return;
    }
    const name = (pieces, index) => make("b", {}, shownToken(pieces[index]).text);
    const [queries, keys] = [data.queries(choice.kind), data.keys(choice.kind)];
    if (query != null && key != null) {
      const weight = this.matrix.values[query * this.matrix.columns + key];
      this.readout.replaceChildren(name(queries, query), " looks at ", name(keys, key), ` with ${weight.toFixed(4)}`);
      return;
    }
    const others = query != null ? keys : queries;
    const top = weights.map((weight, index) => ({ weight, index })).sort((a, b) => b.weight - a.weight).slice(0, 5);
    const parts = top.filter(({ weight }) => weight >= 0.005).map(({ weight, index }) => make("span", { className: "reading" }, name(others, index), ` ${percent(weight)}`));
    const verb = query != null ? " looks at " : " is looked at by ";
    this.readout.replaceChildren(query != null ? name(queries, query) : name(keys, key), verb, ...parts);
  }
}

function headOf(text) {
  return text === "mean" || text === "max" ? text : Number(text);
}

function fill(select, values, chosen) {
  select.replaceChildren(...values.map((value) => {
    const names = { mean: "Mean of all", max: "Max of all" };
    return make("option", { value, textContent: names[value] ?? value, selected: value === chosen });
  }));
}
