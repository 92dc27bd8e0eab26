import Files

/// What `config.json` of every encoder-decoder says, whatever its family.
package protocol SequenceConfiguration: Sendable {
  /// Tokens of the source; of both where they share a table.
  var vocabularySize: Int { get }
  var targetVocabularySize: Int { get }
  /// Tokens at most, of source and of target.
  var maxPositions: Int { get }
  var padToken: Int32 { get }
  var endToken: Int32 { get }
  /// What the decoder is fed first.
  var startToken: Int32 { get }

  /// - Throws: `FileError`.
  init(path: String) throws
}

extension MarianConfiguration: SequenceConfiguration {}

/// Vocabularies and token ids of the families that are Dragoman's own, which write them alike.
package struct SequenceVocabulary: Sendable, Equatable {
  package var source: Int
  package var target: Int
  package var isShared: Bool
  /// The output's matrix is the target's table.
  package var tiesOutput: Bool
  package var padToken: Int32
  package var endToken: Int32
  package var startToken: Int32

  init(_ file: ConfigurationFile) throws {
    let bounds = 2...MarianConfiguration.largestVocabulary
    source = try file.integer("vocab_size", in: bounds)
    target = try file.integer("decoder_vocab_size", in: bounds, default: source)
    isShared = try file.boolean("share_encoder_decoder_embeddings", default: true)
    tiesOutput = try file.boolean("tie_word_embeddings", default: true)
    guard !isShared || source == target else {
      throw file.error(
        "decoder_vocab_size", found: "\(target)", expected: "vocab_size, \(source), as the embeddings are shared")
    }
    let common = 0...min(source, target) - 1
    padToken = Int32(try file.integer("pad_token_id", in: common))
    endToken = Int32(try file.integer("eos_token_id", in: common))
    startToken = Int32(try file.integer("decoder_start_token_id", in: 0...target - 1))
  }
}

/// What `config.json` of the families that are Dragoman's own says alike.
package protocol OwnConfiguration: SequenceConfiguration {
  var vocabulary: SequenceVocabulary { get }
}

extension OwnConfiguration {
  package var vocabularySize: Int { vocabulary.source }
  package var targetVocabularySize: Int { vocabulary.target }
  package var padToken: Int32 { vocabulary.padToken }
  package var endToken: Int32 { vocabulary.endToken }
  package var startToken: Int32 { vocabulary.startToken }
}

extension ConfigurationFile {
  /// - Throws: `FileError` where `config.json` is of another family.
  func expectFamily(_ type: String) throws {
    let found = try string("model_type")
    guard found == type else {
      throw error("model_type", found: "\"\(found.prefix(40))\"", expected: "\"\(type)\"")
    }
  }
}
