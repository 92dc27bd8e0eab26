/// Makes the answer to what went wrong on the way to a handler, from a status and a message.
package typealias ErrorBody = @Sendable (_ status: Int, _ message: String) -> HTTPResponse
