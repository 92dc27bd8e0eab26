import Translation

/// Why a request gets no answer. `ErrorStatus` gives each its status.
enum Refusal: Error, Equatable {
  /// A body that can not be read or a field that is missing or holds what it may not.
  case malformed(String)
  case unsupportedMediaType(String)
  /// A key is needed and there is none, or one that is not known.
  case keyMissing, keyUnknown
  case tooManyRequests(perMinute: Int, retryAfterSeconds: Int)
  /// More texts than the operator lets one request hold.
  case tooManyTexts(found: Int, limit: Int)
  /// A file is over the limit, in bytes.
  case fileTooLarge(found: Int, limit: Int)
  /// A part of DeepL's API with nothing behind it. Its clients would repeat a request that got 501.
  case notOffered(String)
  /// What LibreTranslate collects where its operator wants it.
  case suggestionsDisabled
  /// The operator wants no files, or there is none of that name.
  case filesDisabled, noSuchFile
  /// The models are still being loaded.
  case loading
  /// What the service behind the API said.
  case service(TranslationError)
  /// What the connection or the router found wrong before there was an action to call, with its status.
  case unroutable(status: Int, message: String)
}

extension String {
  /// The text as error messages quote it: its first 80 Unicode scalars, and an ellipsis in place of further ones.
  package var excerpt: String {
    let scalars = unicodeScalars.prefix(80)
    return scalars.endIndex == unicodeScalars.endIndex ? self : String(String.UnicodeScalarView(scalars)) + "…"
  }
}
