import CKernels
import Foundation
import Support
import Tensor
import Testing

/// The outputs that a screen finds, compared with the whole layer.
struct OutputScreenTests {
  private static let inputs = 72

  private static func matrix(_ values: [Float]) -> Matrix {
    Matrix(rows: values.count / inputs, columns: inputs) { _ = $0.update(from: values) }
  }

  /// The `best` greatest outputs of each row by the whole layer.
  private static func expected(
    _ layer: Linear, _ x: [Float], best: [Int], forbidden: [Int]
  ) -> [[(index: Int, value: Float)]] {
    var y = [Float](repeating: 0, count: best.count * layer.outputs)
    layer.apply(x, rows: best.count, into: &y, scratch: LinearScratch())
    return best.enumerated().map { row, count in
      let values = y[(row * layer.outputs)..<((row + 1) * layer.outputs)].enumerated()
        .filter { !forbidden.contains($0.offset) }
      return values.sorted { ($0.element, $1.offset) > ($1.element, $0.offset) }.prefix(count)
        .map { (index: $0.offset, value: $0.element) }
    }
  }

  private static func found(
    _ screen: OutputScreen, _ x: [Float], best: [Int], forbidden: [Int]
  ) -> [[(index: Int, value: Float)]?] {
    let state = ScreenState()
    screen.search(x, best: best, state: state, scratch: LinearScratch()) { row, block in
      for place in forbidden where block.outputs.contains(place) {
        block.row(row)[place - block.outputs.lowerBound] = -.infinity
      }
    }
    return best.indices.map { row in
      guard let exact = screen.exact(row, x, state: state) else { return nil }
      var entries = [ck_entry](repeating: ck_entry(value: -.infinity, index: -1), count: best[row])
      ck_merge_best(exact.baseAddress, exact.count, best[row], &entries)
      return entries.map { (index: Int($0.index), value: $0.value) }
    }
  }

  /// 8 bits are worst at outputs whose sizes differ by powers of ten, and at inputs with one great entry.
  @Test(arguments: [1, 63, 64, 1000, 3000], [Float(0), 1, 3])
  func greatestOutputsHaveTheLayersBits(outputs: Int, spread: Float) throws {
    var random = SplitMix(state: UInt64(outputs))
    let weights = (0..<outputs).flatMap { _ in
      let size = 0.1 * pow(10, Float.random(in: -spread...0, using: &random))
      return (0..<Self.inputs).map { _ in Float.random(in: -size...size, using: &random) }
    }
    let bias = (0..<outputs).map { _ in Float.random(in: -0.2...0.2, using: &random) }
    let best = [1, 4, 1, 7].map { min($0, outputs) }
    var x = (0..<(best.count * Self.inputs)).map { _ in Float.random(in: -2...2, using: &random) }
    x[3] = 100
    let forbidden = outputs > 20 ? [0, 11, outputs - 1] : []
    let layer = Linear(weight: Self.matrix(weights), bias: bias)
    let screen = try #require(OutputScreen(Self.matrix(weights), weights: Self.matrix(weights), bias: layer.bias))
    let expected = Self.expected(layer, x, best: best, forbidden: forbidden)
    for (row, found) in Self.found(screen, x, best: best, forbidden: forbidden).enumerated() {
      guard let found else { continue }
      #expect(found.map(\.index) == expected[row].map(\.index))
      #expect(found.map(\.value) == expected[row].map(\.value))
    }
  }

  @Test func equalOutputsAreTooManyToList() throws {
    let weights = [Float](repeating: 0.5, count: 2000 * Self.inputs)
    let layer = Linear(weight: Self.matrix(weights), bias: [Float](repeating: 0, count: 2000))
    let screen = try #require(OutputScreen(Self.matrix(weights), weights: Self.matrix(weights), bias: layer.bias))
    let x = [Float](repeating: 1, count: Self.inputs)
    #expect(Self.found(screen, x, best: [1], forbidden: [])[0] == nil)
  }

  @Test func mostRowsListFewOutputs() throws {
    var random = SplitMix(state: 5)
    let weights = (0..<(4000 * Self.inputs)).map { _ in Float.random(in: -1...1, using: &random) }
    let layer = Linear(weight: Self.matrix(weights), bias: [Float](repeating: 0, count: 4000))
    let screen = try #require(OutputScreen(Self.matrix(weights), weights: Self.matrix(weights), bias: layer.bias))
    let x = (0..<(32 * Self.inputs)).map { _ in Float.random(in: -1...1, using: &random) }
    let state = ScreenState()
    screen.search(x, best: Array(repeating: 1, count: 32), state: state, scratch: LinearScratch()) { _, _ in }
    let listed = (0..<32).map { screen.exact($0, x, state: state)?.count ?? .max }
    #expect(listed.sorted()[16] < 100)
  }

  @Test func weightsThatAreNotFiniteHaveNoScreen() {
    var weights = [Float](repeating: 0.5, count: 70 * Self.inputs)
    weights[5] = .nan
    let bias = [Float](repeating: 0, count: 70)
    #expect(OutputScreen(Self.matrix(weights), weights: Self.matrix(weights), bias: bias) == nil)
  }
}
