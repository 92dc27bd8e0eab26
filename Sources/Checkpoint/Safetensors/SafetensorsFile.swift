import Files

/// A safetensors file whose every tensor lies inside the data, beside and not over the others.
///
/// As the format's own reader does, it insists that the tensors fill the data without a gap: what is left over or
/// missing means a file that was cut or changed.
package struct SafetensorsFile: IndexedTensors {
  let index: TensorIndex

  /// - Throws: `FileError` for the first thing that is wrong with the file.
  package init(path: String) throws {
    let file = try InputFile(path: path)
    let header = try Self.headerRange(of: file)
    let entries = try file.withBytes(header) { try SafetensorsHeader($0, file: path).entries }
    index = try TensorIndex(
      entries.map { try Self.tensor($0, in: file, dataStart: header.upperBound) }, path: path)
    try Self.checkTiling(tensors, file: file, dataStart: header.upperBound)
  }

  private static func headerRange(of file: InputFile) throws -> Range<Int> {
    let lengthSize = MemoryLayout<UInt64>.size
    func error(_ item: String, _ found: String, _ expected: String) -> FileError {
      FileError(file: file.path, item: item, found: found, expected: expected)
    }
    guard file.count >= lengthSize else {
      throw error("file", "\(file.count) bytes", "at least \(lengthSize), the length of the header")
    }
    let length = try file.withBytes(0..<lengthSize) { UInt64(littleEndian: $0.load(as: UInt64.self)) }
    guard length <= UInt64(SafetensorsHeader.longest) else {
      throw error("header length", "\(length)", "at most \(SafetensorsHeader.longest)")
    }
    guard Int(length) <= file.count - lengthSize else {
      throw error("header length", "\(length)", "at most the \(file.count - lengthSize) bytes that follow")
    }
    return lengthSize..<lengthSize + Int(length)
  }

  private static func tensor(
    _ entry: SafetensorsHeader.Entry, in file: InputFile, dataStart: Int
  ) throws -> StoredTensor {
    func error(_ found: String, _ expected: String) -> FileError {
      FileError(file: file.path, item: entry.name, found: found, expected: expected)
    }
    guard entry.begin <= entry.end, entry.end <= file.count - dataStart else {
      throw error(
        "data_offsets [\(entry.begin), \(entry.end)]",
        "an ascending pair within the \(file.count - dataStart) bytes of data")
    }
    guard let size = ElementCount.bytes(entry.shape, entry.type) else {
      throw error("shape \(entry.shape)", "a size that fits 64 bits")
    }
    guard entry.end - entry.begin == size else {
      throw error(
        "\(entry.end - entry.begin) bytes of data", "\(size) for \(entry.type.rawValue) \(entry.shape)")
    }
    return StoredTensor(
      name: entry.name, type: entry.type, shape: entry.shape, file: file,
      range: dataStart + entry.begin..<dataStart + entry.end)
  }

  private static func checkTiling(_ tensors: [StoredTensor], file: InputFile, dataStart: Int) throws {
    var position = dataStart
    for tensor in tensors.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      guard tensor.range.lowerBound == position else {
        let what = tensor.range.lowerBound < position ? "an overlap with another tensor" : "a gap before it"
        throw FileError(
          file: file.path, item: tensor.name, found: "\(what): data from byte \(tensor.range.lowerBound - dataStart)",
          expected: "data from byte \(position - dataStart), where the one before ends")
      }
      position = tensor.range.upperBound
    }
    guard position == file.count else {
      throw FileError(
        file: file.path, item: "file", found: "\(file.count - position) bytes behind the last tensor",
        expected: "no more than the tensors")
    }
  }
}
