import Documents
import Foundation
import Markup
import Testing

/// Round trips of the files below the folder that `DRAGOMAN_DOCUMENTS` names. Nothing in the project needs them.
struct RealFilesTests {
  static let folder = ProcessInfo.processInfo.environment["DRAGOMAN_DOCUMENTS"]

  @Test(.enabled(if: folder != nil, "DRAGOMAN_DOCUMENTS names no folder"))
  func realFilesAreTheirOwnTranslation() throws {
    let folder = try #require(Self.folder)
    var counts: [String: Int] = [:]
    for case let path as String in try #require(FileManager.default.enumerator(atPath: folder)) {
      guard let format = DocumentFormat(fileName: path),
        let data = FileManager.default.contents(atPath: "\(folder)/\(path)")
      else { continue }
      let file = [UInt8](data)
      do {
        let document = try format.read(file)
        // Catalogues and interchange files have their translations beside the texts; PDF files are not written.
        if !["po", "pot", "xliff", "xlf", "pdf"].contains(format.fileExtension) {
          #expect(try document.written(document.texts.map(\.text)) == file, "\(path)")
          if file.starts(with: Array("PK".utf8)) { try OfficePackages.checkParts(of: document, in: file) }
        }
        for text in document.texts where document.isMarkup { Self.checkPassages(of: text.text, path) }
        let shouted = document.texts.map { Shouting.shouted($0.text, isMarkup: document.isMarkup) }
        #expect(try !document.written(shouted).isEmpty || file.isEmpty, "\(path)")
        counts[format.fileExtension, default: 0] += 1
      } catch let error as DocumentError {
        counts["refused " + format.fileExtension, default: 0] += 1
        print("\(path): \(error)")
      }
    }
    print("files:", counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
  }

  /// A page whose passages are their own translations, word by word, is unchanged.
  private static func checkPassages(of text: String, _ path: String) {
    let page = MarkupDocument(text, .html, attributes: true)
    let translations = page.passages.map { passage in
      var links: [AlignmentLink] = []
      var start = 0
      for word in passage.text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false) {
        let range = start..<start + word.count
        if !word.isEmpty { links.append(AlignmentLink(source: range, target: range)) }
        start += word.count + 1
      }
      let all = 0..<passage.text.utf8.count
      return PassageTranslation(
        text: passage.text,
        sentences: [PassageTranslation.Sentence(source: all, target: all, links: links)])
    }
    #expect(page.written(translations).text == text, "\(path)")
  }
}
