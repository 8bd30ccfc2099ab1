import Foundation
import LikenessCore
import TestSupport

@testable import GalleryCore
@testable import GallerySQLite

let model = "test-model"

func face(
  _ name: String?, _ value: Float, count: Int = 8, confidence: Double? = nil
) -> NewFace {
  NewFace(
    name: name,
    geometry: FaceGeometry(
      x: 1, y: 2, width: 30, height: 30, landmarks: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    score: 0.5,
    quality: FaceQuality(
      size: 30, sharpness: 5, yaw: 1, pitch: 2, roll: 3, inside: 1, confidence: confidence),
    embedding: Embedding((0..<count).map { value + Float($0) }),
    thumbnail: Data("thumbnail \(value)".utf8))
}

func photo(_ digest: String, _ faces: [NewFace]) -> NewPhoto {
  NewPhoto(
    digest: digest, file: PhotoFile(path: "/photos/\(digest).jpg", bytes: 10, modified: 5),
    width: 640, height: 480, turned: 0, faces: faces)
}

func withGallery(_ work: (GalleryStore, URL) throws -> Void) throws {
  try TestFiles.withTemporaryFolder { folder in
    let home = folder.appendingPathComponent("gallery")
    try work(try GalleryStore(at: home, access: .write, create: true), home)
  }
}

func failure(_ work: () throws -> Void) -> GalleryError? {
  do {
    try work()
    return nil
  } catch {
    return error as? GalleryError
  }
}
