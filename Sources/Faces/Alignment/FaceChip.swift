import CKernels
import Foundation
import LikenessCore

/// A face cut out upright and at a fixed place and size: what an embedding network sees.
public struct FaceChip: Sendable, Equatable {
  /// Width and height in pixels.
  public let side: Int
  /// `(side, side, 3)` 8-bit RGB.
  public let pixels: [UInt8]

  /// - Precondition: `pixels` has `side * side * 3` bytes.
  package init(side: Int, pixels: [UInt8]) {
    precondition(pixels.count == side * side * 3, "\(pixels.count) bytes for a chip of \(side)")
    self.side = side
    self.pixels = pixels
  }

  /// A whole photo made square, of a picture that is nothing but a face.
  /// - Throws: `PhotoError`
  package init(whole photo: Photo, side: Int) throws(PhotoError) {
    self.init(side: side, pixels: try photo.resized(width: side, height: side).pixels)
  }

  /// The chip seen in a mirror.
  func mirrored() -> FaceChip {
    let count = pixels.count
    return FaceChip(
      side: side,
      pixels: [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
        ck_mirror_rgb8(pixels, side, side, out.baseAddress!)
        initialized = count
      })
  }

  /// The chip as a photo, to be shown or written.
  public var photo: Photo { Photo(width: side, height: side, pixels: pixels) }
}

extension FaceChip {
  /// dlib's mean face for five landmarks, in a unit square (image_transforms/interpolation.h,
  /// `get_face_chip_details`): outer and inner corner of the eye on the right of the picture, the same
  /// on the left, and the point under the nose.
  private static let meanShape = [
    Point(x: 0.8595674595992, y: 0.2134981538014), Point(x: 0.6460604764104, y: 0.2289674387677),
    Point(x: 0.1205750620789, y: 0.2137274526848), Point(x: 0.3340850613712, y: 0.2290642403242),
    Point(x: 0.4901123135679, y: 0.6277975316475),
  ]

  /// Cuts a face out as dlib's `extract_image_chip` does.
  /// - Parameters:
  ///   - landmarks: the five points, in pixels of `photo`, a pixel's centre at whole numbers.
  ///   - padding: how much is seen around the face, as a part of its size.
  static func cut(
    from photo: Photo, landmarks: DlibLandmarks, side: Int = 150, padding: Double = FaceChip.padding
  ) -> FaceChip {
    let targets = meanShape.map { point in
      Point(
        x: (padding + point.x) / (2 * padding + 1) * Double(side),
        y: (padding + point.y) / (2 * padding + 1) * Double(side))
    }
    return cut(from: photo, points: landmarks.points, to: targets, side: side)
  }

  /// Cuts a face out for people to look at: as dlib's chips show it, by any detector's landmarks.
  package static func portrait(
    from photo: Photo, landmarks: FaceLandmarks, side: Int = 150
  ) -> FaceChip {
    let (left, right) = DlibLandmarks(meanShape).eyes
    let map = AffineTransform.similarity(
      from: [FaceLandmarks.meanFace[0], FaceLandmarks.meanFace[1]], to: [left, right])
    let targets = FaceLandmarks.meanFace.map { place in
      (map(place) + Point(x: padding, y: padding)) * (Double(side) / (2 * padding + 1))
    }
    return warped(from: photo, points: landmarks.points, to: targets, side: side)
  }

