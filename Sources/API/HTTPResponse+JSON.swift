import HTTP

extension HTTPResponse {
  init(json bytes: [UInt8], status: Int = 200) {
    self.init(status: status, headers: ["Content-Type": "application/json"], body: bytes)
  }
}
