/// Why a model cannot be used.
public enum ModelError: Error, Sendable, Equatable, CustomStringConvertible {
  case missing(model: String, path: String)
  case altered(path: String)
  case unreadable(path: String, reason: String)
  case notWritable(path: String, reason: String)
  /// No model of this name was trained.
  case notTrained(String, folder: String)
  /// A name that cannot be a folder's, or that a model of set-up has.
  case badName(String)
  /// A name that a trained model of another kind has.
  case otherKind(String, ModelManifest.Kind)
  /// A head on embeddings of another model.
  case otherEmbedding(head: String, trainedOn: String, model: String)

  public var description: String {
    switch self {
    case .missing(let model, let path):
      "the model \(model) is missing (\(path)): run Scripts/setup, or set LIKENESS_MODELS to its folder"
    case .altered(let path):
      "the model file \(path) is not the one that was installed (its checksum differs): "
        + "delete it and run Scripts/setup, or train it again if it was trained here"
    case .unreadable(let path, let reason):
      "the model file \(path) cannot be read: \(reason)"
    case .notWritable(let path, let reason):
      "the model cannot be written to \(path): \(reason)"
    case .notTrained(let name, let folder):
      "there is no trained model '\(name)' in \(folder)"
    case .badName(let name):
      "a model cannot be called '\(name)': take letters, digits, '-', '_' and '.', and no name of set-up's"
    case .otherKind(let name, let kind):
      "'\(name)' is another trained model already, of the kind \(kind.rawValue): take another name"
    case .otherEmbedding(let head, let trainedOn, let model):
      "the head '\(head)' was trained on embeddings of \(trainedOn), these are of \(model): "
        + "train one for them with likeness train --head siamese"
    }
  }
}
