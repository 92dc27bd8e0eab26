import Translation

/// Languages of requests, in the words of the service.
extension Translating {
  /// - Returns: the request with the codes that the service has for the languages it names.
  func understood(_ request: TranslationRequest) -> TranslationRequest {
    var request = request
    (request.source, request.target) = codes(request.source, request.target)
    return request
  }

  /// The same for clients that ask for a region where the service has the language alone, or another one.
  func understoodInAnyRegion(_ request: TranslationRequest) -> TranslationRequest {
    var request = request
    request.source = LanguageCode.servedInAnyRegion(request.source, among: pairs.map(\.source))
    request.target = LanguageCode.servedInAnyRegion(request.target, among: pairs.map(\.target))
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
