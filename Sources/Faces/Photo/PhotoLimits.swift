/// How large a photo may be, and how many of its pixels are kept.
public struct PhotoLimits: Sendable, Hashable {
  /// The most pixels an image may claim to have. Read from the header, before anything is decoded,
  /// so that a decompression bomb costs nothing.
  public var maximumPixels: Int
  /// The largest file, in bytes.
  public var maximumBytes: Int
  /// The longer side, in pixels, to which larger photos are shrunk while loading. A photo that is
  /// not larger keeps exactly the pixels that its decoder gives. A JPEG may end up to a tenth
  /// smaller than this, where its decoder can then do all of the shrinking.
  public var longestSide: Int

  /// - Precondition: every limit is at least 1.
  public init(
    maximumPixels: Int = 200_000_000, maximumBytes: Int = 500_000_000, longestSide: Int = 2048
  ) {
    precondition(maximumPixels > 0 && maximumBytes > 0 && longestSide > 0)
    self.maximumPixels = maximumPixels
    self.maximumBytes = maximumBytes
    self.longestSide = longestSide
  }

  /// 200 megapixels, 500 MB, and a longer side of 2048 pixels.
  public static let `default` = PhotoLimits()
}
