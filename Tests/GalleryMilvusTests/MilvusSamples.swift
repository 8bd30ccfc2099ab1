import Foundation
import GalleryCore
import LikenessCore
import TestSupport

/// A photo with one face and no names, whose embedding is drawn.
func plainPhoto(_ number: Int, _ random: inout SplitMix64) -> NewPhoto {
  NewPhoto(
    digest: String(format: "%064x", number),
    file: PhotoFile(path: "/photos/\(number).jpg", bytes: number, modified: 1), width: 100,
    height: 90, turned: 0,
    faces: [
      NewFace(
        name: nil,
        geometry: FaceGeometry(x: 1, y: 2, width: 40, height: 41, landmarks: []), score: 0.9,
        quality: FaceQuality(size: 50, sharpness: 9, yaw: 0, pitch: 0, roll: 0, inside: 1),
        embedding: Embedding((0..<8).map { _ in .random(in: -1...1, using: &random) }),
        thumbnail: Data())
    ])
}
