import Dispatch

/// Two pieces of work at the same time, the first on this thread.
/// - Throws: the first's error where both have one.
func concurrently<First, Second: Sendable>(
  _ first: () throws -> First, _ second: @escaping @Sendable () throws -> Second
) throws -> (First, Second) {
  // Written before the group is left, read afterwards.
  nonisolated(unsafe) var other = Result<Second, any Error>.failure(CancellationError())
  let group = DispatchGroup()
  DispatchQueue.global().async(group: group) { other = Result { try second() } }
  let own = Result { try first() }
  group.wait()
  return (try own.get(), try other.get())
}
