/// The texts of pieces by id, one behind the other in one memory.
///
/// A vocabulary of 256,000 pieces takes 3 MB so. As strings, it takes 4 MB and as much again for pieces of more than 15
/// bytes.
struct PieceTexts: Sequence, Sendable {
  private var bytes: [UInt8] = []
  /// (count) the end of each text; with `absent` if the id has no piece.
  private var ends: [UInt32] = []

  private static let absent: UInt32 = 1 << 31

  /// - Parameter pieces: by id; nil if no piece has the id. All together they have less than 2 GB, as their files have.
  init(_ pieces: some Collection<String?>) {
    bytes.reserveCapacity(pieces.reduce(0) { $0 + ($1?.utf8.count ?? 0) })
    ends.reserveCapacity(pieces.count)
    for piece in pieces {
      if let piece { bytes.append(contentsOf: piece.utf8) }
      ends.append(UInt32(bytes.count) | (piece == nil ? Self.absent : 0))
    }
  }

  /// One more than the highest id.
  var count: Int { ends.count }

  /// The text of an id; nil if it has none.
  subscript(id: Int) -> String? { utf8(id).map { String(decoding: $0, as: UTF8.self) } }

  /// The bytes of an id's text; nil if it has none.
  func utf8(_ id: Int) -> ArraySlice<UInt8>? {
    guard ends.indices.contains(id), ends[id] & Self.absent == 0 else { return nil }
    return bytes[(id == 0 ? 0 : Int(ends[id - 1] & ~Self.absent))..<Int(ends[id])]
  }

  func makeIterator() -> some IteratorProtocol<String?> { (0..<count).lazy.map { self[$0] }.makeIterator() }
}

/// The ids of pieces by their bytes, in a table of open addresses. Pieces that Swift's strings call equal, as they differ
/// in their normal form alone, are two here.
struct PieceIndex: Sendable {
  /// Ids in the place that their bytes give or the next free one; -1 in a free place.
  private var places: [Int32]

  /// - Parameter capacity: the most pieces.
  init(capacity: Int) {
    var count = 16
    while count < capacity + capacity / 2 { count *= 2 }
    places = Array(repeating: -1, count: count)
  }

  /// - Returns: nil, or the id that the piece has already, which it keeps.
  mutating func insert(_ id: Int, _ pieces: PieceTexts) -> Int32? {
    guard let place = pieces.utf8(id)?.withUnsafeBytes({ place(of: $0, pieces) }) else { return nil }
    if places[place] >= 0 { return places[place] }
    places[place] = Int32(id)
    return nil
  }

  func id(of piece: String, _ pieces: PieceTexts) -> Int32? {
    var piece = piece
    let id = piece.withUTF8 { places[place(of: UnsafeRawBufferPointer($0), pieces)] }
    return id < 0 ? nil : id
  }

  /// The place of a piece, or the free place for it.
  private func place(of piece: UnsafeRawBufferPointer, _ pieces: PieceTexts) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: piece)
    var place = hasher.finalize() & (places.count - 1)
    while places[place] >= 0, pieces.utf8(Int(places[place]))?.elementsEqual(piece) != true {
      place = (place + 1) & (places.count - 1)
    }
    return place
  }
}
