/// The standard encryption of PDF files (ISO 32000-2, 7.6), opened with the empty password.
///
/// Many files are encrypted only to forbid printing or copying; any reader opens them. Streams are decrypted, and strings
/// outside of them are not: no text of a page is there.
struct PDFEncryption: Sendable {
  private enum Method {
    case none, rc4, aes128, aes256
  }

  private let key: [UInt8]
  private let method: Method

  private static let item = "encryption"
  /// The end of a password that is shorter.
  private static let padding: [UInt8] = [
    0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08, 0x2E, 0x2E, 0x00,
    0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
  ]

  /// - Parameters:
  ///   - entries: the encryption dictionary.
  ///   - id: the first name of the file.
  /// - Throws: `DocumentError.broken` if the encryption is of another kind, or the file needs a password.
  init(_ entries: [String: PDFObject], id: [UInt8], in file: PDFFile) throws(DocumentError) {
    let filter = file.resolved(entries["Filter"]).name ?? "none"
    guard filter == "Standard" else {
      throw .broken(item: Self.item, found: "the handler \(filter)", expected: "Standard")
    }
    let version = file.resolved(entries["V"]).integer ?? 0
    let revision = file.resolved(entries["R"]).integer ?? 0
    method = try Self.method(entries, version, file)
    let words = PasswordEntries(entries, revision: revision, id: id, in: file)
    let key: [UInt8]?
    switch revision {
    case 2, 3, 4:
      let bits = version == 4 ? 128 : 40
      key = words.key(bits: version == 1 ? bits : file.resolved(entries["Length"]).integer ?? bits)
    case 5, 6: key = words.wideKey()
    default:
      throw .broken(item: Self.item, found: "revision \(revision)", expected: "2 to 6")
    }
    guard let key else {
      throw .broken(item: "file", found: "a PDF file that needs a password", expected: "one that opens without")
    }
    self.key = key
  }

  private static func method(
    _ entries: [String: PDFObject], _ version: Int, _ file: PDFFile
  ) throws(DocumentError) -> Method {
    switch version {
    case 1, 2, 3: return .rc4
    case 4, 5:
      let name = file.resolved(entries["StmF"]).name ?? "Identity"
      if name == "Identity" { return .none }
      let filters = file.resolved(entries["CF"]).dictionary ?? [:]
      let found = file.resolved(file.resolved(filters[name]).dictionary?["CFM"]).name ?? "None"
      switch found {
      case "None": return .none
      case "V2": return .rc4
      case "AESV2": return .aes128
      case "AESV3": return .aes256
      default: throw .broken(item: item, found: "the method \(found)", expected: "V2, AESV2 or AESV3")
      }
    default: throw .broken(item: item, found: "version \(version)", expected: "1 to 5")
    }
  }

  // MARK: Streams

  /// Returns the bytes of a stream.
  /// - Parameters:
  ///   - number: the object's.
  ///   - generation: the object's.
  func decrypted(_ bytes: ArraySlice<UInt8>, number: Int, generation: Int) -> [UInt8] {
    switch method {
    case .none: return Array(bytes)
    case .rc4: return RC4.applied(objectKey(number, generation), to: bytes)
    case .aes128: return Self.chain(objectKey(number, generation), bytes)
    case .aes256: return Self.chain(key, bytes)
    }
  }

  private func objectKey(_ number: Int, _ generation: Int) -> [UInt8] {
    var message = key
    for shift in [0, 8, 16] { message.append(UInt8(truncatingIfNeeded: number >> shift)) }
    for shift in [0, 8] { message.append(UInt8(truncatingIfNeeded: generation >> shift)) }
    if method == .aes128 { message += Array("sAlT".utf8) }
    return Array(MD5.digest(message).prefix(min(16, key.count + 5)))
  }

