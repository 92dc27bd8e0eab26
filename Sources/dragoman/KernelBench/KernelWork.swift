/// What one call of a kernel has to do: its ceiling follows from it.
struct KernelWork {
  enum Arithmetic: String {
    /// Float32 multiply-adds, two operations an instruction and lane.
    case fused
    /// Float32 operations as the source has them, one at a time: products and sums stay apart, so that every
    /// instruction set gives the same bits.
    case single
    /// 8-bit products summed in 32 bits.
    case int8
  }

  var arithmetic: Arithmetic
  var operations: Double
  /// Read or written, each once, whatever a cache may save or cost.
  var bytes: Int

  /// y (m, n) = x (m, k) · Wᵀ with weights of so many bytes.
  static func product(_ arithmetic: Arithmetic, rows m: Int, _ shape: ProductShape, weightBytes: Int) -> KernelWork {
    KernelWork(
      arithmetic: arithmetic, operations: 2 * Double(m * shape.inputs * shape.outputs),
      bytes: shape.inputs * shape.outputs * weightBytes + 4 * m * (shape.inputs + shape.outputs))
  }

  /// So many elements, each read (and written where `writes`) as a float.
  static func elements(_ count: Int, operations: Int, writes: Bool = true) -> KernelWork {
    KernelWork(arithmetic: .single, operations: Double(count * operations), bytes: count * (writes ? 8 : 4))
  }

  static func + (a: KernelWork, b: KernelWork) -> KernelWork {
    KernelWork(arithmetic: a.arithmetic, operations: a.operations + b.operations, bytes: a.bytes + b.bytes)
  }
}

/// Weights (outputs, inputs).
struct ProductShape {
  var inputs: Int
  var outputs: Int

  var text: String { "\(inputs)x\(outputs)" }
}
