import Archive
import Testing

@testable import Documents

/// Tests of the members of archives that are written while they are unpacked.
struct DocumentWritingTests {
  /// A text document of many pieces, deflated, with a byte order mark.
  private func file(_ paragraphs: [String]) throws -> (file: [UInt8], content: String) {
    let body = paragraphs.map { "<w:p><w:r><w:t>\($0)</w:t></w:r></w:p>" }.joined()
    let content = "<w:document \(OfficePackages.word)><w:body>\(body)</w:body></w:document>"
    var writer = ZipWriter()
    writer.addDeflated("word/document.xml") { $0(Array(("\u{FEFF}" + content).utf8)) }
    return (writer.finish(), content)
  }

  @Test func longMemberIsWrittenPieceByPiece() throws {
    // Paragraphs of all sizes, some longer than what is unpacked at a time.
    let words = (0..<60).map { "dog é\($0) " + String(repeating: "cat \($0) ", count: $0 * $0 * $0 / 8) }
    let file = try file(words.map { $0 + "end" }).file
    let document = try DocumentFormat.wordDocument.read(file)
    #expect(document.texts.count == words.count)
    for change in [{ (_: Int) in true }, { $0 % 7 == 0 }, { $0 == 59 }] {
      let written = try document.written { change($0) ? "X" + document.texts[$0].text : nil }
      let expected = words.enumerated().map { (change($0) ? "X" : "") + $1 + "end" }
      let content = try OfficePackages.content(written, "word/document.xml")
      #expect(try content == self.file(expected).content)
    }
  }

  @Test func byteOrderMarkOfAMemberIsDropped() throws {
    let file = try file(["dog"]).file
    let written = try DocumentFormat.wordDocument.read(file).written(["cão"])
    #expect(try OfficePackages.content(written, "word/document.xml").hasPrefix("<w:document"))
  }

  @Test func windowHasBytesByTheirPlaces() {
    var window = ByteWindow()
    window.append([0, 1, 2, 3])
    window.append([4, 5])
    #expect(Array(window[1..<5]) == [1, 2, 3, 4])
    window.drop(before: 3)
    #expect((window.start, window.end) == (3, 6))
    #expect(Array(window[3..<9]) == [3, 4, 5])
    #expect(window[0..<2].isEmpty && window[8..<9].isEmpty)
    window.drop(before: 1)
    #expect(Array(window[4..<5]) == [4])
  }
}
