import CKernels
import Glibc
import Tensor

/// A kernel, a shape, and a call of it.
struct KernelCase {
  var kernel: String
  var shape: String
  var rows: Int
  var work: KernelWork
  var run: () -> Void
}

/// What was measured of it.
struct KernelResult {
  var kernel: String
  var shape: String
  var rows: Int
  var microseconds: Double
  var gigaOperations: Double  // a second
  var gigabytes: Double  // a second
  /// The least time that arithmetic or memory allow, by the time it took.
  var fraction: Double
  var bound: String

  init(_ item: KernelCase, seconds: Double, ceilings: Ceilings) {
    kernel = item.kernel
    shape = item.shape
    rows = item.rows
    microseconds = seconds * 1e6
    gigaOperations = item.work.operations / seconds / 1e9
    gigabytes = Double(item.work.bytes) / seconds / 1e9
    let (least, bound) = ceilings.leastSeconds(item.work)
    fraction = least / seconds
    self.bound = bound
  }
}

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

/// What this core can do at most, measured beside the kernels.
final class Ceilings {
  /// Operations a second; 0 where there is no loop to measure this processor with.
  let float: Double
  let int8: Double
  private let memory: FloatBuffer
  private var readSpeeds: [Int: Double] = [:]

  /// Read again and again: small enough for each cache, and far too large for all of them.
  static let sizes = [("16 KiB", 16 << 10), ("512 KiB", 512 << 10), ("8 MiB", 8 << 20), ("256 MiB", 256 << 20)]

  init() {
    float = Self.best { ck_peak_float(100_000) }
    int8 = Self.best { ck_peak_int8(100_000) }
    memory = FloatBuffer(count: 64 << 20)
    memory.base.update(repeating: 1, count: memory.capacity)
  }

  /// The greatest of a few samples: a ceiling is what is reached undisturbed.
  private static func best(_ loop: () -> Double) -> Double {
    (0..<7).map { _ in
      var operations = 0.0
      let seconds = Stopwatch.seconds { operations = loop() }
      return operations / seconds
    }.max() ?? 0
  }

  /// Bytes a second when as many are read again and again: from whichever cache holds them, or from memory.
  func readSpeed(bytes: Int) -> Double {
    let block = 256
    let size = min(max(bytes / block, 1) * block, memory.capacity * MemoryLayout<Float>.stride)
    if let known = readSpeeds[size] { return known }
    let repeats = max(1, (4 << 20) / size)
    let samples = (0..<7).map { _ in
      Stopwatch.seconds { for _ in 0..<repeats { withExtendedLifetime(ck_read(memory.base, size)) {} } }
    }
    let speed = Double(size * repeats) / (samples.min() ?? 1)
    readSpeeds[size] = speed
    return speed
  }

  /// The time that arithmetic and memory allow at best, and which of them it is.
  func leastSeconds(_ work: KernelWork) -> (seconds: Double, bound: String) {
    let peak =
      switch work.arithmetic {
      case .fused: float
      case .single: float / 2
      case .int8: int8
      }
    let computing = peak > 0 ? work.operations / peak : 0
    let reading = Double(work.bytes) / readSpeed(bytes: work.bytes)
    return computing > reading ? (computing, "arithmetic") : (reading, "memory")
  }
}

/// Times short calls on this thread.
enum Stopwatch {
  /// The median of several samples, each long enough for the clock; slow calls are sampled less often.
  static func medianSeconds(_ call: () -> Void) -> Double {
    let first = seconds(call)
    let estimate = min(first, seconds(call))
    let repeats = max(1, Int(0.001 / max(estimate, 1e-9)))
    let samples = estimate > 0.02 ? 3 : 7
    let times = (0..<samples).map { _ in
      seconds { for _ in 0..<repeats { call() } } / Double(repeats)
    }
    return times.sorted()[samples / 2]
  }

  static func seconds(_ call: () -> Void) -> Double {
    let start = now
    call()
    return now - start
  }

  /// Seconds that this thread computed: what else the machine does in between is not counted.
  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
