// DeepL's own client for Node, as it is published, against a running server.
//
//   DRAGOMAN_URL=… DRAGOMAN_KEYED_URL=… DRAGOMAN_KEY=… DRAGOMAN_OTHER_KEY=… node --test deploy/clients/with_deepl.js
//
// The folder DEEPL_NODE has the client's package, built.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const deepl = require(process.env.DEEPL_NODE);

const client = new deepl.DeepLClient("any-key", { serverUrl: process.env.DRAGOMAN_URL, maxRetries: 0 });

function keyed(key) {
  return new deepl.DeepLClient(key, { serverUrl: process.env.DRAGOMAN_KEYED_URL, maxRetries: 0 });
}

function temporary() {
  return fs.mkdtempSync(path.join(os.tmpdir(), "with-deepl-"));
}

test("texts", async () => {
  const one = await client.translateText("A dog runs in the snow.", "en", "fr");
  assert.equal(one.text, "Un chien court dans la neige.");
  assert.equal(one.detectedSourceLang, "en");
  assert.equal(one.billedCharacters, 23);
  const two = await client.translateText(["A dog runs.", "Two men are talking."], null, "fr");
  assert.deepEqual(two.map((result) => result.text), ["Un chien court.", "Deux hommes parlent."]);
});

test("options", async () => {
  for (const options of [
    { splitSentences: "nonewlines" }, { preserveFormatting: true }, { context: "About animals." },
    { formality: "prefer_more" }, { modelType: "latency_optimized" }, { outlineDetection: false },
  ]) {
    assert.equal((await client.translateText("A dog runs.", "en", "fr", options)).text, "Un chien court.");
  }
  const html = await client.translateText("A <b>dog</b> runs.<br/>", "en", "fr", { tagHandling: "html" });
  assert.equal(html.text, "<b>Un chien</b> court.<br/>");
  const xml = { tagHandling: "xml", ignoreTags: ["x"], splittingTags: "p", nonSplittingTags: ["b"] };
  assert.match((await client.translateText("A dog runs. <x>A cat.</x>", "en", "fr", xml)).text, /<x>A cat\.<\/x>/);
});

test("languages and usage", async () => {
  assert.deepEqual((await client.getSourceLanguages()).map((language) => language.code), ["en"]);
  const [french] = await client.getTargetLanguages();
  assert.deepEqual([french.code, french.name, french.supportsFormality], ["fr", "French", false]);
  const pairs = await client.getGlossaryLanguagePairs();
  assert.ok(pairs.some((pair) => pair.sourceLang === "en" && pair.targetLang === "fr"));
  const owner = keyed(process.env.DRAGOMAN_KEY);
  const before = await owner.getUsage();
  assert.equal(before.anyLimitReached(), false);
  await owner.translateText("A dog runs.", "en", "fr");
  assert.equal((await owner.getUsage()).character.count, before.character.count + 11);
});

test("documents", async () => {
  const folder = temporary();
  const [source, target] = [path.join(folder, "dogs.txt"), path.join(folder, "chiens.txt")];
  fs.writeFileSync(source, "A dog runs.\n\nTwo men are talking.\n");
  const status = await client.translateDocument(source, target, "en", "fr");
  assert.ok(status.ok() && status.done());
  assert.equal(fs.readFileSync(target, "utf8"), "Un chien court.\n\nDeux hommes parlent.\n");
  const handle = await client.uploadDocument(Buffer.from("A dog runs."), null, "fr", { filename: "a.txt" });
  await client.isDocumentTranslationComplete(handle);
  const copy = path.join(folder, "copy.txt");
  await client.downloadDocument(handle, copy);
  assert.equal(fs.readFileSync(copy, "utf8"), "Un chien court.");
  await assert.rejects(client.uploadDocument(Buffer.from("A"), null, "fr", { filename: "a.exe" }), /not supported/);
  fs.rmSync(folder, { recursive: true });
});

