import Translation

/// Languages of requests, in the words of the service.
extension Translator {
  /// - Returns: the request with the codes that the service has for the languages it names.
  func understood(_ request: TranslationRequest) -> TranslationRequest {
    var request = request
    request.source = request.source.map(servedSource)
    request.target = servedTarget(request.target)
    return request
  }

  /// The same for clients that ask for a region where the service has the language alone, or another one.
  func understoodInAnyRegion(_ request: TranslationRequest) -> TranslationRequest {
    var request = request
    request.source = request.source.map { LanguageCode.servedInAnyRegion($0, among: pairs.map(\.source)) }
    request.target = LanguageCode.servedInAnyRegion(request.target, among: pairs.map(\.target))
    return request
  }

  func understood(_ request: AttentionRequest) -> AttentionRequest {
    var request = request
    request.source = servedSource(request.source)
    request.target = servedTarget(request.target)
    return request
  }

  private func servedSource(_ code: String) -> String {
    LanguageCode.served(code, among: pairs.lazy.map(\.source))
  }

  private func servedTarget(_ code: String) -> String {
    LanguageCode.served(code, among: pairs.lazy.map(\.target))
  }
}
