import CLinux
import Dispatch
import Glibc

/// Calls a closure for each signal such as `SIGTERM`, in place of the signal's default effect, while the object lives.
///
/// From `init` on no signal is lost: each is a byte in a pipe. (A Dispatch signal source takes effect some time after it
/// was made, and an earlier signal is lost or ends the process.)
///
/// `@unchecked Sendable`: everything is constant, and a Dispatch source can be cancelled from any thread.
package final class Signals: @unchecked Sendable {
  private let numbers: [Int32]
  private let source: any DispatchSourceRead

  /// Only one object per signal number can exist at a time.
  /// - Throws: `HTTPServerError.noResources`.
  package init(
    _ numbers: [Int32], queue: DispatchQueue = .global(), action: @escaping @Sendable (_ number: Int32) -> Void
  ) throws {
    var ends: [Int32] = [-1, -1]
    guard linux_pipe(&ends) == 0 else { throw HTTPServerError.noResources(code: errno) }
    let (readEnd, writeEnd) = (ends[0], ends[1])
    self.numbers = numbers
    source = DispatchSource.makeReadSource(fileDescriptor: readEnd, queue: queue)
    source.setEventHandler {
      var number: UInt8 = 0
      // Other bytes are another writer's: log lines, if the pipe has the descriptor of a closed standard stream.
      while read(readEnd, &number, 1) == 1 { if numbers.contains(Int32(number)) { action(Int32(number)) } }
    }
    source.setCancelHandler {
      _ = close(readEnd)
      _ = close(writeEnd)
    }
    source.resume()
    for number in numbers {
      guard linux_signal_to(number, writeEnd) == 0 else { throw HTTPServerError.noResources(code: errno) }
    }
  }

  deinit {
    for number in numbers { _ = linux_signal_to(number, -1) }
    source.cancel()
  }
}
