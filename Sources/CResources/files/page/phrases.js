// The interface speaks the language chosen here before, or the first one of the browser that has a table.
const phraseTables = {
  en: englishPhrases,
  fr: frenchPhrases,
  de: germanPhrases,
  es: spanishPhrases,
  pt: portuguesePhrases,
};
const interfaceNames = { en: "English", fr: "Français", de: "Deutsch", es: "Español", pt: "Português" };
const interfaceLanguage = wantedLanguage();

function wantedLanguage() {
  const wanted = [kept("language"), ...navigator.languages.map((tag) => tag.split("-")[0].toLowerCase())];
  return wanted.find((code) => Object.hasOwn(phraseTables, code)) ?? "en";
}

// A phrase of the table. `{name}` in it stands for the value of that name.
function phrase(key, values = {}) {
  return phraseTables[interfaceLanguage][key].replaceAll(/\{(\w+)\}/g, (_, name) => values[name]);
}

// A phrase whose values are nodes, or arrays of them: what `append` takes.
function phraseNodes(key, values) {
  const parts = phraseTables[interfaceLanguage][key].split(/\{(\w+)\}/);
  return parts.flatMap((part, index) => (index % 2 ? values[part] : part ? [part] : []));
}

// Puts phrases where the markup names them: as text, name, title or placeholder.
function fillPhrases() {
  const places = {
    phrase: (node, text) => (node.textContent = text),
    label: (node, text) => {
      node.setAttribute("aria-label", text);
      if (node.matches("button")) node.title = text;
    },
    title: (node, text) => (node.title = text),
    placeholder: (node, text) => (node.placeholder = text),
  };
  document.documentElement.lang = interfaceLanguage;
  for (const [name, put] of Object.entries(places)) {
    for (const node of document.querySelectorAll(`[data-${name}]`)) put(node, phrase(node.dataset[name]));
  }
}

// The choice of the interface's language. The page begins anew with it; its address holds the text.
function startInterface(select) {
  for (const [code, name] of Object.entries(interfaceNames)) {
    select.append(Object.assign(new Option(name, code), { lang: code }));
  }
  select.value = interfaceLanguage;
  select.addEventListener("change", () => {
    keep("language", select.value);
    location.reload();
  });
}

function spelledNumber(value, digits = 0) {
  return value.toLocaleString(interfaceLanguage, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

// A language as the interface names it; `otherwise` where the browser has no name.
function languageName(code, otherwise = code) {
  try {
    return new Intl.DisplayNames(interfaceLanguage, { type: "language", fallback: "none" }).of(code) ?? otherwise;
  } catch {
    return otherwise;
  }
}
