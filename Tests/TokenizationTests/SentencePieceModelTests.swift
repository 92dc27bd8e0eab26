import Files
import Testing
import Tokenization

struct SentencePieceModelTests {
  private func tokenizer(_ writer: ModelWriter) throws -> SentencePieceTokenizer {
    try SentencePieceTokenizer(SentencePieceModel(bytes: writer.bytes, file: "x.spm"))
  }

  private func failure(_ fill: (inout ModelWriter) -> Void) -> FileError? {
    var writer = ModelWriter()
    fill(&writer)
    do {
      _ = try tokenizer(writer)
      return nil
    } catch {
      return error as? FileError
    }
  }

  @Test func absentFieldsTakeTheirDefaults() throws {
    let model = try SentencePieceModel(bytes: ModelWriter().bytes, file: "x.spm")
    #expect(model.algorithm == .unigram)
    #expect(model.unknownID == 0)
    #expect(model.unknownSurface == " \u{2047} ")
    #expect(!model.usesByteFallback && !model.treatsWhitespaceAsSuffix)
    #expect(model.normalization.addsDummyPrefix && model.normalization.removesExtraWhitespace)
    #expect(model.normalization.escapesWhitespace && model.normalization.charactersMap.isEmpty)
  }

  @Test(arguments: [(UInt64(3), "the word model"), (4, "the char model"), (9, "model type 9")])
  func otherAlgorithmsAreRefusedByName(_ type: UInt64, _ name: String) {
    let error = failure { $0.trainer { $0.number(3, type) } }
    #expect(error?.item == "trainer_spec.model_type")
    #expect(error?.found == name)
  }

  @Test func impossiblePiecesAreRefused() {
    #expect(failure { $0.piece("", -1) }?.item == "piece 1")
    #expect(failure { $0.piece([0xFF, 0xFE], -1) }?.found == "malformed UTF-8")
    #expect(failure { $0.piece("a", .nan) }?.expected == "a finite one")
    #expect(failure { $0.piece("a", -.infinity) }?.expected == "a finite one")
    #expect(failure { $0.piece("a", -1, type: 7) }?.found == "type 7")
    #expect(failure { $0.piece(String(repeating: "a", count: 1025), -1) }?.expected == "1 to 1024")
    #expect(failure { $0.piece("b", 0, type: 2) }?.expected == "exactly one")
    let duplicate = failure {
      $0.piece("a", -1)
      $0.piece("a", -2)
    }
    #expect(duplicate?.item == "piece 2")
    #expect(duplicate?.found == "the text of piece 1")
  }

  @Test func aModelWithoutAnUnknownPieceIsRefused() {
    let bytes = ModelWriter(withUnknown: false).bytes
    #expect(throws: FileError.self) { try SentencePieceModel(bytes: bytes, file: "x.spm") }
  }

  @Test func byteFallbackNeedsEveryByte() {
    let error = failure {
      $0.piece("<0x41>", 0, type: 6)
      $0.trainer { $0.number(35, 1) }
    }
    #expect(error?.item == "byte pieces")
    #expect(failure { $0.piece("<0xGG>", 0, type: 6) }?.expected == "<0x00> to <0xFF>")
  }

  @Test(
    arguments: [
      [1], [0, 0, 0, 0], [4, 0, 0, 0], [255, 255, 255, 255, 0, 0, 0, 0], [3, 0, 0, 0, 0, 0, 0],
      [4, 0, 0, 0, 0, 0, 0, 0, 65],
    ] as [[UInt8]])
  func corruptCharacterMapsAreRefused(_ map: [UInt8]) {
    #expect(failure { $0.normalizer { $0.block(2, map) } }?.item == "precompiled_charsmap")
  }

  @Test func overlongReplacementsAreRefused() {
    let map = CharacterMapWriter.map("a", to: String(repeating: "b", count: 2000))
    #expect(failure { $0.normalizer { $0.block(2, map) } }?.found == "a replacement of 2000 bytes")
  }

  @Test func wrongWireTypesAreRefused() {
    #expect(failure { $0.normalizer { $0.number(2, 1) } }?.item == "precompiled_charsmap")
    #expect(failure { $0.trainer { $0.block(3, [1]) } }?.item == "trainer_spec.model_type")
  }

  @Test(arguments: ["bpe.spm", "bpe_bytes.spm", "toy_user.spm", "marian/source.spm"])
  func everyTruncationLoadsOrThrows(_ file: String) throws {
    let bytes = try Fixtures.bytes(file)
    for length in stride(from: 0, to: bytes.count, by: 7) { loads(Array(bytes.prefix(length))) }
  }

  @Test(arguments: ["bpe.spm", "toy_user.spm", "marian/source.spm"])
  func everyChangedByteLoadsOrThrows(_ file: String) throws {
    let bytes = try Fixtures.bytes(file)
    for position in bytes.indices {
      var changed = bytes
      changed[position] ^= UInt8(truncatingIfNeeded: 1 << (position % 8))
      loads(changed)
    }
  }

  /// Any outcome but a trap will do; whatever loads must also encode.
  private func loads(_ bytes: [UInt8]) {
    do {
      let tokenizer = try SentencePieceTokenizer(SentencePieceModel(bytes: bytes, file: "x.spm"))
      let tokens = tokenizer.encode("the 日本 letters tt ")
      #expect(tokens.allSatisfy { tokenizer.model.pieces.indices.contains(Int($0.id)) })
    } catch {
      #expect(error is FileError)
    }
  }

  @Test func aMissingFileIsNamed() {
    #expect(throws: FileError.self) { try SentencePieceModel(InputFile(path: "/nowhere/source.spm")) }
    #expect(throws: FileError.self) { try SentencePieceModel(InputFile(path: "/")) }
  }
}
