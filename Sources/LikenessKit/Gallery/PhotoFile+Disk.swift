import Foundation
import GalleryCore
import LikenessCore

extension PhotoFile {
  /// A file as it is on the disk now; nil where there is none.
  /// - Parameter path: absolute.
  init?(onDisk path: String) {
    var status = stat()
    guard stat(PathText.cString(path), &status) == 0 else { return nil }
    // As Foundation counts, from 2001 on, so that a time is the same number as in galleries that were made with it.
    let modified = Date(
      timeIntervalSinceReferenceDate: Double(status.st_mtim.tv_sec)
        - Date.timeIntervalBetween1970AndReferenceDate + 1e-9 * Double(status.st_mtim.tv_nsec))
    self.init(
      path: path, bytes: Int(status.st_size), modified: modified.timeIntervalSince1970)
  }
}