test("glossaries", async () => {
  const entries = new deepl.GlossaryEntries({ entries: { dog: "animal", snow: "sable" } });
  const glossary = await client.createGlossary("animals", "en", "fr", entries);
  assert.deepEqual([glossary.name, glossary.entryCount, glossary.ready], ["animals", 2, true]);
  assert.ok(glossary.creationTime instanceof Date && !Number.isNaN(glossary.creationTime.getTime()));
  assert.ok((await client.listGlossaries()).some((other) => other.glossaryId === glossary.glossaryId));
  assert.equal((await client.getGlossary(glossary.glossaryId)).name, "animals");
  assert.deepEqual((await client.getGlossaryEntries(glossary)).entries(), entries.entries());
  const { text } = await client.translateText("A dog runs in the snow.", "en", "fr", { glossary });
  assert.match(text, /animal.*sable/);
  const folder = temporary();
  const [source, target] = [path.join(folder, "dogs.txt"), path.join(folder, "animaux.txt")];
  fs.writeFileSync(source, "A dog runs.\n");
  await client.translateDocument(source, target, "en", "fr", { glossary });
  assert.match(fs.readFileSync(target, "utf8"), /animal/);
  fs.rmSync(folder, { recursive: true });
  await client.deleteGlossary(glossary);
  await assert.rejects(client.getGlossary(glossary.glossaryId), deepl.GlossaryNotFoundError);
  const table = Buffer.from("dog,animal\nsnow,sable,en,fr\n");
  const read = await client.createGlossaryWithCsv("table", "en", "fr", table);
  assert.deepEqual((await client.getGlossaryEntries(read)).entries(), entries.entries());
  await client.deleteGlossary(read.glossaryId);
});

test("multilingual glossaries", async () => {
  const dictionary = (entries) => ({
    sourceLangCode: "en", targetLangCode: "fr", entries: new deepl.GlossaryEntries({ entries }),
  });
  const glossary = await client.createMultilingualGlossary("animals", [dictionary({ dog: "animal" })]);
  const id = glossary.glossaryId;
  const entries = async () =>
    (await client.getMultilingualGlossaryDictionaryEntries(glossary, "en", "fr")).entries.entries();
  assert.match((await client.translateText("A dog runs.", "en", "fr", { glossary: id })).text, /animal/);
  await client.updateMultilingualGlossaryDictionary(id, dictionary({ cat: "matou" }));
  assert.deepEqual(await entries(), { dog: "animal", cat: "matou" });
  assert.equal((await client.updateMultilingualGlossaryName(id, "beasts")).name, "beasts");
  assert.equal((await client.getMultilingualGlossary(id)).name, "beasts");
  await client.updateMultilingualGlossaryDictionaryWithCsv(id, "en", "fr", "snow,sable\n");
  assert.deepEqual(await entries(), { dog: "animal", cat: "matou", snow: "sable" });
  await client.replaceMultilingualGlossaryDictionary(id, dictionary({ fox: "renard" }));
  assert.deepEqual(await entries(), { fox: "renard" });
  await client.replaceMultilingualGlossaryDictionaryWithCsv(glossary, "en", "fr", "cow,vache\n");
  assert.deepEqual(await entries(), { cow: "vache" });
  const listed = (await client.listMultilingualGlossaries()).find((other) => other.glossaryId === id);
  assert.deepEqual(listed.dictionaries.map((found) => found.entryCount), [1]);
  await client.deleteMultilingualGlossaryDictionary(id, "en", "fr");
  await client.deleteMultilingualGlossary(id);
  await assert.rejects(client.getMultilingualGlossary(id), deepl.GlossaryNotFoundError);
  const table = await client.createMultilingualGlossaryWithCsv("table", "en", "fr", "dog,animal\n");
  assert.equal(table.dictionaries[0].entryCount, 1);
  await client.deleteMultilingualGlossary(table);
});

test("glossaries of another key", async () => {
  const [owner, other] = [keyed(process.env.DRAGOMAN_KEY), keyed(process.env.DRAGOMAN_OTHER_KEY)];
  const entries = new deepl.GlossaryEntries({ entries: { dog: "animal" } });
  const glossary = await owner.createGlossary("animals", "en", "fr", entries);
  assert.deepEqual(await other.listGlossaries(), []);
  await assert.rejects(other.deleteGlossary(glossary), deepl.GlossaryNotFoundError);
  await assert.rejects(other.translateText("A dog runs.", "en", "fr", { glossary }), deepl.DeepLError);
  await owner.deleteGlossary(glossary);
});

test("refusals", async () => {
  await assert.rejects(client.translateText("A dog", "en", "zz"), /zz is not supported/);
  await assert.rejects(keyed("nonsense").getUsage(), deepl.AuthorizationError);
  await assert.rejects(keyed("nonsense").translateText("A dog", "en", "fr"), deepl.AuthorizationError);
});
