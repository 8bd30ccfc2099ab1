import Foundation
import Testing

@testable import LikenessKit

/// Names of files that are names of people, and such that cameras and programs give.
@Suite struct FileNamesTests {
  @Test(arguments: [
    "IMG_0001", "img41", "IMG_20240131_120000", "DSC01234", "_DSC0042", "DSCN0001", "P1010101",
    "PXL_20240131_120000123",
    "20240131_120000", "2024-01-31 12.00.00", "12", "0",
    "WhatsApp Image 2024-01-31 at 12.00.00 PM (2)", "IMG-20240131-WA0007",
    "Screenshot 2024-01-31 at 12.00.00", "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "d41d8cd98f00b204e9800998ecf8427e",
    "photo (3)", "image", "Untitled", "Scan 2", "MVIMG_20240131", "FB_IMG_1700000000000",
    "received_1234567890", "GOPR0042",
    "KakaoTalk_20240131_120000", "스크린샷 2024-01-31", "사진 3", "写真 12", "微信图片_20240131120000",
    "IMG_0001 copy", "IMG_0001-edited",
  ])
  func `cameras and programs name nobody`(name: String) {
    #expect(FileNames.isMeaningless(name))
    #expect(NameSource.auto.name(of: URL(fileURLWithPath: "/photos/\(name).jpg")) == nil)
    #expect(NameSource.file.name(of: URL(fileURLWithPath: "/photos/\(name).jpg")) == name)
  }

  @Test(arguments: [
    "obama", "obama2", "Ann", "alex_lacamoire", "Aaron_Eckhart_0001", "KA.AN1.39", "32bit", "김철수 2",
    "木村拓哉", "李娜", "Zoë",
    "O'Neil", "J. R.", "Deedee", "Bea", "Ada 2024", "Ann at the beach", "IMG_0001 Ann",
  ])
  func `other names are names`(name: String) {
    #expect(!FileNames.isMeaningless(name))
    #expect(NameSource.auto.name(of: URL(fileURLWithPath: "/photos/\(name).jpg")) == name)
  }

  @Test func `a file called by its folder and a number is of whom the folder names`() {
    func name(_ path: String) -> String? { NameSource.auto.name(of: URL(fileURLWithPath: path)) }
    #expect(name("/lfw/Aaron_Eckhart/Aaron_Eckhart_0001.jpg") == "Aaron_Eckhart")
    #expect(name("/people/Ann/ann (2).jpg") == "Ann")
    #expect(name("/people/Ann/Ann.jpg") == "Ann")
    #expect(name("/people/Ann/Bob_1.jpg") == "Bob_1")
    #expect(name("/people/Ann/IMG_0001.jpg") == nil)
    #expect(name("/photos/Bob\u{202E}nnA.jpg") == "BobnnA")
    #expect(name("/photos/Ann\u{1B}[1m Lee\n.jpg") == "Ann[1m Lee")
    let long = String(repeating: "Ann", count: 80)
    #expect(name("/photos/\(long).jpg") == String(long.prefix(200)))
  }
}
