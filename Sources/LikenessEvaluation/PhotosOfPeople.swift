import Foundation
import LikenessKit

/// Photos with whom they show.
struct PhotosOfPeople: Sendable {
  struct Photo: Sendable {
    var url: URL
    /// Its path below the folder.
    var name: String
    var person: String
  }

  /// In the order of their paths.
  let photos: [Photo]
  /// Photos of which nothing says whom they show.
  let unnamed: [String]

  /// - Parameters:
  ///   - folder: searched with all folders in it.
  ///   - nameSource: where names come from. A file's name without a number at its end, as LFW has it. By default folders,
  ///     or files where all photos lie in `folder` itself.
  ///   - labels: say whom a photo shows, instead.
  /// - Throws: `PhotoError`, `DetectionLabelError.noPhotos`
  init(folder: URL, nameSource: NameSource? = nil, labels: LabelSource? = nil) throws {
    let files = try FolderPhotos(folder)
    let isFlat = files.names.allSatisfy { !$0.contains("/") }
    let source = nameSource ?? (isFlat ? .file : .folder)
    var (photos, unnamed) = ([Photo](), [String]())
    for (url, name) in zip(files.urls, files.names) {
      let person =
        if let labels {
          labels.labels(of: url)?[LabelSource.person]
        } else {
          Self.person(of: url, name, source)
        }
      if let person {
        photos.append(
          Photo(url: url, name: name, person: person.precomposedStringWithCanonicalMapping))
      } else {
        unnamed.append(name)
      }
    }
    (self.photos, self.unnamed) = (photos, unnamed)
  }

  private static func person(of url: URL, _ name: String, _ source: NameSource) -> String? {
    switch source {
    case .auto, .file:
      NumberedPhoto(fileName: url.lastPathComponent)?.person ?? source.name(of: url)
    case .folder:
      // The folder that holds all people is not a person.
      name.contains("/") ? source.name(of: url) : nil
    // A photo may show several.
    case .regions, .none: nil
    }
  }
}
