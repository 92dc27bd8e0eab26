import Checkpoint
import Files
import Models
import Support
import Testing

struct MarianConfigurationTests {
  /// A configuration that OPUS-MT published, with some of the keys that have no effect here.
  private static let opus = """
    {"_num_labels": 3, "activation_function": "swish", "add_bias_logits": false, "add_final_layer_norm": false,
     "bad_words_ids": [[58100]], "bos_token_id": 0, "d_model": 512, "decoder_attention_heads": 8,
     "decoder_ffn_dim": 2048, "decoder_layers": 6, "decoder_start_token_id": 58100, "decoder_vocab_size": 58101,
     "dropout": 0.1, "encoder_attention_heads": 8, "encoder_ffn_dim": 2048, "encoder_layers": 6, "eos_token_id": 0,
     "extra_pos_embeddings": 58101, "forced_eos_token_id": 0, "id2label": {"0": "LABEL_0"},
     "is_encoder_decoder": true, "max_length": 512, "max_position_embeddings": 512, "model_type": "marian",
     "normalize_before": false, "normalize_embedding": false, "num_beams": 6, "num_hidden_layers": 6,
     "pad_token_id": 58100, "scale_embedding": true, "static_position_embeddings": true, "use_cache": true,
     "vocab_size": 58101
    """

