import Foundation
import Testing

@testable import LikenessCore

/// ZIP files beyond what 16 and 32 bits hold; what they hold usually is tested where photos are downloaded.
@Suite struct ZipArchiveTests {
  private func number(_ data: Data, _ place: Int, _ bytes: Int) -> Int {
    (0..<bytes).reduce(0) { $0 | Int(data[data.startIndex + place + $1]) << (8 * $1) }
  }

  @Test func sizesAndPlacesBeyond4GB() {
    var archive = ZipArchive()
    let size = 5 << 30
    let head = archive.head(of: "a/large", size: UInt64(size), checksum: 7)
    #expect(number(head, 4, 2) == 45 && number(head, 14, 4) == 7)
    #expect(number(head, 18, 4) == 0xFFFF_FFFF && number(head, 22, 4) == 0xFFFF_FFFF)
    #expect(number(head, 28, 2) == 20 && head.count == 30 + 7 + 20)
    #expect(number(head, 37, 2) == 1 && number(head, 39, 2) == 16)
    #expect(number(head, 41, 8) == size && number(head, 49, 8) == size)
    // What comes behind it is small, and far away.
    let small = archive.head(of: "b", size: 3, checksum: 8)
    #expect(number(small, 22, 4) == 3 && number(small, 28, 2) == 0)
    let end = archive.end()
    #expect(number(end, 0, 4) == 0x0201_4b50 && number(end, 24, 4) == 0xFFFF_FFFF)
    #expect(number(end, 30, 2) == 20 && number(end, 42, 4) == 0)
    #expect(number(end, 46 + 7 + 4, 8) == size)
    let second = 46 + 7 + 20
    #expect(number(end, second, 4) == 0x0201_4b50 && number(end, second + 24, 4) == 3)
    #expect(number(end, second + 30, 2) == 12 && number(end, second + 42, 4) == 0xFFFF_FFFF)
    #expect(number(end, second + 46 + 1 + 4, 8) == size + head.count)
    let far = second + 46 + 1 + 12
    #expect(number(end, far, 4) == 0x0606_4b50 && number(end, far + 40, 8) == far)
    #expect(number(end, far + 48, 8) == size + head.count + small.count + 3)
    #expect(number(end, far + 56, 4) == 0x0706_4b50)
    #expect(number(end, end.count - 22, 4) == 0x0605_4b50)
    #expect(number(end, end.count - 6, 4) == 0xFFFF_FFFF)
  }

  @Test func moreFilesThan16BitsCount() {
    var archive = ZipArchive()
    for number in 0..<70_000 { _ = archive.head(of: "\(number)", size: 0, checksum: 0) }
    let end = archive.end()
    let last = end.count - 22
    #expect(number(end, last, 4) == 0x0605_4b50 && number(end, last + 10, 2) == 0xFFFF)
    let far = last - 20 - 56
    #expect(number(end, far, 4) == 0x0606_4b50 && number(end, far + 32, 8) == 70_000)
  }

  @Test func aChecksumOfPiecesIsThatOfTheWhole() {
    var checksum = ZipArchive.Checksum()
    for piece in ["1234", "", "56789"] { checksum.update(Data(piece.utf8)) }
    #expect(checksum.value == 0xCBF4_3926)
  }
}
