/// A builder of Marian `.bin` files, well-formed unless fields are set otherwise.
package struct MarianBinaryBuilder {
  package struct Item {
    package var name: String
    package var type: UInt64
    package var shape: [Int32]
    package var payload: [UInt8]
    package var nameLength: UInt64?
    package var rank: UInt64?
    package var payloadLength: UInt64?
  }

  package init() {}

  package var version: UInt64 = 1
  package var count: UInt64?
  package var padding: UInt64 = 3
  package var items: [Item] = []
  package var tail: [UInt8] = []

  /// - Parameter slack: number of bytes of garbage after the content.
  package mutating func add(_ name: String, type: UInt64, shape: [Int32], _ content: [UInt8], slack: Int = 5) {
    items.append(
      Item(name: name, type: type, shape: shape, payload: content + Array(repeating: 0xAB, count: slack)))
  }

  package mutating func add(options: String) {
    let text = Array(options.utf8) + [0]
    add("special:model.yml", type: 0x0101, shape: [Int32(text.count)], text, slack: 0)
  }

  package var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.put(version)
    writer.put(count ?? UInt64(items.count))
    for item in items {
      writer.put(item.nameLength ?? UInt64(item.name.utf8.count + 1))
      writer.put(item.type)
      writer.put(item.rank ?? UInt64(item.shape.count))
      writer.put(item.payloadLength ?? UInt64(item.payload.count))
    }
    for item in items { writer.put(item.name + "\0") }
    for item in items { for dimension in item.shape { writer.put(dimension) } }
    writer.put(padding)
    writer.put([UInt8](repeating: 0, count: Int(min(padding, 1024))))
    for item in items { writer.put(item.payload) }
    writer.put(tail)
    return writer.bytes
  }
}
