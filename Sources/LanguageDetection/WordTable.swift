import Files

/// The words that tell the languages of one script apart: for each the languages that have it, with a level each.
///
/// A level is the logarithm of the word's frequency; models/training/add_words.py says in which steps.
struct WordTable: Sendable {
  /// The hashes of the words, ascending.
  private let hashes: [UInt32]
  /// For each word the place of its first entry, and behind the last word the end.
  private let starts: [UInt32]
  /// The language in the lower five bits, the level in the upper three.
  private let entries: [UInt8]

  /// The most words, and the most languages of one, in a file.
  private static let limits = (words: 1 << 20, languages: 32)

  /// Reads the words of each number of languages: the distance of each hash from the one before, and the entries.
  init(_ reader: inout ByteReader, languages: Int) throws(FileError) {
    var found: [(hash: UInt32, entries: Range<Int>)] = []
    let counts = Int(try reader.integer(UInt32.self, "numbers of languages"))
    guard counts <= min(languages, Self.limits.languages) else {
      throw FileError(
        file: reader.file, item: "numbers of languages", found: "\(counts)",
        expected: "at most \(min(languages, Self.limits.languages))")
    }
    for count in 0..<counts {
      let words = Int(try reader.integer(UInt32.self, "words"))
      guard words <= Self.limits.words - found.count else {
        throw FileError(
          file: reader.file, item: "words", found: "\(words)", expected: "at most \(Self.limits.words) in all")
      }
      var hash: UInt32 = 0
      for _ in 0..<words {
        hash &+= try reader.distance()
        found.append((hash, try reader.run(count + 1, "languages of a word")))
      }
    }
    found.sort { $0.hash < $1.hash }
    hashes = found.map(\.hash)
    var starts: [UInt32] = [0]
    var entries: [UInt8] = []
    for word in found {
      for byte in reader.bytes[word.entries] {
        guard byte & 31 < languages else {
          throw FileError(
            file: reader.file, item: "language of a word", found: "\(byte & 31)", expected: "less than \(languages)")
        }
        entries.append(byte)
      }
      starts.append(UInt32(entries.count))
    }
    self.starts = starts
    self.entries = entries
  }

  /// Adds the levels of a word to `sums` and 1 to `counts`, one per language of the script, for the languages that list it.
  /// - Returns: whether one does.
  func add(_ hash: UInt32, to sums: UnsafeMutablePointer<Int32>, _ counts: UnsafeMutablePointer<Int32>) -> Bool {
    var low = 0
    var high = hashes.count
    while low < high {
      let middle = (low + high) / 2
      if hashes[middle] < hash { low = middle + 1 } else { high = middle }
    }
    guard low < hashes.count, hashes[low] == hash else { return false }
    for entry in entries[Int(starts[low])..<Int(starts[low + 1])] {
      sums[Int(entry & 31)] += Int32(entry >> 5)
      counts[Int(entry & 31)] += 1
    }
    return true
  }
}

/// The hash of a word's letters, with the boundaries around them; it is made letter by letter.
struct WordHash {
  private var value = GramWindow.seed
  private var isEmpty = true

  /// Takes a letter. Lists of words write ß as ss.
  mutating func take(_ letter: UInt32) {
    if isEmpty {
      value = GramWindow.extended(GramWindow.seed, by: 0)
      isEmpty = false
    }
    if letter == 0xDF {
      value = GramWindow.extended(GramWindow.extended(value, by: 0x73), by: 0x73)
    } else {
      value = GramWindow.extended(value, by: letter)
    }
  }

  /// Ends the word and begins another.
  /// - Returns: the hash; nil if there was no letter.
  mutating func end() -> UInt32? {
    defer { isEmpty = true }
    return isEmpty ? nil : GramWindow.extended(value, by: 0)
  }
}

extension ByteReader {
  /// Reads a number with seven bits per byte, the lowest first; every byte but the last has its eighth bit set.
  fileprivate mutating func distance() throws(FileError) -> UInt32 {
    var value: UInt32 = 0
    for shift in stride(from: UInt32(0), to: 35, by: 7) {
      let byte = try integer(UInt8.self, "distance of a word")
      value |= UInt32(byte & 127) << shift
      if byte < 128 { return value }
    }
    throw FileError(file: file, item: "distance of a word", found: "more than five bytes", expected: "at most five")
  }
}
