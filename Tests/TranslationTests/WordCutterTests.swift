import Support
import Testing
import Tokenization
import Translation

/// Tests of a model that reads words, through the whole service.
struct WordCutterTests {
  private func service() throws -> TranslationService {
    let folder = try TemporaryFolder()
    try folder.copyFiles(of: SequenceFixture("recurrent-rnn").directory)
    let pieces = (1...22).map { "\"\(UnicodeScalar(UInt8(ascii: "a") + UInt8($0)))\":\($0)" }
    let vocabulary = #"{"</s>":0,"<pad>":23,"# + pieces.joined(separator: ",") + "}"
    try folder.write("vocab.json", text: vocabulary)
    try folder.write("target_vocab.json", text: vocabulary)
    try folder.write("tokenizer_config.json", text: #"{"tokenizer_class":"LetterTokenizer","unk_token":"</s>"}"#)
    return try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [], workers: 1),
      models: [LoadedModel(directory: folder.path, pair: LanguagePair(source: "en", target: "fr"))])
  }

  private func translate(_ texts: [String]) throws -> [TranslatedText] {
    let outcome = Outcome<[TranslatedText]>()
    try service().translate(
      TranslationRequest(texts: texts, source: "en", target: "fr"), completion: outcome.receive)
    return try outcome.wait().get()
  }

  @Test func eachWordIsTranslatedSeparately() throws {
    let words = try translate(["hbcd", "kl", "m"]).map(\.text)
    #expect(Set(words).count == 3)
    let whole = try translate(["«hbcd»  kl, - m!"])[0]
    #expect(whole.text == "«\(words[0])»  \(words[1]), - \(words[2])!")
    #expect(whole.sentences.map(\.truncated) == [false])
  }

  @Test func textWithoutWordsIsUnchanged() throws {
    #expect(try translate(["… -"])[0].text == "… -")
  }

  @Test func tooLongWordIsCut() throws {
    let word = String(repeating: "b", count: 2000)
    #expect(try translate([word])[0].sentences.map(\.truncated) == [true])
  }
}
