import Tensor

/// The source side of a session's sentences, computed once per sentence: planes of one row per token, such as the keys
/// and values of every cross-attention.
///
/// Sentences lie in the order of their arrival. When there is no more room, the remaining ones move together. So the
/// memory in use is at most a quarter above the greatest need so far.
package final class SourceStore {
  private var planes: [(buffer: FloatBuffer, width: Int)] = []  // each (rows, width)
  /// Limit of rows in use: more than were ever needed at once, so that sentences seldom move.
  private var headroom = Headroom()
  /// Rows of present sentences.
  private var used = 0
  /// First row after all sentences.
  private var end = 0
  /// Rows of all sentences in their order, those freed since the last move included.
  private var sentences: [SourceRows] = []

  package init() {}

  package var limit: Int { headroom.limit }

  package func row(_ row: Int, plane index: Int) -> UnsafeMutablePointer<Float> {
    planes[index].buffer.base + row * planes[index].width
  }

  /// Takes rows for sentences side by side, each of which is freed alone.
  /// - Parameter widths: floats per row of each plane; the same at each call.
  package func occupy(_ lengths: [Int], widths: [Int]) -> [SourceRows] {
    if planes.isEmpty { planes = widths.map { (FloatBuffer(), $0) } }
    let rows = lengths.reduce(0, +)
    headroom.cover(used + rows)
    if end + rows > limit { moveTogether() }
    for (buffer, width) in planes where limit * width > buffer.capacity {
      buffer.widen(to: 2 * limit * width, keeping: end * width)
    }
    let new = lengths.map { length in
      defer { end += length }
      return SourceRows(start: end, length: length)
    }
    sentences += new
    used += rows
    return new
  }

  package func free(_ sentence: SourceRows) {
    sentence.isFree = true
    used -= sentence.length
    guard used == 0 else { return }
    sentences.removeAll(keepingCapacity: true)
    end = 0
  }

  /// Moves the present sentences to the front.
  private func moveTogether() {
    sentences.removeAll(where: \.isFree)
    end = 0
    for sentence in sentences {
      for (buffer, width) in planes {
        (buffer.base + end * width).update(
          from: buffer.base + sentence.start * width, count: sentence.length * width)
      }
      sentence.start = end
      end += sentence.length
    }
  }
}

// MARK: Sentences

/// The rows of one sentence in a `SourceStore`, which can move them.
package final class SourceRows {
  /// First row.
  package internal(set) var start: Int
  /// Number of rows, one per source token.
  package let length: Int
  var isFree = false

  init(start: Int, length: Int) {
    self.start = start
    self.length = length
  }
}

/// The part that the rows of one sentence share: its source, until the last row has left, and what it asks for.
final class SourceSentence {
  private let store: SourceStore
  private let source: SourceRows
  let output: OutputPlan
  let capture: AttentionCapture
  /// Whether there is anything to capture.
  let captures: Bool

  init(_ source: SourceRows, in store: SourceStore, output: OutputPlan, capture: AttentionCapture) {
    self.source = source
    self.store = store
    self.output = output
    self.capture = capture
    captures = !capture.isNone
  }

  deinit { store.free(source) }

  /// Number of source tokens.
  var length: Int { source.length }

  /// (S, width)
  func rows(plane index: Int) -> UnsafePointer<Float> { UnsafePointer(store.row(source.start, plane: index)) }
}

/// One row of a session: a hypothesis that goes on.
struct DecoderRow {
  let sentence: SourceSentence
  /// Steps made, the current one included.
  var position = 0
  var avoided = AvoidedPositions()

  /// Adds the bias to the scores of an attention (heads, S).
  func addBias(to scores: UnsafeMutablePointer<Float>, heads: Int = 1) {
    for range in avoided.ranges {
      for head in 0..<heads {
        for position in range.clamped(to: 0..<sentence.length) {
          scores[head * sentence.length + position] += avoided.bias
        }
      }
    }
  }

  /// The biases of the scores, (heads, S); nil if all are 0.
  func biases(heads: Int = 1, in buffer: FloatBuffer) -> UnsafePointer<Float>? {
    guard !avoided.ranges.isEmpty, avoided.bias != 0 else { return nil }
    let biases = buffer.reserve(heads * sentence.length)
    biases.update(repeating: 0, count: heads * sentence.length)
    addBias(to: biases, heads: heads)
    return UnsafePointer(biases)
  }
}

// MARK: Growth

/// A limit for a need that varies: up to a quarter above the greatest need so far.
///
/// The limit follows each record at first. Later it rises only when it is nearly reached, so that memory is steady
/// although records go on, ever rarer and smaller.
package struct Headroom {
  /// Number of needs for which the limit follows each record.
  static let trial = 2_048
  /// The customary least limit, a dozen rows of 40: most loads need no more.
  package static let customaryLeast = 512

  package private(set) var limit = 0
  private let least: Int
  private var seen = 0

  package init(least: Int = Headroom.customaryLeast) { self.least = least }

  /// Counts a need. Afterwards the limit is at least a sixteenth above it, so that moves are rare.
  package mutating func cover(_ need: Int) {
    seen += 1
    guard seen <= Self.trial || 16 * limit < 17 * need else { return }
    limit = max(limit, least, need * 5 / 4)
  }
}
