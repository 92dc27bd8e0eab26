import Foundation
import Tensor

/// Fixed positions (Vaswani et al. 2017, 3.5) in Marian's order: all sines first, then all cosines.
package enum SinusoidalPositions {
  /// How the exponents lie between 0 and 1, for D/2 wavelengths from 2π to 10000 · 2π.
  package enum Spread {
    /// i / (D/2): `MarianSinusoidalPositionalEmbedding` of transformers.
    case halfOpen
    /// i / (D/2 − 1): Marian itself.
    case endpoints
  }

  /// P(t)[i] = sin(t / 10000^e(i)), P(t)[D/2 + i] = cos(the same); an odd D has one sine more.
  package static func table(positions: Int, dimension: Int, spread: Spread) -> Matrix {
    let sines = (dimension + 1) / 2
    let steps = spread == .halfOpen ? Double(dimension) / 2 : Double(max(sines - 1, 1))
    return Matrix(rows: positions, columns: dimension) { values in
      for i in 0..<dimension {
        let frequency = pow(10_000, -Double(i < sines ? i : i - sines) / steps)
        for t in 0..<positions {
          let angle = Double(t) * frequency
          values[t * dimension + i] = Float(i < sines ? sin(angle) : cos(angle))
        }
      }
    }
  }
}
