import CKernels
import Foundation
import TestSupport
import Testing

/// Every variant that this machine can run, against sums in doubles and against the plain one.
@Suite struct DistanceKernelTests {
  struct Variant: CustomTestStringConvertible, Sendable {
    let index: Int
    var kernels: ck_kernels { ck_kernels_at(index)!.pointee }
    var testDescription: String { String(cString: kernels.name) }
  }

  static let variants = (0..<8).filter { ck_kernels_at($0) != nil }.map { Variant(index: $0) }
  private static let lengths = Array(0...70) + [96, 127, 128, 129, 255, 256, 300, 512, 1000, 2048]

  @Test func thereIsAPlainVariantAndTheBestIsTheLast() {
    #expect(String(cString: Self.variants.first!.kernels.name) == "plain")
    #expect(ck_kernels_best() == ck_kernels_at(Self.variants.count - 1))
    #if arch(x86_64) || arch(arm64)
      // Whatever is newer than the first of these machines.
      #expect(Self.variants.count > 1)
    #endif
  }

  @Test(arguments: variants) func floatsOfAnyLengthAndAlignment(_ variant: Variant) {
    var random = SplitMix64(seed: 61)
    let kernels = variant.kernels
    for length in Self.lengths {
      for offset in [0, 1, 3] {
        let a = (0..<length + offset).map { _ in Float.random(in: -2...2, using: &random) }
        let b = (0..<length + 2 * offset).map { _ in Float.random(in: -2...2, using: &random) }
        a.withUnsafeBufferPointer { a in
          b.withUnsafeBufferPointer { b in
            let (x, y) = (a.baseAddress! + offset, b.baseAddress! + 2 * offset)
            let pairs = (0..<length).map { (Double(x[$0]), Double(y[$0])) }
            func check(_ found: Float, _ terms: [Double], _ what: String) {
              // Each sum rounds by less than its size times the number of terms over lanes.
              let tolerance = 1e-6 * (1e-3 + terms.map(abs).reduce(0, +))
              #expect(
                abs(Double(found) - terms.reduce(0, +)) <= tolerance, "\(what) of \(length)")
            }
            check(kernels.l2sq_f32(x, y, length), pairs.map { ($0 - $1) * ($0 - $1) }, "l2sq")
            check(kernels.dot_f32(x, y, length), pairs.map { $0 * $1 }, "dot")
            check(kernels.l1_f32(x, y, length), pairs.map { abs($0 - $1) }, "l1")
          }
        }
      }
    }
  }

  @Test(arguments: variants) func whatIsNotFiniteSpreads(_ variant: Variant) {
    let kernels = variant.kernels
    for length in [1, 7, 8, 16, 33, 128] {
      for place in [0, length / 2, length - 1] {
        let ones = [Float](repeating: 1, count: length)
        var odd = ones
        odd[place] = .nan
        #expect(kernels.l2sq_f32(odd, ones, length).isNaN)
        #expect(kernels.dot_f32(odd, ones, length).isNaN)
        #expect(kernels.l1_f32(odd, ones, length).isNaN)
        odd[place] = -.infinity
        #expect(kernels.l2sq_f32(odd, ones, length) == .infinity)
        #expect(kernels.dot_f32(odd, ones, length) == -.infinity)
        #expect(kernels.l1_f32(odd, ones, length) == .infinity)
        // ∞ - ∞
        #expect(kernels.l2sq_f32(odd, odd, length).isNaN)
        #expect(kernels.l1_f32(odd, odd, length).isNaN)
        odd[place] = 1e30
        #expect(kernels.l2sq_f32(odd, ones, length) == .infinity)
      }
    }
  }

  private static func bytes(_ count: Int, _ random: inout SplitMix64) -> [Int8] {
    // The ends of the range more often than chance would have it.
    (0..<count).map { _ in
      switch Int.random(in: 0..<6, using: &random) {
      case 0: 127
      case 1: -127
      default: .random(in: -127...127, using: &random)
      }
    }
  }

  private static func dot(_ a: some Sequence<Int8>, _ b: some Sequence<Int8>) -> Int32 {
    var sum: Int32 = 0
    for (x, y) in zip(a, b) { sum += Int32(x) * Int32(y) }
    return sum
  }

  private static func squares(_ a: some Sequence<Int8>, _ b: some Sequence<Int8>) -> Int32 {
    var sum: Int32 = 0
    for (x, y) in zip(a, b) { sum += (Int32(x) - Int32(y)) * (Int32(x) - Int32(y)) }
    return sum
  }

  @Test(arguments: variants) func bytesAreExact(_ variant: Variant) {
    var random = SplitMix64(seed: 62)
    let kernels = variant.kernels
    for blocks in [0, 1, 2, 3, 4, 5, 7, 8, 16, 31, 64] {
      let size = blocks * Int(CK_CODE_BLOCK)
      for count in [0, 1, 2, 3, 4, 5, 9] {
        let query = Self.bytes(size + 1, &random)
        let rows = Self.bytes(size * count + 1, &random)
        func row(_ number: Int) -> ArraySlice<Int8> {
          rows[1 + number * size..<1 + (number + 1) * size]
        }
        let dots = (0..<count).map { Self.dot(query.dropFirst(), row($0)) }
        let picked = (0..<count).map { _ in UInt32.random(in: 0..<UInt32(count), using: &random) }
        var (found, foundPicked) = (
          [Int32](repeating: 7, count: count), [Int32](repeating: 7, count: count)
        )
        query.withUnsafeBufferPointer { query in
          rows.withUnsafeBufferPointer { rows in
            // One byte on: nothing is aligned.
            let (q, r) = (query.baseAddress! + 1, rows.baseAddress! + 1)
            kernels.dot_i8_rows(q, r, size, count, size, &found)
            kernels.dot_i8_picked(q, r, size, picked, count, size, &foundPicked)
            for number in 0..<count {
              #expect(kernels.dot_i8(q, r + number * size, size) == dots[number])
              let squares = Self.squares(query.dropFirst(), row(number))
              #expect(kernels.l2sq_i8(q, r + number * size, size) == squares)
            }
          }
        }
        #expect(found == dots && foundPicked == picked.map { dots[Int($0)] }, "\(size) × \(count)")
      }
    }
    let ends = [Int8](repeating: -127, count: 2048)
    #expect(kernels.dot_i8(ends, ends, 2048) == 2048 * 127 * 127)
    #expect(kernels.l2sq_i8(ends, ends.map { -$0 }, 2048) == 2048 * 254 * 254)
  }

  @Test(arguments: variants) func formsForManyGiveWhatOnePairGives(_ variant: Variant) {
    var random = SplitMix64(seed: 63)
    let kernels = variant.kernels
    for (size, queryCount, rowCount) in [
      (1, 1, 1), (5, 3, 7), (32, 2, 9), (128, 5, 300), (2048, 2, 5),
    ] {
      let queries = (0..<size * queryCount).map { _ in Float.random(in: -1...1, using: &random) }
      let rows = (0..<size * rowCount).map { _ in Float.random(in: -1...1, using: &random) }
      var many = [Float](repeating: -1, count: queryCount * rowCount)
      ck_l2sq_f32_many(
        ck_kernels_at(variant.index), queries, queryCount, rows, rowCount, size, &many)
      queries.withUnsafeBufferPointer { queries in
        rows.withUnsafeBufferPointer { rows in
          for q in 0..<queryCount {
            let query = queries.baseAddress! + q * size
            var (l2, dot, l1) = (
              [Float](repeating: -1, count: rowCount), [Float](repeating: -1, count: rowCount),
              [Float](repeating: -1, count: rowCount)
            )
            kernels.l2sq_f32_rows(query, rows.baseAddress, size, rowCount, size, &l2)
            kernels.dot_f32_rows(query, rows.baseAddress, size, rowCount, size, &dot)
            kernels.l1_f32_rows(query, rows.baseAddress, size, rowCount, size, &l1)
            let order = (0..<Int32(rowCount)).reversed() + [0]
            var picked = [Float](repeating: -1, count: order.count)
            kernels.dot_f32_picked(
              query, rows.baseAddress, size, Array(order), order.count, size, &picked)
            #expect(picked == order.map { dot[Int($0)] })
            for r in 0..<rowCount {
              let row = rows.baseAddress! + r * size
              let one = kernels.l2sq_f32(query, row, size)
              #expect(many[q * rowCount + r] == one && l2[r] == one)
              #expect(dot[r] == kernels.dot_f32(query, row, size))
              #expect(l1[r] == kernels.l1_f32(query, row, size))
            }
          }
        }
      }
    }
    let (size, queryCount, rowCount) = (96, 3, 400)
    let queries = Self.bytes(size * queryCount, &random)
    let rows = Self.bytes(size * rowCount, &random)
    var many = [Int32](repeating: -1, count: queryCount * rowCount)
    ck_dot_i8_many(ck_kernels_at(variant.index), queries, queryCount, rows, rowCount, size, &many)
    for q in 0..<queryCount {
      for r in stride(from: 0, to: rowCount, by: 37) {
        let dot = Self.dot(
          queries[q * size..<(q + 1) * size], rows[r * size..<(r + 1) * size])
        #expect(many[q * rowCount + r] == dot)
      }
    }
  }
}
