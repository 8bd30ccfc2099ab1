import Faces
import GalleryCore
import LikenessEvaluation
import LikenessKit
import MetricLearning

#if Server
  import LikenessServer
#endif

/// What the command line adds to an error: the command or option that helps. Errors state facts only, as others read
/// them too, who have no command line.
enum Advice {
  /// With what separates it from the error's own text; nil where there is nothing to add.
  static func text(for error: any Error) -> String? {
    #if Server
      switch error {
      case APIKeyError.missing: return " with likeness keys add NAME"
      case APIKeyError.unknown: return ": likeness keys list shows all"
      case ServerStartError.needsKey:
        return ": make one first with likeness keys add NAME, or listen on 127.0.0.1"
      default: break
      }
    #endif
    return switch error {
    case let error as LikenessError: text(for: error)
    case let error as GalleryError: text(for: error)
    case let error as BackupError: text(for: error)
    case let error as ModelError: text(for: error)
    case let error as DetectionLabelError: text(for: error)
    case let error as TrainingError: text(for: error)
    case ComposeError.unknownKey(_, keys: [], _): ": label faces with likeness label"
    case AlgebraError.oneValue: ": label some with another, or use --recipe additive"
    case DatasetError.noFaces:
      "; for photos that are nothing but faces, take them whole: --crop whole"
    default: nil
    }
  }

  /// What to change in a training that has stopped learning.
  static func text(for finding: CollapseAlarm.Finding) -> String {
    switch finding {
    case .collapsed:
      ": take --loss multi-similarity or --loss arcface, lower --learning-rate, or take --miner batch-all if it is another"
    case .nothingToLearn:
      ": take more people in a batch (--people), a larger --margin, or for triplets --miner batch-hard"
    }
  }

  private static func text(for error: LikenessError) -> String? {
    switch error {
    case .onlyDoubtful(_, let count):
      ", use --include-doubtful to take \(count == 1 ? "it" : "them")"
    case .doubtfulFace(let face):
      ": likeness label \(face.reference) person=NAME says whose face it is"
    case .unknownPhoto(_, candidates: []): ": likeness list photos shows what is"
    case .unknownPerson: ": likeness people shows who is"
    case .unknownFace: ": likeness list faces shows what is"
    case .notEmbedded: ": likeness gallery upgrade makes one when its photo is back"
    case .emptyGallery: ": add photos with likeness add"
    default: nil
    }
  }

  private static func text(for error: GalleryError) -> String? {
    switch error {
    case .missing: ": make one with likeness add"
    case .faceExists(_, let face): ": likeness label \(face.reference) person=NAME names it"
    case .personNameTaken:
      ": if both are one person, merge them with likeness people merge; otherwise choose another name"
    case .toldApart:
      ": likeness people undo takes edits back, and --anyway merges them all the same"
    case .severalNames: ": say with --name which one they keep"
    case .notLastEdit(_, _, last: .some): ": likeness people history lists them all"
    default: nil
    }
  }

  private static func text(for error: BackupError) -> String? {
    switch error {
    case .onServer:
      "; use the backup of the server itself, or copy the gallery to a folder with likeness gallery copy and back that up"
    case .needsPassphrase: ": name a file that it is in with --passphrase-file"
    case .notEncrypted: ": leave --passphrase-file out if you trust it"
    default: nil
    }
  }

  private static func text(for error: ModelError) -> String? {
    switch error {
    case .notTrained, .noDetector: ": likeness models lists those that are here"
    case .exists: ": take another name, or --replace it"
    case .isMember(_, let join): ": likeness models remove \(join) first"
    case .noHead:
      ": likeness train --head siamese makes a head, and --loss siamese an embedding with one"
    case .otherEmbedding: ": train one for them with likeness train --head siamese"
    default: nil
    }
  }

  private static func text(for error: DetectionLabelError) -> String? {
    switch error {
    case .severalFormats(_, let formats):
      ": choose one, --format \(formats.map(\.rawValue).joined(separator: " or "))"
    case .noLabels: "; say where they are with --labels"
    default: nil
    }
  }

  private static func text(for error: TrainingError) -> String? {
    switch error {
    case .notANumber: ": lower --learning-rate"
    case .occupied(let path):
      ": take another folder with --out, or go on with --resume \(path)"
    default: nil
    }
  }
}
