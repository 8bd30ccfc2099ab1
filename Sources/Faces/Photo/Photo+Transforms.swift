import CVips

extension Photo {
  /// The photo turned clockwise by quarters, exactly; negative turns go the other way.
  public func turned(quarterTurns: Int) -> Photo { moved(mirror: false, quarterTurns) }

  /// The photo with left and right swapped, exactly.
  public func mirrored() -> Photo { moved(mirror: true, 0) }

  /// The part of the photo inside a rectangle, which is clamped to the photo.
  ///
  /// The part is a photo of its own: its `scale` is 1.
  /// - Returns: nil where nothing of the rectangle lies inside.
  public func cropped(to rectangle: PhotoRectangle) -> Photo? {
    let columns = clamped(rectangle.x, rectangle.width, width)
    let rows = clamped(rectangle.y, rectangle.height, height)
    guard !columns.isEmpty, !rows.isEmpty else { return nil }
    let line = columns.count * 3
    let part = pixels.withUnsafeBytes { from in
      [UInt8](unsafeUninitializedCapacity: line * rows.count) { to, initialized in
        for (index, y) in rows.enumerated() {
          let start = (y * width + columns.lowerBound) * 3
          UnsafeMutableRawBufferPointer(to)[(index * line)...]
            .copyBytes(from: from[start..<(start + line)])
        }
        initialized = line * rows.count
      }
    }
    return Photo(width: columns.count, height: rows.count, pixels: part)
  }

  /// The photo at another size, through Lanczos filters: for thumbnails and sheets.
  ///
  /// The result keeps `fullWidth` and `fullHeight`.
  /// - Precondition: both sides are at least 1.
  /// - Throws: `PhotoError.notEncodable` where there is no memory for it.
  public func resized(width: Int, height: Int) throws(PhotoError) -> Photo {
    precondition(width > 0 && height > 0, "a photo of \(width) x \(height) pixels")
    guard (width, height) != (self.width, self.height) else { return self }
    let pixels: [UInt8]
    do {
      pixels = try withVips { try $0.resized(width: width, height: height).write() }
    } catch {
      throw .notEncodable(detail: "\(error)")
    }
    return Photo(
      width: width, height: height, pixels: pixels, fullWidth: fullWidth, fullHeight: fullHeight)
  }

  /// The photo shrunk so that neither side is longer than `side`; itself where it is smaller.
  public func fitted(longestSide side: Int) throws(PhotoError) -> Photo {
    let longer = max(width, height)
    guard longer > side else { return self }
    let scale = Double(side) / Double(longer)
    return try resized(
      width: max(1, Int((Double(width) * scale).rounded())),
      height: max(1, Int((Double(height) * scale).rounded())))
  }

  /// Runs work on a libvips image over the pixels, which is valid only inside.
  func withVips<Result>(_ work: (VipsImage) throws -> Result) throws -> Result {
    try pixels.withUnsafeBytes { bytes in
      try Vips.attempt { try work(VipsImage(pixels: bytes, width: width, height: height)) }
    }
  }

  /// Left and right swapped first, then turned clockwise.
  /// - Parameter original: the file in which places are those of the moved photo.
  func moved(mirror: Bool, _ quarterTurns: Int, original: PhotoOriginal? = nil) -> Photo {
    let turns = quarterTurns & 3
    guard mirror || turns != 0 else { return self }
    let moved = [UInt8](unsafeUninitializedCapacity: pixels.count) { buffer, initialized in
      cv_move_rgb(
        pixels, CInt(width), CInt(height), mirror ? 1 : 0, CInt(turns), buffer.baseAddress)
      initialized = pixels.count
    }
    let swaps = turns % 2 == 1
    return Photo(
      width: swaps ? height : width, height: swaps ? width : height, pixels: moved,
      fullWidth: swaps ? fullHeight : fullWidth, fullHeight: swaps ? fullWidth : fullHeight,
      original: original)
  }

  private func clamped(_ start: Int, _ length: Int, _ limit: Int) -> Range<Int> {
    let (sum, overflow) = start.addingReportingOverflow(max(0, length))
    let low = min(max(0, start), limit)
    return low..<max(low, overflow ? limit : min(sum, limit))
  }
}
