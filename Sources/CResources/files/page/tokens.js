const specialTokens = { "</s>": "token-end", "<s>": "token-start", "<pad>": "token-start", "<unk>": "token-unknown" };
const rightToLeft = new Set(["ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);

// How a piece of the vocabulary is shown: SentencePiece marks the start of a word with ▁.
function shownToken(piece) {
  if (piece in specialTokens) return { text: phrase(specialTokens[piece]), isSpecial: true, startsWord: true };
  const startsWord = piece.startsWith("▁");
  const text = (startsWord ? piece.slice(1) : piece).replaceAll("▁", " ");
  return { text: text || "␣", isSpecial: false, startsWord };
}

function percent(weight) {
  const maximumFractionDigits = weight >= 0.0995 || weight === 0 ? 0 : 1;
  const digits = { minimumFractionDigits: maximumFractionDigits, maximumFractionDigits };
  return weight.toLocaleString(interfaceLanguage, { style: "percent", ...digits });
}

// A line of tokens that can be pointed at, focused and pinned.
class TokenLine {
  // `listener` has point(index or null) and pin(index).
  constructor(pieces, label, language, listener) {
    this.nodes = pieces.map((piece, index) => this.#token(piece, index, listener));
    this.node = make("div", { className: "tokens", aria: { role: "group", label } }, ...this.#words(pieces));
    if (language) this.node.lang = language;
    if (rightToLeft.has((language ?? "").split(/[-_]/)[0])) this.node.dir = "rtl";
    roveFocus(this.nodes);
  }

  // The pieces of a word stay together at the end of a line.
  #words(pieces) {
    const words = [];
    pieces.forEach((piece, index) => {
      if (index === 0 || shownToken(piece).startsWord) words.push(make("span", { className: "word" }));
      words[words.length - 1].append(this.nodes[index]);
    });
    return words;
  }

  #token(piece, index, listener) {
    const { text, isSpecial } = shownToken(piece);
    const node = make("button", { type: "button", className: "token", textContent: text, title: piece });
    node.classList.toggle("special", isSpecial);
    node.setAttribute("aria-pressed", "false");
    node.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && listener.point(index));
    node.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && listener.point(null));
    node.addEventListener("focus", () => node.matches(":focus-visible") && listener.point(index));
    node.addEventListener("blur", () => listener.point(null));
    node.addEventListener("click", () => listener.pin(index));
    return node;
  }

  // Shades the tokens by weights from 0 to 1; null for none.
  shade(weights) {
    this.nodes.forEach((node, index) => {
      if (weights) node.style.setProperty("--weight", Math.sqrt(Math.min(1, weights[index])).toFixed(3));
      else node.style.removeProperty("--weight");
    });
  }

  // `active`: indices of those that are looked at; `pinned`: one, or none.
  mark(active, pinned) {
    this.nodes.forEach((node, index) => {
      node.classList.toggle("active", active.includes(index));
      node.setAttribute("aria-pressed", String(index === pinned));
    });
  }
}
