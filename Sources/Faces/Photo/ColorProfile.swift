import Foundation

/// As much of an ICC profile as tells whether it describes sRGB, where converting would cost time
/// and change nothing but rounding.
struct ColorProfile {
  enum Space: Equatable { case rgb, grey, cmyk, other }

  let bytes: [UInt8]
  private let tags: [UInt32: Range<Int>]

  /// - Returns: nil where the bytes are not a profile.
  init?(_ bytes: [UInt8]) {
    self.bytes = bytes
    guard bytes.count >= 132, Self.word(bytes, 36) == Self.signature("acsp") else { return nil }
    let count = Int(Self.word(bytes, 128))
    guard count <= 1000, bytes.count >= 132 + count * 12 else { return nil }
    var tags: [UInt32: Range<Int>] = [:]
    for entry in 0..<count {
      let at = 132 + entry * 12
      let offset = Int(Self.word(bytes, at + 4))
      let size = Int(Self.word(bytes, at + 8))
      guard offset + size <= bytes.count else { continue }
      tags[Self.word(bytes, at)] = offset..<(offset + size)
    }
    self.tags = tags
  }

  var space: Space {
    switch Self.word(bytes, 16) {
    case Self.signature("RGB "): .rgb
    case Self.signature("GRAY"): .grey
    case Self.signature("CMYK"): .cmyk
    default: .other
    }
  }

  /// Whether the profile is sRGB by its numbers (primaries and tone curve), whatever it is called;
  /// for grey, whether it has sRGB's tone curve.
  var isSRGB: Bool {
    switch space {
    case .rgb:
      // A table overrides primaries and curves.
      guard tags[Self.signature("A2B0")] == nil else { return false }
      return hasColorant("rXYZ", 0.4361, 0.2225, 0.0139)
        && hasColorant("gXYZ", 0.3851, 0.7169, 0.0971)
        && hasColorant("bXYZ", 0.1431, 0.0606, 0.7141)
        && ["rTRC", "gTRC", "bTRC"].allSatisfy(hasSRGBCurve)
    case .grey:
      return hasSRGBCurve("kTRC")
    case .cmyk, .other:
      return false
    }
  }

  /// Whether a primary, adapted to D50, is the one given (IEC 61966-2-1).
  private func hasColorant(_ name: String, _ x: Double, _ y: Double, _ z: Double) -> Bool {
    guard let tag = tags[Self.signature(name)], tag.count >= 20,
      Self.word(bytes, tag.lowerBound) == Self.signature("XYZ ")
    else { return false }
    let found = (0..<3).map { fixed(tag.lowerBound + 8 + $0 * 4) }
    return zip(found, [x, y, z]).allSatisfy { abs($0 - $1) < 0.003 }
  }

  private func hasSRGBCurve(_ name: String) -> Bool {
    guard let tag = tags[Self.signature(name)], let curve = curve(tag) else { return false }
    // Half a step of 8 bits at the curve's steepest is about 0.005.
    return stride(from: 0.0, through: 1.0, by: 1 / 16).allSatisfy { value in
      abs(curve(value) - Self.linear(value)) < 0.004
    }
  }

  /// A tone curve, from 0...1 to 0...1.
  private func curve(_ tag: Range<Int>) -> ((Double) -> Double)? {
    guard tag.count >= 12 else { return nil }
    let start = tag.lowerBound
    switch Self.word(bytes, start) {
    case Self.signature("curv"):
      let count = Int(Self.word(bytes, start + 8))
      // None is linear and one is a power: neither is sRGB.
      guard count >= 2, tag.count >= 12 + count * 2 else { return nil }
      return { value in
        let at = value * Double(count - 1)
        let low = min(Int(at), count - 2)
        func entry(_ index: Int) -> Double {
          let byte = start + 12 + index * 2
          return Double(Int(bytes[byte]) << 8 | Int(bytes[byte + 1])) / 65535
        }
        return entry(low) + (entry(low + 1) - entry(low)) * (at - Double(low))
      }
    case Self.signature("para"):
      let kind = Int(bytes[start + 8]) << 8 | Int(bytes[start + 9])
      guard kind == 3 || kind == 4 else { return nil }
      let count = kind == 3 ? 5 : 7
      guard tag.count >= 12 + count * 4 else { return nil }
      let p = (0..<count).map { fixed(start + 12 + $0 * 4) }
      let (e, f) = kind == 4 ? (p[5], p[6]) : (0, 0)
      return { value in
        value >= p[4] ? pow(max(0, p[1] * value + p[2]), p[0]) + e : p[3] * value + f
      }
    default:
      return nil
    }
  }

  /// sRGB's transfer function, IEC 61966-2-1.
  private static func linear(_ value: Double) -> Double {
    value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }

  private func fixed(_ at: Int) -> Double {
    Double(Int32(bitPattern: Self.word(bytes, at))) / 65536
  }

  private static func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
    bytes[at..<(at + 4)].reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func signature(_ name: String) -> UInt32 {
    name.utf8.reduce(0) { $0 << 8 | UInt32($1) }
  }
}
