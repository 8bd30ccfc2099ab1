import Foundation
import LikenessCore

extension Photo {
  /// When a photo was taken, as the EXIF data of its file says: DateTimeOriginal, else CreateDate. No pixel is decoded.
  /// - Parameter data: the file, of any format that can be decoded.
  /// - Returns: nil where the file does not say it.
  public static func captureTime(of data: Data) -> CaptureTime? {
    guard let format = PhotoFormat.sniff(data) else { return nil }
    return data.withUnsafeBytes { bytes in
      switch format {
      case .png: return ExifBlock(png: bytes)?.captureTime
      // Its own first directory is what a block would have.
      case .tiff: return ExifBlock(bytes)?.captureTime
      case .gif, .bmp, .pnm: return nil
      case .jpeg, .webp, .heic, .avif:
        guard let loader = format.vips, Vips.canRead(loader) else { return nil }
        let source = PhotoDecoder.Source(loader: loader, bytes: bytes)
        return try? Vips.attempt {
          try VipsImage(source).withExif { ExifBlock($0)?.captureTime }
        }
      }
    }
  }
}
