/// Makes the answer to what went wrong below the handlers, from a status and a message, so that every error of the
/// service is written in one place.
package typealias ErrorBody = @Sendable (_ status: Int, _ message: String) -> HTTPResponse
