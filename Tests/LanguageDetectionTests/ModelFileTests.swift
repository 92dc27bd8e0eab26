import Files
import LanguageDetection
import Resources
import Support
import Testing

struct ModelFileTests {
  private let bytes: [UInt8]

  init() throws { bytes = Array(try #require(Resource("languages.bin")).bytes) }

  @Test func modelIsSmall() {
    #expect(bytes.count <= 1_400_000)
  }

  @Test func truncatedFileIsRefused() {
    for count in [0, 3, 4, 8, 9, 20, 40, 100, 1000, bytes.count / 2, bytes.count - 1] {
      #expect(throws: FileError.self) { try detector(Array(bytes.prefix(count))) }
    }
    #expect(throws: FileError.self) { try detector(bytes + [0]) }
  }

  /// Any bytes make a detector that answers, or an error.
  @Test func damagedBytesDoNotCrash() {
    let words = 330_000
    for place in Array(0..<16) + Array(words..<words + 8) {
      var damaged = bytes
      damaged[place] ^= UInt8(truncatingIfNeeded: 1 + place * 97)
      _ = try? detector(damaged).detect("La maison est blanche, и здесь 市场 is the rest")
    }
  }

  @Test func errorNamesTheFault() {
    let error = thrownError(FileError.self) { try detector(Array("GIF89a..".utf8)) }
    #expect(error?.description == "languages.bin: first bytes: found 38464947, expected DLD2")
  }

  private func detector(_ bytes: [UInt8]) throws -> LanguageDetector {
    try bytes.withUnsafeBytes { bytes in try LanguageDetector(bytes) }
  }
}
