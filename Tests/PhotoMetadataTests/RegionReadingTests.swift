import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces
@testable import PhotoMetadata

/// What programs write of whom a photo shows, as it is read.
@Suite struct RegionReadingTests {
  private func people(_ packet: Data) throws -> PhotoPeople {
    PhotoPeople(try XMPPacket(packet, path: "a.xmp"))
  }

  private func isNear(_ a: Box, _ b: Box) -> Bool {
    abs(a.x - b.x) < 1e-6 && abs(a.y - b.y) < 1e-6 && abs(a.width - b.width) < 1e-6
      && abs(a.height - b.height) < 1e-6
  }

  private let ann = Box(x: 0.2, y: 0.25, width: 0.2, height: 0.3)

  @Test func `as Lightroom writes it`() throws {
    let people = try people(Packets.lightroom)
    #expect(people.regions.count == 1 && people.regions[0].name == "Ann Example")
    #expect(people.regions[0].origin == .mwg && isNear(people.regions[0].box, ann))
    #expect(people.regions[0].appliedTo == .init(width: 4000, height: 3000))
    #expect(people.names == ["Ann Example", "Bob"] && people.keywords == ["beach"])
  }

  @Test func `as digiKam writes it, one face in two ways`() throws {
    let people = try people(Packets.digiKam)
    #expect(people.regions.map(\.name) == ["Ann Example", "Cleo"])
    #expect(people.regions.map(\.origin) == [.mwg, .microsoft])
    #expect(isNear(people.regions[0].box, ann))
    #expect(isNear(people.regions[1].box, Box(x: 0.7, y: 0.1, width: 0.1, height: 0.2)))
    #expect(people.names == ["Ann Example"])
  }

  @Test func `as exiftool writes it, and in UTF-16, without its wrapper and with zeros behind it`()
    throws
  {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.jpg")
      try TestImage.scene(width: 400, height: 300).encoded(".jpg").write(to: file)
      try Exiftool.write(
        Exiftool.regions([("Ann Example", 0.2, 0.25, 0.2, 0.3)], width: 400, height: 300)
          + ["-XMP-iptcExt:PersonInImage=Ünal, Bob"], to: file)
      let written = PhotoPeople.read(of: try Data(contentsOf: file), at: nil)
      #expect(written.regions.map(\.name) == ["Ann Example"] && written.faults.isEmpty)
      #expect(isNear(written.regions[0].box, ann) && written.names == ["Ünal, Bob"])
    }
    let text = String(decoding: Packets.lightroom, as: UTF8.self)
    let bare = text.replacing("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">", with: "")
      .replacing("</x:xmpmeta>", with: "")
    for encoding in [String.Encoding.utf16, .utf16BigEndian, .utf16LittleEndian] {
      #expect(try people(try #require(text.data(using: encoding))).regions.count == 1)
    }
    #expect(try people(Data(bare.utf8)).regions.count == 1)
    #expect(try people(Packets.lightroom + Data(count: 100)).regions.count == 1)
  }

