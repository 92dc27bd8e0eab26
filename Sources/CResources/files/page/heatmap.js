// A head's weights as a table of shades, with the tokens beside it.
class HeatMap {
  // `listener` has point({query, key} or null) and pin({query, key}).
  constructor(listener) {
    this.canvas = make("canvas", { className: "heat-canvas", tabIndex: 0, aria: { role: "application" } });
    this.scale = make("canvas", { width: 120, height: 1, aria: { hidden: "true" } });
    this.scroll = make("div", { className: "heat-scroll" }, this.canvas);
    this.node = make("div", {}, this.scroll, make("div", { className: "scale" }, "0", this.scale, "1"));
    this.base = make("canvas");
    this.cursor = { query: 0, key: 0 };
    this.#listen(listener);
  }

  // `labels` has queries and keys, texts both.
  show(matrix, labels, palette, name) {
    Object.assign(this, { matrix, labels, palette });
    const { query, key } = this.cursor;
    this.cursor = { query: Math.min(query, matrix.rows - 1), key: Math.min(key, matrix.columns - 1) };
    this.canvas.setAttribute("aria-label", phrase("heatMapKeys", { name }));
    this.#layOut();
    this.#paintBase();
    this.#paintScale();
    this.focus({ keys: [] });
  }

  // Frames a row (`query`), columns (`keys`), or the weights where they meet.
  focus({ query, keys }) {
    const { width, height, scale, left, top, cell } = this.layout;
    const context = this.canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.drawImage(this.base, 0, 0);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.strokeStyle = this.palette.accent;
    context.lineWidth = 1.5;
    if (query != null) context.strokeRect(left, top + query * cell, width - left - 1, cell);
    for (const key of keys) context.strokeRect(left + key * cell, top, cell, height - top - 1);
  }

  #layOut() {
    const { matrix, labels } = this;
    const room = this.scroll.clientWidth || 600;
    const context = this.base.getContext("2d");
    context.font = HeatMap.font(12);
    const widest = (texts) => Math.min(110, Math.max(...texts.map((text) => context.measureText(text).width)));
    const left = Math.ceil(widest(labels.queries)) + 10;
    const rise = Math.ceil(widest(labels.keys) * 0.82) + 14;
    const overhang = Math.ceil(widest(labels.keys) * 0.57);
    const cell = Math.max(13, Math.min(38, Math.floor((room - left - overhang - 2) / matrix.columns)));
    const width = left + cell * matrix.columns + 1;
    const height = rise + cell * matrix.rows + 1;
    this.layout = { left, top: rise, cell, width, height, overhang, scale: devicePixelRatio || 1 };
    for (const canvas of [this.base, this.canvas]) {
      canvas.width = Math.round((width + overhang) * this.layout.scale);
      canvas.height = Math.round(this.layout.height * this.layout.scale);
    }
    this.canvas.style.width = `${width + overhang}px`;
    this.canvas.style.height = `${this.layout.height}px`;
  }

  static font(size) {
    return `${size}px system-ui, sans-serif`;
  }

  #paintBase() {
    const { matrix, labels, palette } = this;
    const { left, top, cell, scale } = this.layout;
    const context = this.base.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const gap = cell > 8 ? 1 : 0;
    matrix.values.forEach((weight, index) => {
      const [row, column] = [Math.floor(index / matrix.columns), index % matrix.columns];
      context.fillStyle = palette.css(weight);
      context.fillRect(left + column * cell, top + row * cell, cell - gap, cell - gap);
    });
    context.fillStyle = palette.muted;
    context.font = HeatMap.font(Math.min(12, cell - 1));
    context.textBaseline = "middle";
    context.textAlign = "right";
    labels.queries.forEach((text, row) => context.fillText(shortened(text), left - 6, top + (row + 0.5) * cell));
    context.textAlign = "left";
    labels.keys.forEach((text, column) => {
      context.save();
      context.translate(left + (column + 0.5) * cell, top - 5);
      context.rotate(-Math.PI * 0.3);
      context.fillText(shortened(text), 0, 0);
      context.restore();
    });
  }

  #paintScale() {
    const values = Float32Array.from({ length: 120 }, (_, index) => index / 119);
    this.scale.getContext("2d").putImageData(this.palette.image({ rows: 1, columns: 120, values }), 0, 0);
  }

  #listen(listener) {
    const { canvas } = this;
    canvas.addEventListener("pointermove", (event) => listener.point(this.#place(event)));
    canvas.addEventListener("pointerleave", () => listener.point(null));
    canvas.addEventListener("click", (event) => {
      const place = this.#place(event);
      if (place) listener.pin(place);
    });
    canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && listener.point({ ...this.cursor }));
    canvas.addEventListener("blur", () => listener.point(null));
    canvas.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const bound = (value, count) => Math.max(0, Math.min(count - 1, value));
      this.cursor.query = bound(this.cursor.query + step[0], this.matrix.rows);
      this.cursor.key = bound(this.cursor.key + step[1], this.matrix.columns);
      listener.point({ ...this.cursor });
    });
  }

  #place(event) {
    const box = this.canvas.getBoundingClientRect();
    const { left, top, cell } = this.layout;
    const key = Math.floor((event.clientX - box.left - left) / cell);
    const query = Math.floor((event.clientY - box.top - top) / cell);
    const inside = key >= 0 && query >= 0 && key < this.matrix.columns && query < this.matrix.rows;
    return inside ? { query, key } : null;
  }
}

function shortened(text) {
  return text.length > 16 ? text.slice(0, 15) + "…" : text;
}
