import Archive
import Foundation
import Testing

@testable import Documents

/// Small archives of office formats, with the members that a test is about.
enum OfficePackages {
  static let word = #"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main""#

  static func archive(_ members: [(String, String)]) -> [UInt8] {
    var writer = ZipWriter()
    for (name, content) in members { writer.add(name, Array(content.utf8)) }
    return writer.finish()
  }

  /// A text document with paragraphs as its body.
  static func docx(_ body: String, _ others: [(String, String)] = []) -> [UInt8] {
    archive(
      [
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", "<w:document \(word)><w:body>\(body)</w:body></w:document>"),
      ]
        + others)
  }

  static func odt(_ body: String, mime: String = "text") -> [UInt8] {
    let namespaces = ["text", "table", "office", "draw", "presentation"].map {
      "xmlns:\($0)=\"urn:oasis:names:tc:opendocument:xmlns:\($0):1.0\""
    }.joined(separator: " ")
    return archive([
      ("mimetype", "application/vnd.oasis.opendocument.\(mime)"),
      (
        "content.xml",
        "<office:document-content \(namespaces)><office:body>\(body)</office:body></office:document-content>"
      ),
    ])
  }

  static func content(_ file: [UInt8], _ name: String) throws -> String {
    let archive = try ZipArchive(file, name: "file")
    return String(decoding: try archive.bytes(of: try #require(archive.member(name)), atMost: .max), as: UTF8.self)
  }

  /// The texts of a file, and its body if they are shouted. The identity is checked on the way.
  static func shouted(
    _ format: DocumentFormat, _ file: [UInt8], _ member: String = "word/document.xml"
  ) throws -> (texts: [String], body: String) {
    let document = try format.read(file)
    #expect(try document.written(document.texts.map(\.text)) == file)
    try checkParts(of: document, in: file)
    let shouted = document.texts.map { Shouting.shouted($0.text, isMarkup: document.isMarkup) }
    var body = try content(try document.written(shouted), member)
    for tag in ["body", "office:body"] {
      if let start = body.firstRange(of: "<\(tag)>"), let end = body.firstRange(of: "</\(tag)>") {
        body = String(body[start.upperBound..<end.lowerBound])
      }
    }
    if let start = body.firstRange(of: "<w:body>"), let end = body.firstRange(of: "</w:body>") {
      body = String(body[start.upperBound..<end.lowerBound])
    }
    return (document.texts.map(\.text), body)
  }

  /// Checks that each part whose texts are their own translations is a member of the archive, byte for byte.
  static func checkParts(of document: Document, in file: [UInt8]) throws {
    let archive = try ZipArchive(file, name: "file")
    let contents = Set(
      archive.members.compactMap { member in
        (try? archive.bytes(of: member, atMost: .max)).map { bytes in
          // A byte order mark is not a part of the text.
          String(decoding: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
        }
      })
    // Nothing is held of a member without texts.
    for part in try document.writtenParts(document.texts.map(\.text)) where !part.isEmpty {
      #expect(contents.contains(String(decoding: part, as: UTF8.self)))
    }
  }
}

/// The number of mutated files of each kind.
enum FuzzRounds {
  static let count = ProcessInfo.processInfo.environment["FUZZ_ROUNDS"].flatMap(Int.init) ?? 1500
}

extension DocumentError {
  /// Expects the error of a broken file to name the item, the found and the expected.
  func expectReason() {
    if case .broken(let item, let found, let expected) = self {
      #expect(!item.isEmpty && !found.isEmpty && !expected.isEmpty)
    }
  }
}
