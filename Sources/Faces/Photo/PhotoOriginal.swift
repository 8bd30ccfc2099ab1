import Foundation

/// The file of a photo that was shrunk while it was loaded.
struct PhotoOriginal: Sendable {
  let data: Data
  let format: PhotoFormat
  let limits: PhotoLimits
  let path: String?

  /// Parts of the photo at full size, decoded in one pass; of the rest no more than a few rows are held at a time.
  /// - Parameter areas: in pixels of the file's upright image, inside of it.
  /// - Returns: a photo for each.
  /// - Throws: `PhotoError`
  func photos(of areas: [PhotoRectangle]) throws(PhotoError) -> [Photo] {
    guard !areas.isEmpty else { return [] }
    do {
      return try data.withUnsafeBytes { bytes in
        try PhotoDecoder(format: format, bytes: bytes, limits: limits, path: path).decode(areas)
      }
    } catch let error as PhotoError {
      throw error
    } catch {
      throw .damaged(path: path, detail: "\(error)")
    }
  }
}
