import HTTP

extension HTTPResponse {
  /// - Parameter policy: what the page may do.
  init(page bytes: [UInt8], policy: String) {
    self.init(
      status: 200,
      headers: [
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy + "; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache",
      ], body: bytes)
  }
}
