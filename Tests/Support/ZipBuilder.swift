import Compression

/// A builder of ZIP archives, well-formed unless fields are set otherwise.
package struct ZipBuilder {
  package struct Member {
    package var name: String
    /// The content as it is stored.
    package var content: [UInt8]
    package var method: UInt16 = 0
    package var flags: UInt16 = 0
    /// Nil for that of the content.
    package var checksum: UInt32?
    /// Unpacked bytes, for the directory; nil for as many as are stored.
    package var unpackedSize: UInt32?
    /// False values for the directory.
    package var size: UInt32?
    package var offset: UInt32?
    package var localName: String?
    package var localMethod: UInt16?
    /// Whether size and offset are in a ZIP64 field.
    package var isWide = false
  }

  package var members: [Member] = []
  package var usesWideEnd = false
  package var entryCount: UInt16?
  package var directoryOffset: UInt32?
  package var comment = ""

  package init() {}

  package mutating func add(_ name: String, _ content: [UInt8]) { members.append(Member(name: name, content: content)) }

  package var bytes: [UInt8] {
    var writer = ByteWriter()
    var offsets: [Int] = []
    for member in members {
      offsets.append(writer.bytes.count)
      let name = member.localName ?? member.name
      writer.put(UInt32(0x0403_4B50))
      for value in [20, member.flags, member.localMethod ?? member.method, 0, 0] as [UInt16] { writer.put(value) }
      for value in [0, UInt32(member.content.count), UInt32(member.content.count)] as [UInt32] { writer.put(value) }
      writer.put(UInt16(name.utf8.count))
      writer.put(UInt16(0))
      writer.put(name)
      writer.put(member.content)
    }
    let directory = writer.bytes.count
    for (member, offset) in zip(members, offsets) { putEntry(member, offset, &writer) }
    putEnd(directory: directory, size: writer.bytes.count - directory, &writer)
    return writer.bytes
  }

  private func putEntry(_ member: Member, _ offset: Int, _ writer: inout ByteWriter) {
    let size = member.size ?? UInt32(member.content.count)
    writer.put(UInt32(0x0201_4B50))
    for value in [20, 20, member.flags, member.method, 0, 0] as [UInt16] { writer.put(value) }
    let unpacked = member.unpackedSize ?? size
    let checksum = member.checksum ?? CRC32.checksum(member.content)
    for value in [checksum, member.isWide ? .max : size, member.isWide ? .max : unpacked] as [UInt32] {
      writer.put(value)
    }
    for value in [UInt16(member.name.utf8.count), member.isWide ? 28 : 0, 0, 0, 0] { writer.put(value) }
    writer.put(UInt32(0))
    writer.put(member.isWide ? UInt32.max : member.offset ?? UInt32(offset))
    writer.put(member.name)
    guard member.isWide else { return }
    for value in [1, 24] as [UInt16] { writer.put(value) }
    for value in [UInt64(unpacked), UInt64(size), UInt64(offset)] { writer.put(value) }
  }

  private func putEnd(directory: Int, size: Int, _ writer: inout ByteWriter) {
    if usesWideEnd {
      let start = writer.bytes.count
      writer.put(UInt32(0x0606_4B50))
      writer.put(UInt64(44))
      for value in [45, 45] as [UInt16] { writer.put(value) }
      for value in [0, 0] as [UInt32] { writer.put(value) }
      for value in [members.count, members.count, size, directory] { writer.put(UInt64(value)) }
      writer.put(UInt32(0x0706_4B50))
      writer.put(UInt32(0))
      writer.put(UInt64(start))
      writer.put(UInt32(1))
    }
    let count = usesWideEnd ? .max : entryCount ?? UInt16(members.count)
    writer.put(UInt32(0x0605_4B50))
    for value in [0, 0, count, count] { writer.put(value) }
    writer.put(UInt32(size))
    writer.put(usesWideEnd ? UInt32.max : directoryOffset ?? UInt32(directory))
    writer.put(UInt16(comment.utf8.count))
    writer.put(comment)
  }
}
