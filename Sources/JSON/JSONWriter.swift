/// Writes JSON straight into bytes.
///
/// An attention answer holds tens of thousands of floats, for which `JSONEncoder` takes ten times as long. Members and
/// elements appear in the order of the calls; the writer puts the commas.
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

  /// Writes the name of a member, whose value must be written next.
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

  /// Writes the shortest digits that read back as the same number; `null` if the value is not finite, because JSON has
  /// no such number.
  package mutating func real(_ value: Float) {
    raw(value.isFinite ? value.description : "null")
  }

  /// Writes the shortest digits that read back as the same number; `null` if the value is not finite.
  package mutating func real(_ value: Double) {
    raw(value.isFinite ? value.description : "null")
  }

  /// Writes a probability with seven decimals: a row of 512 of them still sums to 1 within 3e-5.
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

// MARK: - Members of objects

extension JSONWriter {
  package mutating func member(_ name: String, _ text: String) {
    self.name(name)
    string(text)
  }

  package mutating func member(_ name: String, _ number: Int) {
    self.name(name)
    integer(number)
  }

  package mutating func member(_ name: String, _ number: Double) {
    self.name(name)
    real(number)
  }

  package mutating func member(_ name: String, _ number: Float) {
    self.name(name)
    real(number)
  }

  package mutating func member(_ name: String, _ flag: Bool) {
    self.name(name)
    bool(flag)
  }

  package mutating func member(_ name: String, _ texts: some Sequence<String>) {
    self.name(name)
    array(of: texts) { $0.string($1) }
  }

  package mutating func member(_ name: String, _ numbers: some Sequence<Int>) {
    self.name(name)
    array(of: numbers) { $0.integer($1) }
  }

  package mutating func member(_ name: String, _ numbers: some Sequence<Float>) {
    self.name(name)
    array(of: numbers) { $0.real($1) }
  }

  /// Writes a member whose value is an array.
  package mutating func member<Elements: Sequence>(
    _ name: String, arrayOf elements: Elements, _ element: (inout JSONWriter, Elements.Element) -> Void
  ) {
    self.name(name)
    array(of: elements, element)
  }

  /// Writes a member whose value is an object.
  package mutating func member(_ name: String, object members: (inout JSONWriter) throws -> Void) rethrows {
    self.name(name)
    try object(members)
  }

  /// Writes a member unless its value is nil.
  package mutating func member(_ name: String, ifPresent text: String?) {
    if let text { member(name, text) }
  }

  /// Writes a member unless its value is nil.
  package mutating func member(_ name: String, ifPresent number: Int?) {
    if let number { member(name, number) }
  }
}

// MARK: - Trees

extension JSONWriter {
  /// Writes a tree, the members of each object in the order of their names.
  package mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let value): bool(value)
    case .integer(let value): integer(value)
    case .real(let value): real(value)
    case .string(let text): string(text)
    case .array(let values): array(of: values) { $0.value($1) }
    case .object(let members):
      object { writer in
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
          writer.name(name)
          writer.value(value)
        }
      }
    }
  }
}
