import Files
import Languages

/// The tokenizer of a Hugging Face folder of M2M-100, SMaLL-100, NLLB-200 or mBART: one SentencePiece model for all
/// languages, and a token per language beyond its pieces.
///
/// Ids are those of `vocab.json`, else those of fairseq: SentencePiece's pieces moved by one, after four special tokens.
/// The tokens of languages follow in a fixed order (`tokenization_m2m_100.py`, `tokenization_nllb.py` and
/// `tokenization_mbart50.py` of `transformers`).
package final class MultilingualTokenizer: TwoSidedTokenizer {
  package enum Family: Sendable, CaseIterable {
    case m2m100
    /// M2M-100's vocabulary, with the target before the text.
    case small100
    /// M2M-100's vocabulary with the eight languages of WMT 2021.
    case wmt21
    case nllb
    /// NLLB-200 by its first tokenizer, with the source after the text.
    case legacyNLLB
    case mBART50
    case mBART25
  }

  let source: any TokenizerSide
  let target: any TokenizerSide
  package let languages: LanguageTokens?
  private let side: ListedSide

  /// - Throws: `FileError` that names the file that is missing or wrong.
  package init(_ folder: ModelFolder, _ family: Family) throws {
    let pieces = try SentencePieceTokenizer(folder.open("sentencepiece.bpe.model"))
    try pieces.refuseDenormalization()
    let file = family.isListed ? folder.path("vocab.json") : pieces.model.file
    var entries = try family.isListed ? Self.listed(folder) : Self.moved(pieces.model)
    let size = (entries.map(\.id).max() ?? 0) + 1
    let tokens = family.codes.enumerated().map { (piece: $1, id: size + $0) }
    entries += tokens
    // Tokens that no text has; the rows of the table of words beyond them are unused.
    if family.isListed {
      entries += (0..<8).map { ("madeupword\($0)", size + tokens.count + $0) }
    } else {
      entries.append(("<mask>", size + tokens.count))
    }
    let languages = LanguageTokens(
      zip(family.languages, tokens).map { ($0, LanguageTokens.Token(id: Int32($1.id), piece: $1.piece)) },
      layout: family.layout)
    side = try ListedSide(
      pieces, vocabulary: Vocabulary(entries: entries, file: file), file: file, languages: languages)
    (source, target) = (side, side)
    self.languages = languages
  }

  package func encodeTarget(_ text: String) -> EncodedText { side.encode(text, prefix: nil) }

  private static func listed(_ folder: ModelFolder) throws -> [(piece: String, id: Int)] {
    let file = try folder.open("vocab.json")
    let entries = try VocabularyParser.entries(file.tokenizerBytes(), file: file.path)
    guard let highest = entries.map(\.id).max(), highest < Vocabulary.maxSize else {
      throw FileError(
        file: file.path, item: "ids", found: "\(entries.map(\.id).max() ?? 0)", expected: "0 to \(Vocabulary.maxSize)")
    }
    return entries
  }

  /// The ids of fairseq: `<s>`, `<pad>`, `</s>` and `<unk>`, then the pieces after SentencePiece's own three.
  private static func moved(_ model: SentencePieceModel) throws -> [(piece: String, id: Int)] {
    guard model.pieces.prefix(3).map(\.text) == ["<unk>", "<s>", "</s>"] else {
      throw FileError(
        file: model.file, item: "first pieces", found: model.pieces.prefix(3).map(\.text).joined(separator: " "),
        expected: "<unk> <s> </s>")
    }
    let special = [("<s>", 0), ("<pad>", 1), ("</s>", 2), ("<unk>", 3)]
    return special + model.pieces.enumerated().dropFirst(3).map { ($1.text, $0 + 1) }
  }
}

// MARK: - Families

extension MultilingualTokenizer.Family {
  /// Whether `vocab.json` has the ids.
  fileprivate var isListed: Bool { self == .m2m100 || self == .small100 || self == .wmt21 }

  fileprivate var layout: LanguageTokens.Layout {
    switch self {
    case .m2m100, .wmt21, .nllb, .mBART50: .sourceBeforeText
    case .small100: .targetBeforeText
    case .legacyNLLB: .sourceAfterText
    case .mBART25: .targetFedFirst
    }
  }

  /// The tokens of the languages, in the order of their ids.
  fileprivate var codes: [String] {
    switch self {
    case .m2m100, .small100, .wmt21: languages.map { "__\($0)__" }
    case .nllb, .legacyNLLB: LanguageTable.standard.codes
    case .mBART50: Self.mBARTCodes
    case .mBART25: Array(Self.mBARTCodes.prefix(Self.mBART25Count))
    }
  }

  /// The languages of `codes`.
  fileprivate var languages: [String] {
    switch self {
    case .m2m100, .small100: Self.m2mLanguages
    case .wmt21: ["en", "ha", "is", "ja", "cs", "ru", "zh", "de"]
    case .nllb, .legacyNLLB: codes
    // The country says nothing about what the model reads.
    case .mBART50, .mBART25: codes.map { String($0.prefix(2)) }
    }
  }

  private static let m2mLanguages = words(
    """
    af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy ga gd gl gu ha he hi hr ht hu hy id \
    ig ilo is it ja jv ka kk km kn ko lb lg ln lo lt lv mg mk ml mn mr ms my ne nl no ns oc or pa pl ps pt ro ru sd si \
    sk sl so sq sr ss su sv sw ta th tl tn tr uk ur uz vi wo xh yi yo zh zu
    """)

  private static let mBART25Count = 25
  private static let mBARTCodes = words(
    """
    ar_AR cs_CZ de_DE en_XX es_XX et_EE fi_FI fr_XX gu_IN hi_IN it_IT ja_XX kk_KZ ko_KR lt_LT lv_LV my_MM ne_NP nl_XX \
    ro_RO ru_RU si_LK tr_TR vi_VN zh_CN af_ZA az_AZ bn_IN fa_IR he_IL hr_HR id_ID ka_GE km_KH mk_MK ml_IN mn_MN mr_IN \
    pl_PL ps_AF pt_XX sv_SE sw_KE ta_IN te_IN th_TH tl_XX uk_UA ur_PK xh_ZA gl_ES sl_SI
    """)

  private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}
