import HTTP
import Models
import Translation

extension AttentionFormat {
  func response(_ answer: AttentionAnswer, kinds: [AttentionKind]) -> HTTPResponse {
    let bytes = bytes(answer, kinds: kinds)
    switch self {
    case .json, .bertviz: return HTTPResponse(json: bytes)
    case .npz:
      let name = #"attachment; filename="attention.npz""#
      return HTTPResponse(
        status: 200, headers: ["Content-Type": "application/zip", "Content-Disposition": name], body: bytes)
    case .html: return HTTPResponse(page: bytes, policy: AttentionPage.policy)
    }
  }
}
