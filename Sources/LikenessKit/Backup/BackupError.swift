import LikenessCore

/// Why a backup cannot be made or restored; one line each.
public enum BackupError: ClassifiedError, Equatable {
  /// The gallery is on a server, whose data lies elsewhere.
  case onServer(path: String)
  /// The file would lie in the folder of the gallery itself.
  case insideGallery(path: String)
  /// What lies at the file's place is not a backup, or not a file.
  case notReplaceable(path: String)
  /// Another process makes a backup of the gallery.
  case inProgress(path: String)
  /// Photos were removed again and again while they were copied.
  case changing(path: String)
  /// It was stopped before it was done.
  case interrupted
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// The file is something else.
  case notABackup(path: String)
  /// A later version made it.
  case newerVersion(path: String)
  /// It is encrypted, and no passphrase was given.
  case needsPassphrase(path: String)
  /// A passphrase was given for a file that is not encrypted.
  case notEncrypted(path: String)
  /// A passphrase without a character.
  case emptyPassphrase
  /// It was encrypted with another passphrase.
  case wrongPassphrase(path: String)
  /// It was altered or cut short.
  case damaged(path: String, detail: String)
  /// A gallery was to be restored where something is already.
  case occupied(path: String)

  public var kind: ErrorKind {
    switch self {
    case .onServer, .notABackup, .newerVersion: .notSupported
    case .inProgress, .changing: .busy
    case .interrupted: .cancelled
    case .unreadable: .notFound
    case .insideGallery, .needsPassphrase, .notEncrypted, .emptyPassphrase, .wrongPassphrase:
      .invalidInput
    case .damaged: .damaged
    case .occupied, .notReplaceable: .conflict
    }
  }

  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .onServer(let path):
      "\(path) is on a Milvus server: backups are of galleries in folders"
    case .insideGallery(let path):
      "\(path) lies in the gallery's own folder: a backup has to be elsewhere"
    case .notReplaceable(let path):
      "\(path) is there and is not a backup of Likeness: name another file"
    case .inProgress(let path):
      "another program is making a backup of the gallery \(path)"
    case .changing(let path):
      "photos were removed from the gallery \(path) all the time while they were copied: "
        + "try again when there is less to do"
    case .interrupted:
      "stopped: nothing was kept"
    case .unreadable(let path, let reason):
      "\(path) cannot be read: \(reason)"
    case .notABackup(let path):
      "\(path) is not a backup of Likeness"
    case .newerVersion(let path):
      "the backup \(path) was made by a newer version of Likeness: update this one"
    case .needsPassphrase(let path):
      "the backup \(path) is encrypted, and no passphrase was given"
    case .notEncrypted(let path):
      "the backup \(path) is not encrypted, although a passphrase was given for it"
    case .emptyPassphrase:
      "the passphrase is empty"
    case .wrongPassphrase(let path):
      "the backup \(path) was encrypted with another passphrase"
    case .damaged(let path, let detail):
      "the backup \(path) is damaged or cut short (\(detail)): nothing was restored"
    case .occupied(let path):
      "there is something at \(path) already: restore into a folder that is new or empty"
    }
  }
}
