import Translation

/// The fields of `/translate` that control the search.
extension RequestFields {
  /// The number of likeliest tokens to choose from if a request gives only a temperature or a seed.
  private static let samplingSize = 10

  /// - Parameter texts: number of texts of the request.
  /// - Throws: `Refusal` naming the field.
  func searchControls(texts count: Int) throws -> SearchControls {
    var controls = SearchControls()
    controls.prefixes = try prefixes(count)
    controls.suppressed = try texts("suppress")?.values.filter { !$0.isEmpty } ?? []
    controls.repetitionPenalty = try number("repetition_penalty", in: SearchControls.penalties) ?? 1
    controls.noRepeatNgramSize = try integer("no_repeat_ngram_size", in: SearchControls.ngramSizes) ?? 0
    controls.sampling = try sampling()
    return controls
  }

  private func prefixes(_ count: Int) throws -> [String] {
    guard let prefix = try texts("prefix"), prefix.values != [""] else { return [] }
    guard prefix.values.count == count else {
      throw Refusal.malformed("prefix: expected one for each text of q (\(count)), found \(prefix.values.count)")
    }
    return prefix.values
  }

  /// One token to choose from is the likeliest: no choice by chance.
  private func sampling() throws -> Sampling? {
    let size = try integer("sampling_topk", in: SearchControls.samplingSizes)
    let temperature = try number("temperature", in: SearchControls.temperatures)
    let seed = try integer("seed", in: 0...Int.max)
    guard size != nil || temperature != nil || seed != nil, size != 1 else { return nil }
    return Sampling(
      topK: size ?? Self.samplingSize, temperature: temperature ?? 1, seed: UInt64(seed ?? 0), isSeeded: seed != nil)
  }
}
