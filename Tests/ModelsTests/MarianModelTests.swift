import Checkpoint
import Decoding
import Files
import Foundation
import Models
import Support
import Testing

/// Marian's own layouts against values computed by an independent implementation (`toy_expected.json`).
struct MarianModelTests {
  struct Expected: Decodable {
    var source_ids: [Int32]
    var target_ids: [Int32]
    /// The sentence that has only an end has no network to run.
    var forced_prefix: [Int32]?
    var forced_logits: [[Double]]?  // (T, V)
    var forced_attention: [[Double]]?  // (T, S), first head of the last layer
    var shortlist_target_ids: [Int32]?
    var candidates: [Int32]?
  }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/marian-toy")

  static func expected(_ name: String) throws -> [Expected] {
    let data = try Data(contentsOf: folder.appendingPathComponent("toy_expected.json"))
    let all = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let cases = try JSONSerialization.data(withJSONObject: try #require(all[name]))
    return try JSONDecoder().decode([Expected].self, from: cases)
  }

  static func model(_ file: String, precision: Precision? = .float32, shortlist: Bool = false) throws
    -> any TranslationModel
  {
    let path = folder.appendingPathComponent(file).path
    let tensors: any TensorSource =
      file.hasSuffix(".npz") ? try NpzFile(path: path) : try MarianBinaryFile(path: path)
    let options = try MarianOptions(tensors)
    let lists = try LexicalShortlist(
      InputFile(path: folder.appendingPathComponent("toy.s2t.bin").path),
      sourceVocabularySize: options.sourceVocabularySize,
      targetVocabularySize: options.targetVocabularySize, verifyChecksum: true)
    return try MarianWeights(tensors, options: options, shortlist: shortlist ? lists : nil, precision: precision).load()
  }

  static let files = ["toy_ssru_f32.npz", "toy_selfattn_f32.npz", "toy_untied_f32.npz", "toy_ssru_int8.bin"]

  static func request(_ expected: Expected) -> DecodingRequest {
    var options = DecodingOptions()
    options.maxLength = Int((2.5 * Double(expected.source_ids.count)).rounded(.up))
    options.forbiddenTokens = [1]
    return DecodingRequest(source: expected.source_ids, options: options)
  }

  @Test(arguments: files)
  func logitsOfAForcedPrefixMatchTheReference(file: String) throws {
    let model = try Self.model(file)
    let key = file.hasSuffix(".bin") ? "\(file)/float32" : file
    for expected in try Self.expected(key) {
      let session = model.makeSession()
      _ = session.admit(
        SourceBatch(
          sentences: [expected.source_ids], pad: 0, options: [.everything(model, capture: model.summary.everyAttention)]
        ))
      guard let prefix = expected.forced_prefix, let forced = expected.forced_logits else { continue }
      for (t, token) in ([model.summary.startToken] + prefix).enumerated() {
        session.step([token])
        let logits = session.logits(row: 0)
        #expect((forced[t].indices.map { abs(Double(logits[Int32($0)] ?? .nan) - forced[t][$0]) }.max() ?? 1) < 1e-3)
        let shape = try #require(model.summary.attention[.cross])
        let length = expected.source_ids.count
        let weights = session.attention(row: 0).cross.suffix(shape.heads * length).prefix(length)
        let attention = try #require(expected.forced_attention)
        #expect(zip(weights, attention[t]).allSatisfy { abs(Double($0) - $1) < 1e-4 })
      }
    }
  }

  @Test(arguments: files)
  func greedyTokensMatchAloneAndTogether(file: String) throws {
    let model = try Self.model(file)
    let all = try Self.expected(file.hasSuffix(".bin") ? "\(file)/float32" : file)
    let together = SentenceDecoder(model: model).decode(all.map(Self.request)).results
    let oneByOne = SentenceDecoder(model: model).decode(all.map(Self.request), rowLimit: 1).results
    for (expected, result) in zip(all + all, together + oneByOne) {
      #expect(result.hypotheses[0].tokens == expected.target_ids)
      let alone = SentenceDecoder(model: model).decode([Self.request(expected)]).results[0]
      #expect(alone.hypotheses[0].tokens == expected.target_ids)
    }
  }

  @Test(eightBitActivations) func eightBitProductsAreExact() throws {
    let model = try Self.model("toy_ssru_int8.bin", precision: .int8)
    #expect(model.summary.precision == "int8")
    for expected in try Self.expected("toy_ssru_int8.bin/int8") {
      let result = SentenceDecoder(model: model).decode([Self.request(expected)]).results[0]
      #expect(result.hypotheses[0].tokens == expected.target_ids)
      let session = model.makeSession()
      _ = session.admit(SourceBatch(sentences: [expected.source_ids], pad: 0, options: [.everything(model)]))
      guard let prefix = expected.forced_prefix, let forced = expected.forced_logits else { continue }
      for (t, token) in ([model.summary.startToken] + prefix).enumerated() {
        session.step([token])
        let logits = session.logits(row: 0)
        #expect((forced[t].indices.map { abs(Double(logits[Int32($0)] ?? .nan) - forced[t][$0]) }.max() ?? 1) < 1e-3)
      }
    }
  }

  @Test(arguments: Precision.comparable)
  func shortlistsNarrowTheOutput(precision: Precision) throws {
    let model = try Self.model("toy_ssru_int8.bin", precision: precision, shortlist: true)
    for expected in try Self.expected("toy_ssru_int8.bin/\(precision.rawValue)") {
      let session = model.makeSession()
      _ = session.admit(SourceBatch(sentences: [expected.source_ids], pad: 0, options: [.everything(model)]))
      session.step([model.summary.startToken])
      #expect(session.logits(row: 0).keys.sorted() == expected.candidates)
      let result = SentenceDecoder(model: model).decode([Self.request(expected)]).results[0]
      #expect(result.hypotheses[0].tokens == expected.shortlist_target_ids)
    }
  }

  @Test func givenTargetCanLieOutsideTheShortlist() throws {
    let model = try Self.model("toy_ssru_int8.bin", shortlist: true)
    var request = Self.request(try Self.expected("toy_ssru_int8.bin/float32")[0])
    request.options.forcedTarget = [63, 62, 0]
    let hypothesis = SentenceDecoder(model: model).decode([request]).results[0].hypotheses[0]
    #expect(hypothesis.tokens == [63, 62, 0])
    #expect(hypothesis.logProbs.allSatisfy { $0.isFinite && $0 < 0 })
  }
}
