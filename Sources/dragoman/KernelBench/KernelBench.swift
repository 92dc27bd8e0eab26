import Tensor

/// Measures every kernel, one after the other on this thread.
struct KernelBench {
  let ceilings = Ceilings()
  /// As OPUS-MT's base models have them, and the output layer of a small model.
  private static let shapes = [
    (512, 512), (512, 1536), (512, 2048), (2048, 512), (512, 58101), (256, 8000),
  ].map(ProductShape.init)

  func run() -> [KernelResult] {
    Self.shapes.flatMap { products(ProductCases($0)) } + decoder() + rows()
  }

  private func products(_ all: ProductCases) -> [KernelResult] {
    measure(all.openBLAS + all.packedFloat) + eachInstructionSet { measure(all.int8($0)) }
  }

  private func decoder() -> [KernelResult] {
    let float = PackedMatrix.isAvailable ? measure(DecoderCases.packedFloat().cases(ProductCases.packedName)) : []
    let weights = DecoderCases.int8()
    return float + eachInstructionSet { measure(weights.cases(ProductCases.name($0))) }
  }

  private func rows() -> [KernelResult] {
    let kernels = RowCases()
    // Screens stand beside packed weights alone.
    let screens = PackedMatrix.isAvailable ? ScreenCases() : nil
    return ProductCases.rows.flatMap { measure(kernels.cases(rows: $0) + (screens?.cases(rows: $0) ?? [])) }
  }

  /// Best last, which is then left as it was.
  private func eachInstructionSet(_ measure: (InstructionSet) -> [KernelResult]) -> [KernelResult] {
    let best = InstructionSet.current
    let sets = InstructionSet.allCases.prefix { $0 != best } + [best]
    return sets.flatMap { set in
      InstructionSet.limit(to: set)
      return measure(set)
    }
  }

  private func measure(_ cases: [KernelCase]) -> [KernelResult] {
    cases.map { KernelResult($0, seconds: Stopwatch.medianSeconds($0.run), ceilings: ceilings) }
  }
}
