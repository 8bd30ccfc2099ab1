import CVips

/// Decodes one file: header, limits, shrink on load, colour, then upright.
struct PhotoDecoder {
  let format: PhotoFormat
  let bytes: UnsafeRawBufferPointer
  let limits: PhotoLimits
  let path: String?
  /// The file, for what is shrunk.
  var original: PhotoOriginal?

  /// The image of a file that is the photo.
  struct Source {
    var loader: cv_format
    var bytes: UnsafeRawBufferPointer
    /// Of a TIFF.
    var page = 0
    /// Of a TIFF: the place among the page's subdirectories; nil for the page itself.
    var subdirectory: Int?
    /// Where the image does not tell itself.
    var orientation = Orientation.upright
  }

  func decode() throws -> Photo {
    guard let loader = format.vips else { return try decodeBitmap() }
    let source = try source(loader)
    do {
      return try Vips.attempt { try decode(source) }
    } catch let failure as VipsFailure {
      throw explained(failure)
    }
  }

  /// - Throws: `PhotoError.unsupportedFormat`
  private func source(_ loader: cv_format) throws -> Source {
    guard Vips.canRead(loader) else {
      throw PhotoError.unsupportedFormat(path: path, name: "\(format.rawValue) on this machine")
    }
    guard loader == CV_TIFF else { return Source(loader: loader, bytes: bytes) }
    do {
      return try TIFFDirectories(bytes).photo()
    } catch {
      throw PhotoError.unsupportedFormat(path: path, name: error.name)
    }
  }

  private func decode(_ source: Source) throws -> Photo {
    let loader = source.loader
    var image = try VipsImage(source)
    let full = (width: image.width, height: image.height)
    try check(full.width, full.height)
    guard image.bands <= 6 else {
      throw PhotoError.unsupportedFormat(
        path: path, name: "\(format.rawValue) of \(image.bands) channels")
    }
    var held = heldSize(full.width, full.height)

    if held != full {
      if loader == CV_JPEG {
        if let (shrunk, size) = try shrunkJPEG(source, full, held) {
          (image, held) = (shrunk, size)
        }
      } else if loader == CV_WEBP {
        image = try VipsImage(source, scale: Double(held.width) / Double(full.width))
      }
    }
    let orientation = self.orientation(of: image, source)
    if image.hasAlpha { image = try image.flattenedOnWhite() }
    if (image.width, image.height) != held {
      image = try image.resized(width: held.width, height: held.height)
    }
    image = try inSRGB(image)
    let photo = Photo(
      width: held.width, height: held.height, pixels: try image.write(), fullWidth: full.width,
      fullHeight: full.height, original: held == full ? nil : original)
    return photo.moved(
      mirror: orientation.isMirrored, orientation.quarterTurns, original: photo.original)
  }

  /// A JPEG's cosine transform gives halves, quarters and eighths for less than the cost of the whole, and well.
  /// - Returns: the image as its decoder shrinks it, and the size to keep; nil where that would be too small.
  private func shrunkJPEG(
    _ source: Source, _ full: (width: Int, height: Int), _ held: (width: Int, height: Int)
  ) throws -> (VipsImage, (width: Int, height: Int))? {
    // A line of pixels cannot be halved across.
    let shorter = min(full.width, full.height)
    // Where one of them falls just short of the wanted size, as the half of many cameras' photos does, it is taken as
    // it is.
    let enough = Double(max(held.width, held.height)) * 0.9
    guard
      let shrink = [8, 4, 2].first(where: {
        Double(max(full.width, full.height)) / Double($0) >= enough && shorter >= $0
      })
    else { return nil }
    let image = try VipsImage(source, shrink: shrink)
    let isSmallEnough =
      max(image.width, image.height) <= limits.longestSide
      && image.width * image.height <= limits.workingPixels
    return (image, isSmallEnough ? (image.width, image.height) : held)
  }

  private func orientation(of image: VipsImage, _ source: Source) -> Orientation {
    if format == .png { return Orientation(png: bytes) ?? .upright }
    let own = image.orientation
    return own == .upright ? source.orientation : own
  }

