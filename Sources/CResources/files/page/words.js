const wordRounds = 2;
const wordsARound = 4;
const mostWords = 8;
// How much less likely than the best of them, as a difference of scores, a word may be.
const widestGap = 4;

// Other words for a word of the translation. A click on it, or arrow keys and Enter, opens a menu; the model goes on
// from the word that is chosen there.
class WordMenu {
  // `ask` gets further fields for the translation of a sentence; `onChoice` gets its index, new target and score.
  constructor(translation, { ask, onChoice }) {
    Object.assign(this, { translation, ask, onChoice });
    this.menu = make("div", { className: "word-menu", popover: "auto", tabIndex: -1, aria: { role: "group" } });
    this.menu.addEventListener("toggle", (event) => event.newState === "closed" && this.#closed());
    document.querySelector("main").append(this.menu);
    this.clear();
    this.#listen();
  }

  // What stands in the translation's pane, and the targets of its sentences.
  follow(text, sentences, language) {
    this.clear();
    Object.assign(this, { text, sentences, language });
    this.places = placesOf(text, sentences.map(({ target }) => target));
    this.translation.classList.toggle("has-words", sentences.length > 0);
  }

  clear() {
    Object.assign(this, { text: "", sentences: [], places: [], word: null });
    this.translation.classList.remove("has-words");
    this.menu.hidePopover?.();
    mark("chosen-word", null);
    mark("pointed-word", null);
  }

  // The sentence that a place of the window belongs to; null for none.
  sentenceUnder(event) {
    const offset = offsetUnder(this.translation, event);
    return offset == null || !this.sentences.length ? null : partAt(this.places, offset);
  }

  #listen() {
    const { translation } = this;
    translation.addEventListener("click", (event) => {
      const word = getSelection().isCollapsed && this.#wordUnder(event);
      if (word) this.#open(word);
    });
    let pointer = null;
    const point = oncePerFrame(() => mark("pointed-word", pointer && this.#rangeOf(this.#wordUnder(pointer))));
    for (const kind of ["pointermove", "pointerleave"]) {
      translation.addEventListener(kind, (event) => {
        pointer = kind === "pointermove" && event.pointerType === "mouse" ? event : null;
        point();
      });
    }
    translation.addEventListener("keydown", (event) => this.#press(event));
    const leave = (event) => event.target !== this.menu && this.menu.hidePopover();
    for (const kind of ["resize", "scroll"]) addEventListener(kind, leave, { capture: true, passive: true });
    translation.addEventListener("blur", () => this.menu.matches(":popover-open") || mark("chosen-word", null));
  }

  #press(event) {
    const isRightToLeft = getComputedStyle(this.translation).direction === "rtl";
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const word = this.#wordFrom(this.word, isRightToLeft ? -step : step);
      if (!word) return;
      event.preventDefault();
      this.word = word;
      this.#show(word);
      announce(this.text.slice(word.start, word.end));
    } else if ((event.key === "Enter" || event.key === " ") && this.word) {
      event.preventDefault();
      this.#open(this.word);
    }
  }

  #wordUnder(event) {
    const offset = offsetUnder(this.translation, event);
    return offset == null ? null : this.#wordAt(offset);
  }

