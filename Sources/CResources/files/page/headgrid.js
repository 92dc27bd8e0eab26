// Every head of every layer, small: what one picks from.
class HeadGrid {
  // `pick` is called with layer and head.
  constructor(pick) {
    this.node = make("div", { className: "head-grid", aria: { role: "group", label: "All layers and heads" } });
    this.pick = pick;
    this.cells = [];
  }

  // Heads that came pooled stand as one.
  show(data, kind, palette) {
    const heads = data.heads(kind).length ? data.heads(kind) : ["mean"];
    this.node.style.setProperty("--heads", heads.length);
    this.cells = data.layers(kind).flatMap((layer) => heads.map((head) => this.#cell(data, kind, layer, head, palette)));
    const corner = make("span", { className: "grid-label", textContent: "" });
    const tops = heads.map((head) => make("span", { className: "grid-label", textContent: head }));
    const rows = data.layers(kind).flatMap((layer, index) => [
      make("span", { className: "grid-label", textContent: layer }),
      ...this.cells.slice(index * heads.length, (index + 1) * heads.length).map((cell) => cell.node),
    ]);
    this.node.replaceChildren(corner, ...tops, ...rows);
    roveFocus(this.cells.map((cell) => cell.node), heads.length);
  }

  #cell(data, kind, layer, head, palette) {
    const matrix = data.matrix(kind, layer, head);
    const canvas = make("canvas", { width: matrix.columns, height: matrix.rows });
    canvas.getContext("2d").putImageData(palette.image(matrix), 0, 0);
    const label = `Layer ${layer}, head ${head}`;
    const node = make("button", { type: "button", className: "grid-cell", title: label, aria: { label } }, canvas);
    node.addEventListener("click", () => this.pick(layer, head));
    return { node, layer, head };
  }

  mark(layer, head) {
    for (const cell of this.cells) {
      const isAll = head === "mean" || head === "max";
      cell.node.setAttribute("aria-pressed", String(cell.layer === layer && (cell.head === head || isAll)));
    }
  }
}
