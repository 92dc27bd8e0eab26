import Files
import Foundation

/// A model of the languages of one script: weights of n-grams of letters, found by the hash of the n-gram, and words.
///
/// A script of one language has neither.
struct ScriptModel: Sendable {
  /// The weight of a letter in a text of several scripts: a Chinese letter counts more than a Latin letter.
  let letterWeight: Int
  let longest: Int
  let languages: [String]
  /// The hashes of the n-grams, an open hash table of 2^k slots; `empty` in a free slot.
  private let hashes: [UInt32]
  /// For each slot of the table, the row of its weights.
  private let rows: [Int32]
  /// The weights in units of `step`, (n-grams, languages).
  private let weights: [Int8]
  private let step: Double
  /// The calibration of the confidence: the sums over n n-grams count scale · n^(power - ½).
  private let scale: Double
  private let power: Double
  private let words: WordTable
  /// The calibration of words: the sums over n words count wordScale / (1 + wordFade · (n - 1)).
  private let wordScale: Double
  private let wordFade: Double
  /// The logit of each language before anything is known of the text. It counts less the longer the text is.
  private let priors: [Double]
  /// The steps of a prior in the file to one nat, and the letters of a text in which it counts as it is.
  private static let priorSteps = 16.0
  private static let wordLetters = 5.0

  private static let empty: UInt32 = 0
  /// The limits of a file.
  private static let limits = (languages: 100, longest: 8, grams: 1 << 20)

  init(_ reader: inout ByteReader) throws(FileError) {
    letterWeight = Int(try reader.integer(UInt8.self, "letter weight"))
    longest = Int(try reader.integer(UInt8.self, "longest n-gram"))
    let count = Int(try reader.integer(UInt8.self, "languages"))
    let nameBytes = Int(try reader.integer(UInt8.self, "length of names"))
    let grams = Int(try reader.integer(UInt32.self, "n-grams"))
    guard longest <= Self.limits.longest, grams <= Self.limits.grams, count <= Self.limits.languages else {
      throw FileError(
        file: reader.file, item: "script", found: "n-grams of \(longest) letters, \(grams) of them, \(count) languages",
        expected: "at most \(Self.limits.longest), \(Self.limits.grams) and \(Self.limits.languages)")
    }
    step = try reader.real("step")
    scale = try reader.real("scale")
    power = try reader.real("power")
    wordScale = try reader.real("word scale")
    wordFade = max(0, try reader.real("word fade"))
    let names = try reader.run(nameBytes, "names")
    languages = (reader.text(names) ?? "").split(separator: " ").map(String.init)
    guard languages.count == count, count > 0, (grams > 0) == (longest > 0), grams > 0 || count == 1 else {
      throw FileError(
        file: reader.file, item: "languages", found: "\(languages.count) names and \(grams) n-grams of \(longest)",
        expected: "\(count) names, and n-grams for several")
    }
    priors = try reader.array(Int8.self, count, "priors").map { Double($0) / Self.priorSteps }
    (hashes, rows) = Self.table(try reader.array(UInt32.self, grams, "hashes"))
    weights = try reader.array(Int8.self, grams * count, "weights")
    words = try WordTable(&reader, languages: count)
  }

  private static func table(_ listed: [UInt32]) -> (hashes: [UInt32], rows: [Int32]) {
    guard !listed.isEmpty else { return ([], []) }
    var size = 2
    while size < listed.count * 2 { size *= 2 }
    var hashes = [UInt32](repeating: empty, count: size)
    var rows = [Int32](repeating: 0, count: size)
    for (row, hash) in listed.enumerated() where hash != empty {
      var slot = Int(hash) & (size - 1)
      while hashes[slot] != empty { slot = (slot + 1) & (size - 1) }
      hashes[slot] = hash
      rows[slot] = Int32(row)
    }
    return (hashes, rows)
  }

  /// Adds the weights of an n-gram to `sums`, one per language of this script, if the n-gram is in the model.
  /// - Returns: whether it is.
  func add(_ hash: UInt32, to sums: UnsafeMutablePointer<Int32>) -> Bool {
    var slot = Int(hash) & (hashes.count - 1)
    while hashes[slot] != hash {
      if hashes[slot] == Self.empty { return false }
      slot = (slot + 1) & (hashes.count - 1)
    }
    guard hash != Self.empty else { return false }
    let row = Int(rows[slot]) * languages.count
    weights.withUnsafeBufferPointer { weights in
      for language in 0..<languages.count { sums[language] &+= Int32(weights[row + language]) }
    }
    return true
  }

