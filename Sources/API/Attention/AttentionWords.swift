import Models
import Translation

/// Which weights are asked for, in the words of a query or a command line.
package enum AttentionWords {
  /// A word that is none of those known.
  package struct Mismatch: Error {
    package var expected: String
    package var found: String
  }

  /// In the order asked for, each once; none for all that the model has.
  package static func kinds(_ words: [String]) throws(Mismatch) -> [AttentionKind] {
    var kinds: [AttentionKind] = []
    for word in words where word != "all" {
      guard let kind = AttentionKind(rawValue: word) else {
        let known = AttentionKind.allCases.map(\.rawValue).joined(separator: ", ")
        throw Mismatch(expected: "all or any of \(known)", found: word)
      }
      if !kinds.contains(kind) { kinds.append(kind) }
    }
    if words.contains("all") { return [] }
    return kinds.isEmpty ? [.cross] : kinds
  }

  /// - Returns: nil for every layer.
  package static func layers(_ words: [String]) throws(Mismatch) -> [Int]? {
    words.isEmpty || words == ["all"] ? nil : try indices(words, others: "all")
  }

  package static func heads(_ words: [String]) throws(Mismatch) -> HeadSelection {
    switch words {
    case [], ["all"]: .all
    case ["mean"]: .mean
    case ["max"]: .max
    default: .indices(try indices(words, others: "all, mean, max"))
    }
  }

  private static func indices(_ words: [String], others: String) throws(Mismatch) -> [Int] {
    var indices: [Int] = []
    for word in words {
      guard let index = Int(word), (0..<1000).contains(index) else {
        throw Mismatch(expected: "\(others) or indices from 0", found: word)
      }
      if !indices.contains(index) { indices.append(index) }
    }
    return indices
  }
}
