import Files

/// The tokenizer of a Hugging Face Marian (OPUS-MT) folder: `source.spm`, `target.spm` and `vocab.json`, with
/// `target_vocab.json` if the two sides have separate vocabularies.
///
/// Special tokens that are written out in a text (`</s>`) are text like any other.
package final class HuggingFaceMarianTokenizer: TwoSidedTokenizer {
  let source: any TokenizerSide
  /// The target side with its own type, for texts whose start is no language code.
  private let listedTarget: ListedSide
  let target: any TokenizerSide

  /// - Throws: `FileError` that names the file that is missing or wrong.
  package init(_ folder: ModelFolder) throws {
    let vocabulary = try Vocabulary(folder.open("vocab.json"))
    let isSeparate = try Self.separatesVocabularies(folder)
    let targetVocabulary = isSeparate ? try Vocabulary(folder.open("target_vocab.json")) : vocabulary
    source = try ListedSide(
      SentencePieceTokenizer(folder.open("source.spm")), vocabulary: vocabulary, file: folder.path("vocab.json"))
    let pieces = try SentencePieceTokenizer(folder.open("target.spm"))
    listedTarget = try ListedSide(
      pieces, vocabulary: targetVocabulary, file: folder.path(isSeparate ? "target_vocab.json" : "vocab.json"))
    target = listedTarget
    try pieces.refuseDenormalization()
  }

  /// Whether source and target are numbered apart; if the configuration does not say, whether there is a
  /// `target_vocab.json`.
  private static func separatesVocabularies(_ folder: ModelFolder) throws -> Bool {
    let hasTarget = folder.contains("target_vocab.json")
    return try folder.tokenizerConfiguration?.boolean("separate_vocabs", default: hasTarget) ?? hasTarget
  }

  package func encodeTarget(_ text: String) -> EncodedText { listedTarget.encode(text, prefix: nil) }
}

/// The code that names the target language of a model with several: `>>fra<<`, `>>zh_Hans<<`, at the start of a text.
enum LanguagePrefix {
  /// The most bytes of a code, twice as many as in the longest in use, such as `>>srp_Cyrl<<`.
  private static let codeLimit = 32

  /// The range of the code in the text's UTF-8; nil if the text starts with none. Other text between angle brackets is
  /// left to be translated.
  static func range(in text: String) -> Range<Int>? {
    let head = Array(text.utf8.prefix(codeLimit + 4))
    guard head.starts(with: [UInt8(ascii: ">"), UInt8(ascii: ">")]) else { return nil }
    let code = head.dropFirst(2).prefix(while: isCode)
    let end = 2 + code.count + 2
    guard !code.isEmpty, head.dropFirst(2 + code.count).starts(with: [UInt8(ascii: "<"), UInt8(ascii: "<")]) else {
      return nil
    }
    return 0..<end
  }

  private static func isCode(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "@"), UInt8(ascii: "."): true
    default: false
    }
  }
}
