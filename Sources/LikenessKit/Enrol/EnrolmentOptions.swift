import Foundation
import GalleryCore

/// Where the name of a photo's most prominent face comes from.
public enum NameSource: String, Sendable, CaseIterable {
  /// The regions in the photo's file or beside it, each for the face that lies in it. Where they name nobody, the file's
  /// name without its extension, unless a camera or program chose it, such as `IMG_0001`; the folder's where a
  /// file is called by it and a number.
  case auto
  /// The file's name without its extension, whatever it is.
  case file
  /// The name of the folder that the file lies in.
  case folder
  /// The regions in the photo's file or beside it, each for the face that lies in it; also for photos that the gallery has.
  case regions
  /// Nowhere: faces are added without a name.
  case none

  package func name(of url: URL) -> String? {
    // Whoever named the file was asked nothing: what no name may have is left out.
    let name = GalleryCore.GalleryNames.cleaned(
      url.deletingPathExtension().lastPathComponent)
    let folder = GalleryCore.GalleryNames.cleaned(
      url.deletingLastPathComponent().standardizedFileURL.lastPathComponent)
    return switch self {
    case .auto:
      FileNames.numbered(name, in: folder) ?? (FileNames.isMeaningless(name) ? nil : name)
    case .file: name
    case .folder: folder
    case .regions, .none: nil
    }
  }

  /// Whether regions in files and beside them name faces.
  var readsRegions: Bool { self == .auto || self == .regions }
}

/// What a gallery keeps of photos that come without a file.
public enum PhotoKeeping: Sendable {
  /// The photo itself, in the gallery's folder.
  case photo
  /// Embeddings and positions of the faces, without any picture.
  case embeddings
}

/// How photos are added.
public struct EnrolmentOptions: Sendable {
  /// Where the name of a photo's most prominent face comes from, unless `name` or `labels` give one. Uploads bring
  /// their own names and labels.
  public var nameSource = NameSource.auto
  /// One name for all files; takes precedence over `nameSource`. A photo that the gallery has already gets it as well, or the
  /// one of `labels`, unless it has another name, which a warning tells.
  public var name: String?
  /// Labels for the most prominent face of a file, also of a photo that the gallery has already. A label `person` is the
  /// face's name: it takes precedence over `nameSource`, but not over `name`.
  public var labels: LabelSource?
  /// The largest photo to accept; larger ones are skipped.
  public var limits = PhotoLimits.default
  /// The part of the files to add; nil for all.
  public var shard: Shard?
  /// What is kept of uploads. Of files, the gallery keeps the path and a small picture of each face.
  public var keeping = PhotoKeeping.photo

  /// Names from file names that mean something, for all photos.
  public init() {}
}
