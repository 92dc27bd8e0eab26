import Translation

/// What the server's main thread waits for.
enum ServerEvent {
  /// Warmed up.
  case loaded(TranslationService)
  case failed(any Error)
  case signal(Int32)
  /// Now and then.
  case timePassed
}
