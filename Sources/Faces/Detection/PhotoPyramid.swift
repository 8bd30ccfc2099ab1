import CKernels
import LikenessCore

/// A photo at full, half, quarter … size, each made when it is first asked for, so that bilinear
/// sampling never steps over pixels.
final class PhotoPyramid {
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

  var width: Int { photo.width }
  var height: Int { photo.height }

  /// A copy of the photo halved `depth` times; the photo itself where it is too small for that.
  func photo(depth: Int) -> Photo {
    let depth = halve(depth)
    guard depth > 0 else { return photo }
    let level = smaller[depth - 1]
    return Photo(width: level.width, height: level.height, pixels: level.pixels)
  }

  /// Calls `body` with the smallest level that has a pixel for every `scale` pixels of the photo or more, and with the
  /// number of the photo's pixels to one of the level.
  func withLevel<Result>(scale: Double, _ body: (Level, Double) throws -> Result) rethrows -> Result
  {
    var depth = 0
    while scale / Double(1 << depth) >= 2 { depth += 1 }
    return try withLevel(depth: depth, body)
  }

  /// Calls `body` with the photo halved `depth` times, or as often as its size allows.
  func withLevel<Result>(depth: Int, _ body: (Level, Double) throws -> Result) rethrows -> Result {
    let depth = halve(depth)
    guard depth > 0 else {
      return try photo.pixels.withUnsafeBufferPointer {
        try body(Level(pixels: $0.baseAddress!, width: photo.width, height: photo.height), 1)
      }
    }
    let level = smaller[depth - 1]
    return try level.pixels.withUnsafeBufferPointer {
      try body(
        Level(pixels: $0.baseAddress!, width: level.width, height: level.height),
        Double(1 << depth))
    }
  }

  /// - Returns: how often the photo was halved.
  private func halve(_ depth: Int) -> Int {
    // A line of pixels has no half across.
    while smaller.count < depth {
      let source = smaller.last ?? (photo.pixels, photo.width, photo.height)
      guard min(source.width, source.height) >= 2 else { return smaller.count }
      let (width, height) = (source.width / 2, source.height / 2)
      let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { out, initialized in
        ck_halve_rgb8(
          source.pixels, source.width, source.height, source.width * 3, out.baseAddress!)
        initialized = width * height * 3
      }
      smaller.append((pixels, width, height))
    }
    return depth
  }
}
