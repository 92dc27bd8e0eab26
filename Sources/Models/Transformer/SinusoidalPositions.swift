import Foundation
import Tensor

/// Marian's fixed positions: all sines in the first half of a row, all cosines in the second.
enum SinusoidalPositions {
  /// P(t)[i] = sin(t / 10000^(2i/D)), P(t)[D/2 + i] = cos(the same), as `MarianSinusoidalPositionalEmbedding` has it;
  /// an odd D has one sine more.
  static func table(positions: Int, dimension: Int) -> Matrix {
    let sines = (dimension + 1) / 2
    return Matrix(rows: positions, columns: dimension) { values in
      for t in 0..<positions {
        for i in 0..<dimension {
          let pair = i < sines ? i : i - sines
          let angle = Double(t) / pow(10_000, Double(2 * pair) / Double(dimension))
          values[t * dimension + i] = Float(i < sines ? sin(angle) : cos(angle))
        }
      }
    }
  }
}
