import Documents
import Foundation
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
}
