import Crypto
import Foundation
import LikenessCore
import LikenessKit

/// Writes a map as one HTML document, which needs no other file and no network.
///
/// Numbers, names and pictures go into the page as data, which its script shows as text only: nothing
/// that a gallery holds becomes markup.
struct MapPage {
  let map: FaceMap
  let jobs: Int
  /// Where a photo is shown, by its id; nil where photos are files of this machine.
  var photoAddress: ((PhotoID) -> String)?

  /// The longest side of a sheet of thumbnails: what every graphics card takes.
  static let largestSheet = 2048

  /// The more faces, the smaller their thumbnails: 14,000 make a page of some 30 MB.
  static func cell(for count: Int) -> Int {
    switch count {
    case ...1_000: 144
    case ...4_000: 96
    case ...16_000: 64
    case ...40_000: 48
    default: 32
    }
  }

  /// - Throws: `MapError.noPicture`, `PhotoError.notEncodable`
  func html() throws -> Data {
    try map.checkPicture()
    let (style, script, policy) = (Self.style, Self.scriptText, policy)
    let sheets = try ThumbnailSheets(
      map.faces.count, { [map] in try map.thumbnails($0) }, cell: Self.cell(for: map.faces.count),
      largest: Self.largestSheet, jobs: jobs)
    var page = Data(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>Likeness: \(map.title.escapedForHTML)</title>
      <style>\(style)</style>
      </head>
      <body>
      \(Self.resource(PackageResources.map_html))
      <script type="application/json" id="texts">\(Self.resource(PackageResources.texts_json))</script>
      <script type="application/json" id="data">
      """.utf8)
    page.append(try json(sheets))
    page.append(Data("</script>\n".utf8))
    for (index, sheet) in sheets.sheets.enumerated() {
      page.append(Data("<script type=\"text/plain\" id=\"sheet-\(index)\">".utf8))
      page.append(sheet.base64EncodedData())
      page.append(Data("</script>\n".utf8))
    }
    page.append(Data("<script>\(script)</script>\n</body>\n</html>\n".utf8))
    return page
  }

  /// Only this very script runs, and only pictures of this page and the photos are shown.
  var policy: String {
    "default-src 'none'; img-src data: blob: \(photoAddress == nil ? "file:" : "'self'"); "
      + "style-src '\(Self.digest(Self.style))'; script-src '\(Self.digest(Self.scriptText))'; "
      + "base-uri 'none'; form-action 'none'"
  }

  private static var style: String { "\n" + resource(PackageResources.map_css) }
  private static var scriptText: String { "\n" + script }

  /// The script's parts in the order of their dependencies, in a scope of their own.
  private static var script: String {
    let parts = [
      PackageResources.words_js, PackageResources.data_js, PackageResources.camera_js,
      PackageResources.painter_js, PackageResources.labels_js, PackageResources.page_js,
    ]
    return "(() => {\n\"use strict\";\n" + parts.map(resource).joined(separator: "\n") + "})();\n"
  }

  private static func resource(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  private static func digest(_ text: String) -> String {
    "sha256-" + Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
  }

  private func json(_ sheets: ThumbnailSheets) throws -> Data {
    var photos: [String] = []
    var titles: [String] = []
    var links: [String]? = photoAddress == nil ? nil : []
    var places: [String: Int32] = [:]
    let photoOf = map.faces.map { face -> Int32 in
      guard let photo = face.photo else { return -1 }
      if let place = places[photo] { return place }
      places[photo] = Int32(photos.count)
      photos.append(photo)
      titles.append(face.title ?? photo)
      if let photoAddress { links?.append(face.photoID.map(photoAddress) ?? "") }
      return Int32(photos.count - 1)
    }
    let width = map.faces.map(\.neighbors.count).max() ?? 0
    var (rows, distances) = ([Int32](), [Float]())
    for face in map.faces {
      for place in 0..<width {
        let neighbor = place < face.neighbors.count ? face.neighbors[place] : nil
        rows.append(neighbor.map { Int32($0.row) } ?? -1)
        distances.append(neighbor?.distance ?? 0)
      }
    }
    let count = map.faces.count
    let content = Content(
      title: map.title, count: count, dimensions: map.layout.dimensions,
      facts: map.facts.map { [$0.title, $0.value] }, hidden: map.hidden,
      points: Self.base64(map.layout.coordinates.map(\.bitPattern)),
      // A served page reveals no paths of the server.
      photos: photoAddress == nil ? photos : titles, links: links,
      photoOf: Self.base64(photoOf.map { UInt32(bitPattern: $0) }),
      boxes: Self.base64(map.faces.flatMap(\.box).map(\.bitPattern)),
      near: Near(
        width: width, rows: Self.base64(rows.map { UInt32(bitPattern: $0) }),
        distances: Self.base64(distances.map(\.bitPattern))),
      groupings: map.groupings.map { grouping in
        Content.Grouping(
          key: grouping.key, title: grouping.title, values: grouping.values,
          of: Self.base64(grouping.of.map { UInt32(bitPattern: $0) }))
      },
      placed: map.faces.indices.filter { map.faces[$0].isPlaced },
      palette: Palette(light: MapPalette.light, dark: MapPalette.dark),
      sheet: Sheet(
        cell: sheets.cell, columns: sheets.columns, rows: sheets.rows, width: sheets.width,
        height: sheets.height, count: sheets.sheets.count),
      gone: photos.indices.filter { access(photos[$0], R_OK) != 0 })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(content), as: UTF8.self)
    // Nothing inside may look like the end of the script, or like a comment.
    return Data(text.replacingOccurrences(of: "<", with: "\\u003c").utf8)
  }

  /// Little-endian words.
  private static func base64(_ words: [UInt32]) -> String {
    var data = Data(capacity: words.count * 4)
    for word in words {
      withUnsafeBytes(of: word.littleEndian) { data.append(contentsOf: $0) }
    }
    return data.base64EncodedString()
  }

  /// What `data.js` reads.
  private struct Content: Encodable {
    var title: String
    var count: Int
    var dimensions: Int
    var facts: [[String]]
    var hidden: Int
    var points: String
    var photos: [String]
    var links: [String]?
    var photoOf: String
    var boxes: String
    var near: Near
    var groupings: [Grouping]
    var placed: [Int]
    var palette: Palette
    var sheet: Sheet
    var gone: [Int]

    struct Grouping: Encodable {
      var key: String
      var title: String
      var values: [String]
      var of: String
    }
  }

  private struct Near: Encodable {
    var width: Int
    var rows: String
    var distances: String
  }

  private struct Palette: Encodable {
    var light: [String]
    var dark: [String]
  }

  private struct Sheet: Encodable {
    var cell: Int
    var columns: Int
    var rows: Int
    var width: Int
    var height: Int
    var count: Int
  }
}

extension FaceMap {
  /// The map as one interactive HTML document.
  /// - Parameter jobs: how many threads make its pictures.
  /// - Throws: `MapError.noPicture`, `PhotoError.notEncodable`
  public func page(jobs: Int = ProcessorQuota.count) throws -> Data {
    try MapPage(map: self, jobs: jobs).html()
  }

  /// The same for a server that shows the photos too, and the content security policy that it needs.
  /// - Parameter photoAddress: where a photo is shown, by its id.
  /// - Throws: `MapError.noPicture`, `PhotoError.notEncodable`
  public func servedPage(
    photoAddress: @escaping (PhotoID) -> String
  ) throws -> (html: Data, policy: String) {
    let page = MapPage(map: self, jobs: ProcessorQuota.count, photoAddress: photoAddress)
    return (try page.html(), page.policy)
  }
}

/// `map --format html`
public struct MapPageExport: MapExport {
  public let name = "html"
  public let summary = "a page to look at in a browser, pictures included"
  public let isPicture = true
  public let showsNeighbors = true

  public init() {}

  public func write(_ map: FaceMap, to url: URL, embeddings: () throws -> EmbeddingMatrix) throws {
    try OutputFile.write(try map.page(), to: url)
  }
}
