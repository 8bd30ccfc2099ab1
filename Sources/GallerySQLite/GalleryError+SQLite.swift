import Foundation
import GRDB
import GalleryCore

extension GalleryError {
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
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: self = .inUse(path: path, pid: nil)
    // Its head was looked at before: it is, or was, a gallery's.
    case .SQLITE_NOTADB, .SQLITE_CORRUPT: self = .damaged(path: path, detail: detail)
    case .SQLITE_CANTOPEN:
      self = .failed(path: path, detail: "its database cannot be opened: see to its permissions")
    // The shared memory file is grown by the system, which calls a full disk an I/O error.
    case .SQLITE_IOERR where Self.isFull(path): self = .diskFull(path: path)
    case .SQLITE_IOERR:
      let code = error.extendedResultCode.rawValue
      // SQLite's own text is that of its last call, which may be another one by now.
      self = .failed(
        path: path, detail: "disk I/O error (\(code)): see to its disk or network drive")
    default: self = .failed(path: path, detail: detail)
    }
  }

  private static func isFull(_ folder: String) -> Bool {
    var status = statvfs()
    return statvfs(folder, &status) == 0
      && UInt64(status.f_bavail) * UInt64(status.f_frsize) < 64 << 10
  }
}
