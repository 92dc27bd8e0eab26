import Files

/// The models of a service for one request, and what the service does with them.
struct ServingModels: Sendable {
  let catalog: ModelCatalog
  /// Hypotheses per step unless a request says otherwise; nil takes each model's own.
  let beam: Int?
  let checksOutput: Bool
  /// The request's leases on models of a store.
  var leases = RequestLeases()

  /// The models of a route, with the tokens of the pairs that they translate.
  /// - Throws: `failed` if one of them is not leased; `leases` then knows which ones the request needs.
  func loaded(_ legs: [ModelCatalog.Leg]) throws(TranslationError) -> [LoadedModel] {
    var models: [LoadedModel] = []
    for leg in legs {
      switch catalog.models[leg.number] {
      case .resident(let model): models.append(model.translating(leg.pair))
      case .stored(let stored):
        if let model = leases.take(stored) { models.append(model.translating(leg.pair)) }
      }
    }
    guard models.count == legs.count else { throw .failed("the model is not loaded") }
    return models
  }
}

/// The stored models that a request needs, and the leases that it has.
///
/// A request that needs further models gives its leases back and asks for all of them at once. So it never holds one
/// while it waits for another.
// @unchecked: one thread at a time uses it, that which makes the request's task.
final class RequestLeases: @unchecked Sendable {
  private(set) var needed: [StoredModel] = []
  private var granted: [StoredModel.Key: LoadedModel] = [:]
  /// Whether a model was asked for that is not leased.
  private(set) var isMissing = false

  /// The leased model; nil if it is not leased, which makes it needed.
  func take(_ stored: StoredModel) -> LoadedModel? {
    if let model = granted[stored.key] { return model }
    if !needed.contains(where: { $0.key == stored.key }) { needed.append(stored) }
    isMissing = true
    return nil
  }

  /// - Parameter models: one for each of `needed`.
  func grant(_ models: [LoadedModel]) {
    granted = Dictionary(zip(needed.map(\.key), models)) { first, _ in first }
    isMissing = false
  }

  /// Gives all leases back, except those that the task has.
  func drop() { granted = [:] }
}
