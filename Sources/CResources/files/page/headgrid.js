// Every head of every layer, small: what one picks from.
class HeadGrid {
  // `pick` is called with layer and head.
  constructor(pick) {
    this.node = make("div", { className: "head-grid", aria: { role: "group", label: phrase("allLayersAndHeads") } });
    this.pick = pick;
    this.cells = [];
  }

  // Heads that came pooled stand as one. Layers of one head stand beside each other.
  show(data, kind, palette) {
    const heads = data.heads(kind).length ? data.heads(kind) : ["mean"];
    const layers = data.layers(kind);
    this.cells = layers.flatMap((layer) => heads.map((head) => this.#cell(data, kind, layer, head, palette)));
    const nodes = this.cells.map(({ node }) => node);
    const [across, down] = heads.length > 1 ? [heads, layers] : [layers, [""]];
    const label = (textContent) => make("span", { className: "grid-label", textContent });
    const width = across.length;
    const rows = down.flatMap((name, row) => [label(name), ...nodes.slice(row * width, (row + 1) * width)]);
    this.node.style.setProperty("--across", across.length);
    this.node.replaceChildren(label(""), ...across.map(label), ...rows);
    roveFocus(nodes, across.length);
  }

  #cell(data, kind, layer, head, palette) {
    const matrix = data.matrix(kind, layer, head);
    const canvas = make("canvas", { width: matrix.columns, height: matrix.rows });
    canvas.getContext("2d").putImageData(palette.image(matrix), 0, 0);
    const label = phrase(head === "mean" ? "atLayer" : "layerAndHead", { layer, head });
    const node = make("button", { type: "button", className: "grid-cell", title: label, aria: { label } }, canvas);
    node.addEventListener("click", () => this.pick(layer, head));
    return { node, layer, head };
  }

  mark(layer, head) {
    for (const cell of this.cells) {
      const isChosen = cell.layer === layer && (cell.head === head || isPooled(head));
      cell.node.setAttribute("aria-pressed", String(isChosen));
    }
  }
}
