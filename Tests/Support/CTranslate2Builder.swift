/// A builder of CTranslate2's `model.bin`, well-formed unless fields are set otherwise.
package struct CTranslate2Builder {
  package struct Variable {
    package var name: String
    package var shape: [UInt32]
    /// Code of the type from version 4 on, before it the bytes of an element.
    package var type: UInt8
    package var payload: [UInt8]
    package var rank: UInt8?
    package var size: UInt32?
  }

  package init() {}

  package var version: UInt32 = 6
  package var specification = "TransformerSpec"
  package var revision: UInt32 = 7
  package var count: UInt32?
  package var variables: [Variable] = []
  package var aliases: [(name: String, variable: String)] = []
  package var aliasCount: UInt32?
  package var tail: [UInt8] = []

  package mutating func add(_ name: String, type: UInt8, shape: [UInt32], _ payload: [UInt8]) {
    variables.append(Variable(name: name, shape: shape, type: type, payload: payload))
  }

  package var bytes: [UInt8] {
    var writer = ByteWriter()
    func put(_ text: String) {
      writer.put(UInt16(truncatingIfNeeded: text.utf8.count + 1))
      writer.put(text + "\0")
    }
    writer.put(version)
    if version >= 2 {
      put(specification)
      writer.put(revision)
    }
    writer.put(count ?? UInt32(variables.count))
    for variable in variables {
      put(variable.name)
      writer.put(variable.rank ?? UInt8(variable.shape.count))
      for dimension in variable.shape { writer.put(dimension) }
      writer.put(variable.type)
      let size = variable.payload.count / (version < 4 ? max(1, Int(variable.type)) : 1)
      writer.put(variable.size ?? UInt32(size))
      writer.put(variable.payload)
    }
    if version >= 3 {
      writer.put(aliasCount ?? UInt32(aliases.count))
      for alias in aliases {
        put(alias.name)
        put(alias.variable)
      }
    }
    writer.put(tail)
    return writer.bytes
  }
}
