import Foundation
import LikenessCore

/// Why a gallery cannot be used: one line each.
public enum GalleryError: ClassifiedError, Equatable {
  /// There is no gallery in the folder.
  case missing(path: String)
  /// The folder's database is something else; it was not touched.
  case notAGallery(path: String)
  /// A later version has changed the schema.
  case newerVersion(path: String)
  /// An earlier version made it, and it cannot be written to migrate it.
  case olderVersion(path: String)
  /// The file is a gallery, but is damaged.
  case damaged(path: String, detail: String)
  /// Another process holds the write lock. `pid` is nil if unknown.
  case inUse(path: String, pid: Int32?)
  /// It is on a server that does not answer.
  case unreachable(path: String, detail: String)
  case readOnly(path: String)
  /// The folder is read-only and changes still wait in the write-ahead log.
  case unfinished(path: String)
  case diskFull(path: String)
  /// `gallery` and `model` name the models, with their dimensions where only these differ.
  case modelMismatch(path: String, gallery: String, model: String)
  /// A value to be stored is invalid, such as an embedding with a NaN.
  case unusable(path: String, detail: String)
  case unknownName(path: String, name: String)
  case unknownFace(path: String, face: FaceID)
  /// The photo that a face was to be added to is not there.
  case unknownPhoto(path: String, photo: PhotoID)
  /// A face that was to be added to a photo is there already.
  case faceExists(path: String, face: FaceID)
  /// A name cannot be renamed to an existing one without merging them.
  case nameTaken(path: String, name: String)
  case unknownPerson(path: String, person: PersonID)
  /// Another person has that name already.
  case personNameTaken(path: String, name: String, person: PersonID)
  /// People to be merged were said to be different. `edit` is the edit that said so, if still known.
  case toldApart(path: String, first: String, second: String, edit: PeopleEdit?)
  /// People to be merged were given different names, and none was chosen.
  case severalNames(path: String, names: [String])
  /// An edit of people is to be undone that is not the last one. `last` is the last; nil if none is left.
  case notLastEdit(path: String, edit: EditID, last: PeopleEdit?)
  case failed(path: String, detail: String)

  public var kind: ErrorKind {
    switch self {
    case .missing: .insufficientData
    case .notAGallery, .newerVersion, .olderVersion: .notSupported
    case .damaged: .damaged
    case .inUse: .busy
    case .unreachable: .unreachable
    case .readOnly: .readOnly
    case .diskFull: .full
    case .unusable: .invalidValue
    case .unknownName, .unknownFace, .unknownPhoto, .unknownPerson: .notFound
    case .modelMismatch, .faceExists, .nameTaken, .personNameTaken, .toldApart, .severalNames,
      .notLastEdit:
      .conflict
    case .unfinished, .failed: .failed
    }
  }

  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .missing(let path):
      "there is no gallery at \(path)"
    case .notAGallery(let path):
      "\(path) is not a gallery of Likeness"
    case .newerVersion(let path):
      "the gallery \(path) was made by a newer version of Likeness: update this one"
    case .olderVersion(let path):
      "the gallery \(path) was made by an older version of Likeness and cannot be brought up to date "
        + "on a read-only disk: copy it to one that can be written"
    case .damaged(let path, let detail):
      "the gallery \(path) is damaged (\(detail)): see whether its disk can be read, then restore it from a "
        + "backup, or add the photos to a new one"
    case .unreachable(let path, let detail):
      "the gallery \(path) cannot be reached: \(detail)"
    case .inUse(let path, let pid):
      "the gallery \(path) is being changed by another program"
        + (pid.map { " (process \($0))" } ?? "") + ": try again when it has ended"
    case .readOnly(let path):
      "the gallery \(path) cannot be changed: its folder or disk is read-only"
    case .unfinished(let path):
      "the gallery \(path) was left in the middle of a change and lies in a read-only folder: "
        + "open it once where it can be written"
    case .diskFull(let path):
      "the disk of the gallery \(path) is full: nothing of the last step was kept"
    case .modelMismatch(let path, let gallery, let model):
      "the gallery \(path) holds embeddings of \(gallery), which those of \(model) cannot be compared with: "
        + "use another gallery"
    case .unusable(let path, let detail):
      "not kept in the gallery \(path): \(detail)"
    case .unknownName(let path, let name):
      "there is nobody of the name \(name) in the gallery \(path)"
    case .unknownFace(let path, let face):
      "there is no \(face.reference) in the gallery \(path)"
    case .unknownPhoto(let path, let photo):
      "there is no \(photo.reference) in the gallery \(path)"
    case .faceExists(_, let face):
      "\(face.reference) is in that place already"
    case .nameTaken(let path, let name):
      "there is a \(name) in the gallery \(path) already: merge the two, or choose another name"
    case .unknownPerson(let path, let person):
      "there is no \(person.reference) in the gallery \(path)"
    case .personNameTaken(_, let name, let person):
      "\(person.reference) is called \(name) already"
    case .toldApart(_, let first, let second, let edit):
      "\(first) and \(second) were told apart"
        + (edit.map { " on \($0.timeText) (\($0.text))" } ?? "")
    case .severalNames(_, let names):
      "these people have different names, \(names.joined(separator: ", "))"
    case .notLastEdit(_, let edit, let last):
      "\(edit.reference) is not the last edit of people: "
        + (last.map { "that is \($0.id.reference) (\($0.text))" } ?? "there is none to undo")
    case .failed(let path, let detail):
      "the gallery \(path) failed: \(detail)"
    }
  }
}
