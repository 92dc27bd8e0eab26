import Foundation
import Glibc
import Tensor
import Testing

/// Work on threads of low priority.
struct BackgroundThreadTests {
  private struct Failure: Error {}

  /// The niceness of the calling thread: for Linux, 0 is the thread alone.
  private static func niceness() -> Int32 { getpriority(Int32(PRIO_PROCESS.rawValue), 0) }

  @Test func threadIsNicerThanItsCaller() throws {
    let own = Self.niceness()
    let inside = try BackgroundThread.run { (Self.niceness(), BackgroundThread.isCurrent) }
    #expect(inside.0 == min(19, own + 10))
    #expect(inside.1)
    #expect(Self.niceness() == own)
    #expect(!BackgroundThread.isCurrent)
  }

  @Test func errorsReachTheCaller() {
    #expect(throws: Failure.self) { try BackgroundThread.run { throw Failure() } }
  }

  @Test func weightsAreReadByTheThreadAlone() throws {
    let rows = CountedRows()
    _ = try BackgroundThread.run { PackedMatrix([rows]) }
    #expect(rows.threads.count == 1)
  }
}

/// Rows of zeros that note the threads that read them.
// @unchecked: `threads` is only touched under `lock`.
private final class CountedRows: FloatRows, @unchecked Sendable {
  let rows = 4096
  let columns = 256
  private let lock = NSLock()
  private(set) var threads: Set<UInt> = []

  func read(_ range: Range<Int>, _ body: (UnsafePointer<Float>) -> Void) {
    lock.withLock { _ = threads.insert(UInt(pthread_self())) }
    let block = [Float](repeating: 0, count: range.count * columns)
    block.withUnsafeBufferPointer { if let base = $0.baseAddress { body(base) } }
  }

  var matrix: Matrix { Matrix(stacking: [self]) }
}