  /// Adds the levels of a word to `sums` and 1 to `counts`, one per language of this script, if the language has the word.
  /// - Returns: whether one has.
  func addWord(_ hash: UInt32, to sums: UnsafeMutablePointer<Int32>, _ counts: UnsafeMutablePointer<Int32>) -> Bool {
    words.add(hash, to: sums, counts)
  }

  /// The levels that a listed word has more in a text of at most `briefWords` words. There a rare word of one language
  /// says more than its letters, which resemble those of others.
  private static let briefLevels: Int32 = 2
  private static let briefWords: Int32 = 2

  /// Returns the probability of each language of the script.
  func probabilities(_ evidence: ScriptEvidence) -> [Double] {
    guard longest > 0 else { return [1] }
    let number = Double(max(evidence.grams, 1))
    let factor = step * scale * pow(number, power - 0.5)
    let wordFactor = wordScale / (1 + wordFade * Double(max(evidence.words - 1, 0)))
    let levels = evidence.allWords <= Self.briefWords ? Self.briefLevels : 0
    let priorFactor = 1 / max(Double(evidence.letters) / Self.wordLetters, 1).squareRoot()
    let logits = languages.indices.map { language in
      let letters = Double(evidence.gramSums[language]) * factor
      let words = Double(evidence.wordSums[language] + levels * evidence.listed[language]) * wordFactor
      return letters + words + priors[language] * priorFactor
    }
    let highest = logits.max() ?? 0
    let exponentials = logits.map { exp($0 - highest) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }
}

/// The parts of a text that tell the languages of one script apart.
struct ScriptEvidence {
  /// The sums of the weights of n-grams, and of the levels of words, per language.
  let gramSums: UnsafeMutablePointer<Int32>
  let wordSums: UnsafeMutablePointer<Int32>
  /// The number of words that a language lists, per language.
  let listed: UnsafeMutablePointer<Int32>
  /// The numbers of n-grams and words that were added, of all words, and of letters.
  let grams: Int32
  let words: Int32
  let allWords: Int32
  let letters: Int32
}

/// The hashes of the n-grams that end with each letter of a word. Each hash is made of the hash of one letter fewer.
///
/// A word begins and ends with a boundary, 0. N-grams can begin and end with a boundary but not cross it.
struct GramWindow {
  static let seed: UInt32 = 0x811C_9DC5
  private static let multiplier: UInt32 = 0x9E37_79B1

  /// The hashes of the n-grams that end with the last letter, by their length less one; eight at most.
  private var hashes = SIMD8<UInt32>(repeating: 0)
  private var count = 0

  /// Begins a word with the boundary before it.
  mutating func begin() {
    hashes[0] = Self.extended(Self.seed, by: 0)
    count = 1
  }

  /// Takes the next letter, or the boundary after the last, and passes the n-grams that end with it to `body`.
  mutating func take(_ letter: UInt32, longest: Int, _ body: (UInt32) -> Void) {
    let length = min(count + 1, longest)
    var index = length - 1
    while index > 0 {
      hashes[index] = Self.extended(hashes[index - 1], by: letter)
      body(hashes[index])
      index -= 1
    }
    hashes[0] = Self.extended(Self.seed, by: letter)
    if letter != 0 { body(hashes[0]) }
    count = length
  }

  static func extended(_ hash: UInt32, by letter: UInt32) -> UInt32 {
    let product = (hash ^ letter) &* multiplier
    return product ^ product >> 15
  }
}

// MARK: Files

extension ByteReader {
  /// Reads a finite number.
  fileprivate mutating func real(_ item: String) throws(FileError) -> Double {
    let value = Double(Float(bitPattern: try integer(UInt32.self, item)))
    guard value.isFinite else { throw FileError(file: file, item: item, found: "\(value)", expected: "a number") }
    return value
  }

  fileprivate mutating func array<Value: FixedWidthInteger>(
    _ type: Value.Type, _ count: Int, _ item: String
  ) throws(FileError) -> [Value] {
    let size = MemoryLayout<Value>.size
    let start = try run(count * size, item).lowerBound
    return (0..<count).map {
      Value(littleEndian: bytes.loadUnaligned(fromByteOffset: start + $0 * size, as: Value.self))
    }
  }
}
