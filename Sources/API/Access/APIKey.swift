/// A line of the key file.
struct APIKey: Sendable {
  static let lengths = 8...256

  /// What logs call whoever has it.
  let name: String
  /// Requests a minute; nil where the server's own limit holds.
  let perMinute: Int?
  private let secret: PaddedSecret

  init(name: String, secret: PaddedSecret, perMinute: Int?) {
    self.name = name
    self.secret = secret
    self.perMinute = perMinute
  }

  func matches(_ candidate: PaddedSecret) -> Bool { secret.equals(candidate) }
}

/// A key brought to one length, so that comparing two takes the same time whatever they are.
struct PaddedSecret: Sendable {
  /// As many as the longest key has, then one for the length that it has. (257)
  private let bytes: [UInt8]

  /// nil where the text can not be a key: too short, too long, or not of visible ASCII.
  init?(_ text: some StringProtocol) {
    let given = Array(text.utf8)
    guard APIKey.lengths.contains(given.count), given.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    let padding = [UInt8](repeating: 0, count: APIKey.lengths.upperBound - given.count)
    bytes = given + padding + [UInt8(truncatingIfNeeded: given.count)]
  }

  /// Looks at every byte in any case.
  func equals(_ other: PaddedSecret) -> Bool {
    var difference: UInt8 = 0
    for index in bytes.indices { difference |= bytes[index] ^ other.bytes[index] }
    return difference == 0
  }
}
