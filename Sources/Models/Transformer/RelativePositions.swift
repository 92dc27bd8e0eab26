import CKernels
import Foundation
import Tensor

/// The knowledge that self-attention has of the distance from a query to a key, cut at ±M.
///
/// Tables have 2M + 1 rows or columns, for the distances -M to M. All methods are linear in the number of keys.
enum RelativePositions: Sendable {
  case vectors(DistanceVectors)
  case biases(DistanceBiases)

  /// The terms of the scores of one head's queries, added to the scores.
  /// - Parameters:
  ///   - query: (T, d), rows `stride` floats apart.
  ///   - place: position of the first query among the keys.
  ///   - scores: (T, keys), rows `scoreStride` floats apart.
  func addScores(
    head: Int, query: UnsafePointer<Float>, stride: Int, rows: Int, place: Int, keys: Int,
    scores: UnsafeMutablePointer<Float>, scoreStride: Int, scratch: FloatBuffer
  ) {
    switch self {
    case .biases(let biases):
      for row in 0..<rows {
        ck_add_by_distance(biases.table.row(head), biases.limit, place + row, keys, scores + row * scoreStride)
      }
    case .vectors(let vectors):
      let products = scratch.reserve(rows * vectors.width)  // (T, 2M + 1) and padding
      ck_multiply(
        query, stride, vectors.turnedKeys.base, vectors.width, rows, vectors.width, vectors.turnedKeys.rows, products,
        vectors.width)
      for row in 0..<rows {
        ck_add_by_distance(
          products + row * vectors.width, vectors.limit, place + row, keys, scores + row * scoreStride)
      }
    }
  }

  /// The part that values of positions have in one head's outputs, added to them.
  /// - Parameters:
  ///   - weights: (T, keys), rows `weightStride` floats apart.
  ///   - outputs: (T, d), rows `stride` floats apart.
  func addValues(
    _ weights: UnsafePointer<Float>, weightStride: Int, rows: Int, place: Int, keys: Int,
    to outputs: UnsafeMutablePointer<Float>, stride: Int, scratch: FloatBuffer
  ) {
    guard case .vectors(let vectors) = self else { return }
    let distances = 2 * vectors.limit + 1
    let d = vectors.values.columns
    let sums = scratch.reserve(distances + d)  // (2M + 1), then (d)
    for row in 0..<rows {
      ck_sum_by_distance(weights + row * weightStride, vectors.limit, place + row, keys, sums)
      ck_multiply(sums, distances, vectors.values.base, d, 1, d, distances, sums + distances, d)
      ck_add(outputs + row * stride, sums + distances, d)
    }
  }
}

/// Vectors by distance, added to keys and values (Shaw et al. 2018, "Self-Attention with Relative Position
/// Representations").
struct DistanceVectors: Sendable {
  /// M
  let limit: Int
  /// Keys times the factor of scores. // (d, 2M + 1), columns filled up with zeros
  let turnedKeys: Matrix
  let values: Matrix  // (2M + 1, d)

  /// Columns of `turnedKeys`: whole blocks of the kernel.
  var width: Int { turnedKeys.columns }

  /// - Parameters:
  ///   - keys: (2M + 1, d)
  ///   - values: (2M + 1, d)
  ///   - scale: factor of scores.
  init(keys: Matrix, values: Matrix, scale: Float) {
    limit = keys.rows / 2
    self.values = values
    let width = (keys.rows + 31) / 32 * 32
    turnedKeys = Matrix(rows: keys.columns, columns: width) { turned in
      guard let base = turned.baseAddress else { return }
      ck_transpose(keys.base, keys.columns, keys.rows, keys.columns, scale, base, width)
    }
  }
}

/// A term of the scores by head and distance (Raffel et al. 2020, "Exploring the Limits of Transfer Learning with a
/// Unified Text-to-Text Transformer", 2.1). Distances share buckets, which are wider the further away they are.
struct DistanceBiases: Sendable {
  /// M, from which on all distances are in one bucket.
  let limit: Int
  let table: Matrix  // (H, 2M + 1)

  /// - Parameters:
  ///   - buckets: (buckets, H)
  ///   - maxDistance: M
  ///   - isBidirectional: whether keys after the query have buckets of their own, as in encoders.
  init(buckets: Matrix, maxDistance: Int, isBidirectional: Bool) {
    limit = maxDistance
    table = Matrix(rows: buckets.columns, columns: 2 * maxDistance + 1) { table in
      for distance in -maxDistance...maxDistance {
        let bucket = Self.bucket(
          of: distance, buckets: buckets.rows, maxDistance: maxDistance, isBidirectional: isBidirectional)
        for head in 0..<buckets.columns {
          table[head * (2 * maxDistance + 1) + distance + maxDistance] = buckets.row(bucket)[head]
        }
      }
    }
  }

  /// The bucket of a distance, key minus query. Half of the buckets hold one distance each, the others ever more, by
  /// logarithm in float32 as in the reference.
  static func bucket(of distance: Int, buckets: Int, maxDistance: Int, isBidirectional: Bool) -> Int {
    let count = max(1, isBidirectional ? buckets / 2 : buckets)
    let start = isBidirectional && distance > 0 ? min(count, buckets - 1) : 0
    let far = isBidirectional ? abs(distance) : max(-distance, 0)
    let exact = max(1, count / 2)
    guard far >= exact else { return min(start + far, buckets - 1) }
    guard maxDistance > exact else { return min(start + count - 1, buckets - 1) }
    let part = logf(Float(far) / Float(exact)) / logf(Float(maxDistance) / Float(exact)) * Float(count - exact)
    return min(start + min(count - 1, exact + Int(part)), buckets - 1)
  }
}
