import CKernels
import Checkpoint
import Tensor

/// A tensor of a checkpoint as the matrix (rows, columns) that weights are made of. Blocks of it are read from the
/// mapped file and leave memory again; they can be read once more all the same.
struct StoredMatrix: FloatRows {
  let tensor: StoredTensor
  let rows: Int
  let columns: Int
  private let floats: FloatReader
  private let isTransposed: Bool

  /// A tensor [rows, columns] as its shape says, or with `transposed` a tensor [columns, rows].
  /// - Throws: `FileError` where it is no floating-point tensor.
  init(_ tensor: StoredTensor, transposed: Bool = false) throws {
    self.tensor = tensor
    rows = tensor.shape[transposed ? 1 : 0]
    columns = tensor.shape[transposed ? 0 : 1]
    isTransposed = transposed
    floats = try FloatReader(tensor)
  }

  func read(_ range: Range<Int>, _ body: (UnsafePointer<Float>) -> Void) {
    if isTransposed { return readTransposed(range, body) }
    let elements = range.lowerBound * columns..<range.upperBound * columns
    defer { floats.release(elements) }
    if let view = mappedFloats { return body(view + elements.lowerBound) }
    withFloats(elements.count) { block in
      floats.copy(elements, to: block)
      body(block)
    }
  }

  /// The tensor's rows are columns here: of each a strip is read, and the strips are turned. Every block touches every
  /// page, so that none can be given back before the last.
  private func readTransposed(_ range: Range<Int>, _ body: (UnsafePointer<Float>) -> Void) {
    withFloats(columns * range.count) { strips in  // (columns, range.count)
      for column in 0..<columns {
        let start = column * rows
        floats.copy(
          start + range.lowerBound..<start + range.upperBound, to: strips + column * range.count)
      }
      withFloats(range.count * columns) { block in  // (range.count, columns)
        ck_transpose(strips, range.count, columns, range.count, 1, block, columns)
        body(block)
      }
    }
  }

  private func withFloats(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    let buffer = FloatBuffer(count: count)
    withExtendedLifetime(buffer) { body(buffer.base) }
  }

  /// Where it lies in the mapped file if it is float32 and aligned, else a converted copy.
  var matrix: Matrix {
    if let view = mappedFloats, !isTransposed {
      return Matrix(viewing: view, rows: rows, columns: columns, owner: tensor.file)
    }
    return Matrix(stacking: [self])
  }

  private var mappedFloats: UnsafePointer<Float>? {
    guard tensor.type == .float32 else { return nil }
    return tensor.withBytes { bytes in
      guard let base = bytes.baseAddress, Int(bitPattern: base) % MemoryLayout<Float>.alignment == 0 else { return nil }
      return UnsafePointer(base.assumingMemoryBound(to: Float.self))
    }
  }
}

extension StoredTensor {
  /// The tensor as it is, (shape[0], shape[1]), or turned. What has 8 bits is converted at once.
  /// - Throws: `FileError` where the numbers are of another type.
  func rows(transposed: Bool = false) throws -> any FloatRows {
    guard type == .intgemm8 else { return try StoredMatrix(self, transposed: transposed) }
    return try Matrix(rows: shape[transposed ? 1 : 0], columns: shape[transposed ? 0 : 1]) {
      if transposed { try copyLinearWeights(to: $0) } else { try copyFloats(to: $0) }
    }
  }
}
