import Checkpoint
import Decoding
import Files
import Foundation
import Models
import Support
import Testing
import Translation

/// Damaged models are refused with a `FileError` or translate something; nothing traps, hangs or takes memory without
/// bound.
///
/// Numbers of the configurations, shapes and types of the tensors, weights, and vocabularies are changed such that the
/// containers stay readable as far as possible. `MODEL_FUZZ_ROUNDS` sets how many changes are tried per model.
@Suite(.serialized) struct ModelFuzzTests {
  private let rounds = ProcessInfo.processInfo.environment["MODEL_FUZZ_ROUNDS"].flatMap(Int.init) ?? 60

  static let published =
    MarianFixture.names + SequenceFixture.names + ["pytorch/tiny"]

  @Test(.timeLimit(.minutes(10)), arguments: published)
  func publishedModels(_ name: String) throws {
    let isPickle = name.hasPrefix("pytorch")
    var files = FolderFiles(
      try FolderFiles.read(MarianFixture.root + "/" + name) {
        !$0.hasPrefix("expected") && $0 != "int8.safetensors" && !(isPickle && $0.hasSuffix(".safetensors"))
      })
    files.addTokenizer(of: MarianFixture.root + "/marian-base")
    try fuzz(files, seed: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) } & 0xFFFF))
  }

  @Test(
    .timeLimit(.minutes(10)),
    arguments: [
      ("toy_ssru_int8.bin", "model.bin", true), ("toy_ssru_f32.npz", "model.npz", true),
      ("toy_selfattn_f32.npz", "model.npz", false), ("toy_untied_f32.npz", "model.npz", false),
    ])
  func marianModels(_ file: String, _ name: String, hasShortlist: Bool) throws {
    let fixture = try NativeFixture(
      model: (file, name), vocabularies: hasShortlist ? [("vocab.spm", "vocab.spm")] : NativeFixture.target,
      shortlist: hasShortlist, settings: NativeFixture.greedy + "allow-unk: false\nmax-length-break: 100\n")
    try fuzz(FolderFiles(try FolderFiles.read(fixture.directory) { _ in true }), seed: UInt64(file.utf8.count))
  }

  @Test(
    .timeLimit(.minutes(10)),
    arguments: [
      "m2m-int8_float16", "bart-float16", "marian-int16", "t5-gated", "t5-tied-int8", "opennmt-relative",
      "opennmt-tf-int8",
    ])
  func ctranslate2Models(_ name: String) throws {
    var files = FolderFiles(
      try FolderFiles.read(CTranslate2Fixture(name).directory) { !$0.hasPrefix("expected") })
    files.contents["dragoman.json"] = Array(#"{"beam_size": 2, "add_source_eos": true, "length_penalty": 0.2}"#.utf8)
    try fuzz(files, seed: UInt64(name.utf8.count))
  }

  /// The first round changes nothing, so that each model is known to work.
  private func fuzz(_ files: FolderFiles, seed: UInt64) throws {
    var random = SplitMix(state: seed)
    var translated = 0
    for round in 0...rounds {
      var mutant = files
      let change = round == 0 ? "none" : mutant.damage(&random)
      let folder = try TemporaryFolder()
      for (name, bytes) in mutant.contents { try folder.write(name, bytes) }
      do {
        try translate(folder.path, &random)
        translated += 1
      } catch is FileError {
        #expect(round > 0, "the model as it is was refused")
      } catch {
        Issue.record("\(change): \(error)")
      }
      #expect(try Self.peakMegabytes() < Self.mostMegabytes, "\(change)")
    }
    #expect(translated > 0)
  }

  /// Decodes eight tokens of random sentences, as the checkpoint asks and with the other search.
  private func translate(_ directory: String, _ random: inout SplitMix) throws {
    let model = try LoadedModel(
      directory: directory, pair: LanguagePair(source: "en", target: "fr"), preferences: ModelPreferences())
    let sources = (1...3).map { length in
      (0..<length).map { _ in Int32.random(in: 0..<Int32(model.summary.sourceVocabulary), using: &random) }
    }
    for beam in Set([model.options.beam, 1, 3]) {
      var options = model.options
      options.beam = beam
      options.maxLength = min(options.maxLength, 8)
      let decoder = SentenceDecoder(model.makeDecoder())
      let requests = sources.map { DecodingRequest(source: $0 + [model.summary.endToken], options: options) }
      for result in decoder.decode(requests).results {
        for hypothesis in result.hypotheses {
          #expect(hypothesis.tokens.count <= 8)
          #expect(hypothesis.tokens.allSatisfy { $0 >= 0 && $0 < model.summary.targetVocabulary })
          _ = model.tokenizer.decodeWithRanges(hypothesis.tokens)
        }
      }
    }
    _ = model.tokenizer.encode(">>fra<< Ein “Satz” mit 12 Zahlen… \u{1F600}")
  }

  /// Most memory that the process has had.
  /// The most memory of the process; sanitizers keep what is freed, and zones round each allocation.
  private static let mostMegabytes = getenv("ASAN_OPTIONS") == nil ? 2048 : 8192

  private static func peakMegabytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(Int(line.filter(\.isNumber))) / 1024
  }
}

