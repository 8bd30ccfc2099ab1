import Foundation

/// What stays the same about a cartoon person from photo to photo.
public struct CartoonPerson: Sendable {
  public let name: String
  let seed: UInt64
  // Colours from 0 to 1.
  let skin: SIMD3<Double>
  let hair: SIMD3<Double>
  let iris: SIMD3<Double>
  let lips: SIMD3<Double>
  // Lengths in half widths of the picture.
  let faceWidth: Double
  let faceHeight: Double
  /// 0 for a pointed chin, 1 for a broad one.
  let jaw: Double
  let eyeDistance: Double
  let eyeSize: Double
  let browWidth: Double
  let noseLength: Double
  let noseWidth: Double
  let mouthWidth: Double
  let hairstyle: Hairstyle
  let hasGlasses: Bool

  enum Hairstyle: CaseIterable { case short, fringe, long, curly, bald, bun }

  /// - Parameter number: decides everything; neighbours share no more than others.
  public init(_ number: Int) {
    var random = SplitMix64(seed: 0xFACE + UInt64(number) * 7919)
    func draw(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &random) }
    let letters = Array("KLMNTUYZBRSW")
    name =
      "\(letters[number % letters.count])\(Character(UnicodeScalar(UInt8(65 + number / letters.count % 26))))"
    seed = random.next()
    let light = draw(0.45...1)
    skin = SIMD3(0.98, 0.80, 0.66) * light + SIMD3(0.02, draw(-0.03...0.03), draw(-0.05...0.05))
    let hairs: [SIMD3<Double>] = [
      [0.10, 0.08, 0.08], [0.30, 0.18, 0.10], [0.55, 0.36, 0.18], [0.86, 0.70, 0.38],
      [0.66, 0.26, 0.12], [0.62, 0.62, 0.64],
    ]
    hair = hairs[Int(draw(0...5.999))]
    let irises: [SIMD3<Double>] = [
      [0.28, 0.16, 0.08], [0.20, 0.42, 0.66], [0.26, 0.48, 0.28], [0.12, 0.10, 0.10],
    ]
    iris = irises[Int(draw(0...3.999))]
    lips = skin * SIMD3(0.82, draw(0.45...0.65), 0.62)
    faceWidth = draw(0.46...0.60)
    faceHeight = draw(0.60...0.72)
    jaw = draw(0...1)
    eyeDistance = draw(0.19...0.27)
    eyeSize = draw(0.075...0.11)
    browWidth = draw(0.03...0.07)
    noseLength = draw(0.14...0.28)
    noseWidth = draw(0.05...0.11)
    mouthWidth = draw(0.15...0.22)
    hairstyle = Hairstyle.allCases[Int(draw(0...5.999))]
    hasGlasses = draw(0...1) < 0.25
  }

  public static func some(_ count: Int) -> [CartoonPerson] { (0..<count).map { CartoonPerson($0) } }
}
