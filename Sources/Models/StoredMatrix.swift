import CKernels
import Checkpoint
import Files
import Tensor

/// A tensor of a checkpoint as the matrix (rows, columns) that weights are made of. It is read from the file block by
/// block, so that it is never in memory as a whole.
struct StoredMatrix: FloatRows {
  let rows: Int
  let columns: Int
  private let tensor: StoredTensor
  private let floats: FloatReader

  /// - Parameter tensor: of shape [rows, columns].
  /// - Throws: `FileError` if its elements are no floating-point numbers.
  init(_ tensor: StoredTensor) throws {
    self.tensor = tensor
    rows = tensor.shape[0]
    columns = tensor.shape[1]
    floats = try FloatReader(tensor)
  }

  /// Gives zeros if the file cannot be read or has a number that is not finite. The error is then thrown by `InputFile.checkUnchanged`, which loading ends with.
  func read(_ range: Range<Int>, _ body: (UnsafePointer<Float>) -> Void) {
    let count = range.count * columns
    let block = FloatBuffer(count: count)  // (range.count, columns)
    withExtendedLifetime(block) {
      do throws(FileError) {
        try floats.copy(range.lowerBound * columns..<range.upperBound * columns, to: block.base)
        try tensor.checkFinite(block.base, count: count)
      } catch {
        block.base.update(repeating: 0, count: count)
        tensor.file.note(error)
      }
      body(block.base)
    }
  }

  var matrix: Matrix { Matrix(stacking: [self]) }
}

/// A matrix (rows, columns) whose columns lie one behind the other in memory; its rows are put together when they are
/// read.
private struct TransposedMatrix: FloatRows {
  let rows: Int
  let columns: Int
  private let turned: Matrix  // (columns, rows)

  init(_ turned: Matrix) {
    self.turned = turned
    rows = turned.columns
    columns = turned.rows
  }

  func read(_ range: Range<Int>, _ body: (UnsafePointer<Float>) -> Void) {
    let block = FloatBuffer(count: range.count * columns)  // (range.count, columns)
    withExtendedLifetime(block) {
      ck_transpose(turned.base + range.lowerBound, rows, columns, range.count, 1, block.base, columns)
      body(block.base)
    }
  }

  var matrix: Matrix { Matrix(stacking: [self]) }
}

extension StoredTensor {
  /// The tensor as the matrix (shape[0], shape[1]), or transposed. Tensors in 8 bits are converted at once.
  /// - Throws: `FileError` if its elements are no floating-point numbers.
  func rows(transposed: Bool = false) throws -> any FloatRows {
    if type == .intgemm8 {
      return try Matrix(rows: shape[transposed ? 1 : 0], columns: shape[transposed ? 0 : 1]) {
        if transposed { try copyLinearWeights(to: $0) } else { try copyFloats(to: $0) }
      }
    }
    guard transposed else { return try StoredMatrix(self) }
    return TransposedMatrix(
      try Matrix(rows: shape[0], columns: shape[1]) {
        try copyFloats(to: $0)
        if let floats = $0.baseAddress { try checkFinite(floats, count: count) }
      })
  }

  /// The tensor as a matrix (shape[0], shape[1]) in memory.
  /// - Throws: `FileError` if its elements are no floating-point numbers, or one is infinite or NaN.
  func matrix() throws -> Matrix {
    let matrix = try rows().matrix
    try file.checkUnchanged()
    return matrix
  }

  /// All elements as float32, row-major.
  /// - Throws: `FileError` if its elements are no floating-point numbers, or one is infinite or NaN.
  package func finiteFloats() throws -> [Float] {
    let floats = try floats()
    try checkFinite(floats, count: floats.count)
    return floats
  }

  /// - Throws: `FileError` if one of the tensor's elements is infinite or NaN.
  fileprivate func checkFinite(_ floats: UnsafePointer<Float>, count: Int) throws(FileError) {
    guard ck_all_finite(floats, count) else {
      throw FileError(
        file: file.path, item: name, found: "a weight that is no finite number", expected: "finite numbers")
    }
  }
}
