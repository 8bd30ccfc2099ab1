import Foundation

extension Photo {
  /// How a photo lies in its file. No pixel is decoded.
  /// - Parameter data: the file, of any format that can be decoded.
  /// - Returns: upright where the file does not say it, or cannot be read.
  package static func orientation(of data: Data) -> Orientation {
    switch PhotoFormat.sniff(data) {
    case .png: data.withUnsafeBytes { ExifBlock(png: $0)?.orientation } ?? .upright
    case .gif, .bmp, .pnm, nil: .upright
    case .tiff, .jpeg, .webp, .heic, .avif:
      withDecoder(of: data) { decoder in
        decoder.header { decoder.orientation(of: $0, $1) }
      } ?? .upright
    }
  }

  /// The XMP packet of a photo whose decoder alone knows where it lies, such as a HEIC. No pixel is decoded.
  /// - Returns: nil where there is none, or the file cannot be read.
  package static func decodersXMP(of data: Data) -> Data? {
    withDecoder(of: data) { $0.header { image, _ in image.xmp } }
  }

  /// Works with the bytes of a file whose kind is known.
  static func withDecoder<Value>(of data: Data, _ body: (PhotoDecoder) -> Value?) -> Value? {
    guard let format = PhotoFormat.sniff(data) else { return nil }
    return data.withUnsafeBytes { bytes in
      body(PhotoDecoder(format: format, bytes: bytes, limits: .default, path: nil))
    }
  }
}
