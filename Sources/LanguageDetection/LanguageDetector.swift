import Resources

/// Says what language a text is written in: the script decides what it can, logistic regression over n-grams of letters
/// the rest. The model is made by models/training/train_languages.py; models/languages.md says how well it does.
package struct LanguageDetector: Sendable {
  /// The one that is part of the program.
  package static let standard = Result<LanguageDetector, LanguageModelError> { () throws(LanguageModelError) in
    guard let resource = Resource("languages.bin") else {
      throw LanguageModelError(item: "languages.bin", found: "no such file in the program", expected: "a model")
    }
    return try LanguageDetector(resource.bytes)
  }

  private static let magic: UInt32 = 0x3144_4C44  // DLD1
  /// More scalars of a text than this say nothing new.
  private static let enough = 4096

  private let letters = LetterTable()
  private let scripts: [ScriptModel]
  /// Of each script the place of its first language among all.
  private let firsts: [Int]
  /// Every language, script by script.
  package let languages: [String]

  /// - Parameter bytes: a model's file; of no use to the detector afterwards.
  /// - Throws: `LanguageModelError` where they are not.
  package init(_ bytes: UnsafeRawBufferPointer) throws(LanguageModelError) {
    var reader = ModelReader(bytes)
    let magic = try reader.integer(UInt32.self, "first bytes")
    guard magic == Self.magic else {
      throw LanguageModelError(item: "first bytes", found: String(magic, radix: 16), expected: "DLD1")
    }
    var scripts: [ScriptModel] = []
    for _ in 0..<min(try reader.integer(UInt32.self, "scripts"), UInt32(LetterTable.none)) {
      scripts.append(try ScriptModel(&reader))
    }
    guard scripts.count == LetterTable.scripts, reader.isAtEnd else {
      throw LanguageModelError(
        item: "scripts", found: "\(scripts.count)", expected: "\(LetterTable.scripts) and nothing behind them")
    }
    self.scripts = scripts
    languages = scripts.flatMap(\.languages)
    firsts = scripts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.languages.count) }
  }

  /// The languages that a text may be in, the likeliest first; none where it has no letters that the model knows.
  /// - Parameter among: only these; the confidence says how likely each is among all languages. Nil: all of them.
  package func detect(_ text: String, among: NamedLanguages? = nil) -> [DetectedLanguage] {
    let found = zip(languages, probabilities(of: text)).filter { $1 > 0 }
    if let among { return among.named(found.map { (language: $0, share: $1) }) }
    return found.map(DetectedLanguage.init).sorted { $0.confidence > $1.confidence }
  }

  /// (languages); none where nothing is known.
  private func probabilities(of text: String) -> [Double] {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: languages.count + 2 * scripts.count) { memory in
      memory.initialize(repeating: 0)
      guard let sums = memory.baseAddress else { return [] }
      let tally = Tally(sums: sums, grams: sums + languages.count, letters: sums + languages.count + scripts.count)
      count(text, in: tally)
      return shares(tally)
    }
  }

  /// What was found in a text: sums of weights a language, and n-grams and letters a script.
  private struct Tally {
    let sums: UnsafeMutablePointer<Int32>
    let grams: UnsafeMutablePointer<Int32>
    let letters: UnsafeMutablePointer<Int32>
  }

  private func count(_ text: String, in tally: Tally) {
    var window = GramWindow()
    var current = LetterTable.none
    for scalar in text.unicodeScalars.prefix(Self.enough) {
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

  /// Of each language its share within its script, times what the script has of the text; squared, so that a foreign
  /// name in another script weighs little.
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
