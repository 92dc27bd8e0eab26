// The server's glossaries with a dictionary into the target language, of which the reader can choose one. This browser
// keeps the choice, by target language.
class GlossaryChoice {
  constructor(all, onChange) {
    Object.assign(this, { all, onChange });
    this.select = make("select");
    this.select.addEventListener("change", () => {
      keep("glossary", { ...kept("glossary", {}), [this.target]: this.value || undefined });
      this.onChange();
    });
    const label = make("span", { textContent: phrase("glossary") });
    this.node = make("label", { className: "field glossary", hidden: true }, label, " ", this.select);
  }

  // The value of the server's field; empty for none.
  get value() {
    return this.select.value;
  }

  get name() {
    return this.value && this.select.selectedOptions[0].textContent;
  }

  // The glossaries for another target language.
  follow(target) {
    this.target = target;
    const fitting = this.all.filter(({ dictionaries }) => dictionaries.some((it) => isSameLanguage(it.target, target)));
    const options = fitting.map(({ glossary, name }) => new Option(name, glossary));
    this.select.replaceChildren(new Option(phrase("noGlossary"), ""), ...options);
    const chosen = kept("glossary", {})[target];
    this.select.value = fitting.some(({ glossary }) => glossary === chosen) ? chosen : "";
    this.node.hidden = !fitting.length;
  }

  // Asks the server again: its glossaries, and the reader's key, can change at any time.
  async refresh() {
    const before = this.value;
    this.all = await offeredGlossaries();
    this.follow(this.target);
    if (this.value !== before) this.onChange();
  }
}

// Regions and scripts aside.
function isSameLanguage(one, other) {
  const [first, second] = [one, other].map((code) => code.split("-")[0].toLowerCase());
  return first === second;
}

// Without a key that the server asks for there are none.
async function offeredGlossaries() {
  if (!offers("/glossaries") || (server.keyRequired && !sessionKey())) return [];
  try {
    return await (await call("/glossaries")).json();
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}
