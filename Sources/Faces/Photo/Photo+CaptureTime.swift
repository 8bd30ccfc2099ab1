import Foundation
import LikenessCore

extension Photo {
  /// When a photo was taken, as the EXIF data of its file says: DateTimeOriginal, else CreateDate. No pixel is decoded.
  /// - Parameter data: the file, of any format that can be decoded.
  /// - Returns: nil where the file does not say it.
  public static func captureTime(of data: Data) -> CaptureTime? {
    withDecoder(of: data) { decoder in
      switch decoder.format {
      case .png: ExifBlock(png: decoder.bytes)?.captureTime
      // Its own first directory is what a block would have.
      case .tiff: ExifBlock(decoder.bytes)?.captureTime
      case .gif, .bmp, .pnm: nil
      case .jpeg, .webp, .heic, .avif:
        decoder.header { image, _ in image.withExif { ExifBlock($0)?.captureTime } }
      }
    }
  }
}
