extension TokenAssembler {
  /// The text without white space around it, and one range a token within it. After `flush`.
  func stripped() -> (bytes: ArraySlice<UInt8>, ranges: [Range<Int>]) {
    let kept = Self.kept(bytes)
    let moved = ranges.map { range in
      let clamped = range.clamped(to: kept)
      return clamped.lowerBound - kept.lowerBound..<clamped.upperBound - kept.lowerBound
    }
    return (bytes[kept], moved)
  }

  private static func kept(_ bytes: [UInt8]) -> Range<Int> {
    let text = Substring(String(decoding: bytes, as: UTF8.self)).unicodeScalars
    guard let first = text.firstIndex(where: { !isSpace($0) }), let last = text.lastIndex(where: { !isSpace($0) })
    else { return 0..<0 }
    let start = text[..<first].reduce(0) { $0 + UTF8.width($1) }
    return start..<start + text[first...last].reduce(0) { $0 + UTF8.width($1) }
  }

  /// White space, and the four separators that ASCII calls information separators.
  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
  }
}
