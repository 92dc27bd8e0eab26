/// Aligned memory for floats with one owner, which grows and never shrinks: activations and caches of a worker.
package final class FloatBuffer {
  /// Bytes of a cache line and of the widest vector register.
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

  /// Grows to `count` floats and keeps the first `kept`. Pages that are never written take no memory.
  package func widen(to count: Int, keeping kept: Int) {
    let wider = Self.allocate(count)
    wider.update(from: base, count: kept)
    base.deallocate()
    (base, capacity) = (wider, count)
  }

  /// Makes room for `count` floats. The content is lost if the buffer has to grow.
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
