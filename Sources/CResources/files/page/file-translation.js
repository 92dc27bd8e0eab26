const pollMs = 250;

// Has the server translate a file as a job, whose state it tells: `onProgress` gets the part that is done, from 0 to 1, and
// the seconds that are left, as soon as they are known. Answers {blob, name}.
async function translateFile(file, request, signal, onProgress) {
  const { id } = await (await call("/jobs", { body: fileForm(file, request), signal })).json();
  try {
    for (;;) {
      const { state, progress, secondsLeft } = await (await call(`/jobs/${id}`, { signal })).json();
      if (state === "done" || state === "failed") {
        return await fileOf(await call(`/jobs/${id}/result`, { signal }), file.name);
      }
      if (secondsLeft != null) onProgress(progress, secondsLeft);
      await new Promise((done) => setTimeout(done, pollMs));
    }
  } finally {
    call(`/jobs/${id}`, { method: "DELETE" }).catch(() => {}); // Nobody asks for it any more.
  }
}

function fileForm(file, { source, target, model, terms, glossary }) {
  const form = new FormData();
  form.append("file", file, file.name);
  const fields = { source, target, model, glossary, terms: terms.length ? JSON.stringify(terms) : "" };
  for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value);
  return form;
}

// The file of an answer, by the name that the server gives it.
async function fileOf(response, otherwise) {
  const [, coded] = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "") ?? [];
  return { blob: await response.blob(), name: coded ? decodeURIComponent(coded) : otherwise };
}

// Markdown is translated as a file, which keeps its code and its tables.
async function translateMarkdown(request, signal) {
  const file = new File([request.text], "text.md", { type: "text/markdown" });
  const { translatedFileUrl } = await (await call("/translate_file", { body: fileForm(file, request), signal })).json();
  const name = translatedFileUrl.split("/").pop(); // The address may be that of a server behind a proxy.
  return { translatedText: await (await call(`/download_file/${name}`, { signal })).text() };
}
