import Faces
import Foundation
import LikenessCore

/// Draws faces into photos, for people to look at.
public enum FacePainter {
  private static let frame = PhotoColor(red: 64, green: 224, blue: 128)
  private static let ink = PhotoColor(red: 12, green: 40, blue: 24)
  private static let doubtfulFrame = PhotoColor(red: 255, green: 170, blue: 40)
  private static let doubtfulInk = PhotoColor(red: 64, green: 36, blue: 0)

  /// A copy of the photo with a numbered frame around each face and dots on its landmarks. The frame of a doubtful face
  /// is dashed, and its number has a question mark.
  /// - Parameters:
  ///   - faces: what was found in the photo.
  ///   - photo: at any size; boxes and points are of the full one.
  ///   - labels: written at the frames instead of the numbers.
  public static func boxes(
    around faces: [Face], in photo: Photo, labels: [String] = []
  ) -> Photo {
    boxes(
      faces.map { ($0.box, $0.landmarks.points) }, in: photo,
      labels: faces.enumerated().map { number, face in
        (number < labels.count ? labels[number] : "\(number + 1)")
          + (face.quality.isDoubtful ? "?" : "")
      }, doubtful: Set(faces.indices.filter { faces[$0].quality.isDoubtful }))
  }

  /// The same for boxes and points in pixels of the photo at full size.
  /// - Parameters:
  ///   - faces: a box and its points each.
  ///   - photo: at any size; boxes and points are of the full one.
  ///   - labels: written at the frames, in the order of the faces; a frame without one stays bare.
  ///   - doubtful: the places of those whose frames are dashed.
  public static func boxes(
    _ faces: [(box: Box, points: [Point])], in photo: Photo, labels: [String],
    doubtful: Set<Int> = []
  ) -> Photo {
    var canvas = Canvas(photo)
    let unit = Double(max(photo.width, photo.height))
    let thickness = max(1.5, unit / 400)
    for (index, face) in faces.enumerated() {
      let (x, y) = (face.box.x / photo.scale, face.box.y / photo.scale)
      let (width, height) = (face.box.width / photo.scale, face.box.height / photo.scale)
      let isDoubtful = doubtful.contains(index)
      let color = isDoubtful ? doubtfulFrame : frame
      canvas.strokeRectangle(
        x: x, y: y, width: width, height: height, thickness: thickness,
        cornerRadius: width * 0.08, dash: isDoubtful ? max(3 * thickness, width / 12) : 0,
        color: color)
      for point in face.points {
        canvas.fillCircle(
          x: point.x / photo.scale, y: point.y / photo.scale, radius: max(1.2, width / 60),
          color: color)
      }
      guard index < labels.count else { continue }
      let size = Int(min(max(11, width / 7), unit / 18))
      let label = Canvas.textSize(labels[index], size: size, isBold: true, hasBackground: true)
      // Above the frame where there is room, else inside of it.
      let above = Int(y) - label.height - Int(thickness)
      canvas.drawText(
        labels[index], x: Int(x), y: above >= 0 ? above : max(0, Int(y + thickness)), size: size,
        isBold: true, color: isDoubtful ? doubtfulInk : ink, background: color)
    }
    return canvas.photo()
  }
}
