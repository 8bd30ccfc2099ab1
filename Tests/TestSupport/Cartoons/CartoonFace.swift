import Foundation

/// A drawn photo of a person with an expression: identity and expression can both be learnt from it, while
/// place, turn, light and noise differ from one photo to the next.
public struct CartoonFace: Sendable {
  public let person: CartoonPerson
  public let expression: CartoonExpression
  /// Which of the photos of this person with this expression.
  public let take: Int

  public init(_ person: CartoonPerson, _ expression: CartoonExpression, take: Int) {
    (self.person, self.expression, self.take) = (person, expression, take)
  }

  /// All photos of some people with all expressions, as many takes of each.
  public static func album(people: Int, takes: Int) -> [CartoonFace] {
    CartoonPerson.some(people).flatMap { person in
      CartoonExpression.allCases.flatMap { expression in
        (1...takes).map { CartoonFace(person, expression, take: $0) }
      }
    }
  }

  /// As JAFFE would call it: `KA.HA1.4.png`.
  public func fileName(number: Int) -> String {
    "\(person.name).\(expression.rawValue)\(take).\(number).png"
  }

  /// Writes the photos of an album into a folder.
  /// - Returns: the files.
  @discardableResult
  public static func write(_ album: [CartoonFace], to folder: URL, side: Int) throws -> [URL] {
    try album.enumerated().map { number, face in
      let file = folder.appendingPathComponent(face.fileName(number: number + 1))
      try face.image(side: side).encoded(".png").write(to: file)
      return file
    }
  }

  public func image(side: Int) -> TestImage {
    let place = CartoonExpression.allCases.firstIndex(of: expression) ?? 0
    var random = SplitMix64(seed: person.seed &+ UInt64(place) &* 1009 &+ UInt64(take) &* 65_537)
    func draw(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &random) }
    let wall = draw(0.45...0.85)
    var canvas = CartoonCanvas(
      side: side, background: SIMD3(wall, wall + draw(-0.08...0.08), wall + draw(-0.08...0.08)))
    let (angle, zoom) = (draw(-0.12...0.12), draw(0.94...1.05) * Double(side) / 2)
    let shift = SIMD2(draw(-0.07...0.07), draw(-0.06...0.06) + 0.06)
    canvas.map = { place in
      let turned = SIMD2(
        place.x * cos(angle) - place.y * sin(angle), place.x * sin(angle) + place.y * cos(angle))
      return (turned + shift) * zoom + SIMD2(repeating: Double(side) / 2)
    }
    let drawing = CartoonDrawing(
      person: person, pose: expression.pose.scaled(draw(0.75...1.15)), turn: draw(-0.07...0.07),
      gaze: draw(-0.25...0.25), shirt: SIMD3(draw(0.2...0.8), draw(0.2...0.8), draw(0.2...0.8)))
    drawing.paint(on: &canvas)
    let (gain, slope, lean) = (draw(0.82...1.12), draw(-0.18...0.18), draw(-0.1...0.1))
    canvas.shade { color, x, y in
      let noise = Double(random.next() & 255) / 255 - 0.5
      return color * (gain + slope * x + lean * y) + 0.05 * noise
    }
    return canvas.image
  }
}
