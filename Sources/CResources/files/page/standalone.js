// The explorer alone, with its data in the page.
const asRead = "<!doctype html>\n" + document.documentElement.outerHTML;

function startAlone() {
  fillPhrases();
  startTheme(document.getElementById("theme"));
  const answer = JSON.parse(document.getElementById("data").textContent);
  const about = document.getElementById("about");
  const [source, target] = [answer.source, answer.target].map((code) => languageName(code));
  about.textContent = phrase("aloneAbout", { source, target, model: answer.model });
  const sentence = answer.sourceTokens.map((piece) => shownToken(piece).text).join(" ");
  document.title = `${phrase("attention")}: ${sentence.slice(0, 60)}`;
  const explorer = new Explorer(document.getElementById("explorer"), {
    heading: "h2",
    saveAs: { HTML: () => save(new Blob([asRead], { type: "text/html" }), "attention.html") },
  });
  explorer.show(answer);
}

startAlone();
