/// Writes the messages that tests feed to the reader.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  static func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var result: [UInt8] = []
    while rest > 0x7F {
      result.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return result + [UInt8(rest)]
  }

  mutating func number(_ field: UInt64, _ value: UInt64) {
    bytes += Self.varint(field << 3) + Self.varint(value)
  }

  mutating func block(_ field: UInt64, _ value: some Collection<UInt8>) {
    bytes += Self.varint(field << 3 | 2) + Self.varint(UInt64(value.count)) + value
  }

  mutating func float(_ field: UInt64, _ value: Float) {
    bytes += Self.varint(field << 3 | 5) + (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
  }
}

/// A `.spm` file put together by hand.
struct ModelWriter {
  private var message = ProtobufWriter()

  /// - Parameter withUnknown: false leaves the unknown piece, number 0, out.
  init(withUnknown: Bool = true) {
    if withUnknown { piece("<unk>", 0, type: 2) }
  }

  var bytes: [UInt8] { message.bytes }

  mutating func piece(_ text: String, _ score: Float, type: UInt64 = 1) {
    piece(Array(text.utf8), score, type: type)
  }

  mutating func piece(_ text: [UInt8], _ score: Float, type: UInt64 = 1) {
    var piece = ProtobufWriter()
    piece.block(1, text)
    piece.float(2, score)
    piece.number(3, type)
    message.block(1, piece.bytes)
  }

  mutating func trainer(_ fill: (inout ProtobufWriter) -> Void) { section(2, fill) }
  mutating func normalizer(_ fill: (inout ProtobufWriter) -> Void) { section(3, fill) }
  mutating func denormalizer(_ fill: (inout ProtobufWriter) -> Void) { section(5, fill) }

  private mutating func section(_ field: UInt64, _ fill: (inout ProtobufWriter) -> Void) {
    var writer = ProtobufWriter()
    fill(&writer)
    message.block(field, writer.bytes)
  }
}
