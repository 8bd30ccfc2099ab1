/// How large a photo may be, and how many of its pixels are kept.
public struct PhotoLimits: Sendable, Hashable {
  /// The most pixels an image may claim to have. Read from the header, before anything is decoded,
  /// so that a decompression bomb costs nothing.
  public var maximumPixels: Int
  /// The largest file, in bytes.
  public var maximumBytes: Int
  /// The most memory that decoding may take, in bytes, as the header lets expect it; what is above is refused before anything
  /// is decoded. Most photos are decoded row by row and take next to none; the whole picture, at times more than once, is in
  /// memory of progressive JPEGs, interlaced PNGs, WebP, GIF, HEIC and AVIF.
  public var maximumMemory: Int
  /// How long decoding may take, in seconds. It is given up between two strips of rows: what a format's library decodes in
  /// one go, such as all scans of a progressive JPEG, ends first, and is bounded by the other limits.
  public var maximumSeconds: Double
  /// The most pixels to hold of one photo. A larger one is shrunk by 2, 4 or 8 while it is loaded, so that it has no more.
  public var workingPixels: Int
  /// The longer side, in pixels, to which larger photos are shrunk while loading. A photo that is
  /// not larger keeps exactly the pixels that its decoder gives. A JPEG may end up to a tenth
  /// smaller than this, where its decoder can then do all of the shrinking.
  public var longestSide: Int

  /// - Precondition: every limit is at least 1.
  public init(
    maximumPixels: Int = 200_000_000, maximumBytes: Int = 500_000_000,
    maximumMemory: Int = 2_000_000_000, maximumSeconds: Double = 120,
    workingPixels: Int = 16_777_216, longestSide: Int = .max
  ) {
    precondition(
      maximumPixels > 0 && maximumBytes > 0 && maximumMemory > 0 && maximumSeconds > 0
        && workingPixels > 0 && longestSide > 0)
    self.maximumPixels = maximumPixels
    self.maximumBytes = maximumBytes
    self.maximumMemory = maximumMemory
    self.maximumSeconds = maximumSeconds
    self.workingPixels = workingPixels
    self.longestSide = longestSide
  }

  /// 200 megapixels, 500 MB, 2 GB and two minutes to decode them, of which 16 megapixels are held.
  public static let `default` = PhotoLimits()
}
