import Foundation
import TestSupport
import Testing

@testable import LikenessKit

/// Faces that no detector found and the user drew a box around. The networks look at the sample photos.
@Suite struct DrawnFaceTests {
  /// Two people side by side.
  private func pair() throws -> Photo {
    let photos = try ["obama.jpg", "biden.jpg"].map {
      try Photo.load(contentsOf: Samples.photo($0)).fitted(longestSide: 480)
    }
    let height = photos.map(\.height).max() ?? 0
    var pixels: [UInt8] = []
    for y in 0..<height {
      for photo in photos {
        let line = photo.width * 3
        pixels +=
          y < photo.height
          ? Array(photo.pixels[y * line..<(y + 1) * line]) : Array(repeating: 128, count: line)
      }
    }
    return Photo(width: photos[0].width + photos[1].width, height: height, pixels: pixels)
  }

  /// A photo in which nothing is seen at all.
  private func blank(side: Int = 200) -> Photo {
    Photo(width: side, height: side, pixels: Array(repeating: 90, count: side * side * 3))
  }

  /// Gives the work a gallery of one photo.
  private func withGallery(
    of photo: Photo, _ work: (Likeness, _ photo: PhotoID, _ file: URL) throws -> Void
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("IMG_0001.jpg")
      try photo.jpegData(quality: 92).write(to: file)
      let likeness = Likeness(gallery: folder.appendingPathComponent("gallery"))
      try likeness.add([file])
      try work(likeness, try likeness.photos.list()[0].id, file)
    }
  }

  @Test func `a face that was removed comes back by its box`() throws {
    try withGallery(of: try pair()) { likeness, photo, file in
      let faces = try likeness.faces.list(withEmbeddings: true)
      try #require(faces.count == 2 && faces.allSatisfy { !$0.drawn })
      let gone = faces[1]
      let former = Embedding(try #require(gone.embedding))
      let receipt = try likeness.faces.remove(gone.face)
      #expect(receipt.photos.isEmpty)
      let before = try likeness.people.list().people.flatMap(\.faces).map(\.face)
      #expect(before == [faces[0].face])

      let entry = try likeness.addFace(in: gone.box, of: photo, name: "Joe")
      let face = entry.face
      #expect(face.isDrawn && !face.hasEstimatedLandmarks && !face.quality.isDoubtful)
      #expect(face.id != gone.face && face.photo == photo && face.ordinal == 1)
      #expect(face.name == "Joe" && entry.hasThumbnail && entry.isEmbedded)
      #expect(face.geometry.box.overlap(gone.box) > 0.5 && face.score > 0.4)
      let embedding = try likeness.faces.embedding(of: face.id)
      #expect(Metric.cosine.distance(former, embedding) < 0.25)
      // It is an answer, and somebody.
      let nearest = try likeness.nearest(to: faces[0].face)
      #expect(nearest.map(\.face) == [face.id])
      let people = try likeness.people.list().people
      #expect(Set(people.flatMap(\.faces).map(\.face)) == [faces[0].face, face.id])
      #expect(people.count == 2)

      // It stays when its photo is added again.
      #expect(try likeness.add([file]).already == 1)
      #expect(try likeness.faces.list().map(\.drawn) == [false, true])
      #expect(try likeness.faces.list().map(\.name) == [nil, "Joe"])
    }
  }

  @Test func `a box around the face that is there is refused`() throws {
    try withGallery(of: try pair()) { likeness, photo, _ in
      let known = try likeness.faces.list()[0]
      let exists = GalleryError.faceExists(
        path: likeness.gallery.place.path, face: known.face)
      #expect(throws: exists) { try likeness.addFace(in: known.box, of: photo) }
      // Drawn so loosely that only the detector tells whom it is around.
      let (box, factor) = (known.box, 1.54)
      let loose = Box(
        x: box.center.x - factor * box.width / 2, y: box.center.y - factor * box.height / 2,
        width: factor * box.width, height: factor * box.height)
      #expect(!loose.isSamePlace(as: box))
      #expect(throws: exists) { try likeness.addFace(in: loose, of: photo) }
      #expect(try likeness.faces.list().count == 2)
    }
  }

  @Test func `boxes that no face can be in are refused`() throws {
    try withGallery(of: blank()) { likeness, photo, file in
      for box in [
        Box(x: 190, y: 20, width: 40, height: 40), Box(x: -900, y: 0, width: 50, height: 50),
        Box(x: 10, y: 10, width: 40, height: 11), Box(x: 10, y: 10, width: -40, height: 40),
        Box(x: .nan, y: 10, width: 40, height: 40), Box(x: 0, y: 0, width: .infinity, height: 40),
      ] {
        #expect {
          try likeness.addFace(in: box, of: photo)
        } throws: { error in
          guard case .badBox(let reason) = error as? LikenessError else { return false }
          return !reason.isEmpty
        }
      }
      let box = Box(x: 50, y: 50, width: 60, height: 60)
      #expect(throws: LikenessError.unknownPhoto("photo:7", candidates: [])) {
        try likeness.addFace(in: box, of: 7)
      }
      #expect(throws: GalleryError.self) { try likeness.addFace(in: box, of: photo, name: " ") }
      try Data(contentsOf: Samples.photo("obama.jpg")).write(to: file)
      #expect(
        throws: LikenessError.photoUnavailable(
          "IMG_0001.jpg", reason: "the file is another photo now")
      ) {
        try likeness.addFace(in: box, of: photo)
      }
      try FileManager.default.removeItem(at: file)
      #expect(
        throws: LikenessError.photoUnavailable("IMG_0001.jpg", reason: "the photo is gone")
      ) {
        try likeness.addFace(in: box, of: photo)
      }
      #expect(try likeness.faces.count() == 0)
    }
  }

  @Test
  func `where nothing is seen, landmarks are estimated and the face is doubtful until it is named`()
    throws
  {
    try withGallery(of: blank()) { likeness, photo, _ in
      let box = Box(x: 50, y: 60, width: 20, height: 22)
      let first = try likeness.addFace(in: box, of: photo)
      #expect(first.face.isDrawn && first.face.hasEstimatedLandmarks && first.isEmbedded)
      #expect(first.face.quality.isDoubtful && first.face.geometry.box == box)
      #expect(first.face.geometry.landmarks.count == 10)
      let named = try likeness.addFace(
        in: Box(x: 120, y: 60, width: 20, height: 22), of: photo, name: "Ann")
      #expect(named.face.hasEstimatedLandmarks && !named.face.quality.isDoubtful)
      let people = try likeness.people.list().people
      #expect(people.map(\.name) == ["Ann"])
      #expect(people.flatMap(\.faces).map(\.face) == [named.face.id])
      // The user has said that it is a face.
      #expect(try likeness.people.review().questions().total == 0)

      // Taken back, the photo is as it was.
      let removal = Removal(faces: [first.face.id, named.face.id])
      let preview = try likeness.preview(of: removal)
      #expect(preview.faces.count == 2 && preview.photos.isEmpty && preview.names == ["Ann"])
      #expect(try likeness.faces.remove([first.face.id, named.face.id]).photos.isEmpty)
      #expect(try likeness.photos.entry(photo).photo.faces == 0)
      // Whoever removes a person means the photo, too.
      _ = try likeness.addFace(in: box, of: photo, name: "Ann")
      let receipt = try likeness.remove(Removal(names: ["Ann"]))
      #expect(receipt.photos.count == 1)
    }
  }

  @Test func `a face that is seen in another orientation only is found`() throws {
    let upright = try Photo.load(contentsOf: Samples.photo("biden.jpg")).fitted(longestSide: 480)
    let face = try #require(
      try FaceEngine().makeAnalyzer().analyze(upright).faces.first)
    // On its side, in a gallery whose detector took no face for one.
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("IMG_0002.jpg")
      let turned = upright.turned(quarterTurns: 1)
      try turned.jpegData(quality: 95).write(to: file)
      var options = FaceEngineOptions()
      options.minimumScore = 0.999
      let place = folder.appendingPathComponent("gallery")
      try Likeness(gallery: place, options: options).add([file])
      let likeness = Likeness(gallery: place)
      let photo = try #require(try likeness.photos.list().first)
      try #require(photo.faces == 0)
      // Clockwise, what was below comes to lie on the left.
      let box = Box(
        x: Double(turned.width) - face.box.y - face.box.height, y: face.box.x,
        width: face.box.height, height: face.box.width)
      let entry = try likeness.addFace(in: box, of: photo.id)
      #expect(!entry.face.hasEstimatedLandmarks && entry.face.geometry.box.overlap(box) > 0.5)
      let embedding = try likeness.faces.embedding(of: entry.face.id)
      #expect(Metric.cosine.distance(face.embedding, embedding) < 0.25)
    }
  }

  @Test func `a file that is written anew keeps it, and another photo in it is told`() throws {
    try withGallery(of: blank()) { likeness, photo, file in
      let box = Box(x: 50, y: 60, width: 40, height: 40)
      let other = Box(x: 120, y: 60, width: 40, height: 40)
      _ = try likeness.addFace(in: box, of: photo, name: "Ann")
      _ = try likeness.addFace(in: other, of: photo)
      try blank().jpegData(quality: 60).write(to: file)
      let anew = try likeness.add([file])
      #expect(anew.replaced == 1 && anew.warnings.isEmpty)
      let faces = try likeness.faces.list()
      #expect(faces.map(\.box) == [box, other] && faces.allSatisfy(\.drawn))
      #expect(faces.map(\.name) == ["Ann", nil])
      #expect(try likeness.photos.list().map(\.faces) == [2])

      try blank(side: 300).jpegData(quality: 60).write(to: file)
      let changed = try likeness.add([file])
      #expect(changed.replaced == 1 && changed.warnings.count == 2)
      #expect(changed.warnings.contains { $0.contains("\"Ann\"") })
      #expect(changed.warnings.contains { $0.hasSuffix("a face that was drawn on it") })
      #expect(try likeness.faces.count() == 0)
    }
  }
}
