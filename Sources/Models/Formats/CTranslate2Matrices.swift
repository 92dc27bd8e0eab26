import Checkpoint
import Files
import Tensor

/// The variables of a file and the record of those that were read, so that no part of a network is passed over unseen.
final class CTranslate2Variables {
  private let file: CTranslate2File
  private var read: Set<String> = []

  init(_ file: CTranslate2File) { self.file = file }

  var specification: String { file.specification }

  /// Names that nobody has asked for.
  var unread: Set<String> { Set(file.names).subtracting(read) }

  /// The variables that are weights.
  var weights: [StoredTensor] { file.tensors.filter { !$0.shape.isEmpty && !$0.name.hasSuffix("_scale") } }

  func contains(_ name: String) -> Bool { file.contains(name) }

  func passOver(_ name: String) { read.insert(name) }

  func tensor(_ name: String) throws -> StoredTensor {
    read.insert(name)
    return try file.tensor(name)
  }

  /// A variable of rank 2 without empty dimensions.
  func matrix(_ name: String) throws -> StoredTensor {
    let stored = try tensor(name)
    guard stored.shape.count == 2, stored.count > 0 else { throw stored.unusable("shape \(stored.shape)", "a matrix") }
    return stored
  }

  /// A variable that is one number of any type; nil if there is none.
  func number(_ name: String) throws -> Float? {
    guard contains(name) else { return nil }
    let stored = try tensor(name)
    guard stored.count == 1 else { throw stored.unusable("shape \(stored.shape)", "one number") }
    return try stored.withBytes { bytes -> Float in
      switch stored.type {
      case .int8: Float(bytes.loadUnaligned(as: Int8.self))
      case .int16: Float(Int16(littleEndian: bytes.loadUnaligned(as: Int16.self)))
      case .int32: Float(Int32(littleEndian: bytes.loadUnaligned(as: Int32.self)))
      default: try stored.finiteFloats()[0]
      }
    }
  }

  /// The number of layers, counted by names from 0 on.
  func layers(_ side: String) -> Int {
    let start = "\(side)/layer_"
    let numbers = Set(
      file.names.filter { $0.hasPrefix(start) }.compactMap { name in
        Int(name.dropFirst(start.count).prefix { $0 != "/" })
      })
    return (0...ModelLimits.maxLayers).first { !numbers.contains($0) } ?? ModelLimits.maxLayers + 1
  }

  func error(_ item: String, _ found: String, _ expected: String) -> FileError {
    FileError(file: file.path, item: item, found: found, expected: expected)
  }
}

extension StoredTensor {
  fileprivate func unusable(_ found: String, _ expected: String) -> FileError {
    FileError(file: file.path, item: name, found: found, expected: expected)
  }

  /// Whether both are one variable, perhaps under two names.
  func isSame(as other: StoredTensor) -> Bool { range == other.range && !range.isEmpty }
}

// MARK: - Matrices

/// CTranslate2's matrices as weights. Matrices in 8 bits are used without conversion unless float32 is asked for.
struct CTranslate2Matrices {
  let variables: CTranslate2Variables
  /// Type of numbers to multiply with; nil takes the type that each matrix is stored in.
  let precision: Precision?

  private let loaded = LoadedWeights()

  init(variables: CTranslate2Variables, precision: Precision?) {
    self.variables = variables
    self.precision = precision
  }

  /// Whether any weights are in 8 bits.
  var isInt8: Bool { precision == .int8 || variables.weights.contains(where: staysInteger) }

  private func staysInteger(_ stored: StoredTensor) -> Bool { stored.type == .int8 && precision != .float32 }

  /// The bytes of a variable in memory.
  func bytes(_ stored: StoredTensor) -> Int {
    if staysInteger(stored) { return stored.count }
    let isTable = stored.name.hasSuffix("/encodings") || stored.name.contains("/relative_")
    return (isTable ? .float32 : precision ?? .float32).bytes(stored)
  }

  /// A matrix together with its steps, which are read later.
  func matrix(_ name: String, shape: [Int]) throws -> StoredTensor {
    variables.passOver(name + "_scale")
    return try variables.matrix(name).expecting(shape: shape)
  }

  /// A layer, y = x · Wᵀ + b; without a bias, b is 0.
  func linear(_ name: String, outputs: Int, inputs: Int) throws -> Linear {
    try linear(stacking: [name], outputs: outputs, inputs: inputs)
  }

  /// Layers with one input, as one layer with their outputs side by side.
  /// - Parameter outputs: number of each.
  func linear(stacking names: [String], outputs: Int, inputs: Int) throws -> Linear {
    let stored = try names.map { try matrix("\($0)/weight", shape: [outputs, inputs]) }
    let biases = try names.flatMap { try bias("\($0)/bias", count: outputs) }
    return Linear(weight: try weight(stored), bias: biases)
  }

  func bias(_ name: String, count: Int) throws -> [Float] {
    guard variables.contains(name) else { return Array(repeating: 0, count: count) }
    return try variables.tensor(name).expecting(shape: [count]).finiteFloats()
  }

