import Compression

/// The objects of a PDF file.
///
/// They are found by reading the file once from its start, so that a broken table of references does not matter. Streams
/// of objects are unpacked. Files that need a password are refused.
struct PDFFile {
  /// The most bytes of all streams that are read, as they are stored and unpacked. A stream that is read twice counts
  /// twice.
  private static let maxStreamBytes = 64 << 20
  /// The most bytes that a byte of a stream can stand for, beside the first 64 KiB.
  private static let maxRatio = 200
  private static let maxReferences = 32

  private let bytes: [UInt8]
  private var objects: [Int: PDFObject] = [:]
  private var trailers: [[String: PDFObject]] = []
  private var streamBytes = 0
  /// The numbers and generations of objects by the places of their streams, which their keys are made of.
  private var names: [Int: (number: Int, generation: Int)] = [:]
  private var encryption: PDFEncryption?
  /// The fonts that were read, by the numbers of their objects.
  var fonts: [Int: PDFFont] = [:]
  /// The codes of fonts that are still read. A few bytes can stand for thousands of codes.
  var codesLeft = 1 << 19

  /// - Throws: `DocumentError.broken` if the bytes are no PDF file, or one that needs a password.
  init(_ bytes: [UInt8]) throws(DocumentError) {
    self.bytes = bytes
    guard bytes.prefix(1024).firstRange(of: Array("%PDF-".utf8)) != nil else {
      throw .broken(item: "file", found: "no head of a PDF file", expected: "%PDF-")
    }
    scan()
    encryption = try readEncryption()
    unpackObjects()
    guard !objects.isEmpty else { throw .broken(item: "file", found: "no objects", expected: "a PDF file") }
  }

  /// Returns an object, or the one that a reference names.
  func resolved(_ object: PDFObject?) -> PDFObject {
    var object = object ?? .null
    for _ in 0..<Self.maxReferences {
      guard case .reference(let number) = object else { return object }
      object = objects[number] ?? .null
    }
    return .null
  }

  private func readEncryption() throws(DocumentError) -> PDFEncryption? {
    guard let trailer = trailers.last(where: { $0["Encrypt"] != nil }) else { return nil }
    guard let entries = resolved(trailer["Encrypt"]).dictionary else {
      throw .broken(item: "encryption", found: "no dictionary", expected: "one")
    }
    let ids = trailers.compactMap { resolved($0["ID"]).array?.first }
    return try PDFEncryption(entries, id: resolved(ids.first).bytes ?? [], in: self)
  }

  // MARK: Reading

  /// Finds `1 0 obj` and `trailer` from the start of the file to its end.
  private mutating func scan() {
    var index = 0
    while index < bytes.count {
      if starts("obj", at: index), let name = objectName(before: index) {
        index = readObject(name.number, name.generation, from: index + 3)
      } else if starts("trailer", at: index) {
        var lexer = PDFLexer(bytes, from: index + 7)
        if let trailer = lexer.next()?.dictionary { trailers.append(trailer) }
        index = max(index + 7, lexer.index)
      } else {
        index += 1
      }
    }
  }

  private func starts(_ word: StaticString, at index: Int) -> Bool {
    guard index + word.utf8CodeUnitCount <= bytes.count, bytes[index] == word.utf8Start.pointee else { return false }
    return word.withUTF8Buffer { $0.elementsEqual(bytes[index..<index + $0.count]) }
  }

  /// Returns the numbers of `1 0 ` before the word `obj`.
  private func objectName(before index: Int) -> (number: Int, generation: Int)? {
    var end = index
    func skip(_ matches: (UInt8) -> Bool) -> Range<Int> {
      var start = end
      while start > 0, index - start < 32, matches(bytes[start - 1]) { start -= 1 }
      defer { end = start }
      return start..<end
    }
    _ = skip(PDFLexer.isSpace)
    let digits = skip(PDFLexer.isDigit)
    guard digits.upperBound < index, !skip(PDFLexer.isSpace).isEmpty,
      let number = Int(String(decoding: bytes[skip(PDFLexer.isDigit)], as: UTF8.self)),
      let generation = Int(String(decoding: bytes[digits], as: UTF8.self))
    else { return nil }
    return (number, generation)
  }

