import Foundation
import LikenessCore

/// What a face is cut from: the photo in which it was found, or where that was shrunk, the file's own pixels around it.
struct FaceCloseUp {
  let photo: Photo
  /// Where its first pixel lies in the turned photo at full size, and how many pixels of that one of its own is.
  let origin: Point
  let scale: Double
  /// The turned photo's frame, in pixels of `photo`.
  let frame: Box
  /// How the photo was turned clockwise, and its full size as it came.
  let quarterTurns: Int
  private let fullWidth: Double
  private let fullHeight: Double

  /// A photo as it is.
  init(_ photo: Photo) {
    self.init(
      photo, turned: 0, fullWidth: photo.fullWidth, fullHeight: photo.fullHeight, scale: photo.scale
    )
  }

  /// - Parameter photo: turned clockwise by `quarterTurns`.
  private init(
    _ photo: Photo, turned quarterTurns: Int, fullWidth: Int, fullHeight: Int, scale: Double
  ) {
    self.photo = photo
    origin = Point(x: 0, y: 0)
    self.scale = scale
    frame = Box(x: 0, y: 0, width: Double(photo.width), height: Double(photo.height))
    self.quarterTurns = quarterTurns
    (self.fullWidth, self.fullHeight) = (Double(fullWidth), Double(fullHeight))
  }

  /// A part of a photo at full size.
  /// - Parameters:
  ///   - part: turned clockwise by `quarterTurns`.
  ///   - area: what it shows, in pixels of the turned photo at full size.
  private init(
    _ part: Photo, showing area: PhotoRectangle, turned quarterTurns: Int, of photo: Photo
  ) {
    self.photo = part
    origin = Point(x: Double(area.x), y: Double(area.y))
    scale = 1
    (fullWidth, fullHeight) = (Double(photo.fullWidth), Double(photo.fullHeight))
    let swaps = quarterTurns % 2 == 1
    frame = Box(
      x: -origin.x, y: -origin.y, width: swaps ? fullHeight : fullWidth,
      height: swaps ? fullWidth : fullHeight)
    self.quarterTurns = quarterTurns
  }

  /// A box in the close-up, in the photo as it came, at full size.
  func inPhoto(_ box: Box) -> Box {
    box.scaled(scale).shifted(x: origin.x, y: origin.y)
      .turnedBack(quarterTurns, width: fullWidth, height: fullHeight)
  }

  /// A face found in the close-up, in the photo as it came, at full size.
  func inPhoto(_ face: Face) -> Face {
    var face = face
    face.box = inPhoto(face.box)
    face.landmarks = face.landmarks.scaled(scale).shifted(x: origin.x, y: origin.y)
    guard quarterTurns != 0 else { return face }
    // Landmarks count from the centre of the first pixel, boxes from its corner.
    face.landmarks = FaceLandmarks(
      face.landmarks.points.map {
        $0.turnedBack(quarterTurns, width: fullWidth - 1, height: fullHeight - 1)
      })
    return face
  }

  /// The maximum number of the file's pixels around faces that are held at a time.
  private static let maximumPixels = 24_000_000

