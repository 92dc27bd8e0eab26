import CKernels
import Checkpoint
import Foundation
import Tensor

/// The input of a stack: x = E[id] · scale + P[position], then a norm if the architecture has one.
struct Embedding: Sendable {
  let table: EmbeddingTable  // (V, D)
  let positions: PositionVectors
  let scale: Float
  let norm: LayerNorm?

  /// Writes one token at its position, before the norm, to y (D).
  func read(_ token: Int32, position: Int, into y: UnsafeMutablePointer<Float>) {
    table.read(token, scale: scale, position: positions.row(position), into: y)
  }
}

/// Word vectors (V, D).
enum EmbeddingTable: Sendable {
  case float32(Matrix)
  /// 8 bits with one step size for all rows.
  case int8(Int8Table)
  /// 8 bits in the order of a layer's weights, so that a table that is also the output layer is in memory once.
  case packed(Int8Weight)

  /// The token of the zero vector, from which Marian's decoder starts.
  static let zeroToken: Int32 = -1

  var dimension: Int {
    switch self {
    case .float32(let matrix): matrix.columns
    case .int8(let table): table.columns
    case .packed(let weight): weight.inputs
    }
  }

  /// - Parameter output: weights of the output layer if they were made of this table.
  /// - Throws: `FileError` if the elements are no floating-point numbers, or one is not finite.
  init(_ stored: StoredTensor, precision: Precision, output: Linear.Weight? = nil) throws {
    switch (output, precision) {
    case (.float32(let matrix), _): self = .float32(matrix)
    case (.int8(let weight), _): self = .packed(weight)
    case (_, .float32): self = .float32(try stored.matrix())
    case (_, .int8): self = .packed(try Precision.integers([stored]))
    }
  }

  /// y (D) = E[token] · scale + position (D)
  func read(
    _ token: Int32, scale: Float, position: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) {
    guard token != Self.zeroToken else {
      y.update(from: position, count: dimension)
      return
    }
    switch self {
    case .float32(let matrix): ck_embed(matrix.row(Int(token)), scale, position, y, dimension)
    case .int8(let table): ck_embed_int8(table.row(Int(token)), scale * table.step, position, y, dimension)
    case .packed(let weight): weight.embed(Int(token), scale: scale, position: position, into: y)
    }
  }
}

// MARK: Positions

/// The vectors that tell tokens apart by position.
enum PositionVectors: Sendable {
  /// One row per position, computed or learnt. // (T, D)
  case table(Matrix)
  /// A row of zeros for all positions: the layers know positions themselves. // (1, D)
  case zero(Matrix)

  /// - Parameter dimension: D
  static func none(_ dimension: Int) -> PositionVectors {
    .zero(Matrix(rows: 1, columns: dimension) { $0.update(repeating: 0) })
  }

  /// - Parameter position: below T.
  func row(_ position: Int) -> UnsafePointer<Float> {
    switch self {
    case .table(let matrix): matrix.row(position)
    case .zero(let matrix): matrix.base
    }
  }
}

/// Fixed vectors of positions (Vaswani et al. 2017, 3.5) in Marian's order: all sines first, then all cosines.
package enum SinusoidalPositions {
  /// The spread of the exponents between 0 and 1, for D/2 wavelengths from 2π to 10000 · 2π.
  package enum Spread {
    /// i / (D/2), as in `MarianSinusoidalPositionalEmbedding` of `transformers`.
    case halfOpen
    /// i / (D/2 − 1), as in Marian itself.
    case endpoints
  }

  /// P(t)[i] = sin(t / 10000^e(i)), P(t)[D/2 + i] = cos(t / 10000^e(i)). An odd D has one sine more.
  /// - Parameter first: t of the first position: 2 in fairseq's models, 1 in OpenNMT-tf's.
  package static func table(positions: Int, dimension: Int, spread: Spread, first: Int = 0) -> Matrix {
    let sines = (dimension + 1) / 2
    let steps = spread == .halfOpen ? Double(dimension) / 2 : Double(max(sines - 1, 1))
    return Matrix(rows: positions, columns: dimension) { values in
      for i in 0..<dimension {
        let frequency = pow(10_000, -Double(i < sines ? i : i - sines) / steps)
        for t in 0..<positions {
          let angle = Double(first + t) * frequency
          values[t * dimension + i] = Float(i < sines ? sin(angle) : cos(angle))
        }
      }
    }
  }
}
