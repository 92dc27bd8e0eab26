import Translation

/// Languages of requests, in the words of the service.
extension Translating {
  /// - Returns: the request with the codes that the service has for the languages it names.
  func understood(_ request: TranslationRequest) -> TranslationRequest {
    var request = request
    (request.source, request.target) = codes(request.source, request.target)
    return request
  }

  func understood(_ request: AttentionRequest) -> AttentionRequest {
    var request = request
    (request.source, request.target) = codes(request.source, request.target)
    return request
  }

  private func codes(_ source: String, _ target: String) -> (source: String, target: String) {
    (
      LanguageCode.served(source, among: pairs.lazy.map(\.source)),
      LanguageCode.served(target, among: pairs.lazy.map(\.target))
    )
  }
}
