import Foundation

enum Cores {
  /// Cores that this process may use.
  static var count: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
}