  /// Extra members win by taking the place of those of the same key.
  private func folder(_ changes: [String: String] = [:], generation: String? = nil) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var text = Self.opus
    for (key, value) in changes {
      if let start = text.range(of: "\"\(key)\": ") {
        let end = text[start.upperBound...].firstIndex { ",\n".contains($0) } ?? text.endIndex
        text.replaceSubrange(start.upperBound..<end, with: value)
      } else {
        text += ", \"\(key)\": \(value)"
      }
    }
    try folder.write("config.json", text: text + "}")
    if let generation { try folder.write("generation_config.json", text: generation) }
    return folder
  }

  private func configuration(_ changes: [String: String] = [:]) throws -> BARTConfiguration {
    let folder = try folder(changes)
    return try BARTConfiguration(ConfigurationFile(path: folder.path + "/config.json"))
  }

  private func generation(_ text: String?) throws -> GenerationConfiguration {
    let folder = try folder(generation: text)
    let opened = try ModelFolder(directory: folder.path)
    return try GenerationConfiguration(
      opened, configuration: BARTConfiguration(opened.requiredConfiguration()))
  }

  @Test func opusConfigurationIsRead() throws {
    let configuration = try configuration()
    #expect(configuration.modelDimension == 512)
    let encoder = configuration.encoder
    #expect([encoder.layers, encoder.heads, encoder.feedForward] == [6, 8, 2048])
    #expect(configuration.decoder == configuration.encoder)
    #expect(configuration.activation == .swish)
    #expect(configuration.scaleEmbedding && configuration.staticPositionEmbeddings)
    #expect(configuration.shareEncoderDecoderEmbeddings && configuration.tieWordEmbeddings)
    #expect(!configuration.normalizeBefore && !configuration.normalizeEmbedding && !configuration.addFinalLayerNorm)
    #expect(configuration.maxPositions == 512)
    #expect([configuration.padToken, configuration.endToken, configuration.startToken] == [58100, 0, 58100])
  }

  @Test(arguments: [
    ("relu", BARTConfiguration.Activation.relu), ("gelu", .gelu), ("gelu_new", .geluTanh),
    ("gelu_pytorch_tanh", .geluTanh), ("silu", .swish), ("swish", .swish),
  ])
  func activations(name: String, activation: BARTConfiguration.Activation) throws {
    #expect(try configuration(["activation_function": "\"\(name)\""]).activation == activation)
  }

  @Test(arguments: [
    ("model_type", "\"t5\""), ("activation_function", "\"mish\""), ("activation_function", "3"),
    ("d_model", "1000000"), ("d_model", "513"), ("d_model", "-512"), ("d_model", "512.5"), ("d_model", "true"),
    ("encoder_attention_heads", "7"), ("decoder_attention_heads", "0"), ("decoder_attention_heads", "\"8\""),
    ("encoder_layers", "100000"), ("decoder_ffn_dim", "9223372036854775807"), ("vocab_size", "1000000000"),
    ("decoder_vocab_size", "58000"), ("max_position_embeddings", "0"), ("pad_token_id", "58101"),
    ("eos_token_id", "-1"), ("eos_token_id", "[0, 1]"), ("decoder_start_token_id", "58101"),
    ("scale_embedding", "\"yes\""), ("tie_encoder_decoder", "true"), ("is_encoder_decoder", "false"),
    ("quantization_config", "{}"), ("do_blenderbot_90_layernorm", "true"), ("pruned_heads", "{\"0\": [1]}"),
    ("d_model", "null"),
  ])
  func unsupportedSettingsAreNamed(key: String, value: String) throws {
    let error = thrownError(FileError.self) { try configuration([key: value]) }
    let other = ["d_model": "encoder_attention_heads"]  // 513 is no multiple of 8
    #expect(error?.item == key || error?.item == other[key])
  }

  @Test func brokenJSONIsRefused() throws {
    let folder = try TemporaryFolder()
    for text in ["", "{", "[]", "{\"a\":01}", "{\"a\":+1}", "{\"a\":1.}", "{\"a\":\"\\ud800\"}", "{\"a\":nul}"] {
      let path = try folder.write("config.json", text: text)
      #expect(throws: FileError.self) { try BARTConfiguration(ConfigurationFile(path: path)) }
    }
    let deep = try folder.write("config.json", text: String(repeating: "{\"a\":", count: 10_000))
    let error = thrownError(FileError.self) { try BARTConfiguration(ConfigurationFile(path: deep)) }
    #expect(error?.expected == "at most 64 levels")
  }

  @Test func configurationGivesTheSearchWithoutAGenerationFile() throws {
    let generation = try generation(nil)
    #expect(generation.beam == 6)
    #expect(generation.forbiddenTokens == [58100])
    #expect(generation.maxLength == 511)
    #expect(generation.forcedEndToken == 0)
    #expect(generation.lengthPenalty == 1)
    #expect(generation.earlyStopping == .heuristic)
    #expect(!generation.renormalize)
  }

  @Test func generationFileTakesPrecedence() throws {
    let bare = try generation("{}")
    #expect(bare.beam == 1)
    #expect(bare.maxLength == nil && bare.forcedEndToken == nil && bare.forbiddenTokens.isEmpty)
    let full = try generation(
      """
      {"num_beams": 4, "length_penalty": 0.6, "early_stopping": "never", "max_length": 100, "min_length": 3,
       "forced_eos_token_id": [0], "forced_bos_token_id": 5, "bad_words_ids": [[58100], [0], [7]],
       "suppress_tokens": [9], "renormalize_logits": true, "do_sample": false, "temperature": 0.7,
       "repetition_penalty": 1.0}
      """)
    #expect(full.beam == 4 && full.lengthPenalty == 0.6 && full.earlyStopping == .never)
    #expect(full.maxLength == 99 && full.minLength == 2)
    #expect(full.forcedEndToken == 0 && full.forcedStartToken == 5)
    #expect(full.forbiddenTokens == [7, 9, 58100])
    #expect(full.renormalize)
  }

  @Test(arguments: [
    ("num_beams", "0"), ("num_beams", "100000"), ("length_penalty", "1e9"), ("length_penalty", "\"1\""),
    ("early_stopping", "3"), ("max_length", "-1"), ("bad_words_ids", "[[1, 2]]"), ("bad_words_ids", "[[58101]]"),
    ("bad_words_ids", "7"), ("forced_eos_token_id", "58101"), ("no_repeat_ngram_size", "3"),
    ("encoder_no_repeat_ngram_size", "2"), ("repetition_penalty", "1.2"), ("num_beam_groups", "2"),
    ("do_sample", "true"), ("force_words_ids", "[[[1]]]"), ("begin_suppress_tokens", "[3]"),
    ("exponential_decay_length_penalty", "[1, 2]"), ("eos_token_id", "4"), ("suppress_tokens", "[-1]"),
  ])
  func unsupportedSearchesAreNamed(key: String, value: String) throws {
    let error = thrownError(FileError.self) { try generation("{\"\(key)\": \(value)}") }
    #expect(error?.item == key)
  }
}
