import Archive
import Files

/// The members of an archive that are translated, and the archive of their translations.
struct OfficePackage: Sendable {
  /// The most bytes that all members unpack to, beside the first MiB.
  private static let maxBytes = 256 << 20
  /// The most bytes that a byte of the archive can stand for. Text is packed ten to fifty times.
  private static let maxRatio = 200

  private let archive: ZipArchive

  /// - Parameter main: the member that has to be there.
  /// - Throws: `DocumentError.broken` if the file is no archive, or its members are larger than is believable.
  init(_ file: [UInt8], main: String) throws(DocumentError) {
    archive = try Self.converted { try ZipArchive(file, name: "file") }
    // Some programs put a number into the name.
    let hasMain = archive.members.contains { member in member.name.filter { !$0.isNumber } == main }
    guard hasMain else { throw .broken(item: "file", found: "no \(main)", expected: "one") }
    let limit = Self.limit(packedBytes: file.count)
    let size = archive.members.reduce(0) { $0.addingReportingOverflow($1.size).overflow ? .max : $0 + $1.size }
    guard size <= limit else {
      throw .broken(item: "file", found: "members of \(size) bytes", expected: "at most \(limit)")
    }
  }

  var names: [String] { archive.members.map(\.name) }

  func has(_ name: String) -> Bool { archive.member(name) != nil }

  /// Returns the content of a member in UTF-8, without a byte order mark.
  func content(_ name: String) throws(DocumentError) -> [UInt8] {
    let member = try member(name)
    let bytes = try Self.converted {
      try archive.bytes(of: member, atMost: Self.limit(packedBytes: member.packed.count))
    }
    guard TextEncoding.isUTF8(bytes) else { throw .broken(item: name, found: "other bytes", expected: "UTF-8") }
    return TextEncoding.startsWithUTF8Mark(bytes) ? Array(bytes.dropFirst(TextEncoding.utf8Mark.count)) : bytes
  }

  /// Hands over the content of a member that was read before, in pieces and without a byte order mark.
  func unpack(_ name: String, _ take: ([UInt8]) -> Void) throws(DocumentError) {
    let member = try member(name)
    // The first bytes, until they can be a whole mark; nil after them.
    var first: [UInt8]? = []
    try Self.converted {
      try archive.unpack(member, atMost: Self.limit(packedBytes: member.packed.count)) { piece in
        guard let known = first else { return take(Array(piece)) }
        let bytes = known + piece
        first = bytes.count < TextEncoding.utf8Mark.count ? bytes : nil
        if first == nil {
          take(TextEncoding.startsWithUTF8Mark(bytes) ? Array(bytes.dropFirst(TextEncoding.utf8Mark.count)) : bytes)
        }
      }
    }
    if let first, !first.isEmpty { take(first) }
  }

  private func member(_ name: String) throws(DocumentError) -> ZipArchive.Member {
    guard let member = archive.member(name) else { throw .broken(item: name, found: "nothing", expected: "a member") }
    return member
  }

  /// The most bytes that packed ones can stand for.
  private static func limit(packedBytes: Int) -> Int {
    let believable = packedBytes.multipliedReportingOverflow(by: maxRatio)
    return believable.overflow ? maxBytes : min(maxBytes, believable.partialValue) + 1 << 20
  }

  /// Makes archives in which members are replaced. All others are copied as they are packed.
  /// - Parameter names: the members that the parts of a document replace, in the order of the archive.
  func assembly(of names: [String]) -> Document.Assembly {
    { [archive] next in
      var rest = names[...]
      var isChanged = false
      var writer = ZipWriter()
      for member in archive.members {
        if member.name == rest.first {
          rest = rest.dropFirst()
          if let part = next() {
            isChanged = true
            try writer.addDeflated(member.name, part)
            continue
          }
        }
        try writer.copy(member, of: archive)
      }
      return isChanged ? writer.finish() : try archive.file.withBytes(0..<archive.file.count) { Array($0) }
    }
  }

  private static func converted<Value>(_ work: () throws -> Value) throws(DocumentError) -> Value {
    do {
      return try work()
    } catch let error as FileError {
      throw .broken(item: error.item, found: error.found, expected: error.expected)
    } catch {
      throw .broken(item: "file", found: "\(error)", expected: "a ZIP archive")
    }
  }
}
