// Says in words what is pointed at.
class Readout {
  constructor() {
    this.node = make("p", { className: "readout", aria: { live: "polite" } });
  }

  // `query` and `keys` are indices into the pieces `looking` and `lookedAt`; `weights` are those of the query or, all
  // keys together, of each query; null where nothing is pointed at.
  tell({ query, keys, weights, matrix, looking, lookedAt }) {
    if (!weights) {
      this.node.textContent = phrase("pointAtWord");
    } else if (query == null) {
      const words = keys.map((key) => spelled(lookedAt[key]));
      this.#say("isLookedAtBy", { words, others: this.#strongest(weights, looking) });
    } else if (keys.length) {
      const weight = spelledNumber(matrix.values[query * matrix.columns + keys[0]], 4);
      this.#say("looksAtWith", { word: spelled(looking[query]), other: spelled(lookedAt[keys[0]]), weight });
    } else {
      this.#say("looksAt", { word: spelled(looking[query]), others: this.#strongest(weights, lookedAt) });
    }
  }

  #say(key, values) {
    this.node.replaceChildren(...phraseNodes(key, values));
  }

  #strongest(weights, pieces) {
    const top = weights.map((weight, index) => ({ weight, index })).sort((a, b) => b.weight - a.weight).slice(0, 5);
    const told = top.filter(({ weight }) => weight >= 0.005);
    const reading = ({ weight, index }) =>
      make("span", { className: "reading" }, spelled(pieces[index]), ` ${percent(weight)}`);
    return told.map(reading);
  }
}

function spelled(piece) {
  return make("b", {}, shownToken(piece).text);
}
