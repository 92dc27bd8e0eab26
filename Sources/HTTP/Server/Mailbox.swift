import CLinux
import Foundation
import Glibc

/// Carries what other threads have for the event loop, and wakes it.
///
/// `@unchecked Sendable`: everything mutable is touched under `lock` only.
final class Mailbox: @unchecked Sendable {
  enum Message {
    /// The answer to that request of that connection, or a part of it.
    case answer(client: UInt64, request: UInt64, Part)
    case work(@Sendable () -> Void)
    case shutDown(graceSeconds: Double, completion: @Sendable (Bool) -> Void)

    var isUrgent: Bool {
      switch self {
      case .answer(_, _, .whole), .work: false
      case .answer, .shutDown: true
      }
    }
  }

  enum Part {
    case whole(HTTPResponse)
    case begin(status: Int, headers: HTTPHeaders, filler: [UInt8])
    case piece([UInt8])
    /// The last piece.
    case finish([UInt8])
    /// The answer will stay a part.
    case abandon
  }

  /// The messages that make the descriptor readable.
  enum Wakes {
    case none
    /// Those that must not be delayed: parts of streams, and the end of the server.
    case urgent
    case all
  }

  /// Readable where the loop has to look for messages.
  let descriptor: Int32
  private let lock = NSLock()
  private var messages: [Message] = []
  private var isClosed = false
  /// The messages for which the loop waits. Once one has come the loop looks at all before it waits again.
  private var wakes = Wakes.all
  /// The descriptor is readable, or about to be.
  private var isSignalled = false

  init() throws(HTTPServerError) {
    descriptor = linux_eventfd()
    guard descriptor >= 0 else { throw .noResources(code: errno) }
  }

  deinit { _ = Glibc.close(descriptor) }

  /// False once the loop has ended.
  @discardableResult
  func post(_ message: Message) -> Bool {
    var mustSignal = false
    let isTaken = lock.withLock {
      guard !isClosed else { return false }
      messages.append(message)
      mustSignal = wakes == .all || wakes == .urgent && message.isUrgent
      if mustSignal {
        isSignalled = true
        wakes = .none
      }
      return true
    }
    // Not under the lock: the loop, once awake, may take this very core, and would find the lock taken.
    if mustSignal { eventfd_write(descriptor, 1) }
    return isTaken
  }

  /// - Parameter isCoalescing: whether only urgent messages are to make the descriptor readable; otherwise any message
  ///   does, provided that this returns none.
  func takeAll(isCoalescing: Bool) -> [Message] {
    lock.withLock {
      if isSignalled {
        var count: eventfd_t = 0
        isSignalled = eventfd_read(descriptor, &count) != 0
      }
      wakes = isCoalescing ? .urgent : messages.isEmpty ? .all : .none
      defer { messages = [] }
      return messages
    }
  }

  /// What is left unread.
  func close() -> [Message] {
    lock.withLock {
      guard !isClosed else { return [] }
      isClosed = true
      defer { messages = [] }
      return messages
    }
  }
}
