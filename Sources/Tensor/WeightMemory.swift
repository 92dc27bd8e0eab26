import Foundation

/// Aligned, uninitialised memory for weights in 8 bits, on large pages if Linux has them.
///
/// Products read the weights from end to end; large pages spare most of the address look-ups of such a stream. For
/// float32 weights they did not pay: clearing them takes four times as long when a model is loaded.
// @unchecked: whoever allocates it writes it before anybody else reads.
final class WeightMemory: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  private let bytes: Int
  /// The region that the memory is part of; nil if it comes from the allocator.
  private let region: Region?

  /// - Parameter isLasting: false for weights that live as long as a sentence, which get no part of a region.
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

/// An address range that matrices share, so that a large page can hold several of them.
// @unchecked: constant.
private final class Region: @unchecked Sendable {
  static let largePage = 2 << 20

  let base: UnsafeMutableRawPointer
  let bytes: Int

  /// - Returns: nil if the system refuses.
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

/// The allocator of pieces of regions. A region lives while one of its matrices does.
// @unchecked: `current` and `used` are only touched under `lock`.
private final class Regions: @unchecked Sendable {
  private static let size = 32 << 20
  /// Granularity of pieces in bytes: they share no page, so that freeing one gives whole pages back.
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

  /// Makes a region for one matrix.
  private static func own(_ bytes: Int) -> (Region, UnsafeMutableRawPointer)? {
    let large = (bytes + Region.largePage - 1) / Region.largePage * Region.largePage
    return Region(bytes: large).map { ($0, $0.base) }
  }
}
