import LikenessCore

/// A seeded source of randomness, so that a failure can be seen again.
package typealias SplitMix64 = SeededRandom
