import CKernels
import Foundation
import LikenessCore

/// Finds faces of all sizes: shows a network the photo at full, half, quarter … size and joins what it sees.
final class ScanningDetector: FaceDetector {
  private let network: any FaceNetwork
  private let minimumScore: Float
  private let smallestFace: Double
  /// Faces narrower than this make a closer look worth its time, in pixels.
  private static let smallFace = 28.0

  /// - Parameters:
  ///   - minimumScore: from 0 to 1.
  ///   - smallestFace: the width from which faces are looked for, in pixels of the photo.
  init(network: any FaceNetwork, minimumScore: Float, smallestFace: Double) {
    self.network = network
    self.minimumScore = minimumScore
    self.smallestFace = smallestFace
  }

  func smallestFace(width: Int, height: Int) -> Double {
    ScanPlan(width: width, height: height, smallestFace: smallestFace).smallestFace
  }

  func detect(in pyramid: PhotoPyramid) throws -> [Detection] {
    let plan = ScanPlan(width: pyramid.width, height: pyramid.height, smallestFace: smallestFace)
    return try detect(in: pyramid, plan)
  }

  func detect(in pyramid: PhotoPyramid, _ plan: ScanPlan) throws -> [Detection] {
    var joined = ScaleJoin(levels: plan.levels)
    let shorter = min(pyramid.width, pyramid.height)
    let longer = max(pyramid.width, pyramid.height)
    for (index, level) in plan.levels.enumerated() {
      // The last level is for a face that fills the photo. Beside one that is large and sure there is no room for such.
      if index > 0, index == plan.levels.count - 1, longer <= 2 * shorter,
        joined.hasCertainFace(widerThan: Double(shorter) / 4)
      {
        joined.removeLastLevel()
        break
      }
      joined.add(try scan(level, of: pyramid), level: index)
    }
    // Small faces come in company, and the smallest are seen only in an enlarged photo.
    if plan.levels.first?.depth == 0, joined.hasFace(narrowerThan: Self.smallFace),
      let level = ScanPlan.enlarged(width: pyramid.width, height: pyramid.height)
    {
      joined.add(try scan(level, of: pyramid), asLevel: level)
    }
    return joined.faces()
  }

  /// Looks at the photo from twice as far, with a grey border of half its size on each side: a face that fills the
  /// frame, or is cut by it, is larger than those that the network learnt.
  func detectWithBorder(in pyramid: PhotoPyramid) throws -> [Detection] {
    let (width, height) = (Double(pyramid.width), Double(pyramid.height))
    var joined = ScaleJoin(levels: [])
    for side in [320.0, 160] {
      let scale = side / (2 * Swift.max(width, height))
      let level = ScanPlan.Level(
        width: Int((2 * width * scale).rounded(.up)),
        height: Int((2 * height * scale).rounded(.up)),
        scale: scale, depth: 0)
      joined.add(
        try faces(
          in: pyramid, x: -width / 2, y: -height / 2, scale: scale, width: level.tileWidth,
          height: level.tileHeight),
        asLevel: level)
    }
    return joined.faces()
  }

  private func scan(_ level: ScanPlan.Level, of pyramid: PhotoPyramid) throws -> [Detection] {
    var found: [Detection] = []
    for row in level.rows {
      for column in level.columns {
        let faces = try self.faces(in: level, column: column, row: row, of: pyramid)
        for face in faces where !level.cuts(face.box, column: column, row: row) {
          found.append(face.scaled(1 / level.scale))
        }
      }
    }
    return level.columns.count * level.rows.count > 1 ? found.withoutRepeats() : found
  }

  /// The faces in a tile, in pixels of the level.
  private func faces(
    in level: ScanPlan.Level, column: Int, row: Int, of pyramid: PhotoPyramid
  ) throws -> [Detection] {
    try network.faces(
      width: level.tileWidth, height: level.tileHeight, minimumScore: minimumScore
    ) { planes in
      pyramid.withLevel(depth: level.depth) { source, _ in
        if level.scale > 1 {
          ck_sample_rgb8_bgr_planes(
            source.pixels, source.width, source.height, source.width * 3,
            Double(column) / level.scale, Double(row) / level.scale, 1 / level.scale, 0, planes,
            level.tileWidth, level.tileHeight)
        } else {
          ck_copy_rgb8_bgr_planes(
            source.pixels, source.width, source.height, source.width * 3, column, row, 0, planes,
            level.tileWidth, level.tileHeight)
        }
      }
    }.map { $0.shifted(x: Double(column), y: Double(row)) }
  }

  /// The faces in a view of the photo and of the grey around it.
  /// - Parameters:
  ///   - x: the left edge of the view, as `y` is its upper one, in pixels of the photo.
  ///   - scale: pixels of the view for one of the photo.
  ///   - width: of the view, in its pixels.
  /// - Returns: in pixels of the photo.
  private func faces(
    in pyramid: PhotoPyramid, x: Double, y: Double, scale: Double, width: Int, height: Int
  ) throws -> [Detection] {
    try network.faces(width: width, height: height, minimumScore: minimumScore) { planes in
      pyramid.withLevel(scale: 1 / scale) { source, factor in
        ck_sample_rgb8_bgr_planes(
          source.pixels, source.width, source.height, source.width * 3, x / factor, y / factor,
          1 / (scale * factor), 114, planes, width, height)
      }
    }.map { $0.scaled(1 / scale).shifted(x: x, y: y) }
  }

