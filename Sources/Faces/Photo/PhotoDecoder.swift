import CVips

/// Decodes one file: header, limits, shrink on load, colour, then upright.
struct PhotoDecoder {
  let format: PhotoFormat
  let bytes: UnsafeRawBufferPointer
  let limits: PhotoLimits
  let path: String?

  func decode() throws -> Photo {
    guard let loader = format.vips else { return try decodeBitmap() }
    guard Vips.canRead(loader) else {
      throw PhotoError.unsupportedFormat(path: path, name: "\(format.rawValue) on this machine")
    }
    do {
      return try Vips.attempt { try decode(loader) }
    } catch let failure as VipsFailure {
      throw explained(failure)
    }
  }

  private func decode(_ loader: cv_format) throws -> Photo {
    var image = try VipsImage(loader, bytes)
    let full = (width: image.width, height: image.height)
    try check(full.width, full.height)
    guard image.bands <= 6 else {
      throw PhotoError.unsupportedFormat(
        path: path, name: "\(format.rawValue) of \(image.bands) channels")
    }
    var held = heldSize(full.width, full.height)

    if held != full {
      if loader == CV_JPEG {
        // A JPEG's cosine transform gives halves, quarters and eighths for less than the cost of
        // the whole, and well. Where one of them falls just short of the limit, as the half of
        // many cameras' photos does, it is taken as it is.
        let longer = max(full.width, full.height)
        let enough = Double(limits.longestSide) * 0.9
        // Of a mere line of pixels nothing would be left across.
        let shorter = min(full.width, full.height)
        if let shrink = [8, 4, 2].first(where: {
          Double(longer) / Double($0) >= enough && shorter >= $0
        }) {
          image = try VipsImage(loader, bytes, shrink: shrink)
          if max(image.width, image.height) <= limits.longestSide {
            held = (image.width, image.height)
          }
        }
      } else if loader == CV_WEBP {
        image = try VipsImage(loader, bytes, scale: Double(held.width) / Double(full.width))
      }
    }
    let orientation =
      format == .png ? Orientation(png: bytes) ?? .upright : image.orientation
    if image.hasAlpha { image = try image.flattenedOnWhite() }
    if (image.width, image.height) != held {
      image = try image.resized(width: held.width, height: held.height)
    }
    image = try inSRGB(image)
    let photo = Photo(
      width: held.width, height: held.height, pixels: try image.write(), fullWidth: full.width,
      fullHeight: full.height)
    return photo.moved(mirror: orientation.isMirrored, orientation.quarterTurns)
  }

  private func inSRGB(_ image: VipsImage) throws -> VipsImage {
    if let profile = image.profile, !profile.isSRGB {
      // A profile that does not fit its image is ignored, as other viewers do.
      if let converted = try? image.converted(throughProfile: true) { return converted }
    }
    return image.isRGB ? image : try image.converted(throughProfile: false)
  }

  private func decodeBitmap() throws -> Photo {
    let bitmap =
      try format == .bmp
      ? BMPDecoder(bytes, path: path, check: check).decode()
      : PNMDecoder(bytes, path: path, check: check).decode()
    let full = (width: bitmap.width, height: bitmap.height)
    let held = heldSize(full.width, full.height)
    guard held != full else { return bitmap }
    let small = try bitmap.resized(width: held.width, height: held.height)
    return Photo(
      width: held.width, height: held.height, pixels: small.pixels, fullWidth: full.width,
      fullHeight: full.height)
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

  /// The size to keep: the image's own, or the largest of its shape within the limit.
  private func heldSize(_ width: Int, _ height: Int) -> (width: Int, height: Int) {
    let longer = max(width, height)
    guard longer > limits.longestSide else { return (width, height) }
    let scale = Double(limits.longestSide) / Double(longer)
    func scaled(_ side: Int) -> Int { max(1, Int((Double(side) * scale).rounded())) }
    return (scaled(width), scaled(height))
  }

  private func explained(_ failure: VipsFailure) -> PhotoError {
    let text = failure.text.lowercased()
    if text.contains("unsupported codec") || text.contains("unsupported feature") {
      return .unsupportedFormat(path: path, name: "\(format.rawValue) of this kind")
    }
    let ends = ["truncated", "premature", "end of file", "unexpected end", "end of data"]
    if format.isCutShort(bytes) || ends.contains(where: text.contains) {
      return .truncated(path: path)
    }
    return .damaged(path: path, detail: failure.text.isEmpty ? "no reason given" : failure.text)
  }
}
