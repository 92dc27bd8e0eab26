import com.deepl.api.*;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** DeepL's own client for Java, as it is published, against a running server. Exit status 1 if an answer is wrong. */
public final class WithDeepL {
  private static final DeepLClient client = client("any-key", "DRAGOMAN_URL");

  private interface Check {
    void run() throws Exception;
  }

  public static void main(String[] arguments) {
    Map<String, Check> checks = new java.util.LinkedHashMap<>();
    checks.put("texts", WithDeepL::texts);
    checks.put("options", WithDeepL::options);
    checks.put("languages and usage", WithDeepL::languagesAndUsage);
    checks.put("documents", WithDeepL::documents);
    checks.put("glossaries", WithDeepL::glossaries);
    checks.put("multilingual glossaries", WithDeepL::multilingualGlossaries);
    checks.put("glossaries of another key", WithDeepL::glossariesOfAnotherKey);
    checks.put("refusals", WithDeepL::refusals);
    int failed = 0;
    for (Map.Entry<String, Check> check : checks.entrySet()) {
      try {
        check.getValue().run();
        System.out.println("ok: " + check.getKey());
      } catch (Throwable error) {
        failed += 1;
        System.out.println("not ok: " + check.getKey());
        error.printStackTrace(System.out);
      }
    }
    System.out.println(checks.size() - failed + " passed, " + failed + " failed");
    System.exit(failed == 0 ? 0 : 1);
  }

  private static DeepLClient client(String key, String address) {
    DeepLClientOptions options = new DeepLClientOptions();
    options.setServerUrl(System.getenv(address));
    options.setMaxRetries(0);
    return new DeepLClient(key, options);
  }

  private static DeepLClient keyed(String name) {
    return client(System.getenv(name), "DRAGOMAN_KEYED_URL");
  }

  private static void equal(Object found, Object expected) {
    if (!found.equals(expected)) throw new AssertionError("found " + found + ", expected " + expected);
  }

  private static void has(String text, String part) {
    if (!text.contains(part)) throw new AssertionError("found " + text + ", expected a text with " + part);
  }

  private static void refused(Class<? extends Throwable> kind, Check check) throws Exception {
    try {
      check.run();
    } catch (Throwable error) {
      if (kind.isInstance(error)) return;
      throw error;
    }
    throw new AssertionError("found no error, expected " + kind.getName());
  }

  private static void texts() throws Exception {
    TextResult one = client.translateText("A dog runs in the snow.", "en", "fr");
    equal(one.getText(), "Un chien court dans la neige.");
    equal(one.getDetectedSourceLanguage(), "en");
    equal(one.getBilledCharacters(), 23);
    List<TextResult> two = client.translateText(Arrays.asList("A dog runs.", "Two men are talking."), null, "fr");
    equal(
        two.stream().map(TextResult::getText).collect(Collectors.toList()),
        Arrays.asList("Un chien court.", "Deux hommes parlent."));
  }

  private static void options() throws Exception {
    TextTranslationOptions plain =
        new TextTranslationOptions().setFormality(Formality.PreferMore).setContext("About animals.")
            .setPreserveFormatting(true).setSentenceSplittingMode(SentenceSplittingMode.NoNewlines)
            .setModelType("latency_optimized");
    equal(client.translateText("A dog runs.", "en", "fr", plain).getText(), "Un chien court.");
    TextTranslationOptions html = new TextTranslationOptions().setTagHandling("html");
    equal(client.translateText("A <b>dog</b> runs.<br/>", "en", "fr", html).getText(), "<b>Un chien</b> court.<br/>");
    TextTranslationOptions xml =
        new TextTranslationOptions().setTagHandling("xml").setOutlineDetection(false)
            .setIgnoreTags(Collections.singletonList("x")).setSplittingTags(Collections.singletonList("p"))
            .setNonSplittingTags(Collections.singletonList("b"));
    has(client.translateText("A dog runs. <x>A cat.</x>", "en", "fr", xml).getText(), "<x>A cat.</x>");
  }

  private static void languagesAndUsage() throws Exception {
    equal(client.getSourceLanguages().get(0).getCode(), "en");
    Language french = client.getTargetLanguages().get(0);
    equal(Arrays.asList(french.getCode(), french.getName()), Arrays.asList("fr", "French"));
    equal(french.getSupportsFormality(), false);
    boolean hasPair = client.getGlossaryLanguages().stream()
        .anyMatch(pair -> pair.getSourceLanguage().equals("en") && pair.getTargetLanguage().equals("fr"));
    equal(hasPair, true);
    DeepLClient owner = keyed("DRAGOMAN_KEY");
    Usage before = owner.getUsage();
    equal(before.anyLimitReached(), false);
    owner.translateText("A dog runs.", "en", "fr");
    equal(owner.getUsage().getCharacter().getCount(), before.getCharacter().getCount() + 11);
  }

  private static void documents() throws Exception {
    Path folder = Files.createTempDirectory("with-deepl");
    File source = folder.resolve("dogs.txt").toFile();
    File target = folder.resolve("chiens.txt").toFile();
    Files.write(source.toPath(), "A dog runs.\n\nTwo men are talking.\n".getBytes("UTF-8"));
    DocumentStatus status = client.translateDocument(source, target, "en", "fr");
    equal(status.ok() && status.done(), true);
    equal(status.getBilledCharacters(), 34L);
    equal(text(target), "Un chien court.\n\nDeux hommes parlent.\n");
    File program = folder.resolve("a.exe").toFile();
    Files.write(program.toPath(), "A dog".getBytes("UTF-8"));
    refused(DeepLException.class, () -> client.translateDocumentUpload(program, null, "fr"));
    for (File file : Arrays.asList(source, target, program, folder.toFile())) file.delete();
  }