  /// The close-ups of faces, some at a time so that memory stays bounded; each batch decodes the file once.
  /// - Parameter side: of the chips that are to be cut; a face that has as many pixels where it was found needs no others.
  static func batches(
    of detections: [Detection], in view: FaceFinder.View, of photo: Photo, side: Int
  ) throws -> [() throws -> [(Detection, FaceCloseUp)]] {
    let held = FaceCloseUp(
      view.photo, turned: view.quarterTurns, fullWidth: photo.fullWidth,
      fullHeight: photo.fullHeight, scale: photo.scale)
    guard let original = photo.original else {
      return [{ detections.map { ($0, held) } }]
    }
    let orientation = Orientation(turnedBy: view.quarterTurns)
    let swaps = view.quarterTurns % 2 == 1
    let full =
      swaps ? (photo.fullHeight, photo.fullWidth) : (photo.fullWidth, photo.fullHeight)
    // Both sides of a shrunk photo are rounded.
    let across = Double(full.0) / Double(view.photo.width)
    let down = Double(full.1) / Double(view.photo.height)

    var batches: [() throws -> [(Detection, FaceCloseUp)]] = []
    var batch: [(detection: Detection, area: PhotoRectangle)] = []
    var pixels = 0
    func flush() {
      guard !batch.isEmpty else { return }
      let members = batch
      batches.append {
        let stored = members.map {
          orientation.stored($0.area, width: photo.fullWidth, height: photo.fullHeight)
        }
        let parts = try original.photos(of: stored)
        return zip(members, parts).map { member, part in
          let origin = (Double(member.area.x), Double(member.area.y))
          return (
            member.detection.scaled(x: across, y: down).shifted(x: -origin.0, y: -origin.1),
            FaceCloseUp(
              part.turned(quarterTurns: view.quarterTurns), showing: member.area,
              turned: view.quarterTurns, of: photo)
          )
        }
      }
      batch = []
      pixels = 0
    }
    for detection in detections {
      // A chip shows half as much again as the face.
      guard detection.width < Double(side) / 1.25 else {
        flush()
        batches.append { [(detection, held)] }
        continue
      }
      let box = detection.scaled(x: across, y: down).box
      let left = max(0, Int(box.x - box.width))
      let top = max(0, Int(box.y - box.height))
      let right = min(full.0, Int(box.x + 2 * box.width) + 1)
      let bottom = min(full.1, Int(box.y + 2 * box.height) + 1)
      guard right > left, bottom > top else {
        batches.append { [(detection, held)] }
        continue
      }
      let area = PhotoRectangle(x: left, y: top, width: right - left, height: bottom - top)
      if pixels + area.width * area.height > maximumPixels { flush() }
      pixels += area.width * area.height
      batch.append((detection, area))
    }
    flush()
    return batches
  }
}

extension Detection {
  /// The same face in a photo of other sides.
  fileprivate func scaled(x: Double, y: Double) -> Detection {
    var detection = self
    detection.box = Box(
      x: box.x * x, y: box.y * y, width: box.width * x, height: box.height * y)
    detection.landmarks = landmarks.map { landmarks in
      FaceLandmarks(
        landmarks.points.map {
          Point(x: ($0.x + 0.5) * x - 0.5, y: ($0.y + 0.5) * y - 0.5)
        })
    }
    return detection
  }
}

extension Orientation {
  /// The one that a number of clockwise quarter turns makes upright.
  fileprivate init(turnedBy quarterTurns: Int) {
    self = [.upright, .left, .upsideDown, .right][quarterTurns & 3]
  }
}

extension FaceLandmarks {
  /// In a photo that was turned clockwise by quarters, of a width and a height then.
  package func turned(_ quarterTurns: Int, width: Int, height: Int) -> FaceLandmarks {
    FaceLandmarks(
      points.map {
        $0.turnedBack(4 - quarterTurns & 3, width: Double(width - 1), height: Double(height - 1))
      })
  }
}

extension Point {
  /// From a photo turned clockwise back to the photo as it came, of a width and a height.
  func turnedBack(_ quarterTurns: Int, width: Double, height: Double) -> Point {
    switch quarterTurns & 3 {
    case 1: Point(x: y, y: height - x)
    case 2: Point(x: width - x, y: height - y)
    case 3: Point(x: width - y, y: x)
    default: self
    }
  }
}

extension Box {
  /// From a photo turned clockwise back to the photo as it came, of a width and a height.
  func turnedBack(_ quarterTurns: Int, width: Double, height: Double) -> Box {
    guard quarterTurns & 3 != 0 else { return self }
    let center = self.center.turnedBack(quarterTurns, width: width, height: height)
    let size =
      quarterTurns % 2 == 0 ? (self.width, self.height) : (self.height, self.width)
    return Box(
      x: center.x - size.0 / 2, y: center.y - size.1 / 2, width: size.0, height: size.1)
  }
}
