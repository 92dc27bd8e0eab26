extension String {
  /// Quicker than by way of a `UnicodeScalarView`: every text that is translated is made anew from its scalars, more
  /// than once.
  init(_ scalars: ArraySlice<Unicode.Scalar>) {
    self.init(unsafeUninitializedCapacity: scalars.reduce(0) { $0 + $1.utf8.count }) { bytes in
      var count = 0
      for scalar in scalars {
        for byte in scalar.utf8 {
          bytes[count] = byte
          count += 1
        }
      }
      return count
    }
  }
}
