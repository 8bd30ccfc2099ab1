import Crypto
import Faces
import Foundation
import GalleryCore
import LikenessCore

extension StoredPhoto {
  /// Why a photo of a gallery cannot be looked at again.
  struct Unavailable: Error {
    /// In words.
    let reason: String
  }

  /// The bytes of its file, if that is still the photo that was added.
  func bytes(limits: PhotoLimits) throws(Unavailable) -> Data {
    // As those have it that came without a file and were not kept.
    if path.hasPrefix("upload:") { throw Unavailable(reason: "the photo was not kept") }
    do {
      let data = try Photo.read(contentsOf: URL(fileURLWithPath: path), limits: limits)
      guard SHA256.hash(data: data).hexadecimal == digest else {
        throw Unavailable(reason: "the file is another photo now")
      }
      return data
    } catch PhotoError.noSuchFile {
      throw Unavailable(reason: "the photo is gone")
    } catch let error as Unavailable {
      throw error
    } catch {
      throw Unavailable(reason: "the photo cannot be read: \(error)")
    }
  }

  /// Its pixels, if its file is still the photo that was added.
  func decoded(limits: PhotoLimits) throws(Unavailable) -> Photo {
    let data = try bytes(limits: limits)
    do {
      return try Photo.decode(data, limits: limits, path: path)
    } catch {
      throw Unavailable(reason: "the photo cannot be read: \(error)")
    }
  }
}
