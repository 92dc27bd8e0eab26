import Foundation
import Testing

@testable import Documents

/// Tests of encrypted PDF files, which `make_pdf_fixtures.py` made with qpdf.
struct EncryptedPDFTests {
  private func fixture(_ name: String) throws -> [UInt8] {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: tests.appendingPathComponent("Fixtures/pdf/\(name).pdf")))
  }

  @Test(arguments: [
    "rc4-40", "rc4-128", "rc4-filter", "aes-128", "aes-128-metadata", "aes-256-first", "aes-256",
  ])
  func fileThatOpensWithoutPasswordIsRead(name: String) throws {
    let document = try DocumentFormat.portableDocument.read(fixture(name))
    #expect(document.texts.map(\.text) == ["A dog runs in the snow."])
  }

  @Test(arguments: ["rc4-128-password", "aes-256-password"])
  func fileThatNeedsAPasswordIsRefused(name: String) throws {
    let file = try fixture(name)
    #expect(
      throws: DocumentError.broken(
        item: "file", found: "a PDF file that needs a password", expected: "one that opens without")
    ) { try DocumentFormat.portableDocument.read(file) }
  }

  @Test(
    arguments: [
      ("/Filter /Adobe.PubSec /V 4", "the handler Adobe.PubSec", "Standard"),
      ("/Filter /Standard /V 9 /R 3", "version 9", "1 to 5"),
      ("/Filter /Standard /V 2 /R 9", "revision 9", "2 to 6"),
      ("/Filter /Standard /V 4 /R 4 /StmF /X /CF << /X << /CFM /Y >> >>", "the method Y", "V2, AESV2 or AESV3"),
      ("/Filter /Standard /V 5 /R 6", "a PDF file that needs a password", "one that opens without"),
    ] as [(String, String, String)])
  func encryptionOfAnotherKindIsRefused(entries: String, found: String, expected: String) {
    let file = Array("%PDF-1.4\n1 0 obj << >> endobj trailer << /Encrypt << \(entries) >> >>".utf8)
    do {
      _ = try DocumentFormat.portableDocument.read(file)
      Issue.record("the file was read")
    } catch {
      guard case .broken(_, let foundText, let expectedText) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(foundText == found)
      #expect(expectedText == expected)
    }
  }

  @Test(arguments: ["rc4-128", "aes-128", "aes-256"])
  func mutatedFileIsReadOrRefused(name: String) throws {
    let file = try fixture(name)
    var random = Noise(seed: 23)
    // Each file costs many rounds of digests and ciphers, which code without optimisation makes slowly.
    for _ in 0..<FuzzRounds.count / (name == "aes-256" ? 100 : 15) {
      var mutated = file
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        mutated[Int.random(in: 0..<mutated.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      PDFTests.expectReadOrRefused(mutated)
    }
  }

  @Test(
    arguments: [
      ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
      (
        "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
        "57edf4a22be3c955ac49da2e2107b67a"
      ),
    ] as [(String, String)])
  func digestsOfMD5AreThoseOfTheStandard(message: String, digest: String) {
    #expect(hexadecimal(MD5.digest(Array(message.utf8))) == digest)
  }

  @Test func digestsOfSHA2AreThoseOfTheStandard() {
    let message = Array("abc".utf8)
    #expect(
      hexadecimal(SHA2.sha256(message)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      hexadecimal(SHA2.sha384(message)).hasPrefix("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"))
    #expect(
      hexadecimal(SHA2.sha512(message)).hasPrefix("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"))
  }

  @Test func blocksOfAESAreThoseOfTheStandard() throws {
    let plain = (0..<16).map { UInt8($0 * 0x11) }
    let zero = [UInt8](repeating: 0, count: 16)
    let expected = [16: "69c4e0d86a7b0430d8cdb78070b4c55a", 32: "8ea2b7ca516745bfeafc49904b496089"]
    for (count, digest) in expected {
      let cipher = try #require(AES(key: (0..<count).map { UInt8($0) }))
      let encrypted = cipher.encrypted(plain, after: zero)
      #expect(hexadecimal(encrypted) == digest)
      #expect(cipher.decrypted(encrypted[...], after: zero) == plain)
    }
    #expect(AES(key: [1, 2, 3]) == nil)
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
