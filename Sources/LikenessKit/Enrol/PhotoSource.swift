import Faces
import Foundation
import GalleryCore
import LikenessCore

/// A photo that comes without a file, such as from a browser.
public struct PhotoUpload: Sendable {
  /// The bytes of an image file. Regions in it name faces as those of files do.
  public var data: Data
  /// The title that users know it by; never part of a path.
  public var title: String
  /// The name of the most prominent face that is not doubtful. A photo that the gallery has already gets it as well, unless
  /// it has another name, see `AddedPhoto.keptName`.
  public var name: String?
  /// What else is said about it: values by key.
  public var labels: [String: String]

  /// An image file's bytes with what is said about them. A label `person` is a name.
  public init(data: Data, title: String, name: String? = nil, labels: [String: String] = [:]) {
    (self.data, self.title, self.labels) = (data, title, labels)
    self.name = name ?? labels[LabelSource.person]
  }
}

/// What is said about the most prominent face of a photo that is not doubtful.
struct PhotoSubject: Sendable {
  var name: String?
  /// Whether the user stated the name or where it comes from, so that it is for photos that are there already as well.
  var isNameStated: Bool
  /// What else is said, without the name.
  var labels: [String: String]

  init(name: String? = nil, isNameStated: Bool = false, labels: [String: String] = [:]) {
    self.name = name
    self.isNameStated = isNameStated
    self.labels = labels.filter { $0.key != LabelSource.person }
  }

  /// Whether it says anything of a photo that is there already.
  var concernsKnownPhotos: Bool { isNameStated && name != nil || !labels.isEmpty }
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

  /// Where files may lie beside it; nil for a photo without a file.
  var url: URL? {
    switch self {
    case .file(let url): url
    case .upload: nil
    }
  }

  /// The file as the gallery may know it; nil where there is none. Of one that is not there, the size is -1.
  var file: PhotoFile? {
    guard case .file(let url) = self else { return nil }
    let path = url.standardizedFileURL.path
    return PhotoFile(onDisk: path) ?? PhotoFile(path: path, bytes: -1, modified: 0)
  }

  /// - Throws: `PhotoError`
  func data(_ limits: PhotoLimits) throws -> Data {
    switch self {
    case .file(let url): try Photo.read(contentsOf: url, limits: limits)
    case .upload(let upload): upload.data
    }
  }

  /// What is said about its most prominent face.
  func subject(_ options: EnrolmentOptions) -> PhotoSubject {
    switch self {
    case .file(let url):
      let labels = options.labels?.labels(of: url) ?? [:]
      let stated =
        options.name
        ?? labels[LabelSource.person].map { GalleryCore.GalleryNames.cleaned($0) }
      return PhotoSubject(
        name: stated ?? options.nameSource.name(of: url),
        isNameStated: stated != nil || options.nameSource != .auto, labels: labels)
    case .upload(let upload):
      return PhotoSubject(name: upload.name, isNameStated: true, labels: upload.labels)
    }
  }
}
