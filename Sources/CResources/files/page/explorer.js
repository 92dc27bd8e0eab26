// Shows the weights of one sentence. Several may stand beside each other: each has its own element, data and choice,
// tells which source token is pointed at (`onPoint`, null for none) and that one was pinned (`onPin`), and takes from
// others what to show meanwhile (`echo`).
class Explorer {
  // `options`: choice {kind, layer, head} to begin with, onChoice, saveAs (name to function) for the buttons, and the
  // element of its headings.
  constructor(element, options = {}) {
    this.element = element;
    this.options = options;
    this.choice = { ...options.choice };
    this.pinned = this.place = this.echoed = null;
    this.heat = new HeatMap({ point: (place) => this.#point(place), pin: (place) => this.#pin(place) });
    this.grid = new HeadGrid((layer, head) => this.choose({ layer, head }));
    this.curves = new Curves();
    this.readout = new Readout();
    this.#build();
    const relayOut = oncePerFrame(() => this.data && this.#layOut());
    new ResizeObserver(relayOut).observe(this.links);
    document.addEventListener("themechange", () => this.data && this.#show(true));
  }

  // Takes the answer of /attention, and the sentence that its source tokens spell.
  show(answer, text = "") {
    this.data = new AttentionData(answer);
    this.text = text;
    this.pinned = this.place = this.echoed = null;
    this.#show(true);
  }

  // Takes no part any more until there is something to show again.
  clear() {
    this.data = null;
    this.onPoint?.(null);
  }

  // Shows the links of these source tokens while nothing here is pointed at; null for none.
  echo(pieces) {
    this.echoed = pieces;
    this.#draw();
  }

  unpin() {
    this.pinned = null;
    if (this.data) this.#point(this.place);
  }

  // The layer and head in words, as far as there is a choice.
  get where() {
    const { layers, heads } = this.#sizes();
    const { layer, head } = this.choice;
    const atHead = isPooled(head) ? phrase(`at-${head}`) : phrase("atHead", { head });
    return [layers > 1 && phrase("atLayer", { layer }), heads > 1 && atHead].filter(Boolean).join(", ");
  }

  // For files.
  get name() {
    const { layers, heads } = this.#sizes();
    const { kind, layer, head } = this.choice;
    const place = [layers > 1 && `layer-${layer}`, heads > 1 && `head-${head}`];
    return ["attention", this.data.answer.model, kind, ...place].filter(Boolean).join("-");
  }

  choose(choice) {
    const isOtherKind = "kind" in choice && choice.kind !== this.choice.kind;
    Object.assign(this.choice, choice);
    this.pinned = this.place = null;
    this.#show(isOtherKind);
    this.options.onChoice?.({ ...this.choice });
  }

  #build() {
    this.kindPicker = make("div", { className: "segments", aria: { role: "group", label: phrase("attentionKind") } });
    this.layerPicker = make("select", { aria: { label: phrase("layer") } });
    this.headPicker = make("select", { aria: { label: phrase("head") } });
    this.layerPicker.addEventListener("change", () => this.choose({ layer: Number(this.layerPicker.value) }));
    this.headPicker.addEventListener("change", () => this.choose({ head: headOf(this.headPicker.value) }));
    this.layerField = make("label", { className: "field" }, phrase("layer"), this.layerPicker);
    this.headField = make("label", { className: "field" }, phrase("head"), this.headPicker);
    this.about = make("p", { className: "explorer-about" });
    this.links = make("div", { className: "links" });
    this.element.classList.add("explorer");
    this.heatTitle = make(this.options.heading ?? "h3", { className: "picture-title" });
    this.gridTitle = make(this.options.heading ?? "h3", { className: "picture-title" });
    this.gridPicture = make("section", { className: "picture" }, this.gridTitle, this.grid.node);
    this.pickers = make("div", { className: "explorer-bar" }, this.kindPicker, this.layerField, this.headField);
    const bar = make("div", { className: "explorer-bar" }, this.about, this.#saving());
    const heatPicture = make("section", { className: "picture" }, this.heatTitle, this.heat.node);
    const pictures = make("div", { className: "pictures" }, heatPicture, this.gridPicture);
    this.element.replaceChildren(this.pickers, bar, this.links, this.readout.node, pictures);
  }

  #saving() {
    const ways = {
      PNG: () => pictureOf(this).then((blob) => save(blob, `${this.name}.png`)),
      JSON: () => save(new Blob([JSON.stringify(this.data.answer)], { type: "application/json" }), `${this.name}.json`),
      ...this.options.saveAs,
    };
    const buttons = Object.entries(ways).map(([title, action]) => {
      const label = phrase("saveAs", { kind: title });
      const button = make("button", { type: "button", className: "quiet", textContent: title, aria: { label } });
      button.addEventListener("click", () => action(this));
      return button;
    });
    const label = phrase("save");
    return make("div", { className: "saving", aria: { role: "group", label } }, make("span", {}, label), ...buttons);
  }

  // What was chosen may not be there in new data.
  #settle() {
    const { data, choice } = this;
    if (!data.kinds.includes(choice.kind)) choice.kind = data.kinds[0];
    const layers = data.layers(choice.kind);
    if (!layers.includes(choice.layer)) choice.layer = layers[layers.length - 1];
    const heads = data.heads(choice.kind);
    if (heads.length === 1) choice.head = heads[0];
    else if (!heads.includes(choice.head) && choice.head !== "max") choice.head = "mean";
  }

  // Pooled heads count as one.
  #sizes() {
    const { data, choice } = this;
    return { layers: data.layers(choice.kind).length, heads: Math.max(1, data.heads(choice.kind).length) };
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
    this.heat.show(this.matrix, labels, this.palette, [phrase("heatMap"), this.where].filter(Boolean).join(", "));
    this.curves.measure(this.links, this.keyLine, this.queryLine);
    this.#point(this.place);
  }

  #fillPickers() {
    const { data, choice } = this;
    const kinds = data.kinds.map((kind) => {
      const button = make("button", { type: "button", textContent: phrase(`kind-${kind}`) });
      button.setAttribute("aria-pressed", String(kind === choice.kind));
      button.addEventListener("click", () => {
        this.choose({ kind });
        this.kindPicker.querySelector("[aria-pressed=true]").focus();
      });
      return button;
    });
    this.kindPicker.replaceChildren(...kinds);
    this.about.textContent = phrase(`kind-${choice.kind}-about`);
    fill(this.layerPicker, data.layers(choice.kind), choice.layer);
    const heads = data.heads(choice.kind);
    fill(this.headPicker, heads.length > 1 ? ["mean", "max", ...heads] : heads, choice.head);
    this.#hideLoneChoices();
  }

