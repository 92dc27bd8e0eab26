import Files
import Languages
import Tokenization

/// The languages of a model: it translates from each of its sources into each of its targets.
package struct ModelLanguages: Sendable, Equatable {
  /// Codes in lower case, as in `LanguagePair`.
  package let sources: [String]
  package let targets: [String]

  /// The languages of a model with one pair.
  package init(_ pair: LanguagePair) {
    sources = [pair.source]
    targets = [pair.target]
  }

  /// - Parameters:
  ///   - sources: at least one, each once.
  ///   - targets: at least one, each once.
  package init(sources: [String], targets: [String]) {
    self.sources = sources
    self.targets = targets
  }

  /// The pair of a model that has one alone.
  package var pair: LanguagePair? {
    sources.count == 1 && targets.count == 1 ? LanguagePair(source: sources[0], target: targets[0]) : nil
  }

  /// Whether the model translates a pair. A model of several pairs translates no language into itself.
  package func contain(_ pair: LanguagePair) -> Bool {
    guard sources.contains(pair.source), targets.contains(pair.target) else { return false }
    return pair.source != pair.target || self.pair != nil
  }

  /// The first pair.
  var first: LanguagePair {
    let pairs = targets.lazy.map { LanguagePair(source: sources[0], target: $0) }
    return pairs.first { contain($0) } ?? LanguagePair(source: sources[0], target: targets[0])
  }
}

// MARK: - Folders

extension ModelLanguages {
  /// Finds the languages of a model folder.
  /// - Parameters:
  ///   - tokens: the language tokens of its vocabulary; nil if it has none.
  ///   - fallback: the pair, or the source, of a folder that does not say it.
  /// - Throws: `FileError` if the folder does not say what its model reads.
  init(folder: ModelFolder, tokens: LanguageTokens?, fallback: LanguagePair?) throws {
    guard let tokens else {
      self.init(try LanguagePair(folder: folder, fallback: fallback))
      return
    }
    guard !tokens.nameSources else {
      self.init(sources: tokens.codes, targets: tokens.codes)
      return
    }
    let (source, target) = try LanguagePair.sides(of: folder)
    if let source, let target, source == target {
      self.init(sources: tokens.codes, targets: tokens.codes)
    } else if let source, let target, target.utf8.count == 2, tokens.token(of: target) == nil {
      self.init(LanguagePair(source: source, target: target))
    } else if let source = source ?? fallback?.source {
      self.init(sources: [LanguageCode(source).underscored], targets: tokens.codes)
    } else {
      throw FileError(
        file: folder.directory, item: "source language",
        found: "no source_lang in tokenizer_config.json and no name like opus-mt-en-ROMANCE",
        expected: "one of them, or a pair given with the model")
    }
  }
}

extension ModelLanguages: CustomStringConvertible {
  /// The pair, or the number of languages on each side.
  package var description: String {
    func side(_ codes: [String]) -> String { codes.count == 1 ? codes[0] : "\(codes.count) languages" }
    return "\(side(sources)) to \(side(targets))"
  }
}
