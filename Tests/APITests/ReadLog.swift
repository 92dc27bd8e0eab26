import API
import Glibc

/// A log whose lines can be read back.
///
/// `@unchecked Sendable`: all is constant.
final class ReadLog: @unchecked Sendable {
  let sink: LogSink
  private let readEnd: Int32
  private let writeEnd: Int32

  init(capacity: Int = 1 << 20) {
    var ends: [Int32] = [-1, -1]
    _ = pipe(&ends)
    (readEnd, writeEnd) = (ends[0], ends[1])
    _ = fcntl(readEnd, F_SETFL, O_NONBLOCK)
    sink = LogSink(descriptor: writeEnd, capacity: capacity)
  }

  /// Flushes the sink, so that its lines do not go to the next file with the number of the descriptor.
  deinit {
    sink.flush(seconds: 10)
    close(readEnd)
    close(writeEnd)
  }

  /// Fills the pipe with empty lines, so that whoever writes further has to wait for a reader.
  func fill() {
    let flags = fcntl(writeEnd, F_GETFL)
    _ = fcntl(writeEnd, F_SETFL, flags | O_NONBLOCK)
    let lines = [UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 12)
    while write(writeEnd, lines, lines.count) > 0 {}
    _ = fcntl(writeEnd, F_SETFL, flags)
  }

  /// The lines that were written and not read yet.
  var lines: [String] {
    sink.flush(seconds: 10)
    return take()
  }

  /// Reads without having the sink write.
  func take() -> [String] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(readEnd, &buffer, buffer.count)
      guard count > 0 else {
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
      }
      bytes += buffer[..<count]
    }
  }
}
