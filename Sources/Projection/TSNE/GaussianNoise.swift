import Foundation
import LikenessCore

/// Normally distributed numbers, the same for the same seed, by the Box–Muller transform.
struct GaussianNoise {
  private var random: SeededRandom
  private var spare: Double?

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  mutating func next() -> Double {
    if let spare {
      self.spare = nil
      return spare
    }
    // Above zero, for the logarithm.
    let (radius, angle) = ((-2 * log(1 - uniform())).squareRoot(), 2 * Double.pi * uniform())
    spare = radius * sin(angle)
    return radius * cos(angle)
  }

  /// From 0 to below 1.
  private mutating func uniform() -> Double {
    Double(random.next() >> 11) * 0x1p-53
  }
}