  /// Decrypts blocks after the first one, which begins the chain. The last byte tells how many fill the last block.
  private static func chain(_ key: [UInt8], _ bytes: ArraySlice<UInt8>) -> [UInt8] {
    guard bytes.count >= 2 * AES.blockBytes, let cipher = AES(key: key) else { return [] }
    var output = cipher.decrypted(bytes.dropFirst(AES.blockBytes), after: Array(bytes.prefix(AES.blockBytes)))
    if let fill = output.last, (1...AES.blockBytes).contains(Int(fill)) { output.removeLast(Int(fill)) }
    return output
  }

  // MARK: Keys

  /// The entries of the dictionary that a key is made of.
  private struct PasswordEntries {
    let revision: Int
    let id: [UInt8]
    private let owner: [UInt8]
    private let user: [UInt8]
    private let userKey: [UInt8]
    private let permissions: UInt32
    private let encryptsMetadata: Bool

    init(_ entries: [String: PDFObject], revision: Int, id: [UInt8], in file: PDFFile) {
      self.revision = revision
      self.id = id
      owner = file.resolved(entries["O"]).bytes ?? []
      user = file.resolved(entries["U"]).bytes ?? []
      userKey = file.resolved(entries["UE"]).bytes ?? []
      permissions = UInt32(truncatingIfNeeded: file.resolved(entries["P"]).integer ?? 0)
      encryptsMetadata = file.resolved(entries["EncryptMetadata"]) != .word("false")
    }

    /// The key of revisions 2 to 4, by algorithms 2, 4 and 5; nil if the empty password does not fit.
    func key(bits: Int) -> [UInt8]? {
      let length = max(5, min(16, revision == 2 ? 5 : bits / 8))
      var message = PDFEncryption.padding + owner.prefix(32)
      for shift in [0, 8, 16, 24] { message.append(UInt8(truncatingIfNeeded: permissions >> UInt32(shift))) }
      message += id
      if revision >= 4, !encryptsMetadata { message += [0xFF, 0xFF, 0xFF, 0xFF] }
      var key = MD5.digest(message)
      if revision >= 3 { for _ in 0..<50 { key = MD5.digest(Array(key.prefix(length))) } }
      key = Array(key.prefix(length))
      if revision == 2 { return RC4.applied(key, to: PDFEncryption.padding) == user ? key : nil }
      var expected = RC4.applied(key, to: MD5.digest(PDFEncryption.padding + id))
      for round in 1...19 { expected = RC4.applied(key.map { $0 ^ UInt8(round) }, to: expected) }
      return expected.elementsEqual(user.prefix(16)) ? key : nil
    }

    /// The key of revisions 5 and 6, by algorithm 2.A; nil if the empty password does not fit.
    func wideKey() -> [UInt8]? {
      guard user.count >= 48, userKey.count >= 32, hash(user[32..<40]) == Array(user.prefix(32)),
        let cipher = AES(key: hash(user[40..<48]))
      else { return nil }
      return cipher.decrypted(userKey.prefix(32), after: [UInt8](repeating: 0, count: AES.blockBytes))
    }

    /// Algorithm 2.B with the empty password.
    private func hash(_ salt: ArraySlice<UInt8>) -> [UInt8] {
      var key = SHA2.sha256(Array(salt))
      guard revision == 6 else { return key }
      var round = 0
      while true {
        round += 1
        guard let cipher = AES(key: Array(key.prefix(16))) else { return [] }
        let repeated = (0..<64).flatMap { _ in key }
        let encrypted = cipher.encrypted(repeated, after: Array(key[16..<32]))
        switch encrypted.prefix(16).reduce(0, { $0 + Int($1) }) % 3 {
        case 0: key = SHA2.sha256(encrypted)
        case 1: key = SHA2.sha384(encrypted)
        default: key = SHA2.sha512(encrypted)
        }
        // The last byte is at most 255, so that there are at most 287 rounds.
        if round >= 64, Int(encrypted.last ?? 0) <= round - 32 { return Array(key.prefix(32)) }
      }
    }
  }
}
