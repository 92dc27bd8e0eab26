import API

extension Flag {
  /// Words with commas between them, `all` by default.
  static func words(
    _ name: String, _ placeholder: String, default value: Value, _ help: String,
    _ read: @escaping @Sendable ([String]) throws(AttentionWords.Mismatch) -> Value
  ) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, isRepeated: false, defaultText: "all", defaultValue: value,
      parse: { texts in
        do {
          return try read((texts.last ?? "").split { $0 == "," || $0 == " " }.map(String.init))
        } catch let mismatch as AttentionWords.Mismatch {
          throw FlagMismatch(expected: mismatch.expected, found: mismatch.found)
        }
      })
  }
}
