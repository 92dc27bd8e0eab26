import Files

/// The pieces `<0x00>` to `<0xFF>` that byte fallback writes unknown characters with.
enum BytePieces {
  /// By id.
  /// - Throws: `FileError` where a byte piece is not spelt as one.
  static func values(_ model: SentencePieceModel) throws -> [Int32: UInt8] {
    var values: [Int32: UInt8] = [:]
    for (id, piece) in model.pieces.enumerated() where piece.kind == .byte {
      guard let value = value(piece.text) else {
        throw FileError(
          file: model.file, item: "piece \(id)", found: "the byte piece \(piece.text)", expected: "<0x00> to <0xFF>")
      }
      values[Int32(id)] = value
    }
    return values
  }

  /// By byte; empty where the model does without byte fallback.
  /// - Throws: `FileError` where a byte has no piece or two.
  static func ids(_ values: [Int32: UInt8], _ model: SentencePieceModel) throws -> [Int32] {
    guard model.usesByteFallback else { return [] }
    var ids: [Int32?] = Array(repeating: nil, count: 256)
    for (id, value) in values { ids[Int(value)] = id }
    let found = ids.compactMap { $0 }
    guard found.count == 256, values.count == 256 else {
      throw FileError(
        file: model.file, item: "byte pieces", found: "\(values.count) for \(found.count) bytes",
        expected: "one for each of 256, as byte_fallback is on")
    }
    return found
  }

  private static func value(_ piece: String) -> UInt8? {
    let text = Array(piece.utf8)
    guard text.count == 6, text.starts(with: "<0x".utf8), text[5] == UInt8(ascii: ">") else { return nil }
    let digits = piece.dropFirst(3).dropLast()
    guard digits.allSatisfy({ $0.isNumber || ("A"..."F").contains($0) }) else { return nil }
    return UInt8(digits, radix: 16)
  }
}
