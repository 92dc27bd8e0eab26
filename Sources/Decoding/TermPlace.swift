/// The start of a word in a hypothesis, with the ways to write terms there. While a search can go back to it, the session
/// keeps the decoder's state.
final class TermPlace {
  /// The row of the state: among those of the step, or after them among those that are kept.
  var row: Int
  /// The number of tokens with the one that comes next.
  let length: Int
  let leaf: Int
  let steps: [(term: Int, step: TermStep)]

  init(row: Int, length: Int, leaf: Int, steps: [(term: Int, step: TermStep)]) {
    self.row = row
    self.length = length
    self.leaf = leaf
    self.steps = steps
  }

  /// The way to write a term.
  func step(of term: Int) -> TermStep? { steps.first { $0.term == term }?.step }
}

/// A term with a place for it.
struct TermReturn {
  let place: TermPlace
  let term: Int

  /// The total of the hypothesis just after the term is begun.
  var entry: Float { place.step(of: term)?.state.entry ?? -.infinity }
}

/// The places that a search can go back to for terms that are missing at its end.
///
/// The place of a term is the start of the first word that was made of its source. If the decoder attended to the source
/// in no word, it is the place where the term is the likeliest.
struct TermPlaces {
  private struct Found {
    var place: TermPlace
    /// Whether the decoder attended to the term's source.
    var isSeen: Bool
    /// The logit of the term's first token, less the greatest one and the cost of the distance from the term's source.
    var likelihood: Float
  }

  /// The places that the session keeps, in the order of their rows.
  private(set) var kept: [TermPlace] = []
  /// Places of the last step.
  private var new: [TermPlace] = []
  private var found: [Int: Found] = [:]

  /// The most terms that have a place.
  private static let maxTerms = 8

  /// Takes the place of a step.
  mutating func add(_ place: TermPlace, _ trace: inout Trace) {
    trace.hold(place.leaf)
    new.append(place)
  }

  /// Takes a place for a term if no earlier one is as likely.
  mutating func offer(_ place: TermPlace, for term: Int, likelihood: Float) {
    guard let known = found[term] else {
      if found.count < Self.maxTerms { found[term] = Found(place: place, isSeen: false, likelihood: likelihood) }
      return
    }
    if !known.isSeen, known.likelihood < likelihood {
      found[term] = Found(place: place, isSeen: false, likelihood: likelihood)
    }
  }

  /// Takes the start of a word that was made of a term's source.
  mutating func see(_ term: Int, at place: TermPlace) {
    let isFree = found[term].map { !$0.isSeen } ?? (found.count < Self.maxTerms)
    guard isFree, place.step(of: term) != nil else { return }
    found[term] = Found(place: place, isSeen: true, likelihood: 0)
  }

  /// The earliest of the places of some terms.
  /// - Parameter terms: a bit per term.
  func earliest(of terms: UInt64) -> TermReturn? {
    let earliest = found.filter { terms >> UInt64($0.key) & 1 == 1 }.min {
      ($0.value.place.length, $0.key) < ($1.value.place.length, $1.key)
    }
    return earliest.map { TermReturn(place: $0.value.place, term: $0.key) }
  }

  /// Forgets the places for more tokens, which a search leaves when it goes back.
  mutating func remove(after length: Int) { found = found.filter { $0.value.place.length <= length } }

  /// Keeps some places, and those of terms that are not written; releases the others.
  /// - Parameter pending: a bit per term.
  mutating func keep(_ words: [TermPlace], pending: UInt64, _ trace: inout Trace) {
    found = found.filter { pending >> UInt64($0.key) & 1 == 1 }
    var wanted: [TermPlace] = []
    for place in words + found.sorted(by: { $0.key < $1.key }).map(\.value.place)
    where !wanted.contains(where: { $0 === place }) {
      wanted.append(place)
    }
    for place in kept + new where !wanted.contains(where: { $0 === place }) { trace.release(place.leaf) }
    kept = wanted
    new.removeAll(keepingCapacity: true)
  }
}
