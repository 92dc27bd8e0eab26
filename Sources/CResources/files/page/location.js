// What the page shows stands behind the # of its address: a link brings it back, and the server never sees it.
const longestText = 5000;

function readLocation() {
  const fields = new URLSearchParams(location.hash.slice(1));
  const number = (name) => (fields.has(name) && fields.get(name) !== "" ? Number(fields.get(name)) : undefined);
  return {
    ...(fields.has("source") && { source: fields.get("source") }),
    ...(fields.has("target") && { target: fields.get("target") }),
    text: fields.get("q") ?? undefined,
    format: fields.get("format") ?? undefined,
    model: fields.get("model") ?? undefined,
    attention: fields.get("attention") === "1",
    sentence: number("sentence") ?? 0,
    beside: fields.get("beside") ?? undefined,
    choices: ["", "2"].map((which) => ({
      kind: fields.get("kind" + which) ?? "cross",
      layer: number("layer" + which),
      head: fields.has("head" + which) ? headOf(fields.get("head" + which)) : "mean",
    })),
  };
}

function writeLocation(state) {
  const fields = new URLSearchParams({ source: state.source, target: state.target });
  if (state.text && state.text.length <= longestText) fields.set("q", state.text);
  if (state.format !== "text") fields.set("format", state.format);
  for (const name of ["model", "beside"]) if (state[name]) fields.set(name, state[name]);
  if (state.attention) {
    fields.set("attention", "1");
    if (state.sentence) fields.set("sentence", state.sentence);
    state.choices.slice(0, state.beside ? 2 : 1).forEach((choice, index) => {
      for (const [name, value] of Object.entries(choice)) {
        if (value !== undefined) fields.set(name + (index ? "2" : ""), value);
      }
    });
  }
  history.replaceState(null, "", "#" + fields);
}

// The last pair, which this browser keeps; an address that names one comes first.
function readPair() {
  const { source, target } = kept("pair", {});
  return { source, target };
}

// A text that is too long for the address, kept for this tab while the page begins anew.
function readDraft() {
  return String(kept("draft", "", forTab));
}

function writeDraft(text) {
  keep("draft", text.length > longestText ? text : null, forTab);
}
