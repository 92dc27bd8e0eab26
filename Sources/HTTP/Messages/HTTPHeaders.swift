/// Header fields in their order; names are compared without case.
package struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  package private(set) var fields: [Field]

  package struct Field: Sendable, Equatable {
    package var name: String
    package var value: String
  }

  package init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { Field(name: $0.0, value: $0.1) }
  }

  /// The first value of a name; setting it replaces all values of that name.
  package subscript(name: String) -> String? {
    get { fields.first { $0.name.equalsIgnoringCase(name) }?.value }
    set {
      fields.removeAll { $0.name.equalsIgnoringCase(name) }
      if let newValue { fields.append(Field(name: name, value: newValue)) }
    }
  }

  package mutating func add(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  package func values(_ name: String) -> [String] {
    fields.filter { $0.name.equalsIgnoringCase(name) }.map(\.value)
  }

  /// The members of a comma-separated field such as `Connection`, over all its lines, trimmed and in lower case.
  ///
  /// Empty members are kept, so that a caller that must be strict sees them. Only ASCII letters change case: in
  /// Unicode the Kelvin sign is a K too, but no other reader takes `chun\u{212A}ed` for a coding.
  package func list(_ name: String) -> [String] {
    values(name).flatMap { value in
      Array(value.utf8).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
        String(decoding: $0.trimmingOptionalWhitespace().map(\.lowercasedASCII), as: UTF8.self)
      }
    }
  }
}

/// A header or trailer line (RFC 9112 section 5).
enum FieldLine {
  /// Parses a line without its line end. Refuses folding, space before the colon and control bytes.
  static func parse(_ line: ArraySlice<UInt8>) throws(RequestError) -> (name: String, value: String) {
    guard line.first != .space, line.first != .tab else {
      throw .badRequest("a header line begins with white space (folding is not allowed)")
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      throw .badRequest("a header line has no colon")
    }
    let name = line[..<colon]
    guard !name.isEmpty, name.allSatisfy(\.isTokenByte) else { throw .badRequest("malformed header name") }
    let value = line[(colon + 1)...].trimmingOptionalWhitespace()
    guard value.allSatisfy(\.isFieldValueByte) else {
      throw .badRequest("a header value holds a control character")
    }
    return (String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
  }
}
