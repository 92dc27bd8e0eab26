/// The stack, the memo and the tables of `PickleReader`, bounded in what they hold.
struct PickleMachine {
  struct Failure: Error {
    var found: String
    var expected: String
  }

  static let deepestStack = 1 << 14
  static let deepestMarks = 1 << 8
  static let mostDimensions = 8

  private let pickle: UnsafeRawBufferPointer
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [PickleValue] = []
  /// What tuples, lists and dictionaries hold.
  private(set) var tables: [[PickleValue]] = []
  private(set) var storages: [PickleStorage] = []
  private(set) var tensors: [PickleTensor] = []

  init(pickle: UnsafeRawBufferPointer) { self.pickle = pickle }

  /// Real pickles have about 20 bytes for each tuple, dictionary, storage or tensor.
  private var mostObjects: Int { pickle.count / 12 + 64 }

  // MARK: Stack and memo

  mutating func push(_ value: PickleValue) throws(Failure) {
    guard stack.count < Self.deepestStack else {
      throw Failure(found: "a deeper stack", expected: "at most \(Self.deepestStack) values")
    }
    stack.append(value)
  }

  /// The last `count` values, the last of them last.
  mutating func pop(_ count: Int) throws(Failure) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw Failure(found: "an empty stack", expected: "a value") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  mutating func mark() throws(Failure) {
    guard marks.count < Self.deepestMarks else {
      throw Failure(found: "more marks", expected: "at most \(Self.deepestMarks)")
    }
    marks.append(stack.count)
  }

  mutating func popToMark() throws(Failure) -> [PickleValue] {
    guard let mark = marks.last else { throw Failure(found: "no mark", expected: "a mark") }
    let values = try pop(stack.count - mark)
    marks.removeLast()
    return values
  }

  /// - Parameter index: nil for the next one.
  mutating func store(_ index: Int?) throws(Failure) {
    guard let value = stack.last, stack.count > marks.last ?? 0 else {
      throw Failure(found: "an empty stack", expected: "a value")
    }
    let index = index ?? memo.count
    guard index <= memo.count else { throw Failure(found: "memo \(index)", expected: "\(memo.count), the next") }
    if index == memo.count { memo.append(value) } else { memo[index] = value }
  }

  mutating func recall(_ index: Int) throws(Failure) {
    guard index < memo.count else { throw Failure(found: "memo \(index)", expected: "one of \(memo.count)") }
    try push(memo[index])
  }

  mutating func result() throws(Failure) -> PickleValue {
    guard stack.count == 1, marks.isEmpty, let value = stack.last else {
      throw Failure(found: "\(stack.count) values at the end", expected: "one")
    }
    return value
  }

  // MARK: Containers

  mutating func pushTuple(_ values: [PickleValue]) throws(Failure) { try push(.tuple(try table(values))) }
  mutating func pushList() throws(Failure) { try push(.list(try table([]))) }
  mutating func pushDictionary() throws(Failure) { try push(.dictionary(try table([]))) }

  mutating func addToDictionary(_ values: [PickleValue]) throws(Failure) {
    guard case .dictionary(let index)? = stack.last, values.count.isMultiple(of: 2) else {
      throw Failure(found: "items for \(stack.last?.kind ?? "nothing")", expected: "pairs for a dictionary")
    }
    tables[index].append(contentsOf: values)
  }

  mutating func addToList(_ values: [PickleValue]) throws(Failure) {
    guard case .list(let index)? = stack.last else {
      throw Failure(found: "items for \(stack.last?.kind ?? "nothing")", expected: "a list")
    }
    tables[index].append(contentsOf: values)
  }

  private mutating func table(_ values: [PickleValue]) throws(Failure) -> Int {
    try checkRoom(tables.count)
    tables.append(values)
    return tables.count - 1
  }

  private func checkRoom(_ count: Int) throws(Failure) {
    guard count < mostObjects else {
      throw Failure(found: "more objects", expected: "at most \(mostObjects) of a kind in \(pickle.count) bytes")
    }
  }

  // MARK: Objects

