/// Numbers that look random and are the same for the same seed everywhere: SplitMix64 (Steele, Lea and Flood 2014).
public struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  /// A stream of its own for each path of numbers, such as an epoch and an item: the same in whatever order
  /// and whenever streams are made.
  public init(seed: UInt64, path: UInt64...) {
    state = path.reduce(seed) { state, number in
      var mixer = SeededRandom(seed: state ^ number &* 0xD1B5_4A32_D192_ED03)
      return mixer.next()
    }
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