  /// - Returns: the byte at which the search for the next object goes on.
  private mutating func readObject(_ number: Int, _ generation: Int, from start: Int) -> Int {
    var lexer = PDFLexer(bytes, from: start)
    // Not from the start again: what was passed over can be a comment up to the end of the file.
    guard var object = lexer.next() else { return lexer.index }
    if let target = object.integer, lexer.takeReference() { object = .reference(target) }
    guard case .dictionary(let entries) = object else {
      objects[number] = object
      return lexer.index
    }
    lexer.skipSpace()
    guard starts("stream", at: lexer.index) else {
      objects[number] = object
      return lexer.index
    }
    var content = lexer.index + 6
    if content < bytes.count, bytes[content] == 0x0D { content += 1 }
    if content < bytes.count, bytes[content] == 0x0A { content += 1 }
    let end = endOfStream(from: content, length: entries["Length"]?.integer)
    objects[number] = .stream(entries, content..<max(content, end))
    names[content] = (number, generation)
    if entries["Type"]?.name == "XRef" { trailers.append(entries) }
    return max(content, end)
  }

  private func endOfStream(from start: Int, length: Int?) -> Int {
    if let length, length >= 0, length <= bytes.count - start {
      let end = bytes[(start + length)...].firstIndex { !PDFLexer.isSpace($0) } ?? bytes.count
      if starts("endstream", at: end) { return start + length }
    }
    var index = start
    while index < bytes.count, !starts("endstream", at: index) { index += 1 }
    return index
  }

  /// Unpacks the streams of objects. Streams nearer to the end of the file are newer.
  private mutating func unpackObjects() {
    var streams: [(number: Int, entries: [String: PDFObject], place: Int)] = []
    for (number, object) in objects {
      guard case .stream(let entries, let range) = object, entries["Type"]?.name == "ObjStm" else { continue }
      streams.append((number, entries, range.lowerBound))
    }
    for stream in streams.sorted(by: { $0.place > $1.place }) { unpackObjects(stream.number, stream.entries) }
  }

  private mutating func unpackObjects(_ number: Int, _ entries: [String: PDFObject]) {
    guard let content = content(of: .reference(number)), let first = resolved(entries["First"]).integer,
      let count = resolved(entries["N"]).integer, (0...content.count).contains(first), count > 0
    else { return }
    var lexer = PDFLexer(content, to: first)
    // Objects follow each other, so that no byte is read for two of them.
    var end = 0
    for _ in 0..<min(count, content.count) {
      guard let number = lexer.next()?.integer, let offset = lexer.next()?.integer, offset >= 0,
        offset <= content.count - first
      else { return }
      // Objects of the file itself are newer or the same.
      guard offset >= end, objects[number] == nil else { continue }
      var object = PDFLexer(content, from: first + offset)
      objects[number] = object.next() ?? .null
      end = object.index - first
    }
  }

  // MARK: Streams

  /// Returns the unpacked content of a stream; nil if it is packed in another way than text is, or broken.
  mutating func content(of object: PDFObject?) -> [UInt8]? {
    guard case .stream(let entries, let range) = resolved(object) else { return nil }
    let filters = resolved(entries["Filter"])
    let names = filters.name.map { [$0] } ?? filters.array?.compactMap { resolved($0).name } ?? []
    guard names.count <= 4, range.count <= Self.maxStreamBytes - streamBytes else { return nil }
    streamBytes += range.count
    var content = decrypted(range, entries)
    for name in names {
      switch name {
      case "FlateDecode", "Fl":
        guard let unpacked = inflated(content) else { return nil }
        content = unpacked
      case "ASCIIHexDecode", "AHx":
        var lexer = PDFLexer(Array("<".utf8) + content)
        guard case .string(let decoded) = lexer.next() else { return nil }
        content = decoded
      case "ASCII85Decode", "A85": content = Self.decoded85(content)
      case "LZWDecode", "LZW":
        let parameters = resolved(entries["DecodeParms"])
        let early = (parameters.dictionary ?? resolved(parameters.array?.first).dictionary)?["EarlyChange"]
        let limit = limit(ofPacked: content.count)
        content = LZW.decode(content, limit: limit, changesEarly: resolved(early).integer != 0)
        streamBytes += content.count
      case "Crypt": break
      default: return nil
      }
    }
    return content
  }

