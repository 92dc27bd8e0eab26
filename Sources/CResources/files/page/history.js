const mostEntries = 50;
const historyPauseMs = 1500;
const longestExcerpt = 200;

// Translations that were made here, the last one first. Nothing is kept until the reader asks for it.
class HistoryPanel {
  // `onChoice` gets the entry {source, target, text, translation} that was chosen.
  constructor(onChoice) {
    this.onChoice = onChoice;
    this.entries = keptEntries();
    this.section = document.getElementById("history");
    this.consent = make("input", { type: "checkbox", checked: kept("keepsHistory") === true });
    this.consent.addEventListener("change", () => keep("keepsHistory", this.consent.checked || null));
    this.list = make("ul", { className: "rows entries" });
    this.empty = make("p", { className: "explorer-about", textContent: phrase("historyEmpty") });
    this.clear = makeButton("clearHistory", "quiet", () => this.#clear());
    const title = make("h2", { id: "history-title", textContent: phrase("history") });
    const consent = make("label", { className: "field" }, this.consent, make("span", {}, phrase("keepHistory")));
    const about = make("p", { className: "explorer-about", textContent: phrase("historyAbout") });
    this.section.append(title, consent, about, this.empty, this.list, this.clear);
    startPanel(document.getElementById("toggle-history"), this.section, () => this.#show());
    this.#show();
  }

  // A translation that may be followed by that of a longer text: it counts once the reader pauses.
  add(entry) {
    clearTimeout(this.timer);
    if (!this.consent.checked || entry.text.length > longestText) return;
    this.timer = setTimeout(() => this.#keep(entry), historyPauseMs);
  }

  // Forgets the translation that has not counted yet.
  pause() {
    clearTimeout(this.timer);
  }

  #keep(entry) {
    if (!this.consent.checked) return;
    this.entries = [entry, ...this.entries.filter((other) => !isReplaced(other, entry))].slice(0, mostEntries);
    keep("history", this.entries);
    this.#show();
  }

  #clear() {
    clearTimeout(this.timer);
    this.entries = [];
    keep("history", null);
    this.#show();
    this.consent.focus();
    announce(phrase("historyCleared"));
  }

  #show() {
    this.empty.hidden = this.entries.length > 0;
    this.clear.hidden = !this.entries.length;
    this.list.replaceChildren(...this.entries.map((entry) => make("li", {}, this.#button(entry))));
  }

  #button(entry) {
    const name = (code) => (code === detected ? phrase("detectedLanguage") : languageName(code));
    const pair = phrase("pair", { source: name(entry.source), target: name(entry.target) });
    const line = (className, text, lang) =>
      make("span", { className, textContent: text.slice(0, longestExcerpt), lang, dir: "auto" });
    const lines = [
      make("span", { className: "entry-pair", textContent: pair }),
      line("entry-text", entry.text, entry.source === detected ? "" : entry.source),
      line("entry-translation", entry.translation, entry.target),
    ];
    const button = make("button", { type: "button", className: "entry" }, ...lines);
    button.addEventListener("click", () => this.onChoice(entry));
    return button;
  }
}

// Whether a new entry takes another one's place: the same text, or one that was written further.
function isReplaced(other, entry) {
  if (other.source !== entry.source || other.target !== entry.target) return false;
  return entry.text.startsWith(other.text.trimEnd());
}

function keptEntries() {
  const entries = kept("history", []);
  const fields = ["source", "target", "text", "translation"];
  const isEntry = (entry) => fields.every((field) => typeof entry?.[field] === "string");
  return Array.isArray(entries) ? entries.filter(isEntry).slice(0, mostEntries) : [];
}

function entryOf({ source, target, text }, { translatedText }) {
  return { source, target, text, translation: translatedText };
}
