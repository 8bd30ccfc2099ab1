import Foundation

extension Photo {
  /// The photo as a JPEG file, without metadata.
  /// - Parameter quality: 1 to 100; clamped.
  /// - Throws: `PhotoError.notEncodable`, as where a side is over 65,500 pixels.
  public func jpegData(quality: Int = 90) throws(PhotoError) -> Data {
    try encoded(".jpg[Q=\(min(100, max(1, quality))),optimize_coding,strip]")
  }

  /// The photo as a PNG file, without metadata.
  /// - Throws: `PhotoError.notEncodable`.
  public func pngData() throws(PhotoError) -> Data {
    try encoded(".png[strip]")
  }

  private func encoded(_ suffix: String) throws(PhotoError) -> Data {
    do {
      return try withVips { Data(try $0.encoded(suffix)) }
    } catch let failure as VipsFailure {
      throw .notEncodable(detail: failure.text)
    } catch {
      throw .notEncodable(detail: "\(error)")
    }
  }
}