  mutating func pushGlobal(module: String, name: String) throws(Failure) {
    guard let global = PickleGlobal(module: module, name: name) else {
      throw Failure(
        found: "the name \(module.prefix(80)).\(name.prefix(80))",
        expected: "one that builds tensors; nothing else is loaded")
    }
    try push(.global(global))
  }

  mutating func pushStackGlobal() throws(Failure) {
    let names = try pop(2)
    guard let module = text(names[0]), let name = text(names[1]) else {
      throw Failure(found: "\(names[0].kind) and \(names[1].kind)", expected: "the names of a module and a global")
    }
    try pushGlobal(module: module, name: name)
  }

  /// BINPERSID: `("storage", type, key, device, count)` stands for elements outside the pickle.
  mutating func pushStorage() throws(Failure) {
    let values = elements(try pop(1)[0])
    guard values.count == 5, text(values[0]) == "storage", case .global(.storage(let type)) = values[1],
      case .text = values[2], case .text = values[3], case .integer(let count) = values[4], count >= 0
    else { throw Failure(found: "another persistent id", expected: "that of a storage") }
    try checkRoom(storages.count)
    storages.append(PickleStorage(type: type, key: values[2], count: count))
    try push(.storage(storages.count - 1))
  }

  /// REDUCE: a call of one of the known names.
  mutating func reduce() throws(Failure) {
    let values = try pop(2)
    guard case .global(let global) = values[0], case .tuple = values[1] else {
      throw Failure(found: "a call of \(values[0].kind)", expected: "a call of a known name")
    }
    let arguments = elements(values[1])
    switch global {
    case .orderedDictionary:
      guard arguments.isEmpty else {
        throw Failure(found: "OrderedDict with arguments", expected: "an empty one, filled by SETITEMS")
      }
      try pushDictionary()
    case .rebuildTensor: try pushTensor(arguments)
    case .rebuildParameter:
      guard let tensor = arguments.first, case .tensor = tensor else {
        throw Failure(found: "a parameter of \(arguments.first?.kind ?? "nothing")", expected: "one of a tensor")
      }
      try push(tensor)
    case .storage: throw Failure(found: "a call of \(global.name)", expected: "a persistent id")
    }
  }

  /// `(storage, offset, size, stride, requires_grad, backward_hooks[, metadata])`
  private mutating func pushTensor(_ arguments: [PickleValue]) throws(Failure) {
    guard (6...7).contains(arguments.count), case .storage(let storage) = arguments[0],
      case .integer(let offset) = arguments[1], let shape = integers(arguments[2]),
      let strides = integers(arguments[3])
    else { throw Failure(found: "other arguments of _rebuild_tensor_v2", expected: "storage, offset, size and stride") }
    guard shape.count <= Self.mostDimensions, strides.count == shape.count else {
      throw Failure(
        found: "\(shape.count) dimensions and \(strides.count) strides",
        expected: "as many, at most \(Self.mostDimensions)")
    }
    guard offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }) else {
      throw Failure(found: "a negative number", expected: "none in offset, size and stride")
    }
    try checkRoom(tensors.count)
    tensors.append(PickleTensor(storage: storage, offset: offset, shape: shape, strides: strides))
    try push(.tensor(tensors.count - 1))
  }

  /// BUILD sets attributes; those of a state dictionary (`_metadata`) are not needed.
  mutating func build() throws(Failure) {
    _ = try pop(1)
    guard case .dictionary? = stack.last else {
      throw Failure(found: "attributes for \(stack.last?.kind ?? "nothing")", expected: "a dictionary")
    }
  }

  // MARK: Looking at values

  func text(_ value: PickleValue) -> String? {
    guard case .text(let start, let count) = value else { return nil }
    return String(validating: UnsafeRawBufferPointer(rebasing: pickle[Int(start)..<Int(start + count)]), as: UTF8.self)
  }

  /// Of a tuple; none of anything else.
  private func elements(_ value: PickleValue) -> [PickleValue] {
    guard case .tuple(let index) = value else { return [] }
    return tables[index]
  }

  private func integers(_ value: PickleValue) -> [Int]? {
    guard case .tuple(let index) = value else { return nil }
    var integers: [Int] = []
    for element in tables[index] {
      guard case .integer(let integer) = element else { return nil }
      integers.append(integer)
    }
    return integers
  }
}
