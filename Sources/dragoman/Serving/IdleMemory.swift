import Batching
import CLinux
import Translation

/// Gives memory back after large requests, once nothing is under way: what they leave free lies between what is still
/// used, where the heap keeps it.
struct IdleMemory {
  /// Seconds between looks.
  static let patience = 5.0
  /// Less than this is sooner used again than it is missed.
  private static let leastBytes = 32 << 20

  private var batches = 0

  mutating func look(at service: TranslationService) {
    let counters = service.counters
    guard counters.batches != batches, counters.queuedItems == 0, counters.runningRows == 0 else { return }
    batches = counters.batches
    linux_trim_memory(Self.leastBytes)
  }
}
