import Files
import Models

extension ModelFormat {
  package init(directory: String) throws { try self.init(ModelFolder(directory: directory)) }
}

extension ModelFormats {
  package static func open(directory: String) throws -> any ModelFormat {
    try open(ModelFolder(directory: directory))
  }

  package static func load(
    directory: String, precision: Precision? = nil, usesShortlist: Bool = true
  ) throws -> any TranslationModel {
    try open(directory: directory).loadModel(ModelPreferences(precision: precision, usesShortlist: usesShortlist))
  }
}
