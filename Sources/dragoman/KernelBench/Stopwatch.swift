import Glibc

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
