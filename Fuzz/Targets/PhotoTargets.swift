import Foundation

@testable import Faces

extension FuzzTarget {
  static let photos: [FuzzTarget] = [
    ("png", [.png]), ("jpeg", [.jpeg]), ("heif", [.heic, .avif]), ("tiff", [.tiff]),
    ("webp", [.webp]), ("gif", [.gif]), ("bmp", [.bmp]), ("pnm", [.pnm]),
  ].map { (name: String, formats: Set<PhotoFormat>) in
    FuzzTarget(name: name) { data in
      guard let format = PhotoFormat.sniff([UInt8](data.prefix(32))), formats.contains(format)
      else { return false }
      photo(data)
      return true
    }
  }

  /// Small, so that many are tried in a second, and that the bounds are met.
  private static let limits = PhotoLimits(
    maximumPixels: 1 << 18, maximumBytes: 1 << 20, maximumMemory: 16 << 20,
    workingPixels: 1 << 14, longestSide: 96)

  private static func photo(_ data: Data) {
    do {
      let photo = try Photo.decode(data, limits: limits)
      check(
        photo.fullWidth * photo.fullHeight <= limits.maximumPixels
          && photo.width * photo.height <= limits.workingPixels
          && max(photo.width, photo.height) <= limits.longestSide, "a photo within its limits")
      guard let original = photo.original else { return }
      let area = PhotoRectangle(
        x: photo.fullWidth / 3, y: photo.fullHeight / 3, width: min(8, photo.fullWidth / 2 + 1),
        height: min(8, photo.fullHeight / 2 + 1))
      let parts = try original.photos(of: [area])
      check(parts.count == 1 && parts[0].width == area.width, "a part for each area")
    } catch {
      checkLine(error)
    }
  }

  static func orientation(_ data: Data) -> Bool {
    data.withUnsafeBytes { bytes in
      let block = ExifBlock(bytes)
      _ = (block?.orientation, block?.captureTime)
    }
    return true
  }

  static func profile(_ data: Data) -> Bool {
    guard let profile = ColorProfile([UInt8](data)) else { return false }
    if profile.isSRGB { check([.rgb, .grey].contains(profile.space), "sRGB is RGB or grey") }
    return true
  }
}
