import Foundation

/// Memory for weights in 8 bits, which many products read from end to end: large pages where Linux has them, which spares
/// the processor most of the look-ups that such a stream costs. Aligned for the kernels, not initialised. (Float32
/// weights are four times as much to clear page by page when a model is loaded: there it did not pay.)
// @unchecked: whoever allocates it writes it before anybody else reads.
final class WeightMemory: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  private let bytes: Int
  /// Nil where the memory is the allocator's.
  private let region: Region?

  /// - Parameter isLasting: false for what lives as long as a sentence: it is not worth a place among the weights.
  init(bytes: Int, isLasting: Bool) {
    self.bytes = bytes
    if isLasting, bytes >= Self.least, let (region, base) = Self.regions.place(bytes) {
      (self.region, self.base) = (region, base)
    } else {
      region = nil
      base = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes), alignment: FloatBuffer.alignment)
    }
  }

  deinit {
    if region == nil { base.deallocate() } else { madvise(base, bytes, MADV_DONTNEED) }
  }

  private static let least = 1 << 17
  private static let regions = Regions()
}

/// Addresses that matrices share, so that a large page may hold several of them.
// @unchecked: constant.
private final class Region: @unchecked Sendable {
  static let largePage = 2 << 20

  let base: UnsafeMutableRawPointer
  let bytes: Int

  /// Nil where the system refuses.
  init?(bytes: Int) {
    let whole = bytes + Self.largePage
    guard let all = mmap(nil, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), all != MAP_FAILED
    else { return nil }
    let before = -Int(bitPattern: all) & (Self.largePage - 1)
    base = all + before
    self.bytes = bytes
    if before > 0 { munmap(all, before) }
    munmap(base + bytes, whole - before - bytes)
    madvise(base, bytes, MADV_HUGEPAGE)
  }

  deinit { munmap(base, bytes) }
}

/// Hands out regions piece by piece. A region lives while a matrix in it does.
// @unchecked: `current` and `used` are only touched under `lock`.
private final class Regions: @unchecked Sendable {
  private static let size = 32 << 20
  /// Pieces share no page: freeing one gives whole pages back.
  private static let page = max(4096, Int(sysconf(Int32(_SC_PAGESIZE))))
  private let lock = NSLock()
  private var current: Region?
  private var used = 0

  func place(_ bytes: Int) -> (Region, UnsafeMutableRawPointer)? {
    let pages = (bytes + Self.page - 1) / Self.page * Self.page
    if pages > Self.size / 2 { return Self.own(pages) }
    return lock.withLock {
      if current == nil || used + pages > Self.size {
        current = Region(bytes: Self.size)
        used = 0
      }
      guard let region = current else { return nil }
      defer { used += pages }
      return (region, region.base + used)
    }
  }

  /// A region for one matrix.
  private static func own(_ bytes: Int) -> (Region, UnsafeMutableRawPointer)? {
    let large = (bytes + Region.largePage - 1) / Region.largePage * Region.largePage
    return Region(bytes: large).map { ($0, $0.base) }
  }
}
