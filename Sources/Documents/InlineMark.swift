/// A mark within a text that a translation has to place: where something begins or ends, or that stands alone.
struct InlineMark: Sendable {
  enum Role: Sendable, Equatable {
    case opening
    /// Of what the mark of that number opens.
    case closing(Int)
    case single
    /// Text that stays as it is, but is read with the rest.
    case kept
  }

  var range: Range<String.Index>
  var role: Role
}
