import Faces
import Foundation
import GalleryCore
import LikenessCore

/// A photo that comes without a file, such as from a browser.
public struct PhotoUpload: Sendable {
  /// The bytes of an image file.
  public var data: Data
  /// The title that users know it by; never part of a path.
  public var title: String
  /// The name of the most prominent face that is not doubtful.
  public var name: String?
  /// What else is said about it: values by key.
  public var labels: [String: String]

  /// An image file's bytes with what is said about them.
  public init(data: Data, title: String, name: String? = nil, labels: [String: String] = [:]) {
    (self.data, self.title, self.name, self.labels) = (data, title, name, labels)
  }
}

/// A photo to be added.
enum PhotoSource: Sendable {
  case file(URL)
  case upload(PhotoUpload)

  /// What messages call it.
  var path: String {
    switch self {
    case .file(let url): url.path
    case .upload(let upload): upload.title
    }
  }

  /// What users know it by where the file does not say it.
  var title: String? {
    switch self {
    case .file: nil
    case .upload(let upload): upload.title
    }
  }

  /// The file as the gallery may know it; nil where there is none.
  var file: PhotoFile? {
    guard case .file(let url) = self else { return nil }
    let path = url.standardizedFileURL.path
    var status = stat()
    guard stat(PathText.cString(path), &status) == 0 else {
      return PhotoFile(path: path, bytes: -1, modified: 0)
    }
    // As Foundation counts, from 2001 on, so that a time is the same number as in galleries that were made with it.
    let modified = Date(
      timeIntervalSinceReferenceDate: Double(status.st_mtim.tv_sec)
        - Date.timeIntervalBetween1970AndReferenceDate + 1e-9 * Double(status.st_mtim.tv_nsec))
    return PhotoFile(
      path: path, bytes: Int(status.st_size), modified: modified.timeIntervalSince1970)
  }

  /// - Throws: `PhotoError`
  func data(_ limits: PhotoLimits) throws -> Data {
    switch self {
    case .file(let url): try Photo.read(contentsOf: url, limits: limits)
    case .upload(let upload): upload.data
    }
  }

  /// The name and labels of its most prominent face.
  func said(_ options: EnrolmentOptions) -> (name: String?, labels: [String: String]) {
    switch self {
    case .file(let url):
      let labels = options.labels?.labels(of: url) ?? [:]
      return (
        options.name ?? labels[LabelSource.person] ?? options.nameSource.name(of: url), labels
      )
    case .upload(let upload): return (upload.name, upload.labels)
    }
  }
}
