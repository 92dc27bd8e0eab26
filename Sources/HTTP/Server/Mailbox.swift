import CLinux
import Foundation
import Glibc

/// Carries messages of other threads to the event loop, and wakes it.
///
/// `@unchecked Sendable`: all variables are touched under `lock` only.
final class Mailbox: @unchecked Sendable {
  enum Message {
    /// A response to a request of a client, or a part of one.
    case response(client: UInt64, request: UInt64, ResponsePart)
    case work(@Sendable () -> Void)
    case shutDown(graceSeconds: Double, completion: @Sendable (Bool) -> Void)

    /// Whether the message must not be delayed: parts of streams, and the end of the server.
    fileprivate var isUrgent: Bool {
      switch self {
      case .response(_, _, .whole), .work: false
      case .response, .shutDown: true
      }
    }
  }

  enum ResponsePart {
    case whole(HTTPResponse)
    case begin(status: Int, headers: HTTPHeaders, filler: [UInt8])
    case piece([UInt8])
    /// The last piece.
    case finish([UInt8])
    /// No further piece will come.
    case abandon
  }

  /// The messages that make the descriptor readable.
  private enum Wakes {
    case none, urgent, all
  }

  /// Readable when the loop is to read the messages.
  let descriptor: Int32
  private let lock = NSLock()
  private var messages: [Message] = []
  private var isClosed = false
  /// The messages that the loop waits for. After one of them it reads all before it waits again.
  private var wakes = Wakes.all
  /// Whether the descriptor is readable, or about to be.
  private var isSignalled = false

  init() throws(HTTPServerError) {
    descriptor = linux_eventfd()
    guard descriptor >= 0 else { throw .noResources(code: errno) }
  }

  deinit { _ = Glibc.close(descriptor) }

  /// - Returns: false once the loop has ended.
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
    // Not under the lock: the loop, once awake, can take this very core, and would find the lock taken.
    if mustSignal { eventfd_write(descriptor, 1) }
    return isTaken
  }

  /// Takes all messages.
  /// - Parameter isCoalescing: whether only urgent messages are to make the descriptor readable. Otherwise any message
  ///   does, if this call returns none.
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

  /// Refuses further messages.
  /// - Returns: the unread messages.
  func close() -> [Message] {
    lock.withLock {
      guard !isClosed else { return [] }
      isClosed = true
      defer { messages = [] }
      return messages
    }
  }
}
