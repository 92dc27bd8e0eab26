/// `multipart/form-data` (RFC 7578 over RFC 2046 section 5.1). Lines end with CRLF; bytes before the first and after the
/// last boundary are dropped.
package enum MultipartForm {
  package struct Part: Sendable, Equatable {
    /// Name of the form field.
    package var name: String
    package var fileName: String?
    package var contentType: String?
    package var body: [UInt8]

    /// The body as text; nil if it is not UTF-8.
    package var text: String? { String(validating: body, as: UTF8.self) }
  }

  /// Limits of one part's header fields.
  private static let maxHeaderBytes = 8 << 10
  private static let maxHeaderCount = 16

  /// Parses a body whose boundary is a parameter of the request's media type.
  package static func parse(
    _ body: [UInt8], mediaType: MediaType, maximumParts: Int = 1000
  ) throws(FormError) -> [Part] {
    guard let boundary = mediaType.parameters["boundary"] else {
      throw FormError("no boundary in the Content-Type, expected multipart/form-data; boundary=…")
    }
    guard (1...70).contains(boundary.utf8.count), boundary.utf8.allSatisfy(\.isFieldValueByte) else {
      throw FormError("malformed boundary, expected 1 to 70 characters")
    }
    var reader = MultipartReader(body, boundary: Array(boundary.utf8))
    guard reader.skipToFirstPart() else { throw FormError("the first boundary is missing") }
    var parts: [Part] = []
    while !reader.isAtEnd {
      guard parts.count < maximumParts else { throw FormError("more than \(maximumParts) parts") }
      let headers = try readHeaders(&reader, part: parts.count + 1)
      guard let content = reader.takeContent() else {
        throw FormError("part \(parts.count + 1) has no closing boundary")
      }
      parts.append(try part(headers, content, number: parts.count + 1))
    }
    return parts
  }

  private static func readHeaders(
    _ reader: inout MultipartReader, part: Int
  ) throws(FormError) -> HTTPHeaders {
    var headers: HTTPHeaders = [:]
    var bytes = 0
    while let line = reader.takeLine() {
      if line.isEmpty { return headers }
      bytes += line.count
      guard bytes <= maxHeaderBytes, headers.fields.count < maxHeaderCount else {
        throw FormError("the header of part \(part) is too long")
      }
      do throws(RequestError) {
        let field = try FieldLine.parse(line)
        headers.add(field.name, field.value)
      } catch {
        throw FormError("the header of part \(part) is malformed: \(error.message)")
      }
    }
    throw FormError("the header of part \(part) has no end")
  }

  private static func part(
    _ headers: HTTPHeaders, _ content: ArraySlice<UInt8>, number: Int
  ) throws(FormError) -> Part {
    guard let disposition = headers["Content-Disposition"].flatMap(ParameterizedValue.init),
      disposition.head.equalsIgnoringCase("form-data"), let name = disposition.parameters["name"]
    else { throw FormError("part \(number) has no Content-Disposition: form-data with a name") }
    return Part(
      name: name, fileName: disposition.parameters["filename"], contentType: headers["Content-Type"],
      body: Array(content))
  }
}

/// Walks over a multipart body once, from boundary to boundary.
private struct MultipartReader {
  private let bytes: [UInt8]
  /// CRLF, two hyphens and the boundary, which end a part.
  private let delimiter: [UInt8]
  /// Bytes by which the search can advance, by the byte at the position of the delimiter's last byte.
  private let shifts: [Int]
  private var position = 0
  private(set) var isAtEnd = false

  init(_ bytes: [UInt8], boundary: [UInt8]) {
    self.bytes = bytes
    delimiter = [.carriageReturn, .lineFeed] + Array("--".utf8) + boundary
    var shifts = [Int](repeating: delimiter.count, count: 256)
    for (index, byte) in delimiter.dropLast().enumerated() { shifts[Int(byte)] = delimiter.count - 1 - index }
    self.shifts = shifts
  }

  /// Moves past the first boundary, which can be at the very beginning; false if there is none.
  mutating func skipToFirstPart() -> Bool {
    if bytes.starts(with: delimiter.dropFirst(2)) {
      position = delimiter.count - 2
      return endBoundary()
    }
    return takeContent() != nil
  }

  /// The next line without its CRLF; nil if there is none.
  mutating func takeLine() -> ArraySlice<UInt8>? {
    guard let feed = bytes[position...].firstIndex(of: .lineFeed), feed > position,
      bytes[feed - 1] == .carriageReturn
    else { return nil }
    defer { position = feed + 1 }
    return bytes[position..<(feed - 1)]
  }

  /// The bytes before the next boundary, past which it moves; nil if there is none.
  mutating func takeContent() -> ArraySlice<UInt8>? {
    let start = position
    while let found = nextDelimiter() {
      position = found + delimiter.count
      if endBoundary() { return bytes[start..<found] }
    }
    return nil
  }

  /// Reads the end of a boundary: two hyphens for the last one, then white space and a line end. False if other bytes
  /// follow: then it is the beginning of a longer line.
  private mutating func endBoundary() -> Bool {
    var rest = bytes[position...]
    let isLast = rest.starts(with: "--".utf8)
    if isLast { rest = rest.dropFirst(2) }
    rest = rest.drop { $0 == .space || $0 == .tab }
    guard rest.starts(with: [.carriageReturn, .lineFeed]) || isLast && rest.isEmpty else { return false }
    isAtEnd = isLast
    position = min(rest.startIndex + 2, bytes.count)
    return true
  }

  /// Searches by Horspool's algorithm: in the worst case 74 comparisons (the longest delimiter) per byte of the body.
  private func nextDelimiter() -> Int? {
    var index = position
    while index + delimiter.count <= bytes.count {
      if bytes[index..<(index + delimiter.count)].elementsEqual(delimiter) { return index }
      index += shifts[Int(bytes[index + delimiter.count - 1])]
    }
    return nil
  }
}
