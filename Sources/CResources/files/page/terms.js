const mostTerms = 200;
const longestTerm = 200;
const noTerm = { source: "", target: "" };

// The reader's own terms: how words are translated into a language. This browser keeps them, by target language. Beside
// them is the choice of a glossary of the server.
class TermsPanel {
  // `onChange` when terms count that did not before, or no longer.
  constructor(glossaries, onChange) {
    this.onChange = onChange;
    this.glossary = new GlossaryChoice(glossaries, () => {
      this.#showCount();
      this.onChange();
    });
    this.section = document.getElementById("terms");
    this.toggle = document.getElementById("toggle-terms");
    this.title = make("h2", { id: "terms-title" });
    this.rows = make("ul", { className: "rows" });
    this.add = makeButton("addTerm", "quiet", () => this.#append(noTerm).querySelector("input").focus());
    const about = make("p", { className: "explorer-about", textContent: phrase("termsAbout") });
    this.section.append(this.title, about, this.glossary.node, this.rows, this.add);
    startPanel(this.toggle, this.section, () => {
      if (!this.rows.children.length) this.#append(noTerm);
      this.glossary.refresh();
    });
  }

  // Terms that count: those with both words.
  get value() {
    return this.#written.filter(({ source, target }) => source && target);
  }

  // The terms for another target language.
  follow(target) {
    if (target === this.target) return;
    this.target = target;
    this.title.textContent = phrase("termsInto", { language: languageName(target) });
    this.glossary.follow(target);
    this.rows.replaceChildren();
    for (const term of keptTerms(target)) this.#append(term);
    if (!this.section.hidden && !this.rows.children.length) this.#append(noTerm);
    this.said = JSON.stringify(this.value);
    this.#showCount();
  }

  get #written() {
    return [...this.rows.children].map((row) => {
      const [source, target] = [...row.querySelectorAll("input")].map(({ value }) => value.trim());
      return { source, target };
    });
  }

  #append({ source, target }) {
    const field = (name, value) => {
      const label = phrase(name);
      const input = make("input", { value, maxLength: longestTerm, dir: "auto", placeholder: label, aria: { label } });
      input.addEventListener("change", () => this.#changed());
      return input;
    };
    const arrow = make("span", { textContent: "→", aria: { hidden: "true" } });
    const remove = makeButton("remove", "quiet", () => this.#remove(row));
    const row = make("li", {}, field("termSource", source), arrow, field("termTarget", target), remove);
    this.rows.append(row);
    this.#showCount();
    return row;
  }

  #remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (next?.querySelector("input") ?? this.add).focus();
    this.#changed();
  }

  #changed() {
    this.#showCount();
    const terms = this.value;
    if (JSON.stringify(terms) === this.said) return;
    this.said = JSON.stringify(terms);
    keep("terms", { ...kept("terms", {}), [this.target]: terms.length ? terms : undefined });
    this.onChange();
  }

  #showCount() {
    const count = [this.glossary.name, this.value.length].filter(Boolean).join(" + ");
    this.toggle.textContent = count ? phrase("termsCount", { count }) : phrase("terms");
    this.add.disabled = this.rows.children.length >= mostTerms;
  }
}

function keptTerms(target) {
  const terms = kept("terms", {})[target];
  const isTerm = (term) => typeof term?.source === "string" && typeof term.target === "string";
  return Array.isArray(terms) ? terms.filter(isTerm).slice(0, mostTerms) : [];
}

// A button that shows and hides a section. `onOpen` makes it ready.
function startPanel(button, section, onOpen) {
  button.addEventListener("click", () => {
    section.hidden = !section.hidden;
    button.setAttribute("aria-expanded", String(!section.hidden));
    if (section.hidden) return;
    onOpen();
    section.scrollIntoView({ block: "nearest" });
  });
}
