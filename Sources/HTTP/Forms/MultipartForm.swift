/// `multipart/form-data`, RFC 7578 over RFC 2046 section 5.1. Lines end with CRLF; what stands before the first and
/// after the last boundary is dropped.
package enum MultipartForm {
  package struct Part: Sendable, Equatable {
    /// Of the form field.
    package var name: String
    package var fileName: String?
    package var contentType: String?
    package var body: [UInt8]

    /// The body as text; nil if it is no UTF-8.
    package var text: String? { String(validating: body, as: UTF8.self) }
  }

  /// Bytes of one part's header fields, and their number.
  private static let headerBytes = 8 << 10
  private static let headerCount = 16

  /// The parts of `body`, whose boundary the media type of the request names.
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
      guard bytes <= headerBytes, headers.fields.count < headerCount else {
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
