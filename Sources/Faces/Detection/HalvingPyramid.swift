import CKernels

/// A photo at full, half, quarter … size, each made when it is first asked for, so that bilinear
/// sampling never steps over pixels.
final class HalvingPyramid {
  struct Level {
    var pixels: UnsafePointer<UInt8>
    var width: Int
    var height: Int
  }

  let photo: Photo
  private var smaller: [(pixels: [UInt8], width: Int, height: Int)] = []

  init(_ photo: Photo) {
    self.photo = photo
  }

  /// Lends the smallest level that still has a pixel for every `scale / 2` pixels of the photo, and
  /// how many pixels of the photo one of its own stands for.
  func withLevel<Result>(scale: Double, _ body: (Level, Double) throws -> Result) rethrows -> Result
  {
    var depth = 0
    var factor = 1.0
    while scale / factor >= 2, min(photo.width, photo.height) >> (depth + 1) >= 8 {
      depth += 1
      factor *= 2
    }
    while smaller.count < depth { halve() }
    if depth == 0 {
      return try photo.pixels.withUnsafeBufferPointer {
        try body(
          Level(pixels: $0.baseAddress!, width: photo.width, height: photo.height), factor)
      }
    }
    let level = smaller[depth - 1]
    return try level.pixels.withUnsafeBufferPointer {
      try body(Level(pixels: $0.baseAddress!, width: level.width, height: level.height), factor)
    }
  }

  private func halve() {
    let source = smaller.last ?? (photo.pixels, photo.width, photo.height)
    let (width, height) = (source.width / 2, source.height / 2)
    let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { out, initialized in
      ck_halve_rgb8(source.pixels, source.width, source.height, source.width * 3, out.baseAddress!)
      initialized = width * height * 3
    }
    smaller.append((pixels, width, height))
  }
}
