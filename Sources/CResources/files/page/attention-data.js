// The answer of /attention: its weights by kind, layer and head, and what its rows and columns stand for.
class AttentionData {
  constructor(answer) {
    this.answer = answer;
    this.cache = new Map();
  }

  get kinds() {
    return ["cross", "encoder", "decoder"].filter((kind) => kind in this.answer.attention);
  }

  layers(kind) {
    return this.answer.attention[kind].layers;
  }

  // Empty where the heads came pooled.
  heads(kind) {
    return this.answer.attention[kind].heads;
  }

  // What looks: the rows.
  queries(kind) {
    return kind === "encoder" ? this.answer.sourceTokens : this.answer.targetTokens;
  }

  // What is looked at: the columns.
  keys(kind) {
    return kind === "decoder" ? this.answer.decoderTokens : this.answer.sourceTokens;
  }

  // One head's weights, or the mean or max of all, row by row.
  matrix(kind, layer, head) {
    const name = `${kind} ${layer} ${head}`;
    if (!this.cache.has(name)) this.cache.set(name, this.#matrix(kind, layer, head));
    return this.cache.get(name);
  }

  #matrix(kind, layer, head) {
    const part = this.answer.attention[kind];
    const heads = part.weights[part.layers.indexOf(layer)];
    const index = part.heads.indexOf(head);
    const [, , rows, columns] = part.shape;
    const chosen = index >= 0 ? [heads[index]] : heads;
    const values = new Float32Array(rows * columns);
    for (const weights of chosen) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const place = row * columns + column;
          const weight = weights[row][column];
          values[place] = head === "max" ? Math.max(values[place], weight) : values[place] + weight / chosen.length;
        }
      }
    }
    return { rows, columns, values };
  }
}

// Weights of one row or one column.
function rowOf(matrix, row) {
  return Array.from(matrix.values.subarray(row * matrix.columns, (row + 1) * matrix.columns));
}

// Of several columns, what each row has for them together.
function columnsOf(matrix, columns) {
  return Array.from({ length: matrix.rows }, (_, row) =>
    columns.reduce((sum, column) => sum + matrix.values[row * matrix.columns + column], 0));
}

function strongest(weights) {
  return weights.reduce((best, weight, index) => (weight > weights[best] ? index : best), 0);
}