  // Recurrent and convolutional models have one kind and one head, and the former one layer: nothing to pick from.
  #hideLoneChoices() {
    const { layers, heads } = this.#sizes();
    this.kindPicker.hidden = this.data.kinds.length < 2;
    this.layerField.hidden = layers < 2;
    this.headField.hidden = heads < 2;
    this.pickers.hidden = this.kindPicker.hidden && layers * heads < 2;
    this.gridPicture.hidden = layers * heads < 2;
    this.heatTitle.textContent = phrase(heads > 1 ? "thisHead" : layers > 1 ? "thisLayer" : "allWeights");
    this.gridTitle.textContent = phrase(heads < 2 ? "everyLayer" : layers < 2 ? "everyHead" : "everyLayerAndHead");
    this.element.classList.toggle("is-lone", layers * heads < 2);
  }

  #fillLinks() {
    const { data, choice } = this;
    const { source, target } = data.answer;
    const keyLanguage = choice.kind === "decoder" ? target : source;
    const queryLanguage = choice.kind === "encoder" ? source : target;
    const listener = (side) => ({
      point: (index) => this.#point(index == null ? null : { [side]: index }),
      pin: (index) => this.#pin({ [side]: index }),
    });
    this.keyLine = new TokenLine(data.keys(choice.kind), phrase("lookedAt"), keyLanguage, listener("key"));
    this.queryLine = new TokenLine(data.queries(choice.kind), phrase("looks"), queryLanguage, listener("query"));
    const title = (text) => make("span", { className: "line-title", textContent: text });
    const [above, below] = choice.kind === "cross" ? ["source", "translation"] : ["lookedAt", "looks"];
    const lines = [title(phrase(above)), this.keyLine.node, this.queryLine.node, title(phrase(below))];
    this.links.replaceChildren(this.curves.canvas, ...lines);
  }

  #pin(place) {
    const isSame = this.pinned && this.pinned.query === place.query && this.pinned.key === place.key;
    this.pinned = isSame ? null : place;
    this.onPin?.();
    this.#point(null);
  }

  // `place` has a query, a key or both; null goes back to what is pinned.
  #point(place) {
    this.place = place;
    this.onPoint?.(this.#sourceToken(place ?? this.pinned));
    this.#draw();
  }

  // The source token at a place, or null.
  #sourceToken(place) {
    if (!place || this.choice.kind === "decoder") return null;
    return place.key ?? (this.choice.kind === "encoder" ? place.query : null);
  }

  // What is pointed at here, else elsewhere, else what is pinned: a query, keys, both, or neither.
  get #shown() {
    const { query, key } = this.place ?? (this.#hasEcho ? { key: this.echoed } : this.pinned) ?? {};
    return { query, keys: key == null ? [] : [key].flat() };
  }

  get #hasEcho() {
    return this.echoed?.length > 0 && this.choice.kind !== "decoder";
  }

  #draw() {
    const { query, keys } = this.#shown;
    const byQuery = query != null;
    const weights = byQuery ? rowOf(this.matrix, query) : keys.length ? columnsOf(this.matrix, keys) : null;
    this.keyLine.shade(byQuery ? weights : null);
    this.queryLine.shade(weights && !byQuery ? weights : null);
    this.keyLine.mark(keys, this.pinned?.key);
    this.queryLine.mark([query], this.pinned?.query);
    this.curves.draw(this.#links(weights, query, keys), this.palette.accent);
    this.heat.focus({ query, keys });
    const [looking, lookedAt] = [this.data.queries(this.choice.kind), this.data.keys(this.choice.kind)];
    this.readout.tell({ query, keys, weights, matrix: this.matrix, looking, lookedAt });
  }

  // At rest each query's strongest link.
  #links(weights, query, keys) {
    if (!weights) {
      const part = this.curves.crossesWords ? 0.12 : 0.4;
      return Array.from({ length: this.matrix.rows }, (_, row) => {
        const all = rowOf(this.matrix, row);
        const best = strongest(all);
        return { upper: best, lower: row, weight: all[best] * part };
      });
    }
    if (query != null) return weights.map((weight, index) => ({ upper: index, lower: query, weight }));
    return keys.flatMap((upper) => columnsOf(this.matrix, [upper]).map((weight, lower) => ({ upper, lower, weight })));
  }
}

// Whether a choice stands for all heads together.
function isPooled(head) {
  return head === "mean" || head === "max";
}

function headOf(text) {
  return isPooled(text) ? text : Number(text);
}

function fill(select, values, chosen) {
  select.replaceChildren(...values.map((value) => {
    const textContent = isPooled(value) ? phrase(`heads-${value}`) : value;
    return make("option", { value, textContent, selected: value === chosen });
  }));
}
