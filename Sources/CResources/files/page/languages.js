const detected = "auto";

// The two pickers: only pairs that are served can be chosen. Languages stand by their names.
class LanguagePair {
  // `usual` has the server's own source and target.
  constructor(languages, usual, onChange) {
    this.names = new Map(languages.map(({ code, name }) => [code, name]));
    const compare = new Intl.Collator(interfaceLanguage).compare;
    this.languages = languages.toSorted((one, other) => compare(this.name(one.code), this.name(other.code)));
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
    const options = sources.map(({ code }) => this.#option(code));
    if (offers("/detect")) options.unshift(new Option(phrase("detectLanguage"), detected));
    this.source.replaceChildren(...options);
    const known = [source, this.usual.source].find((code) => options.some((option) => option.value === code));
    this.source.value = known ?? sources[0]?.code ?? "";
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

  // Names in the picker of sources what was found; null for nothing.
  nameFound(code) {
    const option = this.source.options[0];
    if (option?.value !== detected) return;
    const language = code && languageName(code, this.names.get(code));
    option.textContent = code ? phrase("detected", { language }) : phrase("detectLanguage");
  }

  // What the translation would be in: the language detected, or before there is a text, the one that is usual.
  #swapped(found) {
    const { source, target } = this.value;
    const targets = this.#targets(target);
    if (source !== detected) return targets.includes(source) ? source : undefined;
    if (found) return targets.includes(found) ? found : undefined;
    return targets.includes(this.usual.source) ? this.usual.source : targets[0];
  }

  // Whether a text of this language is translated into any other.
  isSource(code) {
    return this.#targets(code).length > 0;
  }

  // Whether a text of this language has an answer in the target that is chosen.
  isServed(code) {
    const { target } = this.value;
    return baseOf(code) === baseOf(target) || this.#targets(code).includes(target);
  }

  name(code) {
    const name = languageName(code, this.names.get(code));
    return name.slice(0, 1).toLocaleUpperCase(interfaceLanguage) + name.slice(1);
  }

  #option(code) {
    return new Option(this.name(code), code);
  }

  // Those of the language itself, or where it is not listed, of one with another region or script.
  #targets(code) {
    const exact = this.languages.find((language) => language.code === code);
    const near = this.languages.find((language) => baseOf(language.code) === baseOf(code));
    return (exact ?? near)?.targets ?? [];
  }

  #offerTargets(wanted) {
    const source = this.source.value;
    const codes = new Set(source === detected ? this.allTargets : this.#targets(source));
    const offered = this.languages.filter(({ code }) => codes.has(code));
    this.target.replaceChildren(...offered.map(({ code }) => this.#option(code)));
    const known = [wanted, this.usual.target].find((code) => codes.has(code));
    this.target.value = known ?? offered[0]?.code ?? "";
    this.#checkSwap();
  }

  #checkSwap() {
    this.swapButton.disabled = !this.canSwap();
  }
}

// A language without region and script: "pt" of "pt-BR".
function baseOf(code) {
  return code.split("-")[0].toLowerCase();
}