  @Test(arguments: [".heic", ".avif"])
  func `as exiftool writes it where a decoder alone knows the place`(
    suffix: String
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a" + suffix)
      try TestImage.scene(width: 400, height: 300).encoded(suffix).write(to: file)
      #expect(PhotoPeople.read(of: try Data(contentsOf: file), at: file) == PhotoPeople())
      try Exiftool.write(
        Exiftool.regions([("Ann Example", 0.2, 0.25, 0.2, 0.3)], width: 400, height: 300), to: file)
      let people = PhotoPeople.read(of: try Data(contentsOf: file), at: file)
      #expect(people.regions.map(\.name) == ["Ann Example"] && people.faults.isEmpty)
    }
  }

  @Test(arguments: [".jpg", ".png", ".webp", ".tif", ".heic"]) func `how a photo lies in its file`(
    suffix: String
  ) throws {
    // What HEIC says of it is done by its decoder already.
    for number in suffix == ".heic" ? 1...1 : 1...8 {
      let data = try TestImage.scene(width: 40, height: 30)
        .encoded(suffix, orientation: suffix == ".png" ? nil : number)
      let whole = suffix == ".png" ? TestFiles.png(data, withOrientation: number) : data
      #expect(Photo.orientation(of: whole).rawValue == number, "\(number)")
    }
    #expect(Photo.orientation(of: Data("GIF89a".utf8)) == .upright)
    #expect(Photo.orientation(of: Data([0xFF, 0xD8, 0xFF])) == .upright)
  }

  @Test func `pixels, circles and what lies outside`() throws {
    func regions(_ area: String, unit: String, size: String = "stDim:w='200' stDim:h='100'") throws
      -> [FaceRegion]
    {
      try people(
        Packets.xmp(
          """
          <mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions \(size)/>
          <mwg-rs:RegionList><rdf:Bag><rdf:li rdf:parseType="Resource"><mwg-rs:Area \(area) stArea:unit="\(unit)"/>
          <mwg-rs:Name> Ann </mwg-rs:Name></rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
          """)
      ).regions
    }
    let pixels = try regions(
      "stArea:x='100' stArea:y='50' stArea:w='40' stArea:h='50'", unit: "pixel")
    #expect(isNear(pixels[0].box, Box(x: 0.4, y: 0.25, width: 0.2, height: 0.5)))
    #expect(pixels[0].name == "Ann")
    let circle = try regions("stArea:x='0.5' stArea:y='0.5' stArea:d='0.4'", unit: "normalized")
    #expect(isNear(circle[0].box, Box(x: 0.4, y: 0.3, width: 0.2, height: 0.4)))
    for area in [
      "stArea:x='7' stArea:y='0.5' stArea:w='0.1' stArea:h='0.1'",
      "stArea:x='0.5' stArea:y='0.5' stArea:w='-1' stArea:h='0.1'",
      "stArea:x='nan' stArea:y='0.5' stArea:w='0.1' stArea:h='0.1'",
      "stArea:x='0.5' stArea:y='0.5' stArea:w='1e300' stArea:h='0.1'", "stArea:x='0.5'",
    ] {
      #expect(try regions(area, unit: "normalized").isEmpty, "\(area)")
    }
  }

  @Test func `as Picasa writes it`() throws {
    let file = PicasaFile(
      """
      [Picasa]
      name=holiday
      [IMG_1.JPG]
      faces=rect64(4000800080009fff),8e62398ebda8c1a5;rect64(c0000000ffff3fff),ffffffffffffffff;rect64(zz),1;rect64(),
      [b.jpg]
      faces=rect64(80001000ffff),1f
      [Contacts2]
      8e62398ebda8c1a5=Ann Example;;
      1f=Bob;mail@example.org
      """)
    let faces = file.regions(of: "img_1.jpg")
    #expect(faces.map(\.name) == ["Ann Example", nil] && faces.allSatisfy { $0.origin == .picasa })
    #expect(abs(faces[0].box.x - 0.25) < 1e-4 && abs(faces[0].box.y - 0.5) < 1e-4)
    #expect(abs(faces[0].box.width - 0.25) < 1e-4 && abs(faces[0].box.height - 0.125) < 1e-4)
    // Picasa leaves zeros in front out: this one has its left edge at 0.
    let second = file.regions(of: "B.JPG")
    #expect(second.map(\.name) == ["Bob"] && second[0].box.x == 0)
    #expect(
      file.regions(of: "c.jpg").isEmpty && PicasaFile("=;[\n[]\nfaces=").regions(of: "").isEmpty)
  }

  @Test func `sidecars come first, and Picasa's file last`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.jpg")
      let data = try TestImage.scene(width: 400, height: 300).encoded(".jpg")
      try data.write(to: file)
      try Exiftool.write(
        Exiftool.regions(
          [("Old name", 0.2, 0.25, 0.2, 0.3), ("Dan", 0.5, 0.6, 0.1, 0.1)], width: 400, height: 300),
        to: file)
      try Data("[a.jpg]\nfaces=rect64(4000000080004000),1\n[Contacts2]\n1=Eve;;\n".utf8)
        .write(to: folder.appendingPathComponent(".picasa.ini"))
      for name in ["a.jpg.xmp", "a.xmp"] {
        let sidecar = folder.appendingPathComponent(name)
        try Packets.digiKam.write(to: sidecar)
        let people = PhotoPeople.read(of: try Data(contentsOf: file), at: file)
        #expect(people.regions.map(\.name) == ["Ann Example", "Cleo", "Dan", "Eve"])
        try FileManager.default.removeItem(at: sidecar)
      }
    }
  }

  @Test func `what is no XMP is told in one line, and no more is lost than that`() throws {
    let deep = String(repeating: "<dc:a rdf:parseType='Resource'>", count: 100_000)
    let wide = (0..<30_000).map { "<dc:a\($0)/>" }.joined()
    let spaces = (0..<300).map { "<n\($0):a xmlns:n\($0)='u:\($0)'/>" }.joined()
    let bad: [(Data, String)] = [
      (Data("<x:xmpmeta".utf8), "end"), (Data(), "rdf:RDF"), (Data([0xFF, 0x41, 0x80]), "text"),
      (Data("hello".utf8), "rdf:RDF"), (Packets.xmp(deep), "nested"),
      (Packets.xmp(wide), "elements"),
      (Packets.xmp(spaces), "namespaces"), (Packets.xmp("<dc:a>"), "well formed"),
      (
        Data("<!DOCTYPE a [<!ENTITY b 'c'>]>".utf8) + Packets.xmp("<dc:source>&b;</dc:source>"),
        "document type"
      ),
      (Data(count: XMPSource.maximumBytes) + Data([0x20]), "MB"),
    ]
    for (packet, reason) in bad {
      let error = #expect(throws: MetadataError.self) { try XMPPacket(packet, path: "a\nb.xmp") }
      let text = "\(try #require(error))"
      #expect(text.contains(reason) && !text.contains("\n"), "\(text)")
    }
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.jpg")
      try TestImage.scene(width: 40, height: 30).encoded(".jpg").write(to: file)
      try Exiftool.write(
        Exiftool.regions([("Ann", 0.2, 0.25, 0.2, 0.3)], width: 40, height: 30), to: file)
      try Packets.xmp(deep).write(to: folder.appendingPathComponent("a.jpg.xmp"))
      let people = PhotoPeople.read(of: try Data(contentsOf: file), at: file)
      #expect(people.regions.map(\.name) == ["Ann"] && people.faults.count == 1)
    }
  }

  @Test func brokenFilesAreReadOrRefused() throws {
    try FuzzCorpus.broken("xmp", 3_000) { data in
      for fault in PhotoPeople.read(of: data, at: nil).faults {
        #expect(fault.split(whereSeparator: \.isNewline).count == 1)
      }
      if let packet = try? XMPPacket(data, path: "a") { _ = PhotoPeople(packet) }
      _ = PicasaFile(String(decoding: data, as: UTF8.self))
    }
  }
}
