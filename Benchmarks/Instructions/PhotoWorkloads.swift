import Faces
import LikenessCore

struct Chips: Workload {
  static let name = "chips"

  private let photo: Photo
  private let places: [FacePlacement]

  init() throws {
    let (width, height) = (640, 480)
    photo = Photo(
      width: width, height: height,
      pixels: (0..<(width * height * 3)).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) })
    places = (0..<40).map { number in
      let (x, y) = (Double(80 + number * 9), Double(80 + number * 5))
      return FacePlacement(
        quarterTurns: 0,
        landmarks: DlibLandmarks([
          Point(x: x + 60, y: y), Point(x: x + 42, y: y), Point(x: x, y: y + 2),
          Point(x: x + 18, y: y + 1), Point(x: x + 30, y: y + 40),
        ]))
    }
  }

  func run() throws {
    for place in places { _ = place.chip(from: photo, side: 150, padding: 0.25) }
  }
}
