import Faces
import Foundation
import GalleryCore
import LikenessCore

/// An analysed photo, ready to be added.
public struct PreparedPhoto: Sendable {
  var photo: NewPhoto
  /// The bytes, where the gallery is to keep them itself; then `photo.file` says where.
  var original: Original?
  /// Whether its content is in the gallery already, so that no detection was run.
  public var isKnown: Bool
  /// What is said about its most prominent face.
  var subject = PhotoSubject()
  /// What its file says of whom it shows; of a photo that the gallery has, where that was asked for.
  var regions: RegionReading?
  /// How many of its faces regions name.
  var namedByRegions = 0
  /// Of the embeddings of its faces; nil where no detection was run.
  var model: EmbeddingModel?

  struct Original: Sendable {
    let data: Data
    let keptPhotos: KeptPhotos
  }

  /// How many faces were found that are not doubtful.
  public var faces: Int { photo.faces.count - doubtful }
  /// How many detections are likely not faces.
  public var doubtful: Int { photo.faces.count { $0.quality.isDoubtful } }

  /// The same photo without doubtful detections and those of a lower score.
  public func keepingFaces(ofScore score: Float) -> PreparedPhoto {
    var kept = self
    kept.photo.faces.removeAll { $0.score < score || $0.quality.isDoubtful }
    return kept
  }
}

/// The outcome of adding a photo.
public struct AddedPhoto: Sendable {
  /// Its id in the gallery.
  public let photo: PhotoID
  /// False where its content was there already.
  public let isNew: Bool
  /// The ids of its faces, the most prominent first, doubtful detections among them.
  public let faces: [FaceID]
  /// How many of these are likely not faces.
  public let doubtful: Int
  /// The other name that the photo had already, so that the one it was added by was not given; nil where there was none.
  public let keptName: String?
}
