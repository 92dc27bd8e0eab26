/// Safetensors files put together by hand, so that they can be wrong in any one way.
enum SafetensorsBytes {
  /// - Parameter length: value of the length field; nil for the true length.
  static func file(header: String, data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
    file(header: Array(header.utf8), data: data, length: length)
  }

  static func file(header: [UInt8], data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
    let length = length ?? UInt64(header.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + header + data
  }

  /// A header entry.
  static func entry(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String {
    #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  /// Two good tensors, `a` F32 (2, 2) and `b` F16 (3), with values 1…4 and 1, -2, 0.5.
  static let good = file(
    header: "{\"__metadata__\":{\"format\":\"pt\"},"
      + entry("a", "F32", "[2,2]", "[0,16]") + "," + entry("b", "F16", "[3]", "[16,22]") + "}  ",
    data: [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40, 0, 0x3C, 0, 0xC0, 0, 0x38])
}
