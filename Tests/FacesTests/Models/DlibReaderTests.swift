import Foundation
import TestSupport
import Testing

@testable import Faces

@Suite struct DlibReaderTests {
  @Test func `integers of every size and sign`() throws {
    for size in 1...8 {
      let most = size == 8 ? Int.max : 1 << (8 * size) - 1
      for value in [0, 1, 5, 127, 128, 255, most / 2 + 1, most] {
        for sign in [1, -1] {
          var reader = DlibReader(integer(value, size: size, isNegative: sign < 0))
          #expect(try reader.integer() == sign * value)
          #expect(reader.isAtEnd)
        }
      }
    }
    for size: UInt8 in [0, 9, 15] {
      var reader = DlibReader(Data([size] + Array(repeating: 1, count: 20)))
      #expect(throws: ModelFileError.self) { try reader.integer() }
    }
  }

  @Test func `floats, also those that are no number`() throws {
    let cases: [(mantissa: Int, exponent: Int, value: Double)] = [
      (0, 0, 0), (1, 0, 1), (3, -1, 1.5), (-5, 3, -40), (1, -1074, 0x1p-1074), (1, 2000, .infinity),
      (1, 32000, .infinity), (1, 32001, -.infinity),
    ]
    for (mantissa, exponent, value) in cases {
      var reader = DlibReader(float(mantissa, exponent))
      #expect(try reader.float() == value)
    }
    var reader = DlibReader(float(1, 32002))
    #expect(try reader.float().isNaN)
    for exponent in [Int.max, -Int.max] {
      var reader = DlibReader(float(3, exponent))
      _ = try reader.float()
    }
  }

  @Test func `strings, booleans and tensors`() throws {
    var reader = DlibReader(integer(4) + Data("con_".utf8) + Data("10".utf8) + tensor())
    #expect(try reader.string() == "con_")
    #expect(try reader.boolean())
    #expect(try !reader.boolean())
    #expect(try reader.tensor() == DlibTensor(shape: [1, 2, 1, 3], values: [1, 2, 3, 4, 5, -6]))
    #expect(reader.isAtEnd)
    var other = DlibReader(Data("x".utf8))
    #expect(throws: ModelFileError.self) { try other.boolean() }
  }

  @Test func `matrices of both formats`() throws {
    let numbers = float(1, 0) + float(3, -1)
    for sign in [false, true] {
      var reader = DlibReader(
        integer(1, size: 1, isNegative: sign) + integer(2, size: 1, isNegative: sign) + numbers)
      #expect(try reader.matrix() == [1, 1.5])
      #expect(reader.isAtEnd)
    }
    let size = integer(1) + integer(6)
    let rare = [
      float(-5, 3), float(1, 32000), float(1, 32001), float(3, .max), float(3, -.max),
      float(0, .max),
    ]
    var reader = DlibReader(rare.reduce(size, +))
    #expect(try reader.matrix() == [-40, .infinity, -.infinity, .infinity, 0, 0])
    var cut = DlibReader(rare.dropLast().reduce(size, +) + [1])
    #expect(throws: ModelFileError.self) { try cut.matrix() }
    var malformed = DlibReader(integer(1) + integer(1) + Data([9, 0, 1, 0]))
    #expect(throws: ModelFileError.self) { try malformed.matrix() }
    var empty = DlibReader(integer(0) + integer(7))
    #expect(try empty.matrix() == [])
  }

  @Test func `a file cut off anywhere is refused`() throws {
    let whole: [(Data, (inout DlibReader) throws -> Void)] = [
      (integer(1 << 40, size: 6), { _ = try $0.integer() }),
      (float(3, -1), { _ = try $0.float() }),
      (integer(3) + Data("abc".utf8), { _ = try $0.string() }),
      (tensor(), { _ = try $0.tensor() }),
      (alias([1, 1, 2, 2]), { _ = try $0.aliasTensor() }),
      (integer(1) + integer(2) + float(1, 0) + float(3, -1), { _ = try $0.matrix() }),
    ]
    for (data, read) in whole {
      var complete = DlibReader(data)
      try read(&complete)
      #expect(complete.isAtEnd)
      for count in 0..<data.count {
        var reader = DlibReader(data.prefix(count))
        #expect(throws: ModelFileError.self) { try read(&reader) }
      }
    }
  }

  @Test func `absurd sizes are refused, not allocated`() {
    let most = integer(.max, size: 8)
    let lowest = Data([0x88, 0, 0, 0, 0, 0, 0, 0, 0x80])
    for size in [most, integer(1 << 40, size: 6), integer(1, isNegative: true), lowest] {
      var text = DlibReader(size + Data(count: 50))
      #expect(throws: ModelFileError.self) { try text.string() }
      var tensor = DlibReader(integer(2) + size + size + size + size + Data(count: 50))
      #expect(throws: ModelFileError.self) { try tensor.tensor() }
      var alias = DlibReader(integer(1) + size + size + size + size)
      #expect(throws: ModelFileError.self) { try alias.aliasTensor() }
    }
    for size in [most, integer(1 << 40, size: 6), lowest] {
      var matrix = DlibReader(size + size + Data(count: 50))
      #expect(throws: ModelFileError.self) { try matrix.matrix() }
    }
  }

  @Test func `noise is never more than an error`() {
    var random = SplitMix64(seed: 3)
    for _ in 0..<3000 {
      let count = Int.random(in: 0...60, using: &random)
      let bytes = (0..<count).map { _ in
        Bool.random(using: &random)
          ? UInt8.random(in: 0...9, using: &random)
          : .random(
            in: 0...255, using: &random)
      }
      var readers = Array(repeating: DlibReader(Data(bytes)), count: 6)
      _ = try? readers[0].tensor()
      _ = try? readers[1].matrix()
      _ = try? readers[2].aliasTensor()
      _ = try? readers[3].float()
      _ = try? readers[4].string()
      _ = try? readers[5].expect(1, 2, as: "a layer")
    }
  }

  private func integer(_ value: Int, size: Int = 1, isNegative: Bool = false) -> Data {
    Data([UInt8(size) | (isNegative ? 0x80 : 0)] + TestFiles.little(value, size))
  }

  private func float(_ mantissa: Int, _ exponent: Int) -> Data {
    integer(abs(mantissa), size: 8, isNegative: mantissa < 0)
      + integer(abs(exponent), size: 8, isNegative: exponent < 0)
  }

  private func alias(_ shape: [Int]) -> Data {
    shape.reduce(integer(1)) { $0 + integer($1) }
  }

  private func tensor() -> Data {
    let values: [Float] = [1, 2, 3, 4, 5, -6]
    return [1, 2, 1, 3].reduce(integer(2)) { $0 + integer($1) }
      + Data(values.flatMap { TestFiles.little(Int($0.bitPattern), 4) })
  }
}
