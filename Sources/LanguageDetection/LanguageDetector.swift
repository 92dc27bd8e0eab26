import Files
import Resources

/// A detector of the language of a text.
///
/// The script decides among the languages of different scripts. N-grams of letters and frequent words decide among
/// those of one script. The model is made in models/training; models/languages.md says how, and gives its accuracy.
package struct LanguageDetector: Sendable {
  /// The detector with the model in the program.
  package static let standard = Result<LanguageDetector, FileError> { () throws(FileError) in
    guard let resource = Resource(file) else {
      throw FileError(file: file, item: "file", found: "no such file in the program", expected: "a model")
    }
    return try LanguageDetector(resource.bytes)
  }

  private static let file = "languages.bin"
  private static let magic: UInt32 = 0x3244_4C44  // DLD2
  /// The scalars of a text that are read. More of them would not change the answer.
  private static let maxScalars = 4096

  private let letters = LetterTable()
  private let scripts: [ScriptModel]
  /// For each script the index of its first language among all.
  private let firsts: [Int]
  /// All languages, script by script.
  package let languages: [String]

  /// - Parameter bytes: the file of a model; not used after the call.
  /// - Throws: `FileError` if the bytes are no model.
  package init(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var reader = ByteReader(bytes, file: Self.file)
    let magic = try reader.integer(UInt32.self, "first bytes")
    guard magic == Self.magic else {
      throw FileError(file: Self.file, item: "first bytes", found: String(magic, radix: 16), expected: "DLD2")
    }
    var scripts: [ScriptModel] = []
    for _ in 0..<min(try reader.integer(UInt32.self, "scripts"), UInt32(LetterTable.none)) {
      scripts.append(try ScriptModel(&reader))
    }
    guard scripts.count == LetterTable.scripts, reader.left == 0 else {
      throw FileError(
        file: Self.file, item: "scripts", found: "\(scripts.count)",
        expected: "\(LetterTable.scripts) and nothing behind them")
    }
    self.scripts = scripts
    languages = scripts.flatMap(\.languages)
    firsts = scripts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.languages.count) }
  }

  /// Returns the languages that a text can be in, the most likely first; none if the model knows no letter of it.
  /// - Parameter served: the languages that texts are likely in, with the names that the answer has for them.
  package func detect(_ text: String, served: NamedLanguages? = nil) -> [DetectedLanguage] {
    detect([text], served: served)[0]
  }

  /// Returns the languages that each text can be in, the most likely first; none if the model knows no letter of it.
  ///
  /// The texts belong together: the languages of all make the languages of a short one more or less likely.
  /// - Parameter served: the languages that texts are likely in, with the names that the answer has for them.
  package func detect(_ texts: [String], served: NamedLanguages? = nil) -> [[DetectedLanguage]] {
    var shares = texts.map { text in
      let (shares, listed) = probabilities(of: text)
      return served.map { $0.favoured(shares, listed: listed, of: text) } ?? shares
    }
    if texts.count > 1 { LanguageMix(shares, of: texts).refine(&shares) }
    return zip(texts, shares).map { text, shares in
      let found = zip(languages, shares).filter { $1 > 0 }
      if let served { return served.named(found.map { (language: $0, share: $1) }, of: text) }
      return found.map { DetectedLanguage(language: $0, confidence: $1) }.sorted { $0.confidence > $1.confidence }
    }
  }

  /// The probability of each language, (languages), and whether it lists a word of the text. There are no probabilities if
  /// the model knows no letter of the text.
  private func probabilities(of text: String) -> (shares: [Double], listed: [Bool]) {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 3 * languages.count + 4 * scripts.count) { memory in
      memory.initialize(repeating: 0)
      guard let sums = memory.baseAddress else { return ([], []) }
      let counts = sums + 3 * languages.count
      let tally = Tally(
        grams: sums, words: sums + languages.count, listed: sums + 2 * languages.count, gramCounts: counts,
        wordCounts: counts + scripts.count, allWords: counts + 2 * scripts.count, letters: counts + 3 * scripts.count)
      count(text, in: tally)
      return (shares(tally), languages.indices.map { tally.listed[$0] > 0 })
    }
  }

  /// The counts of a text: the sums of weights and levels and the listed words per language, and the numbers of these, of
  /// all words and of letters per script.
  private struct Tally {
    let grams: UnsafeMutablePointer<Int32>
    let words: UnsafeMutablePointer<Int32>
    let listed: UnsafeMutablePointer<Int32>
    let gramCounts: UnsafeMutablePointer<Int32>
    let wordCounts: UnsafeMutablePointer<Int32>
    let allWords: UnsafeMutablePointer<Int32>
    let letters: UnsafeMutablePointer<Int32>
  }

  private func count(_ text: String, in tally: Tally) {
    var window = GramWindow()
    var word = WordHash()
    var current = LetterTable.none
    for scalar in text.unicodeScalars.prefix(Self.maxScalars) {
      let (script, lower) = letters.letter(scalar)
      if script != current {
        end(&word, of: current, &window, tally)
        window.begin()
        current = script
      }
      guard script != LetterTable.none else { continue }
      tally.letters[Int(script)] += 1
      word.take(lower)
      take(lower, of: Int(script), &window, tally)
    }
    end(&word, of: current, &window, tally)
  }

  private func end(_ word: inout WordHash, of script: UInt8, _ window: inout GramWindow, _ tally: Tally) {
    guard script != LetterTable.none else { return }
    let number = Int(script)
    take(0, of: number, &window, tally)
    guard let hash = word.end() else { return }
    tally.allWords[number] += 1
    if scripts[number].addWord(hash, to: tally.words + firsts[number], tally.listed + firsts[number]) {
      tally.wordCounts[number] += 1
    }
  }

  private func take(_ letter: UInt32, of number: Int, _ window: inout GramWindow, _ tally: Tally) {
    let model = scripts[number]
    guard model.longest > 0 else { return }
    window.take(letter, longest: model.longest) {
      if model.add($0, to: tally.grams + firsts[number]) { tally.gramCounts[number] += 1 }
    }
  }

  /// The probability of each language: its share within its script, times the weight of the script in the text.
  ///
  /// The weights are squared, so that a foreign name in another script counts little.
  private func shares(_ tally: Tally) -> [Double] {
    let weights = scripts.indices.map { number in
      let weight = Double(Int(tally.letters[number]) * scripts[number].letterWeight)
      return weight * weight
    }
    let sum = weights.reduce(0, +)
    guard sum > 0 else { return [] }
    return scripts.indices.flatMap { number in
      let weight = weights[number] / sum
      guard weight > 0 else { return [Double](repeating: 0, count: scripts[number].languages.count) }
      let evidence = ScriptEvidence(
        gramSums: tally.grams + firsts[number], wordSums: tally.words + firsts[number],
        listed: tally.listed + firsts[number], grams: tally.gramCounts[number], words: tally.wordCounts[number],
        allWords: tally.allWords[number], letters: tally.letters[number])
      return scripts[number].probabilities(evidence).map { $0 * weight }
    }
  }
}

/// A language that a text can be written in.
package struct DetectedLanguage: Sendable, Hashable {
  /// The code of the language in BCP 47, or the name that the caller has for it.
  package var language: String
  /// The probability that the answer is right, 0 to 1.
  package var confidence: Double
  /// Whether it is among the languages that the caller serves; true if the caller named none.
  package var isServed: Bool

  package init(language: String, confidence: Double, isServed: Bool = true) {
    self.language = language
    self.confidence = confidence
    self.isServed = isServed
  }
}
