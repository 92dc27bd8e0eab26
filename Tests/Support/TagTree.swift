/// The tags of a well-formed XML document, read strictly: an oracle for the documents that tests make.
package struct TagTree: Equatable {
  package struct Malformed: Error {
    package var what: String
  }

  /// The count of each tag, comment and script within the same elements.
  package private(set) var paths: [String: Int] = [:]
  /// The text between the tags, as it is written.
  package private(set) var text = ""

  package static func == (one: TagTree, other: TagTree) -> Bool { one.paths == other.paths }

  package init(_ document: String) throws(Malformed) {
    var rest = Substring(document)
    var open: [(name: Substring, path: String)] = []
    while !rest.isEmpty {
      let path = open.last?.path ?? ""
      let characters = rest.prefix { $0 != "<" }
      if characters.contains(">") { throw Malformed(what: "a bare > in \(characters)") }
      text += characters
      rest = rest.dropFirst(characters.count)
      if rest.isEmpty { break }
      let tag = rest.hasPrefix("<!--") ? Self.comment(rest) : Self.tag(rest)
      rest = rest.dropFirst(tag.count)
      let name = tag.dropFirst().prefix { !" />".contains($0) }
      if tag.hasPrefix("</") {
        let closed = tag.dropFirst(2).dropLast()
        guard open.popLast()?.name == closed else { throw Malformed(what: "</\(closed)> where it ends nothing") }
      } else {
        paths["\(path)\(tag)", default: 0] += 1
        if tag.hasSuffix("/>") || tag.hasPrefix("<!--") { continue }
        open.append((name, "\(path)\(tag)"))
      }
    }
    if let last = open.last { throw Malformed(what: "<\(last.name)> without an end") }
  }

  private static func comment(_ rest: Substring) -> Substring {
    var end = rest.startIndex
    while end < rest.endIndex, !rest[..<end].hasSuffix("-->") { end = rest.index(after: end) }
    return rest[..<end]
  }

  /// Reads up to the `>` that is in no attribute.
  private static func tag(_ rest: Substring) -> Substring {
    var quote: Character?
    for index in rest.indices {
      let character = rest[index]
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == ">" {
        return rest[...index]
      }
    }
    return rest
  }
}
