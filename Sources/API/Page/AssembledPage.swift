import Foundation
import Resources

/// A page put together of the files in `CResources`, with the policy that lets nothing but its own parts run.
///
/// `{{name}}` in the page stands for the file of that name, `{{policy}}` for the policy, and `{{data}}` for JSON that
/// comes with each answer.
struct AssembledPage: Sendable {
  private static let data = "{{data}}"

  /// A Content-Security-Policy.
  let policy: String
  private let beforeData: [UInt8]
  private let afterData: [UInt8]

  /// - Parameter name: of the page, as `CResources/files.h` has it; the files it names lie beside it.
  init(_ name: String) {
    let folder = name.prefix { $0 != "/" }
    var text = Self.including(Resource(name)?.text ?? "", from: String(folder))
    policy = Self.policy(of: text)
    text = text.replacingOccurrences(of: "{{policy}}", with: policy)
    let halves = text.components(separatedBy: Self.data)
    beforeData = Array(halves[0].utf8)
    afterData = Array(halves.dropFirst().joined(separator: Self.data).utf8)
  }

  /// The page around its data.
  /// - Parameter data: JSON. `<` only stands within its strings, where it can be written so that no tag comes of it.
  func bytes(data: [UInt8]) -> [UInt8] {
    let escaped = Array(#"\u003c"#.utf8)
    var bytes = beforeData
    bytes.reserveCapacity(beforeData.count + data.count + afterData.count)
    for byte in data {
      if byte == UInt8(ascii: "<") { bytes += escaped } else { bytes.append(byte) }
    }
    return bytes + afterData
  }

  /// - Returns: `text` with each name of a file in its place; what is no file's name stays.
  private static func including(_ text: String, from folder: String) -> String {
    let parts = text.components(separatedBy: "{{")
    return parts.dropFirst().reduce(parts[0]) { whole, part in
      let halves = part.components(separatedBy: "}}")
      guard halves.count > 1, let file = Resource(folder + "/" + halves[0]) else { return whole + "{{" + part }
      return whole + file.text + halves.dropFirst().joined(separator: "}}")
    }
  }

  private static func policy(of text: String) -> String {
    func sources(_ tag: String) -> String {
      let hashes = blocks(tag, in: text).map { block in
        " 'sha256-\(Data(SHA256.digest(Array(block.utf8))).base64EncodedString())'"
      }
      return hashes.joined()
    }
    return "default-src 'none'; script-src\(sources("script")); style-src\(sources("style")); connect-src 'self'; "
      + "img-src data: blob:; base-uri 'none'; form-action 'none'"
  }

  /// What stands between `<tag>` and `</tag>`, without attributes.
  private static func blocks(_ tag: String, in text: String) -> [String] {
    text.components(separatedBy: "<\(tag)>").dropFirst().compactMap { $0.components(separatedBy: "</\(tag)>").first }
  }
}
