import CKernels
import Tensor

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
