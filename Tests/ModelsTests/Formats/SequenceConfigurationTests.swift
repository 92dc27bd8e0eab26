import Checkpoint
import Files
import Models
import Support
import Testing

/// `config.json` of recurrent and convolutional models from untrusted sources.
struct SequenceConfigurationTests {
  private static let vocabulary = [
    "vocab_size": "24", "pad_token_id": "23", "eos_token_id": "0", "decoder_start_token_id": "23",
  ]

  private static let recurrent = vocabulary.merging([
    "model_type": "\"dragoman-recurrent\"", "cell": "\"lstm\"", "layers": "2", "bidirectional": "true",
    "embedding_size": "8", "encoder_hidden_size": "6", "decoder_hidden_size": "12", "bridge": "\"linear\"",
    "attention": #"{"kind":"general","input_feeding":true}"#, "readout_size": "8",
  ]) { $1 }

  private static let convolutional = vocabulary.merging([
    "model_type": "\"dragoman-convolutional\"", "embedding_size": "8", "channels": "10", "encoder_layers": "3",
    "decoder_layers": "2", "kernel_size": "3", "max_position_embeddings": "40",
  ]) { $1 }

  private func write(_ members: [String: String]) throws -> (folder: TemporaryFolder, path: String) {
    let folder = try TemporaryFolder()
    let text = members.map { "\"\($0)\": \($1)" }.joined(separator: ",")
    return (folder, try folder.write("config.json", text: "{" + text + "}"))
  }

  private func recurrent(_ changes: [String: String] = [:]) throws -> RecurrentConfiguration {
    let (folder, path) = try write(Self.recurrent.merging(changes) { $1 })
    return try withExtendedLifetime(folder) { try RecurrentConfiguration(ConfigurationFile(path: path)) }
  }

  private func convolutional(_ changes: [String: String] = [:]) throws -> ConvolutionalConfiguration {
    let (folder, path) = try write(Self.convolutional.merging(changes) { $1 })
    return try withExtendedLifetime(folder) { try ConvolutionalConfiguration(ConfigurationFile(path: path)) }
  }

  private func refused(_ read: () throws -> some Any) throws -> String? {
    do {
      _ = try read()
      return nil
    } catch {
      return try #require(error as? FileError).item
    }
  }

  @Test func settingsAreRead() throws {
    let one = try recurrent(["tensor_names": #"{"output.bias":"fc_b"}"#])
    #expect(one.cell == .lstm && one.layers == 2 && one.isBidirectional && one.hasBridge)
    #expect(one.memorySize == 12 && one.outputSize == 8 && one.fedSize == 8)
    #expect(one.attention == .general(feedsInput: true))
    #expect(one.tensorNames == ["output.bias": "fc_b"] && one.maxPositions == 1024)
    #expect(one.vocabulary.isShared && one.vocabulary.tiesOutput && one.targetVocabularySize == 24)
    let additive = try recurrent(["attention": #"{"kind":"additive","size":5}"#])
    #expect(additive.attention == .additive(size: 5) && additive.fedSize == 12)
    let other = try convolutional()
    #expect(other.channels == 10 && other.kernelSize == 3 && other.maxPositions == 40)
  }

  @Test(arguments: [
    ("model_type", "\"marian\""), ("cell", "\"sru\""), ("cell", "3"), ("layers", "0"), ("layers", "1000000000"),
    ("embedding_size", "-1"), ("encoder_hidden_size", "9999999999"), ("bridge", "\"bilinear\""), ("bridge", "\"tanh\""),
    ("attention", "null"), ("attention", "\"dot\""), ("attention", #"{"kind":"none","input_feeding":true}"#),
    ("attention", #"{"kind":"additive"}"#), ("attention", #"{"kind":"additive","size":0}"#),
    ("attention", #"{"kind":"additive","size":5,"input_feeding":true}"#), ("readout_size", "-1"), ("readout_size", "9"),
    ("tensor_names", "[]"), ("tensor_names", #"{"output.bias":1}"#), ("max_position_embeddings", "1"),
    ("decoder_vocab_size", "20"), ("pad_token_id", "24"), ("eos_token_id", "-1"), ("decoder_start_token_id", "24"),
  ])
  func wrongRecurrentSettingsAreNamed(_ key: String, _ value: String) throws {
    #expect(try refused { try recurrent([key: value]) } == key)
  }

  @Test func contradictingSizesAreRefused() throws {
    #expect(try refused { try recurrent(["bridge": "\"none\""]) } == nil)
    #expect(try refused { try recurrent(["bridge": "\"none\"", "decoder_hidden_size": "10"]) } == "bridge")
    #expect(try refused { try recurrent(["attention": #"{"kind":"dot"}"#]) } == nil)
    #expect(
      try refused { try recurrent(["attention": #"{"kind":"dot"}"#, "decoder_hidden_size": "10"]) } == "attention")
  }

  @Test(arguments: [
    ("model_type", "\"dragoman-recurrent\""), ("kernel_size", "4"), ("kernel_size", "65"), ("channels", "0"),
    ("encoder_layers", "-3"), ("decoder_layers", "100000"), ("max_position_embeddings", "1"),
    ("tensor_names", #"{"output.bias":"fc_b"}"#),
  ])
  func wrongConvolutionalSettingsAreNamed(_ key: String, _ value: String) throws {
    #expect(try refused { try convolutional([key: value]) } == key)
  }
}
