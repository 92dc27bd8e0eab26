extension [UInt8] {
  /// The lowest byte first, as ZIP and NumPy have their numbers.
  mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