  /// The weights of a product. Layers whose matrices are one variable under several names share them.
  func weight(_ stored: [StoredTensor]) throws -> Linear.Weight {
    let parts = stored.map(\.range)
    if let known = loaded.weights[parts] { return known }
    let weight = try newWeight(stored)
    loaded.weights[parts] = weight
    return weight
  }

  private func newWeight(_ stored: [StoredTensor]) throws -> Linear.Weight {
    if stored.allSatisfy(staysInteger) { return .int8(try integers(stored)) }
    if precision == .int8 { return .int8(try quantized(stored)) }
    let weight = Linear.weight(try stored.map(rows))
    for tensor in stored { try tensor.file.checkUnchanged() }
    return weight
  }

  /// A table of word vectors.
  func table(_ stored: StoredTensor) throws -> EmbeddingTable {
    if staysInteger(stored) { return .packed(try integers([stored])) }
    if precision == .int8 { return .packed(try quantized([stored])) }
    return .float32(try matrix(stored))
  }

  /// A table of word vectors that is the output layer's weights too.
  func tied(_ stored: StoredTensor, bias: [Float]) throws -> (EmbeddingTable, OutputLayer) {
    if !staysInteger(stored), precision != .int8 { return OutputLayer.tied(try matrix(stored), bias: bias) }
    let weight = staysInteger(stored) ? try integers([stored]) : try quantized([stored])
    return (.packed(weight), .whole(Linear(weight: .int8(weight), bias: bias)))
  }

  // MARK: Numbers

  /// The integers of a file as they are.
  private func integers(_ stored: [StoredTensor]) throws -> Int8Weight {
    let steps = try stored.flatMap(steps)
    let weight = try Int8Weight(
      stacking: stored.map(\.shape[0]), inputs: stored[0].shape[1], scales: steps
    ) { part, rows, destination in
      let width = stored[part].shape[1]
      let start = stored[part].range.lowerBound
      try stored[part].file.read(start + rows.lowerBound * width..<start + rows.upperBound * width, into: destination)
    }
    return weight
  }

  private func quantized(_ stored: [StoredTensor]) throws -> Int8Weight {
    let weight = Int8Weight(quantizing: try stored.map(rows))
    for tensor in stored { try tensor.file.checkUnchanged() }
    return weight
  }

  private func matrix(_ stored: StoredTensor) throws -> Matrix {
    let matrix = try rows(stored).matrix
    try stored.file.checkUnchanged()
    return matrix
  }

  private func rows(_ stored: StoredTensor) throws -> any FloatRows {
    guard stored.type == .int8 || stored.type == .int16 else { return try StoredMatrix(stored) }
    return SteppedRows(stored, steps: try steps(stored))
  }

  /// The number that CTranslate2 multiplies by where a file names none.
  private static let defaultFactor: Float = 1000

  /// The value of a step per row: 1 divided by the factor that is stored.
  private func steps(_ stored: StoredTensor) throws -> [Float] {
    let name = stored.name + "_scale"
    let rows = stored.shape[0]
    guard variables.contains(name) else { return Array(repeating: 1 / Self.defaultFactor, count: rows) }
    let scales = try variables.tensor(name)
    guard scales.count == 1 || scales.shape == [rows] else {
      throw scales.unusable("shape \(scales.shape)", "one number, or one per row of \(stored.shape)")
    }
    let steps = try scales.finiteFloats().map { 1 / $0 }
    guard steps.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw scales.unusable("a factor of no use", "finite numbers above 0")
    }
    return steps.count == rows ? steps : Array(repeating: steps[0], count: rows)
  }
}

/// The weights that exist, by the parts of the file that they were made of. Aliases cannot make a file larger in memory.
private final class LoadedWeights {
  var weights: [[Range<Int>]: Linear.Weight] = [:]
}

/// A matrix in 8 or 16 bits as float32: integer · step of the row.
private struct SteppedRows: FloatRows {
  private let tensor: StoredTensor
  private let steps: [Float]  // (rows)

  init(_ tensor: StoredTensor, steps: [Float]) {
    self.tensor = tensor
    self.steps = steps
  }

  var rows: Int { tensor.shape[0] }
  var columns: Int { tensor.shape[1] }

  /// Gives zeros if the file cannot be read. `InputFile.checkUnchanged`, which loading ends with, then throws the error.
  func read(_ range: Range<Int>, _ body: (UnsafePointer<Float>) -> Void) {
    let block = FloatBuffer(count: range.count * columns)  // (range.count, columns)
    withExtendedLifetime(block) {
      let bytes = columns * tensor.type.size
      let first = tensor.range.lowerBound
      do throws(FileError) {
        let copy = try FileBytes(tensor.file, first + range.lowerBound * bytes..<first + range.upperBound * bytes)
        for index in 0..<range.count * columns {
          let integer: Float =
            tensor.type == .int8
            ? Float(copy.bytes.load(fromByteOffset: index, as: Int8.self))
            : Float(Int16(littleEndian: copy.bytes.load(fromByteOffset: 2 * index, as: Int16.self)))
          block.base[index] = integer * steps[range.lowerBound + index / columns]
        }
      } catch {
        block.base.update(repeating: 0, count: range.count * columns)
        tensor.file.note(error)
      }
      body(block.base)
    }
  }

  var matrix: Matrix { Matrix(stacking: [self]) }
}
