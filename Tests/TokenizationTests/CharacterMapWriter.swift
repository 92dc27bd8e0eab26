/// Precompiled character maps of one rule, put together by hand.
enum CharacterMapWriter {
  static func blob(_ units: [UInt32], pool: [UInt8]) -> [UInt8] {
    func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    return word(UInt32(4 * units.count)) + units.flatMap(word) + pool
  }

  /// - Parameter key: one ASCII character.
  static func map(_ key: Unicode.Scalar, to replacement: String) -> [UInt8] {
    blob(units(key, value: 0), pool: Array(replacement.utf8) + [0])
  }

  /// A root whose children start at unit 256, and one child with a leaf at unit 512.
  static func units(_ key: Unicode.Scalar, value: UInt32) -> [UInt32] {
    var units = [UInt32](repeating: 0, count: 768)
    let child = 256 ^ Int(key.value)
    units[0] = 256 << 10
    units[child] = UInt32(child ^ 512) << 10 | 0x100 | key.value
    units[512] = value | 0x8000_0000
    return units
  }

  /// A child that is its own child by the same character: a walk that never ends by itself.
  static func cycle(_ key: Unicode.Scalar) -> [UInt32] {
    var units = [UInt32](repeating: 0, count: 512)
    let child = 256 ^ Int(key.value)
    units[0] = 256 << 10
    units[child] = key.value << 10 | key.value
    return units
  }
}
