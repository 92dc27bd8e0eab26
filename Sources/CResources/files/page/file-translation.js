const pollMs = 250;

// Ways to have the server translate a file. Each answers {blob, name}.

// Of a request with terms or a model of its own: in one answer, of which nothing is known before it is there.
async function translateFileAtOnce(file, { source, target, model, terms }, signal) {
  const body = new FormData();
  body.append("file", file, file.name);
  for (const [name, value] of Object.entries({ source, target, model })) if (value) body.append(name, value);
  if (terms.length) body.append("terms", JSON.stringify(terms));
  const { translatedFileUrl } = await (await call("/translate_file", { body, signal })).json();
  const name = translatedFileUrl.split("/").pop(); // The address may be that of a server behind a proxy.
  return fileOf(await call(`/download_file/${name}`, { signal }), file.name);
}

// As a document, whose state the server tells: `onProgress` gets the part that is done, from 0 to 1, and the seconds
// that are left, as soon as they are known.
async function translateDocument(file, { source, target }, signal, onProgress) {
  const form = new FormData();
  form.append("file", file, file.name);
  form.append("target_lang", target);
  if (source !== detected) form.append("source_lang", source);
  const { document_id: id, document_key } = await (await call("/v2/document", { body: form, signal })).json();
  const ask = (path) => call(`/v2/document/${id}${path}`, { body: { document_key }, signal });
  const start = performance.now();
  for (;;) {
    const state = await (await ask("")).json();
    if (state.status === "done") return fileOf(await ask("/result"), file.name);
    if (state.status === "error") throw new Problem(refusedBecause(state.error_message));
    const [spent, left] = [(performance.now() - start) / 1000, state.seconds_remaining];
    if (left != null) onProgress(spent / (spent + left), left);
    await new Promise((done) => setTimeout(done, pollMs));
  }
}

// The file of an answer, by the name that the server gives it.
async function fileOf(response, otherwise) {
  const [, coded] = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "") ?? [];
  return { blob: await response.blob(), name: coded ? decodeURIComponent(coded) : otherwise };
}

// Markdown is translated as a file, which keeps its code and its tables.
async function translateMarkdown(request, signal) {
  const file = new File([request.text], "text.md", { type: "text/markdown" });
  const { blob } = await translateFileAtOnce(file, request, signal);
  return { translatedText: await blob.text() };
}