/// The files of a model, with changes to their contents that leave the containers readable.
private struct FolderFiles {
  var contents: [String: [UInt8]]

  init(_ contents: [String: [UInt8]]) { self.contents = contents }

  static func read(_ folder: String, _ isWanted: (String) -> Bool) throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where isWanted(name) {
      contents[name] = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
    }
    return contents
  }

  /// A vocabulary of as many ids as the model has, with the special pieces at the ids that the model has for them.
  mutating func addTokenizer(of folder: String) {
    guard let text = text("config.json"), contents["vocab.json"] == nil else { return }
    func number(_ key: String) -> Int? {
      text.ranges(of: "\"\(key)\":").first.flatMap { range in
        Int(text[range.upperBound...].drop { $0 == " " }.prefix { $0.isNumber })
      }
    }
    let source = number("vocab_size") ?? 2
    let target = number("decoder_vocab_size") ?? source
    for (name, size) in [("vocab.json", source), ("target_vocab.json", target)] {
      var pieces = (0..<size).map { "\u{2581}w\($0)" }
      if let pad = number("pad_token_id"), pad < size { pieces[pad] = "<pad>" }
      let end = number("eos_token_id") ?? 0
      pieces[end] = "</s>"
      if let unknown = pieces.indices.first(where: { pieces[$0].contains("w") }) { pieces[unknown] = "<unk>" }
      let entries = pieces.enumerated().map { "\"\($1)\": \($0)" }
      contents[name] = Array(("{" + entries.joined(separator: ", ") + "}").utf8)
    }
    for name in ["source.spm", "target.spm"] {
      contents[name] = (try? Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))).map(Array.init)
    }
    contents["tokenizer_config.json"] = Array(#"{"separate_vocabs": true, "model_max_length": 40}"#.utf8)
  }

  private func text(_ name: String) -> String? { contents[name].map { String(decoding: $0, as: UTF8.self) } }

  // MARK: Damage

  /// - Returns: a description of what was changed.
  mutating func damage(_ random: inout SplitMix) -> String {
    var changes: [String] = []
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      let name = contents.keys.sorted().randomElement(using: &random) ?? ""
      switch (name as NSString).pathExtension {
      case "json", "yml": changes.append(changeText(name, &random))
      case "safetensors": changes.append(changeSafetensors(name, &random))
      case "bin" where contents["dragoman.json"] != nil && Int.random(in: 0..<4, using: &random) > 0:
        changes.append(changeCTranslate2(name, &random))
      default: changes.append(changeBinary(name, &random))
      }
    }
    return changes.joined(separator: "; ")
  }

  private static let numbers = [
    "0", "-1", "1", "2", "3", "5", "63", "64", "65535", "65536", "131072", "2097152", "2147483647", "2147483648",
    "9223372036854775807", "1e30", "-1e30", "0.5", "null", "[0]", "true",
  ]

  private static let additions = [
    #""forced_bos_token_id": 3"#, #""forced_eos_token_id": 5"#, #""forced_bos_token_id": 1000000"#,
    #""bad_words_ids": [[0], [1], [2], [3], [4], [5], [6], [7]]"#, #""suppress_tokens": [0, 1, 2]"#,
    #""bad_words_ids": [[100000]]"#, #""min_length": 1000"#, #""max_length": 1"#, #""max_new_tokens": 0"#,
    #""num_beams": 64"#, #""renormalize_logits": true"#, #""length_penalty": -100"#, #""length_penalty": 100"#,
    #""early_stopping": "never""#, #""early_stopping": true"#, #""tie_word_embeddings": false"#,
    #""share_encoder_decoder_embeddings": false"#, #""static_position_embeddings": false"#,
    #""normalize_before": true"#, #""add_final_layer_norm": true"#, #""normalize_embedding": true"#,
    #""model_max_length": 2"#, #""tokenizer_class": "LetterTokenizer""#, #""separate_vocabs": false"#,
  ]

  /// Changes a number, a word, a member or a line of a configuration or vocabulary.
  private mutating func changeText(_ name: String, _ random: inout SplitMix) -> String {
    guard var text = text(name) else { return "" }
    let numbers = text.ranges(of: /-?[0-9]+(\.[0-9]+)?/)
    let choice = Int.random(in: 0..<8, using: &random)
    if choice < 4, let range = numbers.randomElement(using: &random) {
      let old = text[range]
      let near = Int(old).map { [$0 &- 1, $0 &+ 1, $0 &* 2, $0 / 2].map(String.init) } ?? []
      let new = (near + Self.numbers).randomElement(using: &random) ?? "0"
      text.replaceSubrange(range, with: new)
      contents[name] = Array(text.utf8)
      return "\(name): \(old) became \(new)"
    }
    if choice < 6, name.hasSuffix(".json"), let brace = text.firstIndex(of: "{") {
      let new = Self.additions.randomElement(using: &random) ?? ""
      let key = new.prefix { $0 != ":" }
      text = text.replacing(key, with: "\"unused\"")
      text.insert(contentsOf: new + ", ", at: text.index(after: brace))
      contents[name] = Array(text.utf8)
      return "\(name): with \(new)"
    }
    if choice == 6 {
      let words = [("</s>", "</t>"), ("<unk>", "</s>"), ("true", "false"), ("false", "true"), ("<pad>", "x")]
      let (old, new) = words.randomElement(using: &random) ?? ("", "")
      contents[name] = Array(text.replacing(old, with: new).utf8)
      return "\(name): \(old) became \(new)"
    }
    let separator: Character = name.hasSuffix(".json") ? "," : "\n"
    var parts = text.split(separator: separator, omittingEmptySubsequences: false)
    let index = Int.random(in: 0..<parts.count, using: &random)
    let gone = parts.remove(at: index)
    contents[name] = Array(parts.joined(separator: String(separator)).utf8)
    return "\(name): without \(gone.prefix(60))"
  }

  /// Changes a shape or type in the header with the header's length kept, or the weights.
  private mutating func changeSafetensors(_ name: String, _ random: inout SplitMix) -> String {
    guard var bytes = contents[name], bytes.count > 8 else { return "" }
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    guard Bool.random(using: &random) else { return changeWeights(name, from: 8 + length, &random) }
    var header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    guard let shape = header.ranges(of: /"shape":\[[0-9,]+\]/).randomElement(using: &random) else { return "" }
    let old = String(header[shape])
    var numbers = old.matches(of: /[0-9]+/).compactMap { Int($0.0) }
    switch Int.random(in: 0..<4, using: &random) {
    case 0: numbers.reverse()
    case 1: numbers.insert(1, at: 0)
    case 2: numbers = [numbers.reduce(1, *)]
    default:
      let index = Int.random(in: 0..<numbers.count, using: &random)
      numbers[index] = [0, 1, numbers[index] * 2, numbers[index] + 1, .max].randomElement(using: &random) ?? 0
    }
    header.replaceSubrange(shape, with: "\"shape\":[" + numbers.map(String.init).joined(separator: ",") + "]")
    let new = Array(header.utf8)
    bytes.replaceSubrange(0..<8 + length, with: (0..<8).map { UInt8(truncatingIfNeeded: new.count >> (8 * $0)) } + new)
    contents[name] = bytes
    return "\(name): \(old) became \(numbers)"
  }

  private static let patterns: [[UInt8]] = [
    [0, 0, 0xC0, 0x7F], [0, 0, 0x80, 0x7F], [0, 0, 0x80, 0xFF], [0xFF, 0xFF, 0x7F, 0x7F], [0, 0x7E], [0, 0x7C],
    [0, 0xFC], [0, 0], [0xFF], [1, 0, 0, 0],
  ]

  /// Numbers that are not finite, or as large as there are, in one place or in all.
  private mutating func changeWeights(_ name: String, from start: Int, _ random: inout SplitMix) -> String {
    guard var bytes = contents[name], start + 4 < bytes.count else { return "" }
    let pattern = Self.patterns.randomElement(using: &random) ?? []
    let first = start + Int.random(in: 0..<(bytes.count - start) / 4, using: &random) * 4
    let places = [1, 8, (bytes.count - first) / pattern.count].randomElement(using: &random) ?? 1
    for index in 0..<places * pattern.count where first + index < bytes.count {
      bytes[first + index] = pattern[index % pattern.count]
    }
    contents[name] = bytes
    return "\(name): \(places) times \(pattern) from byte \(first)"
  }

  /// Changes the shape, the type, the name or the value of a variable, with the size kept.
  private mutating func changeCTranslate2(_ name: String, _ random: inout SplitMix) -> String {
    guard var bytes = contents[name], let folder = try? TemporaryFolder(),
      let file = try? CTranslate2File(path: folder.write(name, bytes)),
      let variable = file.tensors.randomElement(using: &random)
    else { return "" }
    let type = variable.range.lowerBound - 5
    let dimensions = type - 4 * variable.shape.count
    func put(_ shape: [Int]) {
      for (index, dimension) in shape.enumerated() {
        for byte in 0..<4 { bytes[dimensions + 4 * index + byte] = UInt8(truncatingIfNeeded: dimension >> (8 * byte)) }
      }
    }
    let choice = Int.random(in: 0..<6, using: &random)
    switch choice {
    case 0: put(variable.shape.reversed())
    case 1 where variable.shape.count == 2:
      let divisor = [2, 3, 4, variable.shape[0]].randomElement(using: &random) ?? 2
      if variable.shape[0].isMultiple(of: divisor) { put([variable.shape[0] / divisor, variable.shape[1] * divisor]) }
    case 2:
      let codes: [UInt8] = variable.type.size == 2 ? [2, 4, 5] : variable.type.size == 4 ? [0, 3] : [1]
      bytes[type] = codes.randomElement(using: &random) ?? 0
    case 3: bytes[dimensions - 3] = UInt8(ascii: "x")
    default:
      for index in variable.range.prefix(4) {
        bytes[index] = [0, 1, 2, 0x7F, 0x80, 0xFF, bytes[index] &+ 1].randomElement(using: &random) ?? 0
      }
    }
    contents[name] = bytes
    return "\(name): change \(choice) of \(variable.name)"
  }

  /// Containers and vocabularies that are not text: digits of the options, bytes of the head, or weights.
  private mutating func changeBinary(_ name: String, _ random: inout SplitMix) -> String {
    guard var bytes = contents[name], !bytes.isEmpty else { return "" }
    let isModel = name.hasSuffix(".bin") || name.hasSuffix(".npz")
    switch Int.random(in: 0..<3, using: &random) {
    case 0 where isModel:
      let numbers = bytes.indices.dropFirst(2).filter {
        (0x30...0x39).contains(bytes[$0]) && bytes[$0 - 1] == 0x20 && [0x3A, 0x2D].contains(bytes[$0 - 2])
      }
      guard let index = numbers.randomElement(using: &random) else { break }
      bytes[index] = UInt8(0x30 + Int.random(in: 0...9, using: &random))
      contents[name] = bytes
      return "\(name): digit at \(index)"
    case 1 where isModel: return changeWeights(name, from: bytes.count / 2, &random)
    default: break
    }
    let index = Int.random(in: 0..<min(bytes.count, isModel ? 6000 : bytes.count), using: &random)
    bytes[index] = [0, 1, 0x7F, 0x80, 0xFF, bytes[index] &+ 1].randomElement(using: &random) ?? 0
    contents[name] = bytes
    return "\(name): byte \(index)"
  }
}
