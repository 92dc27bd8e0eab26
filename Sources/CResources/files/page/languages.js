const detected = "auto";

// The two pickers: only pairs that are served can be chosen.
class LanguagePair {
  constructor(languages, onChange) {
    this.languages = languages;
    this.allTargets = new Set(languages.flatMap((language) => language.targets));
    this.source = document.getElementById("source");
    this.target = document.getElementById("target");
    this.swapButton = document.getElementById("swap");
    this.source.addEventListener("change", () => {
      this.#offerTargets(this.target.value);
      onChange();
    });
    this.target.addEventListener("change", () => {
      this.#checkSwap();
      onChange();
    });
  }

  get value() {
    return { source: this.source.value, target: this.target.value };
  }

  choose(source, target) {
    const sources = this.languages.filter((language) => language.targets.length);
    const options = sources.map((language) => new Option(language.name, language.code));
    if (offers("/detect")) options.unshift(new Option("Detect language", detected));
    this.source.replaceChildren(...options);
    const codes = options.map((option) => option.value);
    this.source.value = codes.includes(source) ? source : sources[0]?.code ?? "";
    this.#offerTargets(target);
  }

  // The other way round, where it is served.
  swap(found) {
    const { source, target } = this.value;
    this.choose(target, source === detected ? found : source);
  }

  // Whether the other way round is served. `found` is the language detected.
  canSwap(found) {
    const { source, target } = this.value;
    const from = source === detected ? found : source;
    return Boolean(from) && this.#targets(target).includes(from);
  }

  name(code) {
    return this.languages.find((language) => language.code === code)?.name ?? code;
  }

  #targets(code) {
    return this.languages.find((language) => language.code === code)?.targets ?? [];
  }

  #offerTargets(wanted) {
    const source = this.source.value;
    const codes = new Set(source === detected ? this.allTargets : this.#targets(source));
    const offered = this.languages.filter((language) => codes.has(language.code));
    this.target.replaceChildren(...offered.map((language) => new Option(language.name, language.code)));
    this.target.value = offered.some(({ code }) => code === wanted) ? wanted : offered[0]?.code ?? "";
    this.#checkSwap();
  }

  #checkSwap() {
    this.swapButton.disabled = !this.canSwap();
  }
}
