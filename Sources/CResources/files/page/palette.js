// Colours as the style sheet has them, whatever way it says so.
function styleColor(node, name) {
  const probe = make("span", { hidden: true });
  probe.style.forcedColorAdjust = "none"; // Shades tell weights, also where the reader has chosen the colours.
  probe.style.color = `var(${name})`;
  node.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}

function channels(color) {
  const canvas = make("canvas", { width: 1, height: 1 });
  const context = canvas.getContext("2d");
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data;
}

// 256 colours from no weight to all of it. The square root lets weak links be seen.
class Palette {
  constructor(node) {
    this.ink = styleColor(node, "--ink");
    this.muted = styleColor(node, "--muted");
    this.card = styleColor(node, "--card");
    this.accent = styleColor(node, "--accent");
    const stops = ["--heat-0", "--heat-1", "--heat-2"].map((name) => channels(styleColor(node, name)));
    const colors = Array.from({ length: 256 }, (_, index) => {
      const place = (index / 255) * 2;
      const from = stops[Math.min(1, Math.floor(place))];
      const to = stops[Math.min(1, Math.floor(place)) + 1];
      const part = place - Math.min(1, Math.floor(place));
      return [0, 1, 2].map((channel) => Math.round(from[channel] + (to[channel] - from[channel]) * part));
    });
    this.names = colors.map((color) => `rgb(${color.join(" ")})`);
    this.pixels = new Uint32Array(new Uint8ClampedArray(colors.flatMap((color) => [...color, 255])).buffer);
  }

  static place(weight) {
    return Math.min(255, Math.round(Math.sqrt(Math.max(0, weight)) * 255));
  }

  css(weight) {
    return this.names[Palette.place(weight)];
  }

  // A pixel a weight.
  image(matrix) {
    const image = new ImageData(matrix.columns, matrix.rows);
    const pixels = new Uint32Array(image.data.buffer);
    matrix.values.forEach((weight, index) => (pixels[index] = this.pixels[Palette.place(weight)]));
    return image;
  }
}
