/// How many elements a shape has, where the numbers come from a file.
enum ElementCount {
  /// Nil where the product does not fit. A zero among huge dimensions does not hide them: sizes are used elsewhere too.
  static func of(_ shape: [Int]) -> Int? {
    var count = 1
    for dimension in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: max(dimension, 1))
      guard dimension >= 0, !overflow else { return nil }
      count = product
    }
    return shape.contains(0) ? 0 : count
  }

  /// Bytes of such a tensor, with `extra` behind it.
  static func bytes(_ shape: [Int], _ type: ElementType, extra: Int = 0) -> Int? {
    guard let bytes = of(shape + [type.size]) else { return nil }
    let (total, overflow) = bytes.addingReportingOverflow(extra)
    return overflow ? nil : total
  }
}
