import Checkpoint
import Tensor

extension StoredTensor {
  /// The tensor (rows, columns) as weights: where it lies in the mapped file if it is float32 and aligned, else a
  /// converted copy.
  func matrix() throws -> Matrix {
    if let view = mappedMatrix() { return view }
    defer { release() }
    return try Matrix(rows: shape[0], columns: shape[1]) { try copyFloats(to: $0) }
  }

  private func mappedMatrix() -> Matrix? {
    guard type == .float32 else { return nil }
    return withBytes { bytes in
      guard let base = bytes.baseAddress, Int(bitPattern: base) % MemoryLayout<Float>.alignment == 0 else { return nil }
      let floats = base.assumingMemoryBound(to: Float.self)
      return Matrix(viewing: floats, rows: shape[0], columns: shape[1], owner: file)
    }
  }
}
