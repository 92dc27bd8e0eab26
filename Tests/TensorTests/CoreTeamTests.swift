import CKernels
import Support
import Tensor
import Testing

/// Products that all cores work on, against the same on one.
@Suite(.serialized) struct CoreTeamTests {
  private static func product(_ layer: Linear, _ x: [Float], rows: Int, scratch: LinearScratch) -> [Float] {
    var y = [Float](repeating: .nan, count: rows * layer.outputs)
    layer.apply(x, rows: rows, into: &y, scratch: scratch)
    return y
  }

  @Test(arguments: [(1, 1000, 512), (5, 130, 256), (33, 700, 200), (64, 64, 512)], [Precision.packed, .int8])
  func specialSizesGiveTheSameBits(shape: (rows: Int, outputs: Int, inputs: Int), precision: Precision) {
    CoreTeam.start(threads: 3)
    var random = SplitMix(state: 3)
    let weights = (0..<(shape.outputs * shape.inputs)).map { _ in Float.random(in: -1...1, using: &random) }
    let matrix = Matrix(rows: shape.outputs, columns: shape.inputs) { _ = $0.update(from: weights) }
    let layer = Linear(weight: precision.weight(matrix), bias: [Float](repeating: 0.5, count: shape.outputs))
    let x = (0..<(shape.rows * shape.inputs)).map { _ in Float.random(in: -1...1, using: &random) }
    let alone = Self.product(layer, x, rows: shape.rows, scratch: LinearScratch())
    let scratch = LinearScratch()
    for _ in 0..<200 {
      let together = scratch.withTeam { Self.product(layer, x, rows: shape.rows, scratch: scratch) }
      #expect(together == alone)
    }
  }

  enum Precision: CaseIterable {
    case packed, int8

    func weight(_ matrix: Matrix) -> Linear.Weight {
      switch self {
      case .packed: Linear.weight([matrix])
      case .int8: .int8(Int8Weight(quantizing: [matrix]))
      }
    }
  }

  /// Workers of other tests can be busy: the team is free between two of their steps.
  private static func acquire() async {
    while !ck_team_acquire() { await Task.yield() }
  }

  @Test func teamHasOneOwnerAndNoneWhileTwoAreBusy() async {
    #expect(ck_team_start(2) >= 2)
    await Self.acquire()
    #expect(!ck_team_acquire())
    ck_team_release()
    CoreTeam.join()
    CoreTeam.join()
    #expect(!ck_team_acquire())
    CoreTeam.leave()
    CoreTeam.leave()
  }

  @Test func everyPartRunsOnce() async {
    ck_team_start(3)
    await Self.acquire()
    defer { ck_team_release() }
    let counts = UnsafeMutablePointer<Int32>.allocate(capacity: 100)
    defer { counts.deallocate() }
    counts.update(repeating: 0, count: 100)
    for _ in 0..<1000 {
      ck_team_run({ context, part in context?.assumingMemoryBound(to: Int32.self)[part] += 1 }, counts, 100)
    }
    #expect((0..<100).allSatisfy { counts[$0] == 1000 })
  }
}
