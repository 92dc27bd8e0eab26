/// Why a form body or a query can not be read. The message names what was found and what was expected.
package struct FormError: Error, Equatable, Sendable {
  package var message: String

  init(_ message: String) { self.message = message }
}
