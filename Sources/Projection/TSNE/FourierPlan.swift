import CKernels
import Foundation
import LikenessCore

/// The Fourier transform of one length.
final class FourierPlan: Sendable {
  let length: Int
  private let twiddles: SharedBuffer<Float>
  private let factors: [Int32]

  /// - Precondition: the length has no factor but 2, 3 and 5.
  init(length: Int) {
    self.length = length
    factors = Self.factors(of: length)!
    twiddles = SharedBuffer(2 * length, filledWith: 0)
    for i in 0..<length {
      let angle = 2 * Double.pi * Double(i) / Double(length)
      twiddles[i] = Float(cos(angle))
      twiddles[length + i] = Float(-sin(angle))
    }
  }

  var plan: ck_fft {
    var plan = ck_fft()
    plan.length = length
    plan.factor_count = Int32(factors.count)
    plan.twiddles = UnsafePointer(twiddles.pointer)
    withUnsafeMutableBytes(of: &plan.factors) { bytes in
      let places = bytes.bindMemory(to: Int32.self)
      for (index, factor) in factors.enumerated() { places[index] = factor }
    }
    return plan
  }

  /// The next length with a fast transform: a multiple of 4 with no factor but 2, 3 and 5.
  static func length(atLeast minimum: Int) -> Int {
    var length = max(8, (minimum + 3) / 4 * 4)
    while factors(of: length) == nil { length += 4 }
    return length
  }

  static func factors(of length: Int) -> [Int32]? {
    var (left, factors): (Int, [Int32]) = (length, [])
    for factor in [4, 2, 3, 5] {
      while left % factor == 0 {
        left /= factor
        factors.append(Int32(factor))
      }
    }
    return left == 1 ? factors : nil
  }
}
