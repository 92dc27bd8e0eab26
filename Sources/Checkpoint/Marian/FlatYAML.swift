import Files

/// The part of YAML that Marian writes and its users write for it: one mapping of scalars and lists of scalars.
///
/// Keys at the left margin; values plain or quoted, `[]`, or on the following lines a list of `- value`; comments.
/// Whatever else YAML can say (nesting, anchors, tags, text blocks, lists in brackets) is refused with its line.
struct FlatYAML {
  enum Value: Equatable {
    case scalar(String)
    case list([String])

    /// As it reads in a message, cut where it is long.
    var description: String {
      switch self {
      case .scalar(let text): "\"\(text.prefix(80))\""
      case .list(let values): "a list of \(values.count)"
      }
    }
  }

  static let largest = 1 << 18

  /// For messages: the file, and the item in it where the text is one of several.
  let file: String
  private let prefix: String
  private(set) var values: [String: Value] = [:]

  init(path: String) throws {
    let file = try InputFile(path: path)
    try self.init(file: path, item: nil, count: file.count) { body in try file.withBytes(body) }
  }

  /// The text that an INT8 or U8 tensor holds, up to its first NUL.
  init(_ tensor: StoredTensor) throws {
    guard tensor.type == .int8 || tensor.type == .uint8 else {
      throw tensor.unfit(found: "dtype \(tensor.type.rawValue)", expected: "bytes of text")
    }
    try self.init(file: tensor.file.path, item: tensor.name, count: tensor.range.count) { body in
      try tensor.withBytes { try body(UnsafeRawBufferPointer(rebasing: $0.prefix { $0 != 0 })) }
    }
  }

  private init(
    file: String, item: String?, count: Int,
    withBytes: ((UnsafeRawBufferPointer) throws -> String?) throws -> String?
  ) throws {
    self.file = file
    prefix = item.map { $0 + ", " } ?? ""
    guard count <= Self.largest else {
      throw FileError(
        file: file, item: item ?? "file", found: "\(count) bytes of YAML", expected: "at most \(Self.largest)")
    }
    guard let text = try withBytes({ String(validating: $0, as: UTF8.self) }) else {
      throw FileError(file: file, item: item ?? "file", found: "other bytes", expected: "UTF-8")
    }
    try parse(text)
  }

  // MARK: Lines

  private mutating func parse(_ text: String) throws(FileError) {
    var key: String?
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    for (index, line) in lines.enumerated() {
      do {
        try read(FlatYAMLLine(line).parse(), openKey: &key)
      } catch {
        throw self.error("line \(index + 1)", found: error.found, expected: error.expected)
      }
    }
  }

  /// - Parameter openKey: the key whose value may still follow as a list.
  private mutating func read(
    _ content: FlatYAMLLine.Content, openKey: inout String?
  ) throws(FlatYAMLLine.Failure) {
    switch content {
    case .nothing: break
    case .entry(let key, let value):
      guard values.updateValue(value ?? .scalar(""), forKey: key) == nil else {
        throw FlatYAMLLine.Failure(found: "the key \"\(key.prefix(80))\" again", expected: "every key once")
      }
      openKey = value == nil ? key : nil
    case .emptyList:
      guard let key = openKey, values[key] == .scalar("") else {
        throw FlatYAMLLine.Failure(found: "a second value", expected: "a key before it")
      }
      values[key] = .list([])
      openKey = nil
    case .item(let item):
      guard let key = openKey else {
        throw FlatYAMLLine.Failure(found: "an item of no list", expected: "a key before it")
      }
      append(item, to: key)
    }
  }

  private mutating func append(_ item: String, to key: String) {
    // Taken out of the table first, so that the list grows in place.
    guard case .list(var items)? = values.updateValue(.scalar(""), forKey: key) else {
      values[key] = .list([item])
      return
    }
    items.append(item)
    values[key] = .list(items)
  }

  func error(_ item: String, found: String, expected: String) -> FileError {
    FileError(file: file, item: prefix + item, found: found, expected: expected)
  }

  func found(_ key: String) -> String { values[key]?.description ?? "nothing" }
}
