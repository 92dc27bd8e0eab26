/// `chunk-size [chunk-ext]`, RFC 9112 section 7.1. Extensions mean nothing here, but one that is malformed is
/// refused, as readers disagree about where it ends. So is the white space that RFC 9112 lets stand in one, though no
/// sender may put it there.
enum ChunkSizeLine {
  /// Leading zeros beyond this are refused, as a reader may stop counting somewhere.
  private static let mostDigits = 16

  /// Takes the line without its line end. Bytes of the chunk, and of the extensions.
  static func parse(_ line: ArraySlice<UInt8>) throws(RequestError) -> (size: Int, extensionBytes: Int) {
    var size = 0
    var index = line.startIndex
    while index < line.endIndex, let digit = line[index].hexadecimalValue {
      let (shifted, overflow) = size.multipliedReportingOverflow(by: 16)
      guard !overflow else { throw .badRequest("a chunk size is too large") }
      size = shifted | Int(digit)
      index += 1
    }
    guard index - line.startIndex <= mostDigits else { throw .badRequest("a chunk size has too many digits") }
    guard index > line.startIndex else { throw .badRequest("malformed chunk size, expected hexadecimal digits") }
    let extensions = line[index...]
    guard areExtensions(extensions) else { throw .badRequest("malformed chunk extension") }
    return (size, extensions.count)
  }

  /// `*( ";" token [ "=" ( token / quoted-string ) ] )`
  private static func areExtensions(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    while rest.popFirst() != nil {
      guard bytes[rest.startIndex - 1] == UInt8(ascii: ";"), dropToken(&rest) else { return false }
      guard rest.first == UInt8(ascii: "=") else { continue }
      rest.removeFirst()
      let isQuoted = rest.first == UInt8(ascii: "\"")
      guard isQuoted ? dropQuoted(&rest) : dropToken(&rest) else { return false }
    }
    return true
  }

  private static func dropToken(_ rest: inout ArraySlice<UInt8>) -> Bool {
    let before = rest.count
    rest = rest.drop(while: \.isTokenByte)
    return rest.count < before
  }

  /// From the opening to the closing quote; a backslash takes the next byte along.
  private static func dropQuoted(_ rest: inout ArraySlice<UInt8>) -> Bool {
    rest.removeFirst()
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return true }
      guard byte.isFieldValueByte else { return false }
      if byte == UInt8(ascii: "\\") {
        guard let escaped = rest.popFirst(), escaped.isFieldValueByte else { return false }
      }
    }
    return false
  }
}
