import Files
import Resources

/// A detector of the language of a text.
///
/// The script decides among the languages of different scripts, logistic regression over n-grams of letters among those
/// of one script. The model is trained by models/training/train_languages.py; models/languages.md gives its accuracy.
package struct LanguageDetector: Sendable {
  /// The detector with the model in the program.
  package static let standard = Result<LanguageDetector, FileError> { () throws(FileError) in
    guard let resource = Resource(file) else {
      throw FileError(file: file, item: "file", found: "no such file in the program", expected: "a model")
    }
    return try LanguageDetector(resource.bytes)
  }

  private static let file = "languages.bin"
  private static let magic: UInt32 = 0x3144_4C44  // DLD1
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
      throw FileError(file: Self.file, item: "first bytes", found: String(magic, radix: 16), expected: "DLD1")
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
  /// - Parameter among: the languages to choose from; nil for all. The confidence is among all languages in any case.
  package func detect(_ text: String, among: NamedLanguages? = nil) -> [DetectedLanguage] {
    let found = zip(languages, probabilities(of: text)).filter { $1 > 0 }
    if let among { return among.named(found.map { (language: $0, share: $1) }) }
    return found.map(DetectedLanguage.init).sorted { $0.confidence > $1.confidence }
  }

  /// The probability of each language, (languages); empty if the model knows no letter of the text.
  private func probabilities(of text: String) -> [Double] {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: languages.count + 2 * scripts.count) { memory in
      memory.initialize(repeating: 0)
      guard let sums = memory.baseAddress else { return [] }
      let tally = Tally(sums: sums, grams: sums + languages.count, letters: sums + languages.count + scripts.count)
      count(text, in: tally)
      return shares(tally)
    }
  }

  /// The counts of a text: the sum of weights per language, and the n-grams and letters per script.
  private struct Tally {
    let sums: UnsafeMutablePointer<Int32>
    let grams: UnsafeMutablePointer<Int32>
    let letters: UnsafeMutablePointer<Int32>
  }

  private func count(_ text: String, in tally: Tally) {
    var window = GramWindow()
    var current = LetterTable.none
    for scalar in text.unicodeScalars.prefix(Self.maxScalars) {
      let (script, lower) = letters.letter(scalar)
      if script != current {
        take(0, of: current, &window, tally)
        window.begin()
        current = script
      }
      take(lower, of: script, &window, tally)
    }
    take(0, of: current, &window, tally)
  }

  private func take(_ letter: UInt32, of script: UInt8, _ window: inout GramWindow, _ tally: Tally) {
    guard script != LetterTable.none else { return }
    let number = Int(script)
    if letter != 0 { tally.letters[number] += 1 }
    let model = scripts[number]
    guard model.longest > 0 else { return }
    window.take(letter, longest: model.longest) {
      if model.add($0, to: tally.sums + firsts[number]) { tally.grams[number] += 1 }
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
      return scripts[number].probabilities(tally.sums + firsts[number], count: tally.grams[number]).map { $0 * weight }
    }
  }
}

/// A language that a text can be written in.
package struct DetectedLanguage: Sendable, Equatable {
  /// The code of the language in BCP 47, or the name that the caller has for it.
  package var language: String
  /// The probability that the answer is right, 0 to 1.
  package var confidence: Double

  package init(language: String, confidence: Double) {
    self.language = language
    self.confidence = confidence
  }
}
