import Testing

/// Calls a closure that has to throw, and returns its error.
///
/// `#expect(throws:)` returns the error from Swift 6.1 on only.
/// - Returns: nil, and an issue at the caller's line, if nothing or an error of another type is thrown.
package func thrownError<Failure: Error, Value>(
  _ type: Failure.Type, at location: SourceLocation = #_sourceLocation, by body: () throws -> Value
) -> Failure? {
  do {
    let value = try body()
    Issue.record("found \(value), expected an error of type \(type)", sourceLocation: location)
  } catch let error as Failure {
    return error
  } catch {
    Issue.record("found \(error), expected an error of type \(type)", sourceLocation: location)
  }
  return nil
}
