/// The checksum of ZIP: CRC-32 of ISO 3309, reflected, four bytes at a time (Kounavis and Berry, 2005).
package enum CRC32 {
  /// `tables[n][b]`: what byte b does n bytes before the end.
  private static let tables: [[UInt32]] = {
    let first = (0..<256 as Range<UInt32>).map { byte in
      (0..<8).reduce(byte) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
    }
    var tables = [first]
    for _ in 0..<3 { tables.append(tables[tables.count - 1].map { first[Int($0 & 255)] ^ $0 >> 8 }) }
    return tables
  }()

  package static func checksum(_ bytes: [UInt8]) -> UInt32 {
    let tables = tables
    var rest: UInt32 = .max
    bytes.withUnsafeBytes { bytes in
      let whole = bytes.count & ~3
      for offset in stride(from: 0, to: whole, by: 4) {
        let word = rest ^ UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        rest =
          tables[3][Int(word & 255)] ^ tables[2][Int(word >> 8 & 255)] ^ tables[1][Int(word >> 16 & 255)]
          ^ tables[0][Int(word >> 24)]
      }
      for byte in bytes[whole...] { rest = tables[0][Int((rest ^ UInt32(byte)) & 255)] ^ rest >> 8 }
    }
    return ~rest
  }
}
