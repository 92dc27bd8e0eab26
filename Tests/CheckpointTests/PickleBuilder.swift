import Support

/// Pickles put together instruction by instruction, and archives around them.
struct PickleBuilder {
  private var writer = ByteWriter(bytes: [0x80, 2])

  var bytes: [UInt8] { writer.bytes + Array(".".utf8) }

  mutating func op(_ letters: String) { writer.put(letters) }
  mutating func op(_ bytes: [UInt8]) { writer.put(bytes) }
  mutating func global(_ module: String, _ name: String) { writer.put("c\(module)\n\(name)\n") }

  mutating func text(_ value: String) {
    writer.put("X")
    writer.put(UInt32(value.utf8.count))
    writer.put(value)
  }

  mutating func integer(_ value: Int) {
    writer.put([0x8A, 8])
    writer.put(Int64(value))
  }

  mutating func tuple(_ values: [Int]) {
    op("(")
    for value in values { integer(value) }
    op("t")
  }

  /// The value of a tensor over storage "0".
  mutating func tensor(
    type: String = "FloatStorage", key: String = "0", count: Int = 6, offset: Int = 0, shape: [Int] = [2, 3],
    strides: [Int] = [3, 1]
  ) {
    global("torch._utils", "_rebuild_tensor_v2")
    op("((")
    text("storage")
    global("torch", type)
    text(key)
    text("cpu")
    integer(count)
    op("tQ")
    integer(offset)
    tuple(shape)
    tuple(strides)
    op([0x89])
    global("collections", "OrderedDict")
    op(")RtR")
  }

  /// An archive whose storage "0" holds six floats.
  static func archive(_ pickle: [UInt8], byteOrder: String? = "little") -> ZipBuilder {
    var zip = ZipBuilder()
    zip.add("archive/data.pkl", pickle)
    if let byteOrder { zip.add("archive/byteorder", Array(byteOrder.utf8)) }
    zip.add("archive/data/0", ByteWriter.floats([0, 1, 2, 3, 4, 5]))
    return zip
  }
}
