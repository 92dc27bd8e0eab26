import Foundation

/// Aligned, uninitialised memory for weights in 8 bits, on large pages if Linux has them.
///
/// Products read the weights from end to end; large pages spare most of the address look-ups of such a stream. For
/// float32 weights they did not pay: clearing them takes four times as long when a model is loaded.
// @unchecked: whoever allocates it writes it before anybody else reads.
final class WeightMemory: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  private let bytes: Int
  private let origin: Origin

  private enum Origin {
    case allocator
    case region(Region)
    case reused(ReusedBlocks.Block)
  }

  /// - Parameter isLasting: false for weights that live as long as a sentence, which get no part of a region.
  init(bytes: Int, isLasting: Bool) {
    self.bytes = bytes
    if isLasting, bytes >= Self.least, let (region, base) = Self.regions.place(bytes) {
      (origin, self.base) = (.region(region), base)
    } else if !isLasting, bytes >= ReusedBlocks.granularity, let block = Self.blocks.take(bytes) {
      (origin, base) = (.reused(block), block.base)
    } else {
      origin = .allocator
      base = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes), alignment: FloatBuffer.alignment)
    }
  }

  deinit {
    switch origin {
    case .allocator: base.deallocate()
    case .region: madvise(base, bytes, MADV_DONTNEED)
    case .reused(let block): Self.blocks.give(block)
    }
  }

  private static let least = 1 << 17
  private static let regions = Regions()
  private static let blocks = ReusedBlocks()
}

// MARK: - Weights of sentences

/// The memory of weights that live as long as a sentence: blocks apart from the heap, which are used again.
///
/// In the heap such blocks would leave holes among smaller memory that lives longer, and the heap would grow by them.
// @unchecked: `free` is only touched under `lock`.
private final class ReusedBlocks: @unchecked Sendable {
  struct Block {
    let base: UnsafeMutableRawPointer
    let bytes: Int
  }

  /// The least size in bytes. Larger sizes are multiples of an eighth to a quarter of themselves, so that a block fits
  /// many sentences.
  static let granularity = 32 << 10
  /// The most bytes of blocks that wait for another sentence: a few batches of a small model, each 1 to 3 MiB.
  private static let maxFreeBytes = 8 << 20

  private let lock = NSLock()
  /// The blocks that nobody uses, the last one given first.
  private var free: [Block] = []
  private var freeBytes = 0

  /// Returns a block of at least `bytes`, of which at most half is too much; nil if the system refuses.
  func take(_ bytes: Int) -> Block? {
    let step = max(Self.granularity, (1 << (Int.bitWidth - 1 - bytes.leadingZeroBitCount)) / 4)
    let size = (bytes + step - 1) / step * step
    let known: Block? = lock.withLock {
      guard let index = free.firstIndex(where: { (size...2 * size).contains($0.bytes) }) else { return nil }
      freeBytes -= free[index].bytes
      return free.remove(at: index)
    }
    if let known { return known }
    let base = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let base, base != MAP_FAILED else { return nil }
    return Block(base: base, bytes: size)
  }

  /// Takes a block back. Blocks that waited longest leave for it.
  func give(_ block: Block) {
    let old = lock.withLock {
      free.insert(block, at: 0)
      freeBytes += block.bytes
      var old: [Block] = []
      while freeBytes > Self.maxFreeBytes, let last = free.popLast() {
        freeBytes -= last.bytes
        old.append(last)
      }
      return old
    }
    for block in old { munmap(block.base, block.bytes) }
  }
}

// MARK: - Lasting weights

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
