import Foundation
import GRDB

/// Why a gallery cannot be used.
public enum GalleryError: Error, Sendable, Equatable, CustomStringConvertible {
  case missing(path: String)
  case notAGallery(path: String)
  case newerVersion(path: String)
  case damaged(path: String, detail: String)
  case inUse(path: String, pid: Int32?)
  case readOnly(path: String)
  case diskFull(path: String)
  case modelMismatch(path: String, gallery: String, model: String)
  case failed(path: String, detail: String)

  public var description: String {
    switch self {
    case .missing(let path):
      "there is no gallery at \(path): make one with likeness add"
    case .notAGallery(let path):
      "\(path) is not a gallery of Likeness"
    case .newerVersion(let path):
      "the gallery \(path) was made by a newer version of Likeness: update this one"
    case .damaged(let path, let detail):
      "the gallery \(path) is damaged (\(detail)): restore it from a backup, or add the photos to a new one"
    case .inUse(let path, let pid):
      "the gallery \(path) is being changed by another program"
        + (pid.map { " (process \($0))" } ?? "") + ": try again when it has ended"
    case .readOnly(let path):
      "the gallery \(path) cannot be changed: its folder or disk is read-only"
    case .diskFull(let path):
      "the disk of the gallery \(path) is full: nothing of the last step was kept"
    case .modelMismatch(let path, let gallery, let model):
      "the gallery \(path) holds embeddings of \(gallery), which those of \(model) cannot be compared with: "
        + "use another gallery"
    case .failed(let path, let detail):
      "the gallery \(path) failed: \(detail)"
    }
  }

  /// What SQLite's error means for a gallery.
  init(_ error: any Error, path: String) {
    if let error = error as? GalleryError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      self = .failed(path: path, detail: error.localizedDescription)
      return
    }
    let detail = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .inUse(path: path, pid: nil)
    case .SQLITE_NOTADB: self = .notAGallery(path: path)
    case .SQLITE_CORRUPT: self = .damaged(path: path, detail: detail)
    case .SQLITE_CANTOPEN: self = .failed(path: path, detail: "its database cannot be opened")
    default: self = .failed(path: path, detail: detail)
    }
  }
}
