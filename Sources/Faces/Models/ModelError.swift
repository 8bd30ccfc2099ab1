import LikenessCore

/// Why a model cannot be used.
public enum ModelError: ClassifiedError, Equatable {
  case missing(model: String, path: String)
  case altered(path: String)
  case unreadable(path: String, reason: String)
  case notWritable(path: String, reason: String)
  /// No model of this name was trained or added.
  case notTrained(String, folder: String)
  /// A name that cannot be a folder's, or that a model of set-up has.
  case badName(String)
  /// A name that a trained model of another kind has.
  case otherKind(String, ModelManifest.Kind)
  /// A file that is to be added and cannot be.
  case refused(path: String, reason: String)
  /// A name that is taken.
  case exists(String)
  /// Models installed by set-up cannot be changed.
  case fixed(String)
  /// A join depends on the model.
  case isMember(String, of: String)
  /// Models that cannot be joined.
  case notJoined(String, reason: String)
  /// The model has changed since work on it began.
  case replaced(String)
  /// There is no detector of this name.
  case noDetector(String)
  /// A head on embeddings of another model.
  case otherEmbedding(head: String, trainedOn: String, model: String)
  /// An embedding without a head where one is asked for.
  case noHead(String)

  public var kind: ErrorKind {
    switch self {
    case .missing, .unreadable, .notWritable: .unavailable
    case .altered: .damaged
    case .notTrained, .noDetector, .noHead: .notFound
    case .badName: .invalidValue
    case .refused, .notJoined: .invalidInput
    case .otherKind, .exists, .fixed, .isMember, .replaced, .otherEmbedding: .conflict
    }
  }

  /// What is wrong, and what to do, in one line.
  public var description: String {
    switch self {
    case .missing(let model, let path):
      "the model \(model) is missing (\(path)): run Scripts/setup in a clone, "
        + "install the package again, or set LIKENESS_MODELS to the folder of the models"
    case .altered(let path):
      "the model file \(path) is not the one that was installed (its checksum differs): "
        + "delete it and run Scripts/setup, install the package again, or train or add it again if it is your own"
    case .unreadable(let path, let reason):
      "the model file \(path) cannot be read: \(reason)"
    case .notWritable(let path, let reason):
      "the model cannot be written to \(path): \(reason)"
    case .notTrained(let name, let folder):
      "there is no model '\(name)' in \(folder)"
    case .badName(let name):
      "a model cannot be called '\(name)': take letters, digits, '-', '_' and '.', and no name of set-up's"
    case .otherKind(let name, let kind):
      "'\(name)' is a model of another kind already (\(kind.rawValue)): take another name"
    case .refused(let path, let reason):
      "\(path) cannot be added: \(reason)"
    case .exists(let name):
      "there is a model '\(name)' already"
    case .fixed(let name):
      "'\(name)' is a model of set-up, which stays as it is"
    case .isMember(let name, let join):
      "'\(name)' is a part of the model '\(join)'"
    case .notJoined(let name, let reason):
      "'\(name)' cannot be joined: \(reason)"
    case .replaced(let name):
      "the model '\(name)' was replaced meanwhile: nothing was changed"
    case .noDetector(let name):
      "there is no detector '\(name)'"
    case .noHead(let name):
      "\(name) is not a head, nor was one trained with it"
    case .otherEmbedding(let head, let trainedOn, let model):
      "the head '\(head)' was trained on embeddings of \(trainedOn), these are of \(model)"
    }
  }
}
