import CVips
import Foundation

extension Photo {
  /// How a photo lies in its file. No pixel is decoded.
  /// - Parameter data: the file, of any format that can be decoded.
  /// - Returns: upright where the file does not say it, or cannot be read.
  package static func orientation(of data: Data) -> Orientation {
    guard let format = PhotoFormat.sniff(data) else { return .upright }
    return data.withUnsafeBytes { bytes in
      switch format {
      case .png: return ExifBlock(png: bytes)?.orientation ?? .upright
      case .gif, .bmp, .pnm: return .upright
      case .tiff:
        guard let source = try? TIFFDirectories(bytes).photo() else { return .upright }
        let own = header(source) { $0.orientation } ?? .upright
        return own == .upright ? source.orientation : own
      case .jpeg, .webp, .heic, .avif:
        guard let loader = format.vips else { return .upright }
        return header(PhotoDecoder.Source(loader: loader, bytes: bytes)) { $0.orientation }
          ?? .upright
      }
    }
  }

  /// The XMP packet of a photo whose decoder alone knows where it lies, such as a HEIC. No pixel is decoded.
  /// - Returns: nil where there is none, or the file cannot be read.
  package static func decodersXMP(of data: Data) -> Data? {
    guard let format = PhotoFormat.sniff(data), let loader = format.vips else { return nil }
    return data.withUnsafeBytes { bytes in
      header(PhotoDecoder.Source(loader: loader, bytes: bytes)) { $0.xmp } ?? nil
    }
  }

  private static func header<Value>(
    _ source: PhotoDecoder.Source, _ body: (VipsImage) -> Value
  ) -> Value? {
    guard Vips.canRead(source.loader) else { return nil }
    return try? Vips.attempt { body(try VipsImage(source)) }
  }
}
