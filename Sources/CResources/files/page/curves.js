// Curves between two lines of tokens, as strong as their links. Drawn, as there may be thousands.
class Curves {
  constructor() {
    this.canvas = make("canvas", { className: "curves" });
    this.canvas.setAttribute("aria-hidden", "true");
  }

  // Where the tokens stand; asked for again only when they have moved.
  measure(frame, upper, lower) {
    const box = frame.getBoundingClientRect();
    const scale = devicePixelRatio || 1;
    this.size = { width: box.width, height: box.height, scale };
    this.canvas.width = Math.round(box.width * scale);
    this.canvas.height = Math.round(box.height * scale);
    const place = (edge) => (node) => {
      const token = node.getBoundingClientRect();
      return { x: token.left + token.width / 2 - box.left, y: token[edge] - box.top };
    };
    this.upper = upper.nodes.map(place("bottom"));
    this.lower = lower.nodes.map(place("top"));
  }

  // Whether a line of tokens needed a second one, so that curves cross words.
  get crossesWords() {
    return [this.upper, this.lower].some((places) => places.some(({ y }) => Math.abs(y - places[0].y) > 10));
  }

  // `links`: upper and lower index and weight of each.
  draw(links, color) {
    const { width, height, scale } = this.size;
    const context = this.canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    context.strokeStyle = color;
    context.lineCap = "round";
    for (const { upper, lower, weight } of links) {
      if (weight < 0.02) continue;
      const [from, to] = [this.upper[upper], this.lower[lower]];
      const bend = Math.max(24, (to.y - from.y) / 2);
      context.globalAlpha = Math.min(1, 0.08 + 0.92 * weight);
      context.lineWidth = 1 + 3 * weight;
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.bezierCurveTo(from.x, from.y + bend, to.x, to.y - bend, to.x, to.y);
      context.stroke();
    }
  }
}
