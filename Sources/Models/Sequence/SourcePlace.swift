/// Where a sentence lies in a `SourceStore`, which may move it.
package final class SourcePlace {
  /// Its first row.
  package internal(set) var start: Int
  /// Rows: the sentence's source tokens.
  package let length: Int
  var isFree = false

  init(start: Int, length: Int) {
    self.start = start
    self.length = length
  }
}