  private static String text(File file) throws Exception {
    return new String(Files.readAllBytes(file.toPath()), "UTF-8");
  }

  private static GlossaryEntries entries(String... words) {
    GlossaryEntries entries = new GlossaryEntries();
    for (int index = 0; index < words.length; index += 2) entries.put(words[index], words[index + 1]);
    return entries;
  }

  private static void glossaries() throws Exception {
    GlossaryEntries entries = entries("dog", "animal", "snow", "sable");
    GlossaryInfo glossary = client.createGlossary("animals", "en", "fr", entries);
    equal(Arrays.asList(glossary.getName(), glossary.getEntryCount(), glossary.isReady()),
        Arrays.asList("animals", 2L, true));
    String id = glossary.getGlossaryId();
    equal(glossary.getCreationTime().getTime() > 0, true);
    equal(client.listGlossaries().stream().anyMatch(other -> other.getGlossaryId().equals(id)), true);
    equal(client.getGlossary(id).getName(), "animals");
    equal(client.getGlossaryEntries(glossary), entries);
    TextTranslationOptions options = new TextTranslationOptions().setGlossary(glossary);
    String text = client.translateText("A dog runs in the snow.", "en", "fr", options).getText();
    has(text, "animal");
    has(text, "sable");
    Path folder = Files.createTempDirectory("with-deepl");
    File source = folder.resolve("dogs.txt").toFile();
    File target = folder.resolve("animaux.txt").toFile();
    Files.write(source.toPath(), "A dog runs.\n".getBytes("UTF-8"));
    client.translateDocument(source, target, "en", "fr", new DocumentTranslationOptions().setGlossary(glossary));
    has(text(target), "animal");
    for (File file : Arrays.asList(source, target, folder.toFile())) file.delete();
    client.deleteGlossary(glossary);
    refused(GlossaryNotFoundException.class, () -> client.getGlossary(id));
    GlossaryInfo table = client.createGlossaryFromCsv("table", "en", "fr", "dog,animal\nsnow,sable,en,fr\n");
    equal(client.getGlossaryEntries(table), entries);
    client.deleteGlossary(table.getGlossaryId());
  }

  private static void multilingualGlossaries() throws Exception {
    MultilingualGlossaryInfo glossary = client.createMultilingualGlossary("animals",
        Collections.singletonList(new MultilingualGlossaryDictionaryEntries("en", "fr", entries("dog", "animal"))));
    String id = glossary.getGlossaryId();
    TextTranslationOptions options = new TextTranslationOptions().setGlossary(glossary);
    has(client.translateText("A dog runs.", "en", "fr", options).getText(), "animal");
    client.updateMultilingualGlossaryDictionary(id, "en", "fr", entries("cat", "matou"));
    equal(found(id), entries("dog", "animal", "cat", "matou"));
    equal(client.updateMultilingualGlossaryName(id, "beasts").getName(), "beasts");
    equal(client.getMultilingualGlossary(id).getName(), "beasts");
    client.replaceMultilingualGlossaryDictionary(id, "en", "fr", entries("fox", "renard"));
    equal(found(id), entries("fox", "renard"));
    List<MultilingualGlossaryInfo> listed = client.listMultilingualGlossaries().stream()
        .filter(other -> other.getGlossaryId().equals(id)).collect(Collectors.toList());
    equal(listed.get(0).getDictionaries().get(0).getEntryCount(), 1L);
    client.deleteMultilingualGlossaryDictionary(id, "en", "fr");
    client.deleteMultilingualGlossary(id);
    refused(GlossaryNotFoundException.class, () -> client.getMultilingualGlossary(id));
    MultilingualGlossaryInfo table = client.createMultilingualGlossaryFromCsv("table", "en", "fr", "dog,animal\n");
    equal(table.getDictionaries().get(0).getEntryCount(), 1L);
    client.deleteMultilingualGlossary(table);
  }

  private static GlossaryEntries found(String id) throws Exception {
    return client.getMultilingualGlossaryDictionaryEntries(id, "en", "fr").getEntries();
  }

  private static void glossariesOfAnotherKey() throws Exception {
    DeepLClient owner = keyed("DRAGOMAN_KEY");
    DeepLClient other = keyed("DRAGOMAN_OTHER_KEY");
    GlossaryInfo glossary = owner.createGlossary("animals", "en", "fr", entries("dog", "animal"));
    equal(other.listGlossaries().size(), 0);
    refused(GlossaryNotFoundException.class, () -> other.deleteGlossary(glossary));
    TextTranslationOptions options = new TextTranslationOptions().setGlossary(glossary);
    refused(DeepLException.class, () -> other.translateText("A dog runs.", "en", "fr", options));
    owner.deleteGlossary(glossary);
  }

  private static void refusals() throws Exception {
    refused(DeepLException.class, () -> client.translateText("A dog", "en", "zz"));
    DeepLClient wrong = client("nonsense", "DRAGOMAN_KEYED_URL");
    refused(AuthorizationException.class, () -> wrong.getUsage());
    refused(AuthorizationException.class, () -> wrong.translateText("A dog", "en", "fr"));
  }
}
