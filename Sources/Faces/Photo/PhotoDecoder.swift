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
    /// Of a TIFF: what of it is decoded at once, a strip or a row of tiles; nil for all.
    var piece: (width: Int, height: Int)?
  }

  func decode() throws -> Photo {
    guard let loader = format.vips else { return try decodeBitmap() }
    return try withSource(loader) { try decode($0, before: $1) }
  }

  /// Works with the header alone, of what is decoded of the file. No pixel is.
  /// - Returns: nil also where it cannot be read, or the file is refused before
  func header<Value>(_ body: (VipsImage, Source) -> Value?) -> Value? {
    guard let loader = format.vips else { return nil }
    return try? withSource(loader) { source, _ in body(try VipsImage(source), source) }
  }

  /// Works with what libvips is to see of the file.
  /// - Throws: `PhotoError`
  private func withSource<Result>(
    _ loader: cv_format, _ body: (Source, VipsDeadline) throws -> Result
  ) throws -> Result {
    var source = try source(loader)
    // One for both attempts: the second keeps all others out.
    let deadline = VipsDeadline(in: limits.maximumSeconds)
    func attempt() throws -> Result {
      do {
        return try Vips.attempt { try body(source, deadline) }
      } catch is VipsTooLate {
        throw PhotoError.tooSlowToDecode(path: path, seconds: limits.maximumSeconds)
      } catch let failure as VipsFailure {
        throw explained(failure)
      }
    }
    guard let plain = withoutExtras() else { return try attempt() }
    return try plain.withUnsafeBytes { bytes in
      source.bytes = bytes
      return try attempt()
    }
  }

  /// The file without what its decoder would read for nothing; nil where there is nothing of that kind.
  private func withoutExtras() -> [UInt8]? {
    switch format {
    case .png: PNGChunks(bytes).withoutExtras()
    case .gif: GIFBlocks(bytes).firstImage()
    case .webp: WebPChunks(bytes).firstImage()
    default: nil
    }
  }

  /// - Throws: `PhotoError.unsupportedFormat`, `.tooLargeToDecode`
  private func source(_ loader: cv_format) throws -> Source {
    guard Vips.canRead(loader) else {
      throw PhotoError.unsupportedFormat(path: path, name: "\(format.rawValue) on this machine")
    }
    guard loader == CV_TIFF else { return Source(loader: loader, bytes: bytes) }
    guard TIFFDirectories.canBeRead(bytes) else {
      throw PhotoError.tooLargeToDecode(path: path, detail: "its directories have too many entries")
    }
    do {
      return try TIFFDirectories(bytes).photo()
    } catch {
      throw PhotoError.unsupportedFormat(path: path, name: error.name)
    }
  }

  private func decode(_ source: Source, before deadline: VipsDeadline) throws -> Photo {
    let loader = source.loader
    var image = try open(source)
    let full = (width: image.width, height: image.height)
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
      width: held.width, height: held.height, pixels: try image.write(before: deadline),
      fullWidth: full.width, fullHeight: full.height, original: held == full ? nil : original)
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

  func orientation(of image: VipsImage, _ source: Source) -> Orientation {
    if format == .png { return ExifBlock(png: bytes)?.orientation ?? .upright }
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
    return try withSource(loader) { source, deadline in
      var image = try open(source)
      let full = (width: image.width, height: image.height)
      let orientation = self.orientation(of: image, source)
      if image.hasAlpha { image = try image.flattenedOnWhite() }
      image = try inSRGB(image)
      let stored = areas.map { orientation.stored($0, width: full.width, height: full.height) }
      return zip(stored, try image.write(areas: stored, before: deadline)).map { area, pixels in
        Photo(width: area.width, height: area.height, pixels: pixels)
          .moved(mirror: orientation.isMirrored, orientation.quarterTurns)
      }
    }
  }

  /// Reads the header; nothing is decoded before all that it claims is within the limits.
  /// - Throws: `PhotoError`, `VipsFailure`
  private func open(_ source: Source) throws -> VipsImage {
    let scans = source.loader == CV_JPEG ? JPEGScans(source.bytes) : nil
    if let scans { try check(scans) }
    let coded = try source.loader == CV_HEIF ? codedPixels(source) : 0
    let image = try VipsImage(source)
    try check(image.width, image.height)
    try check(coded: coded, claimed: image.width * image.height)
    try check(memory: memory(for: image, source, scans))
    return image
  }

  private func check(_ scans: JPEGScans) throws(PhotoError) {
    let maximum = JPEGScans.maximum(
      pixels: scans.width * scans.height, isArithmetic: scans.isArithmetic)
    guard scans.count <= maximum else {
      throw .tooLargeToDecode(
        path: path,
        detail:
          "\(scans.count) scans of \(scans.width) x \(scans.height) pixels, and at most \(maximum) of that size are decoded"
      )
    }
  }

  /// Of all images that a HEIC or AVIF file is made of.
  private func codedPixels(_ source: Source) throws(PhotoError) -> Int {
    do throws(HEIFItems.Refusal) {
      return try HEIFItems(source.bytes).codedPixels()
    } catch {
      throw .damaged(path: path, detail: error.detail)
    }
  }

  /// Tiles reach beyond the edges, transparency is an image of its own, and a picture may come in four layers; what is far more
  /// than the image shows is decoded all the same, in one go.
  private func check(coded: Int, claimed: Int) throws(PhotoError) {
    guard coded > 4_000_000, coded / 8 > claimed else { return }
    throw .tooLargeToDecode(
      path: path,
      detail: "it is made of images of \(coded) pixels together, and claims to have \(claimed)")
  }

  private func check(memory: Int) throws(PhotoError) {
    guard memory <= limits.maximumMemory else {
      throw .tooLargeToDecode(
        path: path,
        detail:
          "decoding it would take \(memory / 1_000_000) MB of memory, and the limit is \(limits.maximumMemory / 1_000_000) MB"
      )
    }
  }

  /// What a decoder holds at once, in bytes; rows that come one after the other count as nothing.
  private func memory(
    for image: VipsImage, _ source: Source, _ scans: JPEGScans?
  ) -> Int {
    func whole(_ bytes: Int) -> Int {
      image.width.saturatingProduct(image.height).saturatingProduct(bytes)
    }
    return switch source.loader {
    case CV_JPEG: scans?.coefficientBytes ?? 0
    case CV_PNG: PNGChunks(source.bytes).isInterlaced ? whole(image.pixelBytes) : 0
    // The frame, and what it is put together from; and how it is coded.
    case CV_WEBP:
      whole(image.pixelBytes + 4).saturatingSum(
        WebPChunks(source.bytes).tableBytes(width: image.width, height: image.height))
    // The canvas, and the one before the frame.
    case CV_GIF: whole(8)
    // The planes of the code, those of the image, and its pixels.
    case CV_HEIF: whole(3 * image.pixelBytes)
    case CV_TIFF:
      if let (width, height) = source.piece {
        width.saturatingProduct(height).saturatingProduct(image.pixelBytes)
      } else {
        whole(image.pixelBytes)
      }
    default: 0
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
    // Samples of one byte, and the pixels of three that are made of them.
    func check(_ width: Int, _ height: Int) throws {
      try self.check(width, height)
      try self.check(memory: width * height * 4)
    }
    return try format == .bmp
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
