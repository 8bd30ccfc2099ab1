import Foundation
import GalleryCore
import LikenessCore

extension NewPhoto {
  /// A made-up photo with one face; five in a row are of one person.
  public static func made(_ number: Int, embedding: Embedding, thumbnail: Data) -> NewPhoto {
    NewPhoto(
      digest: "made-\(number)",
      file: PhotoFile(path: "/made/\(number).jpg", bytes: 1, modified: 0), width: 250,
      height: 250, turned: 0,
      faces: [
        NewFace(
          name: "Person \(number / 5)",
          geometry: FaceGeometry(
            x: 80, y: 80, width: 90, height: 90, landmarks: Array(repeating: 100, count: 10)),
          score: 0.9,
          quality: FaceQuality(size: 90, sharpness: 8, yaw: 0, pitch: 0, roll: 0, inside: 1),
          embedding: embedding, thumbnail: thumbnail)
      ])
  }
}
