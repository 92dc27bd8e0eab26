// Tries again while the server is not there or not ready.
async function startPage() {
  const problem = document.getElementById("problem");
  try {
    const paths = ["/languages", "/models", "/frontend/settings"];
    const [languages, models, settings] = await Promise.all(paths.map(async (path) => (await call(path)).json()));
    server.keyRequired = settings.keyRequired;
    problem.hidden = true;
    document.getElementById("models").replaceChildren(...models.map(modelRow));
    new Page(languages, models, settings, await offeredGlossaries());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problem.hidden = false;
    problem.textContent = error.message;
    setTimeout(startPage, 3000);
  }
}

fillPhrases();
startInterface(document.getElementById("interface"));
startTheme(document.getElementById("theme"));
startPage();