  /// Decodes parts of the image at full size, in one pass from top to bottom in which only they are kept.
  /// - Parameter areas: in pixels of the upright image, inside of it.
  func decode(_ areas: [PhotoRectangle]) throws -> [Photo] {
    guard let loader = format.vips else {
      let whole = try decodedBitmap()
      return areas.compactMap { whole.cropped(to: $0) }
    }
    let source = try source(loader)
    do {
      return try Vips.attempt {
        var image = try VipsImage(source)
        let full = (width: image.width, height: image.height)
        let orientation = self.orientation(of: image, source)
        if image.hasAlpha { image = try image.flattenedOnWhite() }
        image = try inSRGB(image)
        let stored = areas.map { orientation.stored($0, width: full.width, height: full.height) }
        return zip(stored, try image.write(areas: stored)).map { area, pixels in
          Photo(width: area.width, height: area.height, pixels: pixels)
            .moved(mirror: orientation.isMirrored, orientation.quarterTurns)
        }
      }
    } catch let failure as VipsFailure {
      throw explained(failure)
    }
  }

  private func inSRGB(_ image: VipsImage) throws -> VipsImage {
    if let profile = image.profile, !profile.isSRGB {
      // A profile that does not fit its image is ignored, as other viewers do.
      if let converted = try? image.converted(throughProfile: true) { return converted }
    }
    return image.isRGB ? image : try image.converted(throughProfile: false)
  }

  private func decodeBitmap() throws -> Photo {
    let bitmap = try decodedBitmap()
    let full = (width: bitmap.width, height: bitmap.height)
    let held = heldSize(full.width, full.height)
    guard held != full else { return bitmap }
    let small = try bitmap.resized(width: held.width, height: held.height)
    return Photo(
      width: held.width, height: held.height, pixels: small.pixels, fullWidth: full.width,
      fullHeight: full.height, original: original)
  }

  private func decodedBitmap() throws -> Photo {
    try format == .bmp
      ? BMPDecoder(bytes, path: path, check: check).decode()
      : PNMDecoder(bytes, path: path, check: check).decode()
  }

  private func check(_ width: Int, _ height: Int) throws(PhotoError) {
    guard width > 0, height > 0 else {
      throw .damaged(path: path, detail: "it claims \(width) x \(height) pixels")
    }
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= limits.maximumPixels else {
      throw .tooManyPixels(path: path, width: width, height: height, limit: limits.maximumPixels)
    }
  }

  /// The size to keep: the image's own, or the largest of its shape within the limits.
  private func heldSize(_ width: Int, _ height: Int) -> (width: Int, height: Int) {
    var (columns, rows) = (width, height)
    let longer = max(width, height)
    if longer > limits.longestSide {
      let scale = Double(limits.longestSide) / Double(longer)
      columns = max(1, Int((Double(width) * scale).rounded()))
      rows = max(1, Int((Double(height) * scale).rounded()))
    }
    // By halves, which keep what is fine in a photo, and which decoders give for less than the whole.
    var shrink = 1
    while (columns + shrink - 1) / shrink * ((rows + shrink - 1) / shrink) > limits.workingPixels {
      shrink *= 2
    }
    return ((columns + shrink - 1) / shrink, (rows + shrink - 1) / shrink)
  }

  private func explained(_ failure: VipsFailure) -> PhotoError {
    let text = failure.text.lowercased()
    func says(_ phrases: [String]) -> Bool { phrases.contains(where: text.contains) }
    let ends = ["truncated", "premature", "end of file", "unexpected end", "end of data"]
    if format.isTruncated(bytes) || says(ends) { return .truncated(path: path) }
    if says([
      "too large", "too big", "exceed", "maximum supported image dimension", "bad dimensions",
    ]) {
      return .tooLargeToDecode(path: path, detail: failure.text)
    }
    // As the decoders' libraries put it. An unsupported marker is one that damage put there.
    let unsupported = [
      "unsupported", "not supported", "not configured", "not implemented", "can not handle",
      "cannot handle", "no decoding plugin", "no decoder",
    ]
    if says(unsupported), !says(["unsupported marker"]) {
      return .unsupportedFormat(path: path, name: "\(format.rawValue) of this kind")
    }
    return .damaged(path: path, detail: failure.text.isEmpty ? "no reason given" : failure.text)
  }
}
