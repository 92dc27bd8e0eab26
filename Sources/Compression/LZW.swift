/// A decoder of LZW data as TIFF and PDF have it (ISO 32000-1, 7.4.4.2): codes of 9 to 12 bits, the highest bit first.
///
/// Time is linear in input plus output; a table of 4,096 entries refers to the output.
package enum LZW {
  private static let clear = 256
  private static let end = 257
  private static let maxEntries = 4096

  /// Decodes data up to its end code, its end or the first code that cannot be.
  /// - Parameters:
  ///   - limit: the most bytes of output; decoding ends there.
  ///   - changesEarly: whether codes grow by a bit one code early, as they do unless a file says otherwise.
  package static func decode(_ input: [UInt8], limit: Int, changesEarly: Bool = true) -> [UInt8] {
    var output: [UInt8] = []
    // Each entry is a part of the output: that of the code before it and one byte more.
    var entries: [Range<Int>] = []
    var last: Range<Int>?
    var (bits, bitCount, width) = (0 as UInt32, 0, 9)
    for byte in input {
      bits = bits << 8 | UInt32(byte)
      bitCount += 8
      guard bitCount >= width else { continue }
      bitCount -= width
      let code = Int(bits >> UInt32(bitCount) & (1 << UInt32(width) - 1))
      if code == end { break }
      if code == clear {
        (entries, last, width) = ([], nil, 9)
        continue
      }
      let start = output.count
      if code < clear {
        output.append(UInt8(code))
      } else {
        // The entry that is not made yet is the last code and its own first byte.
        let isNext = code - end - 1 == entries.count
        guard let last, isNext || code - end - 1 < entries.count else { break }
        let entry = isNext ? last.lowerBound..<last.upperBound + 1 : entries[code - end - 1]
        for place in entry { output.append(output[place]) }
      }
      guard output.count <= limit else { return Array(output.prefix(limit)) }
      if let last, entries.count + end + 1 < maxEntries { entries.append(last.lowerBound..<last.upperBound + 1) }
      last = start..<output.count
      let size = entries.count + end + 1 + (changesEarly ? 1 : 0)
      width = size >= 2048 ? 12 : size >= 1024 ? 11 : size >= 512 ? 10 : 9
    }
    return output
  }
}
