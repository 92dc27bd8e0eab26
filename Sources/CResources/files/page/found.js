// Characters of a text that are looked at for its language, and the percent from which it is named.
const longestLook = 2000;
const sureness = 60;

// Which language a text was found to be in. The picker names one that the server translates; of any other, a note says
// that it does not.
class FoundLanguage {
  constructor(pair) {
    this.pair = pair;
    this.note = document.getElementById("found-note");
  }

  forget() {
    this.looking?.abort();
    this.#tell(null);
    this.pair.nameFound(null);
  }

  // After a translation of a text: `served` is the language that it was taken for.
  // Returns whether the text is in a language that is translated, or for all that is known may be.
  async look({ text, source }, served) {
    this.looking?.abort();
    if (source !== detected) return this.#tell(null);
    const looking = (this.looking = new AbortController());
    const found = await this.#ask(text, looking.signal);
    if (looking !== this.looking) return true;
    const unserved = found && !this.pair.isServed(found.language) ? found.language : null;
    this.pair.nameFound(unserved ? null : served);
    return this.#tell(unserved);
  }

  // The likeliest language, if it is likely enough to be named.
  async #ask(text, signal) {
    try {
      const answer = await call("/detect", { body: { q: text.slice(0, longestLook) }, signal });
      const [found] = await answer.json();
      return found.confidence >= sureness ? found : null;
    } catch {
      return null; // The translation is there all the same.
    }
  }

  #tell(unserved) {
    this.note.hidden = !unserved;
    if (!unserved) return true;
    const key = this.pair.isSource(unserved) ? "unservedPair" : "unserved";
    const names = { language: languageName(unserved), target: languageName(this.pair.value.target) };
    this.note.textContent = phrase(key, names);
    return false;
  }
}
