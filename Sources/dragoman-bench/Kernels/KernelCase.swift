import CKernels
import Glibc
import Tensor

/// A call of a kernel on one shape, to be measured.
struct KernelCase {
  var kernel: String
  var shape: String
  var rows: Int
  var work: KernelWork
  var run: () -> Void
}

/// The measured speed of a case, beside its ceiling.
struct KernelResult {
  var kernel: String
  var shape: String
  var rows: Int
  var microseconds: Double
  var gigaOperations: Double  // per second
  var gigabytes: Double  // per second
  /// The ratio of the least time that arithmetic and memory allow to the measured time.
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

/// The work of one call of a kernel, from which its ceiling follows.
struct KernelWork {
  enum Arithmetic: String {
    /// Float32 multiply-adds: two operations per instruction and lane.
    case fused
    /// Float32 operations one at a time. Products and sums are not fused, so that every instruction set gives the same
    /// bits.
    case single
    /// 8-bit products that are summed in 32 bits.
    case int8
  }

  var arithmetic: Arithmetic
  var operations: Double
  /// The bytes read or written, each counted once, whatever a cache might save or cost.
  var bytes: Int

  /// The work of y (m, n) = x (m, k) · Wᵀ.
  ///
  /// - Parameter weightBytes: the bytes of one weight.
  static func product(_ arithmetic: Arithmetic, rows m: Int, _ shape: ProductShape, weightBytes: Int) -> KernelWork {
    KernelWork(
      arithmetic: arithmetic, operations: 2 * Double(m * shape.inputs * shape.outputs),
      bytes: shape.inputs * shape.outputs * weightBytes + 4 * m * (shape.inputs + shape.outputs))
  }

  /// The work on `count` elements, each of which is read as a float, and written too if `writes` is true.
  static func elements(_ count: Int, operations: Int, writes: Bool = true) -> KernelWork {
    KernelWork(arithmetic: .single, operations: Double(count * operations), bytes: count * (writes ? 8 : 4))
  }

  static func + (a: KernelWork, b: KernelWork) -> KernelWork {
    KernelWork(arithmetic: a.arithmetic, operations: a.operations + b.operations, bytes: a.bytes + b.bytes)
  }
}

/// The shape of weights. // (outputs, inputs)
struct ProductShape {
  var inputs: Int
  var outputs: Int

  var text: String { "\(inputs)x\(outputs)" }
}

/// The greatest speeds of this core, measured beside the kernels.
final class Ceilings {
  private let memory: FloatBuffer
  private var readSpeeds: [Int: Double] = [:]
  private var peaks: [InstructionSet: (float: Double, int8: Double)] = [:]

  /// Sizes of memory that is read repeatedly: one for each cache, and one that exceeds all caches.
  static let sizes = [("16 KiB", 16 << 10), ("512 KiB", 512 << 10), ("8 MiB", 8 << 20), ("256 MiB", 256 << 20)]

  init() {
    memory = FloatBuffer(count: 64 << 20)
    memory.base.update(repeating: 1, count: memory.capacity)
    let used = InstructionSet.current
    for set in InstructionSet.available {
      InstructionSet.limit(to: set)
      peaks[set] = (Self.best { ck_peak_float(100_000) }, Self.best { ck_peak_int8(100_000) })
    }
    InstructionSet.limit(to: used)
  }

  /// Float32 operations per second; 0 if there is no measuring loop for this processor.
  func float(_ set: InstructionSet) -> Double { peaks[set]?.float ?? 0 }

  /// Operations on 8-bit numbers per second, likewise.
  func int8(_ set: InstructionSet) -> Double { peaks[set]?.int8 ?? 0 }

  /// The greatest of a few samples, since a ceiling is reached undisturbed.
  private static func best(_ loop: () -> Double) -> Double {
    (0..<7).map { _ in
      var operations = 0.0
      let seconds = Stopwatch.seconds { operations = loop() }
      return operations / seconds
    }.max() ?? 0
  }

  /// Bytes per second when the same `bytes` are read repeatedly, from the cache that holds them or from memory.
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

  /// The least time that arithmetic by the current instruction set and memory allow, and which of the two it is.
  func leastSeconds(_ work: KernelWork) -> (seconds: Double, bound: String) {
    let set = InstructionSet.current
    let peak =
      switch work.arithmetic {
      case .fused: float(set)
      case .single: set.fusesMultiplyAdds ? float(set) / 2 : float(set)
      case .int8: int8(set)
      }
    let computing = peak > 0 ? work.operations / peak : 0
    let reading = Double(work.bytes) / readSpeed(bytes: work.bytes)
    return computing > reading ? (computing, "arithmetic") : (reading, "memory")
  }
}

/// A stopwatch for short calls on this thread.
enum Stopwatch {
  /// The median of several samples, each long enough for the clock. Slow calls are sampled less often.
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

  /// Seconds of computing time of this thread, without the time of other threads in between.
  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
