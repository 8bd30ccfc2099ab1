import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces
@testable import PhotoMetadata

/// Names that are written for other programs, and what must not change by it.
@Suite struct TaggingTests {
  private static let tags = [
    FaceTag(name: "Ann Ünal & Co", box: Box(x: 10, y: 20, width: 30, height: 40)),
    FaceTag(name: "Bob", box: Box(x: 60, y: 20, width: 20, height: 20)),
  ]

  private static let suffixes = [
    ".jpg", ".png", ".webp", ".webp[lossless,strip]", ".webp[strip]", ".tif", ".tif[bigtiff]",
    ".tif[compression=lzw,tile]",
  ]

  /// A photo of 100 x 80, upright, with other metadata in it.
  private func withPhoto(
    _ suffix: String, orientation: Int? = nil,
    _ body: (_ file: URL, _ folder: URL) throws -> Void
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let name = "a" + String(suffix.prefix { $0 != "[" })
      let file = folder.appendingPathComponent(name)
      let image = TestImage.scene(width: 100, height: 80)
      try (orientation.map { image.stored(orientation: $0) } ?? image)
        .encoded(suffix, orientation: orientation).write(to: file)
      try body(file, folder)
    }
  }

  private func tagger(_ file: URL, _ tags: [FaceTag] = tags) throws -> PhotoTagger {
    PhotoTagger(tags, of: try Data(contentsOf: file), at: file, width: 100, height: 80)
  }

  /// The regions that exiftool reads: names with left, top, width and height.
  private func regions(_ tags: [String: Any]) -> [String: [Double]] {
    let info = tags["RegionInfo"] as? [String: Any]
    var found: [String: [Double]] = [:]
    for region in info?["RegionList"] as? [[String: Any]] ?? [] {
      guard let name = region["Name"] as? String, let area = region["Area"] as? [String: Any]
      else { continue }
      let numbers = ["X", "Y", "W", "H"].compactMap { ($0, area[$0] as? NSNumber) }.compactMap(\.1)
        .map(\.doubleValue)
      found[name] = [
        numbers[0] - numbers[2] / 2, numbers[1] - numbers[3] / 2, numbers[2], numbers[3],
      ]
    }
    return found
  }

  private func isNear(_ a: [Double]?, _ b: [Double]) -> Bool {
    a.map { zip($0, b).allSatisfy { abs($0 - $1) < 1e-5 } } ?? false
  }

  @Test(arguments: suffixes) func `another program reads what is written into a photo`(
    suffix: String
  ) throws {
    try withPhoto(suffix) { file, _ in
      let before = try Data(contentsOf: file)
      let others = try Exiftool.others(of: file)
      let pixels = try Photo.decode(before).pixels
      let outcome = try tagger(file).write(to: .file)
      #expect(outcome.files == [file] && outcome.changes.added == 2 && outcome.changes.listed == 2)
      let tags = try Exiftool.tags(of: file)
      let found = regions(tags)
      #expect(isNear(found["Ann Ünal & Co"], [0.1, 0.25, 0.3, 0.5]))
      #expect(isNear(found["Bob"], [0.6, 0.25, 0.2, 0.25]))
      #expect(tags["PersonInImage"] as? [String] == ["Ann Ünal & Co", "Bob"])
      let microsoft = (tags["RegionInfoMP"] as? [String: Any])?["Regions"] as? [[String: Any]]
      #expect(microsoft?.map { $0["PersonDisplayName"] as? String } == ["Ann Ünal & Co", "Bob"])
      // Nothing else is another thing now.
      let after = try Data(contentsOf: file)
      #expect(after == outcome.photo && after != before)
      #expect(try Photo.decode(after).pixels == pixels)
      #expect(try Exiftool.others(of: file) == others)
      if PhotoFormat.sniff(after) == .tiff {
        // The first directory is written anew behind the rest, and the head says where.
        #expect(after.prefix(before.count).dropFirst(16) == before.dropFirst(16))
      } else {
        #expect(Self.withoutXMP(after) == Self.withoutXMP(before))
      }
      #expect(try Exiftool.tags(of: file, ["-Error"])["Error"] == nil)
      // All of it is there now: nothing is written again.
      #expect(try tagger(file).write(to: .file).files.isEmpty)
      #expect(try Data(contentsOf: file) == after)
      // What is written next fits into the place.
      let third = FaceTag(name: "Cleo", box: Box(x: 80, y: 60, width: 10, height: 15))
      _ = try tagger(file, Self.tags + [third]).write(to: .file)
      #expect(try Data(contentsOf: file).count == after.count)
      #expect(try regions(Exiftool.tags(of: file)).count == 3)
      #expect(try Photo.decode(Data(contentsOf: file)).pixels == pixels)
    }
  }

  /// The bytes of a file besides the packet and what says where it lies.
  private static func withoutXMP(_ data: Data) -> Data {
    var data = data
    switch PhotoFormat.sniff(data) {
    case .jpeg:
      let mark = Data("http://ns.adobe.com/xap/1.0/\0".utf8)
      if let found = data.range(of: mark) {
        let start = found.lowerBound - 4
        let length = Int(data[start + 2]) << 8 | Int(data[start + 3])
        data.removeSubrange(start..<start + 2 + length)
      }
    case .png:
      if let found = data.range(of: Data("iTXtXML:com.adobe.xmp".utf8)) {
        let start = found.lowerBound - 4
        let length = data[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        data.removeSubrange(start..<start + 12 + length)
      }
    case .webp:
      // Its length, its head, then what a file without a head is not told by.
      data.removeSubrange(4..<8)
      if data.count > 16, data[8..<12].elementsEqual("VP8X".utf8) { data.removeSubrange(8..<26) }
      if let found = data.range(of: Data("XMP ".utf8)) {
        data.removeSubrange(found.lowerBound..<data.count)
      }
    default: break
    }
    return data
  }

  @Test(arguments: ["VP8 ", "VP8L"]) func `a WebP without a head gets one`(chunk: String) throws {
    try withPhoto(chunk == "VP8 " ? ".webp" : ".webp[lossless]") { file, _ in
      let whole = try Data(contentsOf: file)
      let pixels = try Photo.decode(whole).pixels
      let start = try #require(whole.range(of: Data(chunk.utf8))).lowerBound
      let length = whole[start + 4..<start + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
      let picture = whole[start..<start + 8 + length + length % 2]
      let size = UInt32(4 + picture.count)
      let plain =
        Data("RIFF".utf8) + withUnsafeBytes(of: size.littleEndian) { Data($0) }
        + Data("WEBP".utf8) + picture
      try plain.write(to: file)
      _ = try tagger(file).write(to: .file)
      let after = try Data(contentsOf: file)
      #expect(try Photo.decode(after).pixels == pixels && after.range(of: picture) != nil)
      let tags = try Exiftool.tags(of: file)
      #expect(tags["ImageWidth"] as? Int == 100 && tags["ImageHeight"] as? Int == 80)
      #expect(regions(tags).count == 2)
    }
  }

  @Test(arguments: 1...8) func `regions are written for the stored picture`(orientation: Int) throws
  {
    try withPhoto(".jpg", orientation: orientation) { file, _ in
      _ = try tagger(file).write(to: .file)
      let data = try Data(contentsOf: file)
      let people = PhotoPeople.read(of: data, at: file)
      let result = RegionAssignment(
        people.regions, faces: Self.tags.map(\.box), width: 100, height: 80,
        orientation: Photo.orientation(of: data))
      #expect(result.names == [0: "Ann Ünal & Co", 1: "Bob"] && !result.isCropped)
      let size = try #require(people.regions.first?.appliedTo)
      #expect((size.width == 100) == (orientation < 5))
      // As exiftool sees it, of the picture as it is stored.
      let found = try regions(Exiftool.tags(of: file))["Ann Ünal & Co"]
      let stored = try #require(Orientation(rawValue: orientation)).stored(
        Box(x: 0.1, y: 0.25, width: 0.3, height: 0.5))
      #expect(isNear(found, [stored.x, stored.y, stored.width, stored.height]))
    }
  }

  @Test func `what other programs wrote stays, and a face's region gets the gallery's name`() throws
  {
    try withPhoto(".jpg") { file, _ in
      try Exiftool.write(
        [
          "-RegionInfo={AppliedToDimensions={W=200,H=160,Unit=pixel},RegionList=[{Area={X=0.25,Y=0.5,W=0.32,H=0.5,Unit=normalized},Name=Anna,Type=Face,Description=keep me},{Area={X=0.9,Y=0.9,W=0.1,H=0.1,Unit=normalized},Name=Rex,Type=Pet}]}",
          "-XMP-dc:Creator=Photographer", "-XMP-xmp:Rating=5", "-XMP-crs:Exposure2012=+0.5",
          "-XMP-iptcExt:PersonInImage=Zoe", "-EXIF:Artist=Photographer", "-IPTC:Keywords=beach",
        ], to: file)
      let others = try Exiftool.others(of: file)
      let outcome = try tagger(file).write(to: .file)
      #expect(outcome.changes.renamed == [.init(from: "Anna", to: "Ann Ünal & Co")])
      #expect(outcome.changes.added == 2)
      let tags = try Exiftool.tags(of: file)
      let list = (tags["RegionInfo"] as? [String: Any])?["RegionList"] as? [[String: Any]] ?? []
      #expect(list.map { $0["Name"] as? String } == ["Ann Ünal & Co", "Rex", "Bob"])
      #expect(list[0]["Description"] as? String == "keep me" && list[1]["Type"] as? String == "Pet")
      // Its area is that of the program that drew it.
      #expect(((list[0]["Area"] as? [String: Any])?["W"] as? NSNumber)?.doubleValue == 0.32)
      let size = (tags["RegionInfo"] as? [String: Any])?["AppliedToDimensions"] as? [String: Any]
      #expect((size?["W"] as? NSNumber)?.intValue == 200)
      #expect(tags["PersonInImage"] as? [String] == ["Zoe", "Ann Ünal & Co", "Bob"])
      #expect(tags["Rating"] as? Int == 5 && tags["Exposure2012"] != nil && tags["Creator"] != nil)
      #expect(try Exiftool.others(of: file) == others)
    }
  }

  @Test func `a sidecar by default, the one that is there if any, and the photo stays as it is`()
    throws
  {
    try withPhoto(".heic") { file, folder in
      let before = try Data(contentsOf: file)
      let outcome = try tagger(file).write(to: .sidecar)
      let sidecar = folder.appendingPathComponent("a.heic.xmp")
      #expect(outcome.files == [sidecar] && outcome.photo == nil)
      #expect(try regions(Exiftool.tags(of: sidecar)).count == 2)
      #expect(try Data(contentsOf: file) == before)
      #expect(try tagger(file).write(to: .sidecar).files.isEmpty)
      #expect(
        PhotoPeople.read(of: before, at: file).regions.map(\.name) == ["Ann Ünal & Co", "Bob"])
    }
    try withPhoto(".jpg") { file, folder in
      let sidecar = folder.appendingPathComponent("a.xmp")
      try Packets.xmp("<xmp:Rating>3</xmp:Rating>").write(to: sidecar)
      let before = try Data(contentsOf: file)
      #expect(try tagger(file).write(to: .sidecar, isDryRun: true).files == [sidecar])
      #expect(try Data(contentsOf: sidecar) == Packets.xmp("<xmp:Rating>3</xmp:Rating>"))
      #expect(try tagger(file).write(to: .sidecar).files == [sidecar])
      let tags = try Exiftool.tags(of: sidecar)
      #expect(tags["Rating"] as? Int == 3 && regions(tags).count == 2)
      #expect(try Data(contentsOf: file) == before)
      // A photo with a sidecar has the names in both, so that they agree.
      #expect(try tagger(file).write(to: .file).files == [file])
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names == ["a.jpg", "a.xmp"])
    }
    // A new one begins with what the photo itself says.
    try withPhoto(".jpg") { file, folder in
      try Exiftool.write(["-XMP-xmp:Rating=5"], to: file)
      _ = try tagger(file).write(to: .sidecar)
      let tags = try Exiftool.tags(of: folder.appendingPathComponent("a.jpg.xmp"))
      #expect(tags["Rating"] as? Int == 5)
      // What is handed out has the names only.
      let bytes = try tagger(file).sidecarBytes()
      #expect(!String(decoding: bytes, as: UTF8.self).contains("Rating"))
    }
  }

  @Test func `rights and times of a photo stay, and a link leads to its file still`() throws {
    try withPhoto(".jpg") { file, folder in
      let link = folder.appendingPathComponent("link.jpg")
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
      #expect(chmod(file.path, 0o640) == 0)
      let past = Date(timeIntervalSince1970: 1_000_000_000)
      try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: file.path)
      _ = try tagger(link).write(to: .file)
      var status = stat()
      #expect(lstat(file.path, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o640 && status.st_mtim.tv_sec == 1_000_000_000)
      #expect(lstat(link.path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
      #expect(try regions(Exiftool.tags(of: file)).count == 2)
    }
  }

  @Test func `what cannot be written says why in one line and stays as it is`() throws {
    func refusal(_ file: URL, _ place: TagPlace, _ reason: String) throws {
      let before = try Data(contentsOf: file)
      let error = #expect(throws: MetadataError.self) { _ = try tagger(file).write(to: place) }
      let text = "\(try #require(error))"
      #expect(text.contains(reason) && !text.contains("\n"), "\(text)")
      #expect(try Data(contentsOf: file) == before)
    }
    for suffix in [".heic", ".gif"] {
      try withPhoto(suffix) { file, _ in try refusal(file, .file, "cannot be written into") }
    }
    try withPhoto(".jpg") { file, folder in
      let sidecar = folder.appendingPathComponent("a.jpg.xmp")
      try Data("<x:xmpmeta".utf8).write(to: sidecar)
      try refusal(file, .sidecar, "XMP cannot be read")
      try refusal(file, .file, "XMP cannot be read")
      #expect(try Data(contentsOf: sidecar) == Data("<x:xmpmeta".utf8))
    }
    try withPhoto(".jpg") { file, _ in
      try Exiftool.write(
        Exiftool.regions([("Ann", 0.2, 0.2, 0.2, 0.2)], width: 300, height: 100), to: file)
      try refusal(file, .file, "cropped")
    }
    try withPhoto(".jpg") { file, _ in
      // A picture list, as phones write it, says where further pictures are.
      let data = try Data(contentsOf: file)
      let list = Data([0xFF, 0xE2, 0, 8]) + Data("MPF\0".utf8) + Data([0, 0])
      try (data.prefix(2) + list + data.dropFirst(2)).write(to: file)
      try refusal(file, .file, "several pictures")
      #expect(try tagger(file).write(to: .sidecar).files.count == 1)
    }
    try withPhoto(".jpg") { file, _ in
      let tags = (0..<400).map {
        FaceTag(
          name: String(repeating: "Long name ", count: 15) + "\($0)",
          box: Box(x: Double($0 % 20) * 5, y: Double($0 / 20) * 4, width: 4, height: 3))
      }
      let before = try Data(contentsOf: file)
      #expect(throws: MetadataError.self) { _ = try tagger(file, tags).write(to: .file) }
      #expect(try Data(contentsOf: file) == before)
      #expect(try tagger(file, tags).write(to: .sidecar).changes.added == 400)
    }
  }

  @Test func `a file that changed meanwhile is left alone`() throws {
    try withPhoto(".jpg") { file, _ in
      let tagger = try tagger(file)
      let other = try TestImage.scene(width: 30, height: 30).encoded(".jpg")
      try other.write(to: file)
      #expect(throws: MetadataError.changedMeanwhile(path: file.path)) {
        _ = try tagger.write(to: .file)
      }
      #expect(try Data(contentsOf: file) == other)
    }
  }

  @Test func brokenFilesAreWrittenIntoOrRefused() throws {
    let photo = TaggedPhoto(
      tags: [FaceTag(name: "Zoe", box: Box(x: 2, y: 3, width: 4, height: 5))],
      size: .init(width: 24, height: 16), orientation: .right)
    var written = 0
    try FuzzCorpus.broken("xmp", 2_000) { data in
      if let packet = try? XMPPacket(data, path: "a"), (try? packet.tag(photo, path: "a")) != nil {
        #expect(packet.mwgRegions.contains { $0.region.name == "Zoe" })
        #expect(packet.microsoftRegions.contains { $0.region.name == "Zoe" })
      }
      guard let container = XMPContainer(data) else { return }
      let packet = try XMPPacket()
      _ = try packet.tag(photo, path: "a")
      guard let changed = try? container.writing(packet) else { return }
      let again = try XMPPacket(try #require(XMPContainer(changed)?.packet), path: "a")
      #expect(again.mwgRegions.first?.region.name == "Zoe")
      written += 1
    }
    #expect(written > 100)
  }
}