  /// The side of the picture in which a face is looked at from close by, and the face's width in it, in pixels.
  private static let closeSide = 192
  private static let closeFace = 64.0

  /// Looks once more at a face, from close by and turned upright.
  /// - Returns: the face as it is seen then; nil where none is seen there.
  func detectCloseUp(of face: Detection, in pyramid: PhotoPyramid) throws -> Detection? {
    let view = CloseUpView(
      side: Double(Self.closeSide), center: face.box.center, scale: face.width / Self.closeFace,
      roll: face.roll)
    let expected = Box(center: view.middle, side: Self.closeFace)
    return try detect(in: view, of: pyramid)
      .filter { $0.box.overlap(expected) > Self.closeOverlap }
      .max { $0.score < $1.score }
      .map(view.toPhoto)
  }

  /// How much a detection and the box in which it is looked for overlap at least.
  private static let closeOverlap = 0.3
  /// How wide a face is in the pictures of a box that was drawn by hand, which may be too large or too small, in pixels.
  private static let drawnFaces = [64.0, 96, 44]

  /// Looks for a face in a box that was drawn by hand, from close by.
  /// - Parameter box: in pixels of the photo.
  /// - Returns: what is seen there, each face once, with a low score, too; the best fit first.
  func detectCloseUps(in box: Box, of pyramid: PhotoPyramid) throws -> [Detection] {
    var found: [(overlap: Double, face: Detection)] = []
    for width in Self.drawnFaces {
      let view = CloseUpView(
        side: Double(Self.closeSide), center: box.center, scale: box.area.squareRoot() / width)
      for detection in try detect(in: view, of: pyramid) {
        let face = view.toPhoto(detection)
        let overlap = face.box.overlap(box)
        if overlap > Self.closeOverlap { found.append((overlap, face)) }
      }
    }
    var faces: [Detection] = []
    for (_, face) in found.sorted(by: { $0.overlap > $1.overlap }) {
      if let index = faces.firstIndex(where: { $0.isSameFace(as: face) }) {
        // Landmarks are the more precise, the better the face is seen.
        if face.score > faces[index].score { faces[index] = face }
      } else {
        faces.append(face)
      }
    }
    return faces
  }

  /// The faces in a view, in its pixels.
  private func detect(in view: CloseUpView, of pyramid: PhotoPyramid) throws -> [Detection] {
    try network.faces(
      width: Self.closeSide, height: Self.closeSide, minimumScore: 0.1
    ) { planes in
      pyramid.withLevel(scale: view.scale) { source, factor in
        let origin =
          view.toPhoto(Point(x: 0.5, y: 0.5)) * (1 / factor) - Point(x: 0.5, y: 0.5)
        let (a, c) = (view.turn.a * view.scale / factor, view.turn.c * view.scale / factor)
        ck_warp_rgb8_bgr_planes(
          source.pixels, source.width, source.height, source.width * 3,
          [a, -c, origin.x, c, a, origin.y], 114, planes, Self.closeSide, Self.closeSide)
      }
    }
  }
}

/// A square picture of a part of a photo, turned upright.
private struct CloseUpView {
  /// Width and height, in pixels.
  let side: Double
  /// What its middle shows, in pixels of the photo.
  let center: Point
  /// Pixels of the photo for one of the view.
  let scale: Double
  let turn: AffineTransform

  /// - Parameter roll: how far the face is tilted in the photo, in radians.
  init(side: Double, center: Point, scale: Double, roll: Double = 0) {
    (self.side, self.center, self.scale) = (side, center, scale)
    turn = AffineTransform.rotation(roll, about: Point(x: 0, y: 0))
  }

  var middle: Point { Point(x: side / 2, y: side / 2) }

  /// From the view's pixels, whose centres are at whole numbers, to the photo's.
  func toPhoto(_ point: Point) -> Point { center + turn((point - middle) * scale) }

  /// A face seen in the view, in pixels of the photo.
  func toPhoto(_ seen: Detection) -> Detection {
    var found = seen
    let center = toPhoto(seen.box.center)
    let (width, height) = (seen.box.width * scale, seen.box.height * scale)
    found.box = Box(
      x: center.x - width / 2, y: center.y - height / 2, width: width, height: height)
    found.landmarks = seen.landmarks.map {
      FaceLandmarks(
        $0.points.map { toPhoto($0 + Point(x: 0.5, y: 0.5)) - Point(x: 0.5, y: 0.5) })
    }
    return found
  }
}

extension Detection {
  /// The same face in a photo `factor` times as large.
  func scaled(_ factor: Double) -> Detection {
    guard factor != 1 else { return self }
    var detection = self
    detection.box = box.scaled(factor)
    detection.landmarks = landmarks?.scaled(factor)
    return detection
  }
}
