/// Finding what had to stand as it is in a translation.
enum KeptSpans {
  /// Where each span stands again, spans of the same bytes in their order.
  /// - Returns: one a span that is there.
  static func links(_ spans: [Range<Int>], of source: String, in target: String) -> [AlignmentLink] {
    guard !spans.isEmpty else { return [] }
    let (source, target) = (Array(source.utf8), Array(target.utf8))
    var next: [ArraySlice<UInt8>: Int] = [:]
    return spans.compactMap { span in
      let bytes = source[span.clamped(to: source.indices)]
      guard let start = place(of: bytes, in: target, from: next[bytes] ?? 0) else { return nil }
      next[bytes] = start + bytes.count
      return AlignmentLink(source: span, target: start..<start + bytes.count)
    }
  }

  private static func place(of bytes: ArraySlice<UInt8>, in target: [UInt8], from start: Int) -> Int? {
    guard !bytes.isEmpty, start + bytes.count <= target.count else { return nil }
    return (start...target.count - bytes.count).first { target[$0..<$0 + bytes.count] == bytes }
  }
}
