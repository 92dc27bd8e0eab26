// What the page shows stands behind the # of its address: a link brings it back, and the server never sees it.
const longestText = 5000;

function readLocation() {
  const fields = new URLSearchParams(location.hash.slice(1));
  const number = (name) => (fields.has(name) && fields.get(name) !== "" ? Number(fields.get(name)) : undefined);
  return {
    source: fields.get("source") ?? undefined,
    target: fields.get("target") ?? undefined,
    text: fields.get("q") ?? undefined,
    alternatives: number("alternatives"),
    model: fields.get("model") ?? undefined,
    attention: fields.get("attention") === "1",
    sentence: number("sentence") ?? 0,
    choice: { kind: fields.get("kind") ?? "cross", layer: number("layer"), head: fields.has("head") ? headOf(fields.get("head")) : "mean" },
  };
}

function writeLocation(state) {
  const fields = new URLSearchParams({ source: state.source, target: state.target });
  if (state.text && state.text.length <= longestText) fields.set("q", state.text);
  if (state.alternatives !== 3) fields.set("alternatives", state.alternatives);
  if (state.model) fields.set("model", state.model);
  if (state.attention) {
    fields.set("attention", "1");
    if (state.sentence) fields.set("sentence", state.sentence);
    for (const [name, value] of Object.entries(state.choice)) if (value !== undefined) fields.set(name, value);
  }
  history.replaceState(null, "", "#" + fields);
}
