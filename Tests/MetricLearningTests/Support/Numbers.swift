import Foundation
import TestSupport
import Testing

@testable import MetricLearning

/// Numbers that differ from test to test and are the same from run to run.
enum Numbers {
  /// Points of a cloud around the origin, row by row.
  static func cloud(_ count: Int, seed: UInt64) -> [Double] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
  }

  static func rows(_ values: [Double], _ dimensions: Int) -> [[Double]] {
    stride(from: 0, to: values.count, by: dimensions).map { Array(values[$0..<$0 + dimensions]) }
  }

  static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
  }

  static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map(*).reduce(0, +) }

  static func unit(_ a: [Double]) -> [Double] {
    let length = dot(a, a).squareRoot()
    return a.map { $0 / length }
  }

  /// `log(1 + exp(x))`
  static func log1pExp(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

  static func near(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(a), abs(b))
  }
}

/// Compares a loss with a plain computation, and its gradient with differences of the plain one.
func expectLoss(
  _ values: [Double], shape: [Int], _ loss: (Tensor) -> Tensor,
  equals plain: ([Double]) -> Double, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  try Torch.load()
  let tensor = Tensor(values, shape: shape)
  tensor.requiresGradient = true
  let result = loss(tensor)
  #expect(result.type == .float64, sourceLocation: sourceLocation)
  #expect(Numbers.near(result.item, plain(values), 1e-9), sourceLocation: sourceLocation)
  result.backward()
  let gradient: [Double] = try #require(tensor.gradient).values()
  let step = 1e-6
  for index in values.indices {
    var (above, below) = (values, values)
    above[index] += step
    below[index] -= step
    let slope = (plain(above) - plain(below)) / (2 * step)
    #expect(
      Numbers.near(gradient[index], slope, 1e-5), "derivative \(index)",
      sourceLocation: sourceLocation)
  }
}
