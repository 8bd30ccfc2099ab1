import CKernels
import TestSupport
import Testing

/// Vectors as bytes: the error that is stated is a bound, for every kind of vector.
@Suite struct CodeTests {
  private struct Encoded {
    var code: [Int8]
    var scale = ck_code_scale()
    var error: Float

    init(_ vector: [Float], centre: [Float]) {
      let padded = (vector.count + 31) / 32 * 32
      var code = [Int8](repeating: 99, count: padded)
      error = ck_encode(vector, centre, vector.count, padded, &code, &scale)
      self.code = code
    }
  }

  @Test(arguments: [1e-20, 1e-3, 1, 1e3, 1e12] as [Float]) func theErrorIsABound(_ size: Float) {
    var random = SplitMix64(seed: 64)
    for count in [1, 2, 31, 32, 33, 128, 500] {
      let centre = (0..<count).map { _ in size * .random(in: -1...1, using: &random) }
      for _ in 0..<20 {
        let vector = (0..<count).map { _ in size * .random(in: -3...3, using: &random) }
        let encoded = Encoded(vector, centre: centre)
        let left = (0..<count).map { index -> Double in
          Double(vector[index]) - Double(centre[index])
            - Double(encoded.scale.scale) * Double(encoded.code[index])
        }
        let length = left.map { $0 * $0 }.reduce(0, +).squareRoot()
        #expect(Double(encoded.error) >= length)
        #expect(Double(encoded.error) <= length * 1.0001 + 1e-30)
        // A byte is fine enough to be worth it.
        #expect(length <= Double(6 * size) / 254 * Double(count).squareRoot())
        #expect(encoded.code[count...].allSatisfy { $0 == 0 })
        let norm =
          encoded.code.reduce(0.0) { $0 + Double($1) * Double($1) }
          * Double(encoded.scale.scale) * Double(encoded.scale.scale)
        #expect(abs(Double(encoded.scale.norm) - norm) <= 1e-6 * norm + 1e-44)
      }
    }
  }

  @Test func vectorsWithoutACodeAreReported() {
    let zeros = [Float](repeating: 0, count: 40)
    for odd in [Float.nan, .infinity, -.infinity, 1e20] {
      var vector = zeros
      vector[17] = odd
      let encoded = Encoded(vector, centre: zeros)
      #expect(encoded.error == .infinity && encoded.code.allSatisfy { $0 == 0 })
      #expect(encoded.scale.scale == 0 && encoded.scale.norm == 0)
    }
    let nothing = Encoded(zeros, centre: zeros)
    #expect(nothing.error < 1e-30 && nothing.scale.scale == 0)
    // Too small for a step: all of it is error.
    let tiny = Encoded([Float](repeating: 1e-35, count: 4), centre: [0, 0, 0, 0])
    #expect(tiny.scale.scale == 0 && tiny.error >= 2e-35)
  }

  @Test func aScanFindsExactlyTheKeysWithinItsLimit() {
    var random = SplitMix64(seed: 65)
    let (count, size) = (333, 64)
    let codes = (0..<count * size).map { _ in Int8.random(in: -127...127, using: &random) }
    let scales = (0..<count).map { number in
      // Also rows that are never and always found.
      ck_code_scale(
        scale: .random(in: 0.1...1, using: &random),
        norm: number % 50 == 7 ? .infinity : number % 50 == 9 ? -.infinity : 1000)
    }
    let query = (0..<size).map { _ in Int8.random(in: -127...127, using: &random) }
    codes.withUnsafeBufferPointer { codes in
      scales.withUnsafeBufferPointer { scales in
        query.withUnsafeBufferPointer { query in
          var rows = ck_code_rows(
            kernels: ck_kernels_best(), codes: codes.baseAddress, scales: scales.baseAddress,
            size: size)
          let code = ck_code_query(code: query.baseAddress, factor: 0.5)
          let all = (0..<UInt32(count)).map { $0 }
          var keys = [Float](repeating: 0, count: count)
          ck_code_keys(&rows, code, all, count, &keys)
          for (first, length) in [(0, count), (5, 1), (17, 200), (300, 33), (10, 0)] {
            for limit in [-Float.infinity, -5000, 0, 5000, .infinity] {
              var found = [UInt32](repeating: 0, count: count)
              var foundKeys = [Float](repeating: 0, count: count)
              let number = ck_scan_codes(&rows, code, first, length, limit, &found, &foundKeys)
              let expected = (first..<first + length).filter { keys[$0] <= limit }
              #expect(found.prefix(number).map(Int.init) == expected)
              #expect(Array(foundKeys.prefix(number)) == expected.map { keys[$0] })
            }
          }
        }
      }
    }
  }
}
