import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces
@testable import PhotoMetadata

/// Which face a region names.
@Suite struct RegionAssignmentTests {
  /// Of an upright photo of 300 x 400.
  private let faces = [
    Box(x: 30, y: 40, width: 60, height: 80), Box(x: 200, y: 250, width: 50, height: 60),
  ]

  private func region(
    _ name: String?, _ box: Box, _ origin: FaceRegion.Origin = .mwg, of size: FaceRegion.Size? = nil
  ) -> FaceRegion {
    FaceRegion(
      name: name,
      box: Box(x: box.x / 300, y: box.y / 400, width: box.width / 300, height: box.height / 400),
      origin: origin, appliedTo: size)
  }

  private func assigned(
    _ regions: [FaceRegion], _ orientation: Orientation = .upright
  ) -> RegionAssignment {
    RegionAssignment(regions, faces: faces, width: 300, height: 400, orientation: orientation)
  }

  @Test func `a region names the face that lies in it, and each face once`() {
    let result = assigned([
      // With hair and chin; eyes and mouth alone.
      region("Ann", Box(x: 20, y: 10, width: 80, height: 130)),
      region("Bob", Box(x: 212, y: 262, width: 26, height: 34)),
      region("Cleo", Box(x: 30, y: 40, width: 58, height: 79)),
      region("Dan", Box(x: 120, y: 120, width: 40, height: 40)),
      region(nil, Box(x: 150, y: 120, width: 40, height: 40)),
    ])
    #expect(result.names == [0: "Cleo", 1: "Bob"] && result.unplaced == ["Ann", "Dan"])
    #expect(!result.isCropped)
    // The whole photo is nobody's face.
    #expect(assigned([region("All", Box(x: 0, y: 0, width: 300, height: 400))]).names.isEmpty)
  }

  @Test(arguments: 1...8) func `regions are of the stored picture, which EXIF turns`(
    number: Int
  ) throws {
    let orientation = try #require(Orientation(rawValue: number))
    // Where the standard's table puts the pixels of a face, the region of the stored picture is.
    let image = TestImage(width: 300, height: 400) { x, y in
      faces[1].contains(Point(x: Double(x) + 0.5, y: Double(y) + 0.5)) ? [255, 0, 0] : [0, 0, 0]
    }.stored(orientation: number)
    let columns = (0..<image.width).filter { x in
      (0..<image.height).contains { image[x, $0][0] > 0 }
    }
    let rows = (0..<image.height).filter { y in (0..<image.width).contains { image[$0, y][0] > 0 } }
    let stored = Box(
      x: Double(columns[0]) / Double(image.width), y: Double(rows[0]) / Double(image.height),
      width: Double(columns.count) / Double(image.width),
      height: Double(rows.count) / Double(image.height))
    let size = FaceRegion.Size(width: Double(image.width), height: Double(image.height))
    for size in [size, nil] {
      let regions = [FaceRegion(name: "Ann", box: stored, origin: .mwg, appliedTo: size)]
      #expect(assigned(regions, orientation).names == [1: "Ann"])
    }
    let back = orientation.stored(orientation.upright(stored))
    #expect(abs(back.x - stored.x) < 1e-9 && abs(back.y - stored.y) < 1e-9)
  }

  @Test(arguments: 1...8)
  func `Picasa's regions, and those of some programs, are of the upright photo`(
    number: Int
  ) throws {
    let orientation = try #require(Orientation(rawValue: number))
    #expect(assigned([region("Ann", faces[1], .picasa)], orientation).names == [1: "Ann"])
    let size = FaceRegion.Size(width: 600, height: 800)
    #expect(assigned([region("Ann", faces[1], .mwg, of: size)], orientation).names == [1: "Ann"])
    // Without a size the picture is the one in which there is a face.
    #expect(assigned([region("Ann", faces[1], .microsoft)], orientation).names == [1: "Ann"])
  }

  @Test func `regions of a photo that was cropped since name nobody by their place`() {
    let size = FaceRegion.Size(width: 4000, height: 3000)
    let result = assigned([region("Ann", faces[0], .mwg, of: size)])
    #expect(result.isCropped && result.names.isEmpty && result.unplaced == ["Ann"])
    // A small copy has the shape of the original, but for whole pixels.
    let small = FaceRegion.Size(width: 120, height: 159)
    #expect(assigned([region("Ann", faces[0], .mwg, of: small)]).names == [0: "Ann"])
  }
}
