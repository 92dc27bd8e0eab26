/// Classes of sentences by the words of their source, as white space divides them.
package enum SourceLength: String, CaseIterable, Sendable {
  case upTo8 = "1–8"
  case upTo12 = "9–12"
  case upTo16 = "13–16"
  case upTo20 = "17–20"
  case over20 = "21+"

  package init(source: String) {
    switch source.split(whereSeparator: \.isWhitespace).count {
    case ...8: self = .upTo8
    case ...12: self = .upTo12
    case ...16: self = .upTo16
    case ...20: self = .upTo20
    default: self = .over20
    }
  }
}