  // The word at an offset of the text, if it is one of a sentence.
  #wordAt(offset) {
    const sentence = partAt(this.places, offset);
    const place = this.places[sentence];
    if (!place || offset >= place.end) return null;
    const target = this.text.slice(place.start, place.end);
    const segment = wordSegmenter(this.language).segment(target).containing(offset - place.start);
    if (!segment?.isWordLike) return null;
    const start = place.start + segment.index;
    return { sentence, start, end: start + segment.segment.length };
  }

  // The word after or before another one; the first or the last of all if there is none.
  #wordFrom(word, step) {
    let offset = word ? (step > 0 ? word.end : word.start - 1) : step > 0 ? 0 : this.text.length - 1;
    for (; offset >= 0 && offset < this.text.length; offset += step) {
      const found = this.#wordAt(offset);
      if (found) return found;
    }
    return null;
  }

  #rangeOf(word) {
    const node = this.translation.firstChild;
    if (!word || !node || word.end > node.length) return null;
    const range = new Range();
    range.setStart(node, word.start);
    range.setEnd(node, word.end);
    return range;
  }

  #show(word) {
    const range = this.#rangeOf(word);
    mark("chosen-word", range);
    if (range) this.#bringIntoView(range.getBoundingClientRect());
    return range;
  }

  #bringIntoView({ top, bottom }) {
    const frame = this.translation.getBoundingClientRect();
    if (top >= frame.top && bottom <= frame.bottom) return;
    this.translation.scrollTop += top - frame.top - frame.height / 2;
  }

  async #open(word) {
    this.running?.abort();
    const running = (this.running = new AbortController());
    this.word = word;
    const range = this.#show(word);
    if (!range) return;
    const name = phrase("otherWordsFor", { word: this.text.slice(word.start, word.end) });
    this.menu.setAttribute("aria-label", name);
    this.#say(phrase("looking"));
    this.menu.showPopover();
    this.#place(range);
    this.menu.focus();
    try {
      const choices = await this.#find(word, running.signal);
      if (running !== this.running) return;
      if (choices.length) this.#offer(word, choices);
      else this.#say(phrase("noOtherWords"));
      this.#place(range);
    } catch (problem) {
      if (running === this.running && problem.name !== "AbortError") this.#say(problem.message);
    }
  }

  // The likeliest words in a word's place. Each round leaves out those that were found before.
  async #find({ sentence, start, end }, signal) {
    const target = this.sentences[sentence].target;
    const from = this.places[sentence].start;
    const prefix = target.slice(0, start - from);
    const found = new Map([[this.text.slice(start, end).toLowerCase(), null]]);
    for (let round = 0; round < wordRounds && found.size <= mostWords; round++) {
      const fields = { prefix, suppress: [...found.keys()], alternatives: wordsARound, explain: ["scores"] };
      const answer = await this.ask(sentence, fields, signal);
      const count = found.size;
      for (const { text, score } of candidatesOf(answer)) {
        if (!text.startsWith(prefix)) continue;
        const rest = text.slice(prefix.length);
        const word = rest.slice(0, firstWordEnd(rest, this.language));
        const key = word.trim().toLowerCase();
        // A word that is left out can come back, written together with another: "nouveauhomme".
        const isKnown = [...found.keys()].some((it) => key === it || (it.length > 2 && key.endsWith(it)));
        if (key && !isKnown) found.set(key, { prefix: prefix + word, word: word.trim(), score: score ?? 0 });
      }
      if (found.size === count) break;
    }
    const choices = [...found.values()].filter(Boolean).sort((one, other) => other.score - one.score);
    return choices.filter(({ score }) => score >= choices[0].score - widestGap).slice(0, mostWords);
  }

  #offer(word, choices) {
    const buttons = choices.map((choice) => {
      const button = make("button", { type: "button", textContent: choice.word, lang: this.language, dir: "auto" });
      button.addEventListener("click", () => this.#choose(word, choice));
      return button;
    });
    roveFocus(buttons);
    const hadFocus = this.menu.contains(document.activeElement);
    this.menu.replaceChildren(...buttons);
    if (hadFocus) buttons[0].focus();
  }

  // The beginning with the chosen word, and what the model makes of the rest.
  async #choose({ sentence }, { prefix }) {
    const running = (this.running = new AbortController());
    this.#say(phrase("looking"));
    try {
      const answer = await this.ask(sentence, { prefix, explain: ["scores"] }, running.signal);
      if (running !== this.running) return;
      this.menu.hidePopover();
      this.onChoice(sentence, answer.translatedText, answer.details[0].sentences[0]?.score);
      this.translation.focus();
    } catch (problem) {
      if (running === this.running && problem.name !== "AbortError") this.#say(problem.message);
    }
  }

  #say(text) {
    this.menu.replaceChildren(make("p", { className: "note", textContent: text, aria: { role: "status" } }));
  }

  #closed() {
    this.running?.abort();
    if (document.activeElement !== this.translation) mark("chosen-word", null);
  }

  // Under the word, within the window.
  #place(range) {
    const word = range.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.menu;
    const margin = 8;
    const below = word.bottom + margin + height <= innerHeight;
    const left = Math.max(margin, Math.min(word.left, innerWidth - width - margin));
    this.menu.style.left = `${left}px`;
    this.menu.style.top = `${Math.max(margin, below ? word.bottom + margin : word.top - height - margin)}px`;
  }
}

// The offset of the letter at a place of the window in an element of one text; null where there is none.
function offsetUnder(element, { clientX, clientY }) {
  const node = element.firstChild;
  if (!node) return null;
  const position = document.caretPositionFromPoint?.(clientX, clientY);
  const caret = position ? { node: position.offsetNode, offset: position.offset } : rangeUnder(clientX, clientY);
  if (caret?.node !== node) return null;
  return [caret.offset, caret.offset - 1].find((offset) => covers(node, offset, clientX, clientY)) ?? null;
}

function rangeUnder(x, y) {
  const range = document.caretRangeFromPoint?.(x, y);
  return range && { node: range.startContainer, offset: range.startOffset };
}

// Whether the letter at an offset is drawn at a place: beside a text there is none.
function covers(node, offset, x, y) {
  if (offset < 0 || offset >= node.length) return false;
  const range = new Range();
  range.setStart(node, offset);
  range.setEnd(node, offset + 1);
  return [...range.getClientRects()].some((box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom);
}

// Marks a range under a name of the style sheet; null for none.
function mark(name, range) {
  if (range) CSS.highlights?.set(name, new Highlight(range));
  else CSS.highlights?.delete(name);
}
