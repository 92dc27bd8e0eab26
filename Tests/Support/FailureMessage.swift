import Files
import Testing

/// The message of the `FileError` that the body throws. It is a test failure if it throws none or another error.
package func failureMessage(
  _ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
) -> String {
  do {
    try body()
    Issue.record("no error", sourceLocation: sourceLocation)
    return ""
  } catch let error as FileError {
    return error.description
  } catch {
    Issue.record("\(error)", sourceLocation: sourceLocation)
    return ""
  }
}
