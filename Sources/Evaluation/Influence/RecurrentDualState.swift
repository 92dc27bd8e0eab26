import Foundation

/// What a recurrent cell remembers, with its derivatives, and how a step changes it.
struct RecurrentDualState {
  private let planes: Int  // 1 + R
  private let size: Int  // H
  private(set) var hidden: [Double]  // (1 + R, H)
  private var cell: [Double]  // (1 + R, H), of an LSTM

  init(planes: Int, size: Int) {
    self.planes = planes
    self.size = size
    hidden = [Double](repeating: 0, count: planes * size)
    cell = hidden
  }

  // In all steps: `given` (1 + R, G·H) is the input's product, `own` the state's, each with its bias.

  mutating func stepPlain(_ given: [Double], _ own: [Double]) {
    for unit in 0..<size {
      let h = tanh(given[unit] + own[unit])
      hidden[unit] = h
      for at in derivatives(of: unit, in: size) { hidden[at] = (1 - h * h) * (given[at] + own[at]) }
    }
  }

  mutating func stepGated(_ given: [Double], _ own: [Double]) {
    let width = 3 * size
    for unit in 0..<size {
      let (reset, update, candidate) = (unit, unit + size, unit + 2 * size)
      let r = Self.sigmoid(given[reset] + own[reset])
      let z = Self.sigmoid(given[update] + own[update])
      let n = tanh(given[candidate] + r * own[candidate])
      let before = hidden[unit]
      hidden[unit] = (1 - z) * n + z * before
      for plane in 1..<planes {
        let at = plane * width
        let dr = r * (1 - r) * (given[at + reset] + own[at + reset])
        let dz = z * (1 - z) * (given[at + update] + own[at + update])
        let dn = (1 - n * n) * (given[at + candidate] + dr * own[candidate] + r * own[at + candidate])
        hidden[plane * size + unit] = (1 - z) * dn + dz * (before - n) + z * hidden[plane * size + unit]
      }
    }
  }

  mutating func stepLSTM(_ given: [Double], _ own: [Double]) {
    let width = 4 * size
    for unit in 0..<size {
      let places = (i: unit, f: unit + size, g: unit + 2 * size, o: unit + 3 * size)
      let i = Self.sigmoid(given[places.i] + own[places.i])
      let f = Self.sigmoid(given[places.f] + own[places.f])
      let g = tanh(given[places.g] + own[places.g])
      let o = Self.sigmoid(given[places.o] + own[places.o])
      let before = cell[unit]
      let c = f * before + i * g
      let read = tanh(c)
      cell[unit] = c
      hidden[unit] = o * read
      for plane in 1..<planes {
        let at = plane * width
        let di = i * (1 - i) * (given[at + places.i] + own[at + places.i])
        let df = f * (1 - f) * (given[at + places.f] + own[at + places.f])
        let dg = (1 - g * g) * (given[at + places.g] + own[at + places.g])
        let dO = o * (1 - o) * (given[at + places.o] + own[at + places.o])
        let dc = df * before + f * cell[plane * size + unit] + di * g + i * dg
        cell[plane * size + unit] = dc
        hidden[plane * size + unit] = dO * read + o * (1 - read * read) * dc
      }
    }
  }

  /// Where the derivatives of a unit lie in (1 + R, width).
  private func derivatives(of unit: Int, in width: Int) -> StrideTo<Int> {
    stride(from: unit + width, to: planes * width, by: width)
  }

  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}
