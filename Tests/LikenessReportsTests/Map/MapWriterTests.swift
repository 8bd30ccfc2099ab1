import Foundation
import FoundationXML
import Projection
import TestSupport
import Testing

@testable import LikenessKit
@testable import LikenessReports

@Suite struct MapWriterTests {
  private func lines(_ data: Data) -> [String] {
    String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test func `a table has a row for each face`() throws {
    let map = try MapSamples.map(["Ann", "a, \"b\"", nil], dimensions: 3, labels: true)
    #expect(
      lines(map.csv()) == [
        "face,name,person,photo,Year,x,y,z,placed",
        "1,Ann,,/photos/of 0#?.jpg,2000,0.0,0.0,0.0,0",
        "2,\"a, \"\"b\"\"\",,/photos/of 1#?.jpg,2001,1.0,0.0,1.0,1",
        "3,,,/photos/of 2#?.jpg,2002,0.0,1.0,2.0,0",
      ])
  }

  /// A label `person` stood beside the column `person`, of the same name.
  @Test func `columns have names of their own`() throws {
    var map = try MapSamples.map(["Ann", nil], dimensions: 3)
    map.faces[0].labels = ["person": "A", "x": "1", "label:x": "2", "mood": "glad", "a\tb": "3"]
    map.faces[1].labels = ["placed": "B", "photo": "C", "a b": "4"]
    #expect(
      lines(map.csv())[0] == "face,name,person,photo,a\tb,a b,label:x,mood,label:person,"
        + "label:photo,label:placed,label:label:x,x,y,z,placed")
    #expect(lines(map.csv())[1].contains(",3,,2,glad,A,,,1,"))
    map.faces[0].labels = ["person": "A", "face": "1", "a\tb": "3"]
    map.faces[1].labels = ["a b": "4", "placed": "5"]
    try TestFiles.withTemporaryFolder { folder in
      let target = folder.appendingPathComponent("projector")
      try map.writeProjector(
        to: target, embeddings: EmbeddingMatrix(dimensions: 1, values: [1, 2]))
      let rows = lines(try Data(contentsOf: target.appendingPathComponent("metadata.tsv")))
        .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
      #expect(
        rows[0] == [
          "name", "person", "photo", "face", "a b", "label:a b", "label:face", "label:person",
          "placed",
        ])
      #expect(Array(rows[1].suffix(5)) == ["3", "", "1", "A", ""])
      #expect(Array(rows[2].suffix(5)) == ["", "4", "", "", "5"])
    }
  }

  @Test(arguments: [1, 5])
  func `what has no picture is written as numbers`(dimensions: Int) throws {
    var map = try MapSamples.map(["Ann", "Bob"])
    map.layout = Layout(
      dimensions: dimensions, coordinates: (0..<2 * dimensions).map { Float($0) })
    let axes = dimensions == 1 ? "x" : "pc1,pc2,pc3,pc4,pc5"
    #expect(lines(map.csv())[0] == "face,name,person,photo,\(axes),placed")
    #expect(lines(map.csv())[2].hasSuffix(dimensions == 1 ? ",1.0,1" : ",5.0,6.0,7.0,8.0,9.0,1"))
    #expect(
      String(decoding: map.npy().prefix(128), as: UTF8.self).contains("(2, \(dimensions))"))
    let answer = try #require(
      try JSONSerialization.jsonObject(with: map.json()) as? [String: Any])
    #expect(answer["dimensions"] as? Int == dimensions)
    let error = MapError.noPicture(dimensions: dimensions)
    #expect(throws: error) { try map.svg() }
    #expect(throws: error) { try map.png() }
    #expect(throws: error) { try map.page() }
    try TestFiles.withTemporaryFolder { folder in
      let target = folder.appendingPathComponent("projector")
      try map.writeProjector(
        to: target, embeddings: EmbeddingMatrix(dimensions: 1, values: [1, 2]))
      let places = lines(try Data(contentsOf: target.appendingPathComponent("map.tsv")))
      #expect(places[1].split(separator: "\t").count == dimensions)
    }
  }

  @Test func `an array has the places in the order of the faces`() throws {
    let data = try MapSamples.map(["a", "b", "c"], dimensions: 2).npy()
    #expect(String(decoding: data.prefix(128), as: UTF8.self).contains("'shape': (3, 2)"))
    let values = data.suffix(24).withUnsafeBytes { bytes in
      (0..<6).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
    #expect(values == [0, 0, 1, 0, 0, 1])
  }

  @Test func `JSON has the position of each face`() throws {
    let map = try MapSamples.map(["a", nil])
    let answer = try #require(
      try JSONSerialization.jsonObject(with: map.json()) as? [String: Any])
    let faces = try #require(answer["faces"] as? [[String: Any]])
    #expect(faces.count == 2 && answer["dimensions"] as? Int == 2)
    #expect(faces[0]["position"] as? [Double] == [0, 0])
    #expect(faces[1]["name"] is NSNull && faces[1]["placed"] as? Bool == true)
  }

  @Test(arguments: [2, 3])
  func `a vector picture is well-formed and holds the faces`(dimensions: Int) throws {
    let map = try MapSamples.map([hostileName, "Ann", nil, "Ann"], dimensions: dimensions)
    let svg = try map.svg()
    let parser = XMLParser(data: svg)
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    let text = String(decoding: svg, as: UTF8.self)
    #expect(text.components(separatedBy: "<image ").count == 5)
    #expect(text.contains("Ann 2"))
    #expect(!text.contains("<img") && !text.contains("</script"))
    for outside in ["https:", "href=\"/", "file:"] { #expect(!text.contains(outside)) }
  }

  @Test func `a vector picture of many faces has dots beside its faces`() throws {
    let text = String(
      decoding: try MapSamples.map(Array(repeating: "x", count: 5_000)).svg(), as: UTF8.self)
    let pictures = text.components(separatedBy: "<image ").count - 1
    let dots = text.components(separatedBy: "<circle ").count - 1
    #expect((200...MapDrawing.largestVectorPictures).contains(pictures))
    // One more for the legend.
    #expect(pictures + dots == 5_001)
  }

  @Test(arguments: [0, 1, 2, 40], [2, 3])
  func `a picture shows faces in their colours`(count: Int, dimensions: Int) throws {
    let map = try MapSamples.map((0..<count).map { "n\($0)" }, dimensions: dimensions)
    let picture = try map.picture()
    #expect(picture.width == MapDrawing.side.few && picture.height > 300)
    // The first thumbnail is red, which nothing else is.
    let red = stride(from: 0, to: picture.pixels.count, by: 3).contains { at in
      picture.pixels[at] > 180 && picture.pixels[at + 1] < 90 && picture.pixels[at + 2] < 80
    }
    #expect(red == (count > 0))
  }

  @Test(arguments: [0, 1, 2, 7, 300])
  func `sheets hold every thumbnail in its place`(count: Int) throws {
    let thumbnails = try (0..<count).map { try MapSamples.thumbnail($0) }
    let sheets = try ThumbnailSheets(
      count, { Array(thumbnails[$0]) }, cell: 16, largest: 64, jobs: 2)
    #expect(sheets.width <= 64 && sheets.height <= 64)
    let perSheet = sheets.columns * sheets.rows
    #expect(sheets.sheets.count == (count + perSheet - 1) / perSheet)
    let photos = try sheets.sheets.map { try Photo.decode($0) }
    for (row, thumbnail) in thumbnails.enumerated() {
      let photo = photos[row / perSheet]
      #expect(photo.width == sheets.width && photo.height == sheets.height)
      let place = row % perSheet
      let middle =
        ((place / sheets.columns * 16 + 8) * photo.width + place % sheets.columns * 16 + 8) * 3
      let expected = try Photo.decode(thumbnail).pixels
      for channel in 0..<3 {
        #expect(abs(Int(photo.pixels[middle + channel]) - Int(expected[channel])) < 24)
      }
    }
  }

  @Test func `thumbnails that are missing or broken leave a blank`() throws {
    let thumbnails = [nil, Data("no picture".utf8), Data()]
    let sheets = try ThumbnailSheets(
      3, { Array(thumbnails[$0]) }, cell: 8, largest: 64, jobs: 1)
    #expect(sheets.sheets.count == 1)
  }

  @Test(arguments: [1, 2, 82, 6_725, 8_000])
  func `the projector's sprite is a square within its limit`(count: Int) throws {
    // Without thumbnails this is about sizes only.
    let sheets = try ThumbnailSheets(
      count, { Array(repeating: nil, count: $0.count) }, cell: ProjectorFolder.largestCell,
      largest: ProjectorFolder.largestSprite, isOneSquare: true, jobs: 1)
    let side = Int(Double(count).squareRoot().rounded(.up))
    #expect(sheets.columns == side && sheets.rows == side && sheets.sheets.count == 1)
    #expect(sheets.width <= 8192 && sheets.width == sheets.height)
    #expect(sheets.cell == min(100, 8192 / side))
  }

  @Test func `a projector's folder has a line for each face and says where everything is`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let map = try MapSamples.map(["tab\there", "line\nend", nil, "Ann", "Bob"], labels: true)
      let target = folder.appendingPathComponent("projector")
      let embeddings = EmbeddingMatrix(dimensions: 3, values: (0..<15).map { Float($0) })
      // Twice: the second replaces the first.
      for _ in 0..<2 { try map.writeProjector(to: target, embeddings: embeddings) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["projector"])
      func file(_ name: String) throws -> Data {
        try Data(contentsOf: target.appendingPathComponent(name))
      }
      let tensors = lines(try file("tensors.tsv"))
      #expect(tensors.count == 5 && tensors[1] == "3.0\t4.0\t5.0")
      let places = lines(try file("map.tsv"))
      #expect(places.count == 5 && places[4] == "1.0\t1.0")
      let metadata = lines(try file("metadata.tsv"))
      #expect(metadata.count == 6 && metadata[0] == "name\tperson\tphoto\tface\tYear")
      #expect(metadata.allSatisfy { $0.filter { $0 == "\t" }.count == 4 })
      #expect(metadata[1].hasPrefix("tab here\t") && metadata[2].hasPrefix("line end\t"))
      let config = try #require(
        try JSONSerialization.jsonObject(with: file("projector_config.json")) as? [String: Any])
      let tensor = try #require((config["embeddings"] as? [[String: Any]])?.first)
      #expect(tensor["tensorShape"] as? [Int] == [5, 3])
      #expect(tensor["tensorPath"] as? String == "tensors.tsv")
      let sprite = try #require(tensor["sprite"] as? [String: Any])
      let picture = try Photo.decode(try file(#require(sprite["imagePath"] as? String)))
      #expect(sprite["singleImageDim"] as? [Int] == [picture.width / 3, picture.height / 3])
    }
  }

  @Test func `a folder of other files is left alone`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("letters.txt")
      try Data("dear".utf8).write(to: file)
      let map = try MapSamples.map(["a", "b"])
      let embeddings = EmbeddingMatrix(dimensions: 1, values: [1, 2])
      #expect(throws: MapError.occupied(path: folder.path)) {
        try map.writeProjector(to: folder, embeddings: embeddings)
      }
      #expect(throws: MapError.occupied(path: file.path)) {
        try map.writeProjector(to: file, embeddings: embeddings)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["letters.txt"])
    }
  }

  @Test(arguments: [0, 1, 2, 5], [2, 3])
  func `a page needs nothing else, and no name becomes markup`(count: Int, dimensions: Int) throws {
    let map = try MapSamples.map(
      (0..<count).map { $0 == 0 ? hostileName : "n\($0)" }, dimensions: dimensions)
    let page = String(decoding: try map.page(), as: UTF8.self)
    for outside in ["http://", "https://", "src=\"", "@import", "<link", "<img"] {
      #expect(!page.contains(outside), "\(outside)")
    }
    let sheets = count == 0 ? 0 : 1
    // The texts, the data, the sheets and the script; a name that ends one would add another.
    #expect(page.components(separatedBy: "</script").count == 4 + sheets)
    #expect(page.contains("<title>Likeness: a &quot;map&quot; &lt;b&gt;</title>"))
    #expect(page.contains("default-src 'none'"))
  }

  @Test func `groups are sorted by size, and by their first face`() throws {
    let map = try MapSamples.map(["b", "a", nil, "a", "", "c"])
    let grouping = try #require(map.groupings.first)
    #expect(grouping.key == "name" && grouping.values == ["b", "a", "c"])
    #expect(grouping.of == [0, 1, -1, 1, -1, 2])
    #expect(grouping.bySize.map(\.value) == [1, 0, 2])
    #expect(try MapSamples.map([nil, nil]).groupings.isEmpty)
  }
}
