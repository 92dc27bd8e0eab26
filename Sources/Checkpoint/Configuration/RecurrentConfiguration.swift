import Files
import JSON

/// What `config.json` of a recurrent encoder-decoder says about the mathematics.
package struct RecurrentConfiguration: OwnConfiguration, Equatable {
  package static let family = "dragoman-recurrent"

  package enum Cell: String, Sendable, CaseIterable {
    case rnn, gru, lstm

    /// Blocks of rows in a cell's matrices.
    package var gates: Int {
      switch self {
      case .rnn: 1
      case .gru: 3
      case .lstm: 4
      }
    }
  }

  package enum Attention: Sendable, Equatable {
    /// The decoder knows of the source what the encoder's last state says.
    case none
    /// Bahdanau et al. 2015, over so many units.
    case additive(size: Int)
    /// Luong et al. 2015. `feedsInput`: the decoder reads its own last readout.
    case dot(feedsInput: Bool)
    case general(feedsInput: Bool)
  }

  package var cell: Cell
  /// Of the encoder and of the decoder.
  package var layers: Int
  /// The encoder reads the sentence both ways.
  package var isBidirectional: Bool
  package var embeddingSize: Int  // E
  /// Of one direction.
  package var encoderHiddenSize: Int
  package var decoderHiddenSize: Int  // H
  /// A layer between the encoder's last states and the decoder's first.
  package var hasBridge: Bool
  package var attention: Attention
  /// 0: the output layer reads the decoder's state itself.
  package var readoutSize: Int
  package var vocabulary: SequenceVocabulary
  /// A recurrence has no positions; a sentence must end somewhere all the same.
  package var maxPositions: Int
  /// What the file calls tensors that it calls otherwise.
  package var tensorNames: [String: String]

  /// Width of the encoder's output.
  package var memorySize: Int { encoderHiddenSize * (isBidirectional ? 2 : 1) }  // K
  /// Width of what the output layer reads.
  package var outputSize: Int { readoutSize > 0 ? readoutSize : decoderHiddenSize }  // R

  /// The decoder reads its last readout.
  package var feedsReadout: Bool {
    switch attention {
    case .none, .additive: false
    case .dot(let feedsInput), .general(let feedsInput): feedsInput
    }
  }

  /// What the decoder's first layer reads behind the word's vector.
  package var fedSize: Int {
    if case .additive = attention { return memorySize }
    return feedsReadout ? outputSize : 0
  }

  package init(path: String) throws { try self.init(ConfigurationFile(path: path)) }

  init(_ file: ConfigurationFile) throws {
    try file.expectFamily(Self.family)
    let sizes = 1...MarianConfiguration.largestDimension
    cell = try file.choice("cell")
    layers = try file.integer("layers", in: 1...MarianConfiguration.mostLayers)
    isBidirectional = try file.boolean("bidirectional", default: false)
    embeddingSize = try file.integer("embedding_size", in: sizes)
    encoderHiddenSize = try file.integer("encoder_hidden_size", in: sizes)
    decoderHiddenSize = try file.integer("decoder_hidden_size", in: sizes)
    hasBridge = try file.choice("bridge") == Bridge.linear
    attention = try Self.attention(file)
    readoutSize = try file.integer("readout_size", in: 0...MarianConfiguration.largestDimension)
    vocabulary = try SequenceVocabulary(file)
    maxPositions = try file.integer("max_position_embeddings", in: 2...MarianConfiguration.mostPositions, default: 1024)
    tensorNames = try Self.tensorNames(file)
    try checkAgreement(file)
  }

  private enum Bridge: String, CaseIterable {
    case linear, none
  }

  private static func attention(_ file: ConfigurationFile) throws -> Attention {
    guard case .object(let members)? = file["attention"] else {
      throw file.error(
        "attention", found: file.found("attention"), expected: "an object with kind, size, input_feeding")
    }
    let feedsInput = members["input_feeding"] == .bool(true)
    switch (members["kind"], members["size"]) {
    case (.string("none"), _) where !feedsInput: return .none
    case (.string("dot"), _): return .dot(feedsInput: feedsInput)
    case (.string("general"), _): return .general(feedsInput: feedsInput)
    case (.string("additive"), .integer(let size)?)
    where !feedsInput && (1...MarianConfiguration.largestDimension).contains(size):
      return .additive(size: size)
    default:
      throw file.error(
        "attention", found: file.found("attention"),
        expected: "kind none, additive (with a size), dot or general (these two with input_feeding or without)")
    }
  }

  private static func tensorNames(_ file: ConfigurationFile) throws -> [String: String] {
    guard let value = file["tensor_names"] else { return [:] }
    guard case .object(let members) = value else {
      throw file.error("tensor_names", found: value.description, expected: "an object of names")
    }
    return try members.mapValues { value in
      guard case .string(let name) = value else {
        throw file.error("tensor_names", found: value.description, expected: "names of tensors in the file")
      }
      return name
    }
  }

  private func checkAgreement(_ file: ConfigurationFile) throws {
    if !hasBridge, memorySize != decoderHiddenSize {
      throw file.error(
        "bridge", found: "\"none\"",
        expected: "\"linear\", as the encoder's width is \(memorySize) and the decoder's \(decoderHiddenSize)")
    }
    if case .dot = attention, memorySize != decoderHiddenSize {
      throw file.error(
        "attention", found: "dot",
        expected: "general, as the encoder's width is \(memorySize) and the decoder's \(decoderHiddenSize)")
    }
    if vocabulary.tiesOutput, outputSize != embeddingSize {
      throw file.error(
        "readout_size", found: "\(outputSize)",
        expected: "embedding_size, \(embeddingSize), as the output layer is the target's table")
    }
  }
}

extension ConfigurationFile {
  /// A string that is one of a few.
  fileprivate func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) throws -> Choice
  where Choice.RawValue == String {
    let name = try string(key)
    guard let choice = Choice(rawValue: name) else {
      throw error(
        key, found: "\"\(name.prefix(40))\"",
        expected: "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }
}