  /// Cuts out the square that is left when the photo is moved, turned and scaled so that its points lie closest to targets
  /// in the chip (Umeyama 1991), pixel centres at whole numbers in both; outside of the photo it is black. A face that is larger than the chip is halved until it is less than twice
  /// as large, so that bilinear sampling steps over no pixels.
  static func warped(
    from photo: Photo, points: [Point], to targets: [Point], side: Int
  ) -> FaceChip {
    let map = AffineTransform.similarity(from: points, to: targets).inverse
    let corners = [0, Double(side)].flatMap { x in
      [0, Double(side)].map { y in map(Point(x: x, y: y)) }
    }
    var depth = 0
    // A chip that takes in more than 2^16 times its own size is not a face.
    while map.scale >= Double(2 << depth), depth < 8 { depth += 1 }
    let margin = Double(1 << depth)
    let bounds = PixelRect(
      left: corners.map(\.x).min()! - margin, top: corners.map(\.y).min()! - margin,
      right: corners.map(\.x).max()! + margin, bottom: corners.map(\.y).max()! + margin,
      width: photo.width, height: photo.height)
    guard bounds.width > 0, bounds.height > 0, let around = photo.cropped(to: bounds.rectangle)
    else { return FaceChip(side: side, pixels: [UInt8](repeating: 0, count: side * side * 3)) }
    return PhotoPyramid(around).withLevel(depth: depth) { level, factor in
      let shift = Point(x: Double(bounds.left) - 0.5, y: Double(bounds.top) - 0.5)
      let origin = (Point(x: map.tx, y: map.ty) - shift) * (1 / factor) - Point(x: 0.5, y: 0.5)
      let rows = [map.a, map.b, map.c, map.d].map { $0 / factor }
      return FaceChip(
        side: side,
        pixels: [UInt8](unsafeUninitializedCapacity: side * side * 3) { out, initialized in
          ck_warp_rgb8(
            level.pixels, level.width, level.height, level.width * 3,
            [rows[0], rows[1], origin.x, rows[2], rows[3], origin.y], out.baseAddress!, side, side)
          initialized = side * side * 3
        })
    }
  }

  /// How much dlib's chips show around a face, as a part of its size.
  static let padding = 0.25

  /// Cuts out the square in which points of the photo lie closest to targets in the chip.
  private static func cut(
    from photo: Photo, points: [Point], to targets: [Point], side: Int
  ) -> FaceChip {
    let transform = AffineTransform.similarity(from: targets, to: points)
    let middle = transform(Point(x: Double(side) / 2, y: Double(side) / 2))
    let extent = Double(side) * transform.scale
    return cut(
      from: photo, rect: InclusiveRect(center: middle, width: extent, height: extent),
      angle: transform.angle, side: side)
  }

  /// dlib's `extract_image_chips` for one chip: a turned rectangle, through as many levels of its
  /// pyramid as it takes until bilinear interpolation no longer skips pixels.
  private static func cut(
    from photo: Photo, rect: InclusiveRect, angle: Double, side: Int
  ) -> FaceChip {
    let chipArea = Double(side * side)
    var depth = 0
    var grow = 2.0
    var probe = rect.halved
    // A chip that takes in more than 2^16 times its own size is not a face.
    while probe.area > chipArea, depth < 8 {
      probe = probe.halved
      depth += 1
      grow = grow * 2 + 2
    }
    let turned = rect.corners.map { AffineTransform.rotation(angle, about: rect.center)($0) }
    let bounds = PixelRect(
      left: turned.map(\.x).min()! - grow, top: turned.map(\.y).min()! - grow,
      right: turned.map(\.x).max()! + grow, bottom: turned.map(\.y).max()! + grow,
      width: photo.width, height: photo.height)
    let black = FaceChip(side: side, pixels: [UInt8](repeating: 0, count: side * side * 3))
    guard bounds.width > 0, bounds.height > 0 else { return black }

    return photo.pixels.withUnsafeBufferPointer { pixels in
      let origin = pixels.baseAddress! + (bounds.top * photo.width + bounds.left) * 3
      var level = PyramidLevel(
        pixels: origin, width: bounds.width, height: bounds.height, stride: photo.width * 3)
      var owned: [UInt8] = []
      var source = rect.shifted(x: -Double(bounds.left), y: -Double(bounds.top))
      while source.halved.area > chipArea, level.width > 8, level.height > 8, depth > 0 {
        source = source.halved
        depth -= 1
        let (columns, rows) = ((level.width - 3) / 2, (level.height - 3) / 2)
        let scratch = UnsafeMutablePointer<UInt16>.allocate(capacity: level.height * columns * 3)
        defer { scratch.deallocate() }
        let next = [UInt8](unsafeUninitializedCapacity: rows * columns * 3) { out, initialized in
          ck_pyramid_down_rgb8(
            level.pixels, level.width, level.height, level.stride, scratch, out.baseAddress!)
          initialized = rows * columns * 3
        }
        owned = next
        level = owned.withUnsafeBufferPointer {
          PyramidLevel(pixels: $0.baseAddress!, width: columns, height: rows, stride: columns * 3)
        }
      }
      let map = source.map(fromSquareOf: side, turnedBy: angle)
      return withExtendedLifetime(owned) {
        FaceChip(
          side: side,
          pixels: [UInt8](unsafeUninitializedCapacity: side * side * 3) { out, initialized in
            ck_warp_rgb8(
              level.pixels, level.width, level.height, level.stride, map.rows, out.baseAddress!,
              side, side)
            initialized = side * side * 3
          })
      }
    }
  }
}

