import Checkpoint
import Files
import Foundation
import Models
import Support
import Testing

/// Weights that are infinite or NaN are refused when a model is loaded, whatever the architecture and precision.
struct UnusableWeightsTests {
  private static let fixtures: [(name: String, precision: Precision?)] = [
    ("marian-base", .float32), ("marian-base", .int8), ("marian-learned-positions", nil),
    ("recurrent-gru-additive", nil), ("recurrent-lstm-bridge", nil), ("convolutional-tied", nil),
    ("convolutional-untied", nil),
  ]

  /// NaN, infinity and -infinity as they stand in the file.
  private static func poisons(_ type: ElementType) -> [[UInt8]] {
    type == .float16
      ? [[0, 0x7E], [0, 0x7C], [0, 0xFC]] : [[0, 0, 0xC0, 0x7F], [0, 0, 0x80, 0x7F], [0, 0, 0x80, 0xFF]]
  }

  @Test(arguments: fixtures)
  func eachTensorIsChecked(name: String, precision: Precision?) throws {
    let folder = try TemporaryFolder()
    try folder.copyFiles(of: MarianFixture.root + "/" + name)
    let path = folder.path + "/model.safetensors"
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    for (index, tensor) in try SafetensorsFile(path: path).tensors.enumerated() {
      let poison = Self.poisons(tensor.type)[index % 3]
      var bytes = whole
      bytes.replaceSubrange(tensor.range.upperBound - poison.count..<tensor.range.upperBound, with: poison)
      try folder.write("model.safetensors", bytes)
      let error = thrownError(FileError.self) {
        try ModelFormats.load(directory: folder.path, precision: precision)
      }
      #expect(error?.item == tensor.name)
      #expect(error?.found == "a weight that is no finite number")
    }
  }
}
