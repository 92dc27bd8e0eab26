/// Aligned float memory of one owner, grown as needed and never shrunk: activations and caches of a worker.
package final class FloatBuffer {
  /// A cache line, and the width of the widest vector register.
  package static let alignment = 64

  package private(set) var base: UnsafeMutablePointer<Float>
  package private(set) var capacity: Int

  package init(count: Int = 0) {
    capacity = count
    base = Self.allocate(count)
  }

  deinit { base.deallocate() }

  static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: alignment)
      .assumingMemoryBound(to: Float.self)
  }

  /// Room for `count` floats; the first `kept` stay as they were. What is never written takes no memory.
  package func widen(to count: Int, keeping kept: Int) {
    let wider = Self.allocate(count)
    wider.update(from: base, count: kept)
    base.deallocate()
    (base, capacity) = (wider, count)
  }

  /// Room for `count` floats; what was there is lost when the buffer has to grow.
  @discardableResult
  package func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
    if count > capacity {
      base.deallocate()
      capacity = max(count, capacity + capacity / 2)
      base = Self.allocate(capacity)
    }
    return base
  }
}
