/// Header fields in their order; names compare without case.
package struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  package private(set) var fields: [Field]

  package struct Field: Sendable, Equatable {
    package var name: String
    package var value: String
  }

  package init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { Field(name: $0.0, value: $0.1) }
  }

  /// The first value of that name; setting replaces all of that name.
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
  /// Empty members are kept, so that a caller that must be strict sees them. Only ASCII letters change case: in
  /// Unicode the Kelvin sign is a K too, and a coding `chun\u{212A}ed` is none that anyone else knows.
  package func list(_ name: String) -> [String] {
    values(name).flatMap { value in
      Array(value.utf8).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
        String(decoding: $0.trimmingOptionalWhitespace().map(\.lowercasedASCII), as: UTF8.self)
      }
    }
  }
}
