import Foundation

/// What tells the languages of one script apart: weights of n-grams of letters, found by the hash of the n-gram. A
/// script of one language has none.
struct ScriptModel: Sendable {
  /// What a letter counts where a text has several scripts: a Chinese one says more than a Latin one.
  let letterWeight: Int
  let longest: Int
  let languages: [String]
  /// The n-grams' hashes, an open hash table of 2^k places; `empty` where there is none.
  private let hashes: [UInt32]
  /// Of each place of the table the row of its weights.
  private let rows: [Int32]
  /// (n-grams, languages), in steps.
  private let weights: [Int8]
  private let step: Double
  /// The confidence's calibration: logits are multiplied by scale · n^power.
  private let scale: Double
  private let power: Double

  private static let empty: UInt32 = 0
  /// What a file may ask for.
  private static let limits = (languages: 100, longest: 8, grams: 1 << 20)

  init(_ reader: inout ModelReader) throws(LanguageModelError) {
    letterWeight = Int(try reader.integer(UInt8.self, "letter weight"))
    longest = Int(try reader.integer(UInt8.self, "longest n-gram"))
    let count = Int(try reader.integer(UInt8.self, "languages"))
    let nameBytes = Int(try reader.integer(UInt8.self, "length of names"))
    let grams = Int(try reader.integer(UInt32.self, "n-grams"))
    guard longest <= Self.limits.longest, grams <= Self.limits.grams, count <= Self.limits.languages else {
      throw LanguageModelError(
        item: "script", found: "n-grams of \(longest) letters, \(grams) of them, \(count) languages",
        expected: "at most \(Self.limits.longest), \(Self.limits.grams) and \(Self.limits.languages)")
    }
    step = try reader.real("step")
    scale = try reader.real("scale")
    power = try reader.real("power")
    languages = try reader.text(nameBytes, "names").split(separator: " ").map(String.init)
    guard languages.count == count, count > 0, (grams > 0) == (longest > 0), grams > 0 || count == 1 else {
      throw LanguageModelError(
        item: "languages", found: "\(languages.count) names and \(grams) n-grams of \(longest)",
        expected: "\(count) names, and n-grams for several")
    }
    (hashes, rows) = Self.table(try reader.array(UInt32.self, grams, "hashes"))
    weights = try reader.array(Int8.self, grams * count, "weights")
  }

  private static func table(_ listed: [UInt32]) -> (hashes: [UInt32], rows: [Int32]) {
    guard !listed.isEmpty else { return ([], []) }
    var size = 2
    while size < listed.count * 2 { size *= 2 }
    var hashes = [UInt32](repeating: empty, count: size)
    var rows = [Int32](repeating: 0, count: size)
    for (row, hash) in listed.enumerated() where hash != empty {
      var place = Int(hash) & (size - 1)
      while hashes[place] != empty { place = (place + 1) & (size - 1) }
      hashes[place] = hash
      rows[place] = Int32(row)
    }
    return (hashes, rows)
  }

  /// Adds the weights of an n-gram to `sums`, one a language of this script, where it is a listed one.
  /// - Returns: whether it is.
  func add(_ hash: UInt32, to sums: UnsafeMutablePointer<Int32>) -> Bool {
    var place = Int(hash) & (hashes.count - 1)
    while hashes[place] != hash {
      if hashes[place] == Self.empty { return false }
      place = (place + 1) & (hashes.count - 1)
    }
    guard hash != Self.empty else { return false }
    let row = Int(rows[place]) * languages.count
    weights.withUnsafeBufferPointer { weights in
      for language in 0..<languages.count { sums[language] &+= Int32(weights[row + language]) }
    }
    return true
  }

  /// How likely each language of the script is.
  /// - Parameter count: n-grams that were added to `sums`.
  func probabilities(_ sums: UnsafeMutablePointer<Int32>, count: Int32) -> [Double] {
    guard longest > 0 else { return [1] }
    let number = Double(max(count, 1))
    let factor = step * scale * pow(number, power - 0.5)
    let highest = (0..<languages.count).reduce(Int32.min) { max($0, sums[$1]) }
    let exponentials = (0..<languages.count).map { exp(Double(sums[$0] - highest) * factor) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }
}
