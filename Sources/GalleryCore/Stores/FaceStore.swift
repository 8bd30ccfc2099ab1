import Foundation
import LikenessCore

/// Where the photos and faces of a gallery are kept: a folder of this machine, or a server that many share.
///
/// Each question asks for the capability that it needs, such as `FaceReading`; whoever opens a gallery has them all.
public protocol FaceStore: AnnotationWriting, FaceFiltering, FaceReading, FaceWriting,
  GalleryChecking, GalleryStateReading,
  LabelReading, LinkStoring, MapStoring, ModelUpgrading, NameReading, PeopleReading, PeopleWriting,
  PhotoReading,
  WholeGalleryReading
{
  /// The store as one that finds the nearest faces by itself; nil where an index of all faces is made of it instead.
  var searching: (any SearchingStore)? { get }
}

extension FaceStore {
  public var searching: (any SearchingStore)? { nil }
}

extension GalleryStateReading {
  public func withSnapshot<Value>(_ body: () throws -> Value) throws -> Value { try body() }

  /// The model whose embeddings the gallery holds; nil while it is empty.
  public func model() throws(GalleryError) -> String? { try embeddingModel()?.name }
}

extension FaceStore {
  public func people() throws(GalleryError) -> [StoredPerson] { try people(assigned: nil) }

  /// All edits, the last first.
  public func peopleHistory() throws(GalleryError) -> [PeopleEdit] {
    try peopleHistory(before: nil, count: nil).edits
  }

  public func certainFaceCount() throws(GalleryError) -> Int {
    let left = try doubtfulFaces().union(unembeddedFaces().keys)
    return try faceCount() - left.count
  }
}

/// For stores that keep nothing but faces and what was said of them.
extension FaceStore {
  public func flush() throws(GalleryError) {}

  public func replacePicture(
    of photo: PhotoID, _ former: String, by picture: KeptPicture
  ) throws(GalleryError) -> Bool { throw .readOnly(path: path) }

  public func note(
    content digest: String, of photo: PhotoID, former: String, file: PhotoFile
  ) throws(GalleryError) -> Bool { throw .readOnly(path: path) }

  public func links() throws(GalleryError) -> [FaceLink] { [] }
  public func linkState() throws(GalleryError) -> LinkState? { nil }
  public func changedFaces(since revision: Int) throws(GalleryError) -> [FaceID] { [] }

  public func replaceLinks(
    _ links: some Sequence<FaceLink>, state: LinkState
  ) throws(GalleryError) { throw .readOnly(path: path) }
  public func addLinks(
    _ links: some Sequence<FaceLink>, state: LinkState
  ) throws(GalleryError) { throw .readOnly(path: path) }
}
