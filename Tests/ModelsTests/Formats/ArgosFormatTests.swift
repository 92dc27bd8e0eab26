import Archive
import Files
import Foundation
import Models
import Support
import Testing

/// Packages of Argos Translate, unpacked and as archives.
@Suite struct ArgosFormatTests {
  private static let metadata = #"{"from_code":"en","to_code":"zt","package_version":"1.9","target_prefix":""}"#

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Members of a package around a tiny CTranslate2 folder.
  private func members(_ metadata: String = metadata, pieces: String? = "sentencepiece.model") throws -> [(
    String, [UInt8]
  )] {
    let model = MarianFixture.root + "/ctranslate2/opennmt-relative"
    var members = try FileManager.default.contentsOfDirectory(atPath: model).sorted().map {
      ("model/" + $0, try ContainerFixture.bytes(model + "/" + $0))
    }
    members.append(("metadata.json", Array(metadata.utf8)))
    if let pieces {
      members.append((pieces, try ContainerFixture.bytes(MarianFixture.root + "/marian-base/source.spm")))
    }
    return members
  }

  private func open(_ members: [(String, [UInt8])]) throws -> any ModelFormat {
    var writer = ZipWriter()
    for (name, bytes) in members { writer.add("translate-en_zt-1_9/" + name, bytes) }
    return try ModelFormats.open(ModelFolder.open(folder.write("package.argosmodel", writer.finish())))
  }

  @Test func packageIsDecodedAsArgosDecodesIt() throws {
    let format = try open(members())
    #expect(format is ArgosFormat)
    let decoding = try format.decoding(with: format.loadTokenizer()).generation
    #expect(decoding.beam == 4)
    #expect(decoding.lengthPenalty == 0.2)
    #expect(decoding.earlyStopping == .always)
    #expect(decoding.minLength == 1)
    #expect(decoding.maxLength == 256)
    #expect(decoding.forcedStartToken == nil)
    _ = try format.loadModel(ModelPreferences())
  }

  @Test func archiveAndFolderAreOneModel() throws {
    for (name, bytes) in try members() {
      let directory = URL(fileURLWithPath: folder.path + "/" + name).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      try folder.write(name, bytes)
    }
    let unpacked = try ModelFormats.open(ModelFolder.open(folder.path))
    #expect(unpacked is ArgosFormat)
    let packed = try open(members())
    #expect(unpacked.tensors.tensors.map(\.name) == packed.tensors.tensors.map(\.name))
    let text = "the cat sat on the mat"
    #expect(try unpacked.loadTokenizer().encode(text).ids == packed.loadTokenizer().encode(text).ids)
    #expect(try unpacked.loadModel(ModelPreferences()).summary.parameters > 0)
  }

  @Test func codesOfArgosBecomeThoseOfOtherSystems() throws {
    try folder.write("metadata.json", text: Self.metadata)
    let languages = try ArgosFormat.languages(of: ModelFolder(directory: folder.path))
    #expect(languages?.source == "en")
    #expect(languages?.target == "zh-Hant")
  }

  @Test func targetPrefixIsTheFirstToken() throws {
    let metadata = #"{"from_code":"en","to_code":"it","target_prefix":"</s>"}"#
    let format = try open(members(metadata))
    let tokenizer = try format.loadTokenizer()
    #expect(try format.decoding(with: tokenizer).generation.forcedStartToken == tokenizer.endToken)
    let unknown = #"{"from_code":"en","to_code":"it","target_prefix":">>none<<"}"#
    let message = failureMessage {
      let format = try open(members(unknown))
      _ = try format.decoding(with: format.loadTokenizer())
    }
    #expect(message.contains(#"target prefix: found no piece ">>none<<""#))
  }

  @Test func otherPackagesAreRefusedByName() throws {
    let bpe = failureMessage { _ = try open(members(pieces: "bpe.model")) }
    #expect(bpe.contains("sentencepiece.model: tokenizer: found bpe.model alone"))
    let none = failureMessage { _ = try open(members(pieces: nil)) }
    #expect(none.contains("sentencepiece.model: tokenizer: found no such file"))
    let splitter = failureMessage { _ = try open(members(#"{"from_code":"en","to_code":"","type":"sbd"}"#)) }
    #expect(splitter.contains(#"type: found "sbd""#))
    let target = failureMessage { _ = try open(members(#"{"from_code":"en"}"#)) }
    #expect(target.contains("to_code: found nothing"))
    let model = failureMessage { _ = try open(members().filter { !$0.0.hasPrefix("model/") }) }
    #expect(model.contains("/model: folder: found no such folder"))
  }

  /// `CONTAINER_MUTATIONS` sets how many files, for a longer run.
  @Test func mutatedPackagesLoadOrAreRefused() throws {
    let mutations = ProcessInfo.processInfo.environment["CONTAINER_MUTATIONS"].flatMap(Int.init) ?? 500
    var writer = ZipWriter()
    for (name, bytes) in try members() { writer.add("p/" + name, bytes) }
    let bytes = writer.finish()
    var mutator = ContainerMutator(seed: 21)
    var (loaded, refused) = (0, 0)
    for index in 0..<mutations {
      let path = try folder.write(
        "mutated.argosmodel", mutator.mutate(bytes, hot: [0..<4096, bytes.count - 900..<bytes.count]))
      do {
        let format = try ModelFormats.open(ModelFolder.open(path))
        _ = try format.decoding(with: format.loadTokenizer())
        _ = try format.loadModel(ModelPreferences())
        loaded += 1
      } catch is FileError {
        refused += 1
      } catch {
        Issue.record("mutation \(index): \(error)")
      }
    }
    #expect(loaded > 0 && refused > 0)
  }
}
