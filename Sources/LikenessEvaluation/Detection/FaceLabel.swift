import Faces
import LikenessCore

/// A face labelled in a photo.
public struct FaceLabel: Sendable, Equatable {
  /// In pixels of the upright photo at full size.
  public var box: Box
  /// Whether it does not count: it is not missed where it is not found, and not false where it is.
  public var isIgnored: Bool

  /// A label that counts, unless it is to be ignored.
  public init(box: Box, isIgnored: Bool = false) {
    (self.box, self.isIgnored) = (box, isIgnored)
  }
}

extension Box {
  /// The side of the square of the same area, in pixels.
  ///
  /// Labels are mostly taller than wide and detectors' boxes are often square: this says of both how large
  /// the face is.
  var meanSide: Double { area.squareRoot() }
}

/// What a label file says of one photo.
struct PhotoLabels: Sendable, Equatable {
  /// What the numbers of a box count.
  enum Unit: Sendable, Equatable {
    /// Parts of the photo's width and height, from 0 to 1.
    case fractions
    /// The photo's own pixels.
    case pixels
    /// Pixels of a photo of that size, which may have been scaled since.
    case pixelsOf(width: Int, height: Int)
  }

  var unit: Unit
  /// With boxes in that unit, from the top left corner of the upright photo.
  var faces: [FaceLabel]
  /// The file that says so.
  var path: String

  /// The faces in pixels of the upright photo.
  /// - Throws: `DetectionLabelError.otherShape` where the labels were made for a photo of another shape.
  func faces(width: Int, height: Int) throws(DetectionLabelError) -> [FaceLabel] {
    var (across, down) = (1.0, 1.0)
    switch unit {
    case .pixels:
      break
    case .fractions:
      (across, down) = (Double(width), Double(height))
    case .pixelsOf(let labelledWidth, let labelledHeight):
      across = Double(width) / Double(labelledWidth)
      down = Double(height) / Double(labelledHeight)
      // Sides are whole numbers, so a photo that was shrunk is not exactly of its old shape.
      let rounding = 1 / Double(min(width, height)) + 1 / Double(min(labelledWidth, labelledHeight))
      guard abs(across / down - 1) <= rounding else {
        throw .otherShape(
          path: path, labelled: "\(labelledWidth) × \(labelledHeight)",
          photo: "\(width) × \(height)")
      }
    }
    return faces.map { face in
      var face = face
      face.box = Box(
        x: face.box.x * across, y: face.box.y * down, width: face.box.width * across,
        height: face.box.height * down)
      return face
    }
  }
}
