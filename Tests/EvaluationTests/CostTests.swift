import Evaluation
import Testing

struct CostTests {
  @Test func powerLawIsRecovered() throws {
    let law = try #require(PowerLaw([10, 50, 200, 1000].map { ($0, 3 * $0 * $0.squareRoot()) }))
    #expect(abs(law.exponent - 1.5) < 1e-12)
    #expect(abs(law.factor - 3) < 1e-9)
  }

  /// The tutorial's table that `dragoman-bench architectures` shows beside its own; exponents by `numpy.polyfit` of the logarithms.
  @Test func exponentsEqualThoseOfNumPy() throws {
    let lengths: [Double] = [10, 50, 100, 200, 500, 1000]
    let lstm = try #require(PowerLaw(Array(zip(lengths, [2.34, 8.92, 17.56, 34.78, 86.34, 172.89]))))
    let transformer = try #require(PowerLaw(Array(zip(lengths, [3.12, 4.23, 5.67, 9.34, 28.45, 89.23]))))
    #expect(abs(lstm.exponent - 0.9408604552828335) < 1e-9)
    #expect(abs(transformer.exponent - 0.7140758949999646) < 1e-9)
  }

  @Test func noLawFitsOnePointOrZero() {
    #expect(PowerLaw([]) == nil)
    #expect(PowerLaw([(1, 2), (1, 3)]) == nil)
    #expect(PowerLaw([(1, 2), (2, 0)]) == nil)
    #expect(PowerLaw([(1, 2), (2, .infinity)]) == nil)
  }

  @Test func growthPerDoublingIsIndependentOfTheStep() {
    #expect(abs(PowerLaw.timesByDoubling(from: (100, 7), to: (200, 14)) - 2) < 1e-12)
    #expect(abs(PowerLaw.timesByDoubling(from: (200, 3), to: (500, 3 * 6.25)) - 4) < 1e-12)
  }

  /// Counted product by product: (rows, inputs, outputs) of everything that a pass multiplies.
  @Test func operationsAreTheSumOverAllProducts() {
    func operations(_ products: [(Int, Int, Int)]) -> Double {
      products.reduce(0) { $0 + Double(2 * $1.0 * $1.1 * $1.2) }
    }
    let (batch, length) = (3, 7)
    let steps = Array(repeating: (batch, 10, 4 * 10), count: length)
    #expect(
      EncoderShape.recurrent(inputs: 6, hidden: 10, gates: 4).operations(batch: batch, length: length)
        == operations([(batch * length, 6, 40)] + steps))
    // 2 heads of 4 over sentences of 7, then the layer's three other products.
    let heads = Array(repeating: [(length, 4, length), (length, length, 4)], count: batch * 2).flatMap { $0 }
    let layer = heads + [(21, 8, 24), (21, 8, 8), (21, 8, 16), (21, 16, 8)]
    #expect(
      EncoderShape.transformer(dimension: 8, layers: 2, heads: 2, feedForward: 16)
        .operations(batch: batch, length: length) == operations(layer + layer))
  }

  @Test func onlyARecurrenceHasAChainOfProductsPerPosition() {
    let lstm = EncoderShape.recurrent(inputs: 512, hidden: 512, gates: 4)
    let transformer = EncoderShape.transformer(dimension: 512, layers: 6, heads: 8, feedForward: 2048)
    #expect([10, 1000].map(lstm.sequentialProducts) == [11, 1001])
    #expect([10, 1000].map(transformer.sequentialProducts) == [36, 36])
  }
}