private struct PyramidLevel {
  var pixels: UnsafePointer<UInt8>
  var width: Int
  var height: Int
  var stride: Int
}

/// dlib's `drectangle`: the corners are part of it, so its width is `right − left + 1`.
private struct InclusiveRect {
  var left: Double
  var top: Double
  var right: Double
  var bottom: Double

  init(left: Double, top: Double, right: Double, bottom: Double) {
    (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
  }

  init(center: Point, width: Double, height: Double) {
    left = center.x - (width - 1) / 2
    top = center.y - (height - 1) / 2
    right = center.x + (width - 1) / 2
    bottom = center.y + (height - 1) / 2
  }

  var area: Double { right < left || bottom < top ? 0 : (right - left + 1) * (bottom - top + 1) }
  var center: Point { Point(x: (left + right) / 2, y: (top + bottom) / 2) }
  var corners: [Point] {
    [
      Point(x: left, y: top), Point(x: right, y: top), Point(x: left, y: bottom),
      Point(x: right, y: bottom),
    ]
  }

  /// Where the rectangle lies one pyramid level further down (`pyramid_down<2>::rect_down`).
  var halved: InclusiveRect {
    InclusiveRect(
      left: left / 2 - 1.25, top: top / 2 - 0.75, right: right / 2 - 1.25, bottom: bottom / 2 - 0.75
    )
  }

  func shifted(x: Double, y: Double) -> InclusiveRect {
    InclusiveRect(left: left + x, top: top + y, right: right + x, bottom: bottom + y)
  }

  /// From pixels of a square of a side to the turned rectangle, corner to corner.
  func map(fromSquareOf side: Int, turnedBy angle: Double) -> AffineTransform {
    let turn = AffineTransform.rotation(angle, about: center)
    let (origin, right, down) = (turn(corners[0]), turn(corners[1]), turn(corners[2]))
    let steps = Double(side - 1)
    return AffineTransform(
      a: (right.x - origin.x) / steps, b: (down.x - origin.x) / steps, tx: origin.x,
      c: (right.y - origin.y) / steps, d: (down.y - origin.y) / steps, ty: origin.y)
  }
}

/// Whole pixels of a photo.
private struct PixelRect {
  var left: Int
  var top: Int
  var width: Int
  var height: Int

  var rectangle: PhotoRectangle { PhotoRectangle(x: left, y: top, width: width, height: height) }

  /// The part inside the photo, rounded as dlib rounds it: cut first, then to the nearest pixel.
  init(left: Double, top: Double, right: Double, bottom: Double, width: Int, height: Int) {
    let first = (max(left, 0).rounded(), max(top, 0).rounded())
    let last = (min(right, Double(width - 1)).rounded(), min(bottom, Double(height - 1)).rounded())
    guard last.0 >= first.0, last.1 >= first.1 else {
      (self.left, self.top, self.width, self.height) = (0, 0, 0, 0)
      return
    }
    self.left = Int(first.0)
    self.top = Int(first.1)
    self.width = Int(last.0 - first.0) + 1
    self.height = Int(last.1 - first.1) + 1
  }
}