  /// The bytes of a stream as they are stored, without encryption. References between objects are not encrypted, and
  /// streams can say that they are not.
  private func decrypted(_ range: Range<Int>, _ entries: [String: PDFObject]) -> [UInt8] {
    guard let encryption, let name = names[range.lowerBound], entries["Type"]?.name != "XRef" else {
      return Array(bytes[range])
    }
    let filters = resolved(entries["Filter"])
    let first = filters.name ?? resolved(filters.array?.first).name
    if first == "Crypt" { return Array(bytes[range]) }
    return encryption.decrypted(bytes[range], number: name.number, generation: name.generation)
  }

  /// The most bytes that a packed stream can stand for.
  private func limit(ofPacked bytes: Int) -> Int {
    let believable = bytes.multipliedReportingOverflow(by: Self.maxRatio).partialValue + 1 << 16
    return min(believable, Self.maxStreamBytes - streamBytes)
  }

  private mutating func inflated(_ packed: [UInt8]) -> [UInt8]? {
    let limit = limit(ofPacked: packed.count)
    let output = UnpackedBytes()
    let isWhole = packed.withUnsafeBytes { bytes in
      (try? Inflate.decodeZlib(bytes, limit: limit) { output.bytes.append(contentsOf: $0) }) != nil
    }
    streamBytes += output.bytes.count
    // A stream that is cut or whose checksum differs still has its text.
    return isWhole || !output.bytes.isEmpty && output.bytes.count < limit ? output.bytes : nil
  }

  private static func decoded85(_ content: [UInt8]) -> [UInt8] {
    var (output, group): ([UInt8], [UInt32]) = ([], [])
    func flush(_ digits: [UInt32], _ count: Int) {
      let value = digits.reduce(0 as UInt32) { $0 &* 85 &+ $1 }
      output += (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) }
    }
    for byte in content {
      if byte == UInt8(ascii: "~") { break }
      if byte == UInt8(ascii: "z"), group.isEmpty { output += [0, 0, 0, 0] }
      guard (0x21...0x75).contains(byte) else { continue }
      group.append(UInt32(byte - 0x21))
      if group.count == 5 {
        flush(group, 4)
        group = []
      }
    }
    if group.count > 1 { flush(group + [UInt32](repeating: 84, count: 5 - group.count), group.count - 1) }
    return output
  }

  // MARK: Pages

  /// The pages in their order, each with the resources that it inherits.
  var pages: [[String: PDFObject]] {
    var pages: [[String: PDFObject]] = []
    let root = trailers.lazy.compactMap { resolved($0["Root"]).dictionary }.first
    let catalog = root ?? objects.values.first { $0.dictionary?["Type"]?.name == "Catalog" }?.dictionary
    var seen: Set<Int> = []
    collectPages(catalog?["Pages"], inherited: .null, &seen, &pages, depth: 0)
    if pages.isEmpty {
      let all = objects.sorted { $0.key < $1.key }.compactMap { $0.value.dictionary }
      pages = all.filter { $0["Type"]?.name == "Page" }
    }
    return pages
  }

  private func collectPages(
    _ node: PDFObject?, inherited: PDFObject, _ seen: inout Set<Int>, _ pages: inout [[String: PDFObject]], depth: Int
  ) {
    if case .reference(let number) = node, !seen.insert(number).inserted { return }
    guard depth < Self.maxReferences, var entries = resolved(node).dictionary else { return }
    if entries["Resources"] == nil { entries["Resources"] = inherited }
    guard let kids = resolved(entries["Kids"]).array else { return pages.append(entries) }
    for kid in kids {
      collectPages(kid, inherited: entries["Resources"] ?? .null, &seen, &pages, depth: depth + 1)
    }
  }
}

/// Bytes that a decoder hands over.
private final class UnpackedBytes {
  var bytes: [UInt8] = []
}
