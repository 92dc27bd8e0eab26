/// Writes JSON straight into bytes: an attention answer holds tens of thousands of floats, for which `JSONEncoder` takes
/// ten times as long. Names and values come in the order they are to stand; commas are put by the writer.
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  package init(capacity: Int = 256) {
    bytes.reserveCapacity(capacity)
  }

  package mutating func object(_ members: (inout JSONWriter) throws -> Void) rethrows {
    try enclosed("{", "}", members)
  }

  package mutating func array(_ elements: (inout JSONWriter) throws -> Void) rethrows {
    try enclosed("[", "]", elements)
  }

  package mutating func array<Elements: Sequence>(
    of elements: Elements, _ element: (inout JSONWriter, Elements.Element) -> Void
  ) {
    array { writer in
      for item in elements { element(&writer, item) }
    }
  }

  /// The name of the value that is written next.
  package mutating func name(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  package mutating func string(_ text: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 { appendEscaped(byte) }
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  package mutating func integer(_ value: Int) {
    raw(String(value))
  }

  package mutating func null() {
    raw("null")
  }

  package mutating func bool(_ value: Bool) {
    raw(value ? "true" : "false")
  }

  /// The shortest digits that read back the same; `null` where the value is not finite, since JSON has no such number.
  package mutating func real(_ value: Float) {
    raw(value.isFinite ? value.description : "null")
  }

  package mutating func real(_ value: Double) {
    raw(value.isFinite ? value.description : "null")
  }

  /// A probability with seven decimals: a row of 512 of them still sums to 1 within 3e-5.
  package mutating func probability(_ value: Float) {
    guard value >= 0, value < 1 else { return real(value) }
    let unit = 10_000_000
    var rest = Int((Double(value) * Double(unit)).rounded())
    guard rest < unit else { return integer(1) }
    separate()
    needsComma = true
    bytes.append(UInt8(ascii: "0"))
    guard rest > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    var place = unit / 10
    while rest > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest / place))
      rest %= place
      place /= 10
    }
  }

  private mutating func raw(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
    needsComma = true
  }

  private mutating func enclosed(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONWriter) throws -> Void
  ) rethrows {
    separate()
    bytes.append(UInt8(ascii: open))
    needsComma = false
    try body(&self)
    bytes.append(UInt8(ascii: close))
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func appendEscaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
    case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
    case 0x0D: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
    case 0x09: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
    case 0..<0x20:
      let digits = Array("0123456789abcdef".utf8)
      bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    default: bytes.append(byte)
    }
  }
}
