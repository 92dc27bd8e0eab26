/// A run of normalised bytes and the piece it became; segments follow each other without gaps.
package struct Segment: Equatable, Sendable {
  package var length: Int
  package var id: Int32
}

/// Cuts normalised text into pieces. What no piece covers comes as single characters with the unknown id.
protocol Segmenter: Sendable {
  /// Takes time proportional to the length of `text` (BPE: times its logarithm).
  func segments(of text: UnsafeBufferPointer<UInt8>) -> [Segment]
}
