import LikenessCore

/// The photos that faces were found in.
public protocol PhotoReading: AnyObject, Sendable {
  func photo(id: PhotoID) throws(GalleryError) -> StoredPhoto?
  /// - Parameter digest: SHA-256 of the file's bytes, lower-case hexadecimal.
  func photo(digest: String) throws(GalleryError) -> StoredPhoto?
  /// The photos that were last seen in some files, in their order: several in one file, where its content has changed.
  /// - Parameter paths: absolute.
  func photos(paths: [String]) throws(GalleryError) -> [StoredPhoto]
  /// Those of some photos that are there, by their digests.
  func photos(digests: [String]) throws(GalleryError) -> [String: StoredPhoto]
  /// Photos of ids above one, in their order.
  func photos(after id: PhotoID, limit: Int) throws(GalleryError) -> [PhotoEntry]
  func photoEntry(_ id: PhotoID) throws(GalleryError) -> PhotoEntry?
  /// Everything that is kept of those of some photos that are there.
  func contents(ofPhotos ids: [PhotoID]) throws(GalleryError) -> [PhotoContent]
  /// The files that the photos were last seen in, as far as there are few enough to be known.
  func knownFiles() throws(GalleryError) -> Set<PhotoFile>
  /// The paths of those of the known files of which it was not read yet when their photos were taken.
  func pathsOfUnreadTimes() throws(GalleryError) -> Set<String>
  /// When some photos were taken; those of which it is not known are left out.
  func captureTimes(
    ofPhotos photos: Set<PhotoID>
  ) throws(GalleryError) -> [PhotoID: CaptureTime]
  /// Names of people whom photos show somewhere, by the photos that have some, in their order.
  /// - Parameter photos: nil for all.
  func candidates(
    ofPhotos photos: Set<PhotoID>?
  ) throws(GalleryError) -> [PhotoID: [String]]
}
