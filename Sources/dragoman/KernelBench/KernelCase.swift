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
