const detected = "auto";

// The two pickers: only pairs that are served can be chosen.
class LanguagePair {
  // `usual` has the server's own source and target.
  constructor(languages, usual, onChange) {
    this.languages = languages;
    this.usual = usual;
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
    this.choose(this.value.target, this.#swapped(found));
  }

  // Whether the other way round is served. `found` is the language detected.
  canSwap(found) {
    return Boolean(this.#swapped(found));
  }

  // What the translation would be in: the language detected, or before there is a text, the one that is usual.
  #swapped(found) {
    const { source, target } = this.value;
    const targets = this.#targets(target);
    if (source !== detected) return targets.includes(source) ? source : undefined;
    if (found) return targets.includes(found) ? found : undefined;
    return targets.includes(this.usual.source) ? this.usual.source : targets[0];
  }

  isServed(code) {
    return this.languages.some((language) => language.code === code);
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
    const known = [wanted, this.usual.target].find((code) => codes.has(code));
    this.target.value = known ?? offered[0]?.code ?? "";
    this.#checkSwap();
  }

  #checkSwap() {
    this.swapButton.disabled = !this.canSwap();
  }
}

// A language that the server does not list, as the browser names it.
function languageName(code) {
  try {
    return new Intl.DisplayNames("en", { type: "language" }).of(code);
  } catch {
    return code;
  }
}
