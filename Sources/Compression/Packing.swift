/// The ways in which single files are packed: by the suffix of their name, and by the bytes that they start with.
package enum Packing: CaseIterable, Sendable {
  case gzip
  case zstandard

  /// The suffix of packed files' names, with its dot.
  package var suffix: String {
    switch self {
    case .gzip: ".gz"
    case .zstandard: ".zst"
    }
  }

  /// Whether a file starts as one of this packing does.
  package func recognises(_ input: UnsafeRawBufferPointer) -> Bool {
    switch self {
    case .gzip: Gzip.isGzip(input)
    case .zstandard: Zstandard.isZstandard(input)
    }
  }

  /// The number of unpacked bytes that a file declares; nil if it declares none. `decode` checks it.
  package func declaredSize(_ input: UnsafeRawBufferPointer) -> Int? {
    switch self {
    case .gzip: Gzip.declaredSize(input)
    case .zstandard: Zstandard.declaredSize(input)
    }
  }

  /// Decodes a whole file and checks its checksums.
  ///
  /// - parameter limit: the most bytes that the output can have; more are an error
  /// - parameter sink: receives the output in order, in pieces
  /// - throws: `DecompressionError`, or an error of `sink`
  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, sink: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    switch self {
    case .gzip: try Gzip.decode(input, limit: limit, sink: sink)
    case .zstandard: try Zstandard.decode(input, limit: limit, sink: sink)
    }
  }
}
