import Faces
import Foundation
import LikenessCore
import LikenessKit

/// A map as a still picture: first what goes where, then as SVG or as pixels.
///
/// Thumbnails are put wherever they cover no other; the remaining faces are dots in the colour of their
/// group.
struct MapDrawing {
  /// The longer side, in pixels.
  static let side = (few: 1400, many: 3600)
  /// A file of vectors with more pictures than this would be no easier to handle than one of pixels.
  static let largestVectorPictures = 1200
  /// The maximum number of faces with their names below them.
  static let labelLimit = 120

  enum Item {
    case circle(x: Double, y: Double, radius: Double, color: String, opacity: Double)
    /// A row of the map's faces; `x` and `y` are its middle.
    case face(row: Int, x: Double, y: Double, side: Double, color: String)
    /// `x` is its middle, or its left.
    case text(String, x: Double, y: Double, size: Int, isBold: Bool, color: String, isCentred: Bool)
  }

  let width: Int
  let height: Int
  private(set) var items: [Item] = []

  init(_ map: FaceMap, maximumPictures: Int = .max) {
    let count = map.faces.count
    let flat = Self.flattened(map)
    let longer = Double(count < 400 ? Self.side.few : Self.side.many)
    let unit = longer / 1400
    let grouping = map.groupings.first
    let groups = grouping?.bySize ?? []
    // Where no two faces have a name in common, names below the faces say all.
    let hasLegend = (groups.first?.size ?? 0) > 1 || (count > Self.labelLimit && !groups.isEmpty)
    let margin = (count < 400 ? 90 : 60) * unit
    let header = (count < 400 ? 60 : 78) * unit
    let legend = hasLegend ? 210 * unit : 0
    let low = (flat.map(\.x).min() ?? 0, flat.map(\.y).min() ?? 0)
    let spans = (
      max((flat.map(\.x).max() ?? 1) - low.0, 1e-9), max((flat.map(\.y).max() ?? 1) - low.1, 1e-9)
    )
    let picture = longer - legend - 2 * margin
    let scale = picture / max(spans.0, spans.1)
    // A line of faces is no map: some height is left to it.
    let tall = max(picture * 0.35, spans.1 * scale)
    width = Int(longer)
    height = Int(header + tall + 2 * margin)
    let left = margin + (picture - spans.0 * scale) / 2
    let top = header + margin + (tall - spans.1 * scale) / 2
    let places = flat.map { point in
      (
        x: left + (point.x - low.0) * scale, y: top + (point.y - low.1) * scale,
        nearness: point.nearness
      )
    }

    var colors = [String](repeating: MapPalette.plain, count: count)
    if let grouping {
      var palette: [Int: String] = [:]
      for (group, color) in zip(groups, MapPalette.light) { palette[group.value] = color }
      colors = grouping.of.map {
        $0 < 0 ? MapPalette.none : palette[Int($0)] ?? MapPalette.small
      }
    }
    let area = (picture * tall / Double(max(count, 1))).squareRoot()
    let pictured = maximumPictures < count ? max(area, 34 * unit) : area
    let side = min(112 * unit, max(26, pictured * 0.86))
    let dot = min(7 * unit, max(2.2, area * 0.13))
    // The farthest first, so that nearer ones cover them.
    let order = places.indices.sorted { (places[$0].nearness, $1) < (places[$1].nearness, $0) }
    var crowd = Crowd(cell: side)
    var pictures: [Int] = []
    for row in order.reversed() where pictures.count < maximumPictures {
      let size = side * places[row].nearness
      if crowd.admits(places[row].x, places[row].y, size + 2 * unit) { pictures.append(row) }
    }
    let hasPicture = Set(pictures)
    for row in order where !hasPicture.contains(row) {
      items.append(
        .circle(
          x: places[row].x, y: places[row].y, radius: dot * places[row].nearness,
          color: colors[row], opacity: 0.85))
    }
    for row in pictures.reversed() {
      items.append(
        .face(
          row: row, x: places[row].x, y: places[row].y, side: side * places[row].nearness,
          color: colors[row]))
    }
    let text = Int(13 * unit)
    if count <= Self.labelLimit {
      for row in pictures {
        items.append(
          .text(
            Self.cut(map.faces[row].label.replacingOccurrences(of: "_", with: " "), 20),
            x: places[row].x, y: places[row].y + side * places[row].nearness / 2 + 6 * unit,
            size: text, isBold: false, color: MapPalette.ink, isCentred: true))
      }
    }
    let facts = map.facts.prefix(2).map(\.phrase)
    items.append(
      .text(
        Self.cut(map.title, 60), x: 48 * unit, y: 34 * unit, size: Int(30 * unit), isBold: true,
        color: MapPalette.ink, isCentred: false))
    items.append(
      .text(
        (["\(count) faces"] + facts).joined(separator: " · "), x: 48 * unit, y: 74 * unit,
        size: Int(15 * unit), isBold: false, color: MapPalette.soft, isCentred: false))
    guard let grouping, hasLegend else { return }
    let lines = Array(zip(groups, MapPalette.light))
    for (line, (group, color)) in lines.enumerated() {
      let y = header + margin + Double(line) * 25 * unit
      legendLine(
        "\(Self.cut(grouping.values[group.value].replacingOccurrences(of: "_", with: " "), 24)) \(group.size)",
        color, at: y, left: longer - legend, unit)
    }
    if groups.count > lines.count {
      let y = header + margin + Double(lines.count) * 25 * unit
      legendLine(
        "\(groups.count - lines.count) more", MapPalette.small, at: y, left: longer - legend, unit)
    }
  }

  private mutating func legendLine(
    _ text: String, _ color: String, at y: Double, left: Double, _ unit: Double
  ) {
    items.append(.circle(x: left, y: y + 8 * unit, radius: 6 * unit, color: color, opacity: 1))
    items.append(
      .text(
        text, x: left + 16 * unit, y: y, size: Int(14 * unit), isBold: false,
        color: MapPalette.ink, isCentred: false))
  }

  private static func cut(_ text: String, _ length: Int) -> String {
    text.count <= length ? text : text.prefix(length - 1) + "…"
  }

  /// The map seen from in front, with y downwards; of three dimensions as the page shows it at first.
  private static func flattened(_ map: FaceMap) -> [(x: Double, y: Double, nearness: Double)] {
    let points = map.faces.indices.map { map.point($0).map { Double($0) } }
    guard map.layout.dimensions == 3 else { return points.map { ($0[0], -$0[1], 1) } }
    let middles = (0..<3).map { axis in
      let values = points.map { $0[axis] }
      return ((values.min() ?? 0) + (values.max() ?? 0)) / 2
    }
    let centred = points.map { point in (0..<3).map { point[$0] - middles[$0] } }
    let reach = max(
      1e-12, centred.map { ($0[0] * $0[0] + $0[1] * $0[1] + $0[2] * $0[2]).squareRoot() }.max() ?? 1
    )
    let (yaw, pitch) = (0.6, -0.35)
    return centred.map { point in
      let (x, y, z) = (point[0], -point[1], point[2])
      let right = cos(yaw) * x + sin(yaw) * z
      let down = sin(yaw) * sin(pitch) * x + cos(pitch) * y - cos(yaw) * sin(pitch) * z
      let into = -sin(yaw) * cos(pitch) * x + sin(pitch) * y + cos(yaw) * cos(pitch) * z
      let nearness = 1 / (1 + 0.35 * into / reach)
      return (right * nearness, down * nearness, nearness)
    }
  }
}

/// Squares that are taken already, found through a grid.
private struct Crowd {
  private let cell: Double
  private var taken: [[Int]: [(x: Double, y: Double, side: Double)]] = [:]

  init(cell: Double) { self.cell = max(cell, 1) * 1.6 }

  /// Takes a square unless it covers another.
  mutating func admits(_ x: Double, _ y: Double, _ side: Double) -> Bool {
    let (column, row) = (Int((x / cell).rounded(.down)), Int((y / cell).rounded(.down)))
    for near in column - 1...column + 1 {
      for line in row - 1...row + 1 {
        for other in taken[[near, line]] ?? []
        where abs(other.x - x) < (other.side + side) / 2
          && abs(other.y - y) < (other.side + side) / 2
        {
          return false
        }
      }
    }
    taken[[column, row], default: []].append((x, y, side))
    return true
  }
}

extension FaceMap {
  /// The map as a vector picture with the faces in it: of many faces those that have room.
  /// - Throws: `MapError.noPicture`, `GalleryError`
  public func svg() throws -> Data {
    try checkPicture()
    let drawing = MapDrawing(self, maximumPictures: MapDrawing.largestVectorPictures)
    let thumbnails = try thumbnails(of: drawing)
    func number(_ value: Double) -> String { String(format: "%.2f", value) }
    var clips = 0
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(drawing.width) \(drawing.height)\" "
        + "width=\"\(drawing.width)\" height=\"\(drawing.height)\" "
        + "font-family=\"system-ui, 'DejaVu Sans', sans-serif\">",
      "<title>\(title.escapedForHTML)</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"\(MapPalette.paper)\"/>",
    ]
    for item in drawing.items {
      switch item {
      case .circle(let x, let y, let radius, let color, let opacity):
        lines.append(
          "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\" fill=\"\(color)\" "
            + "fill-opacity=\"\(number(opacity))\"/>")
      case .face(let row, let x, let y, let side, let color):
        let (left, top, corner) = (number(x - side / 2), number(y - side / 2), number(side * 0.2))
        let place =
          "x=\"\(left)\" y=\"\(top)\" width=\"\(number(side))\" height=\"\(number(side))\""
        lines.append("<g><title>\(faces[row].label.escapedForHTML)</title>")
        if let jpeg = thumbnails[row] {
          clips += 1
          lines.append(
            "<clipPath id=\"c\(clips)\"><rect \(place) rx=\"\(corner)\"/></clipPath>"
              + "<image \(place) clip-path=\"url(#c\(clips))\" preserveAspectRatio=\"xMidYMid slice\" "
              + "href=\"data:image/jpeg;base64,\(jpeg.base64EncodedString())\"/>")
        }
        lines.append(
          "<rect \(place) rx=\"\(corner)\" fill=\"\(thumbnails[row] == nil ? color : "none")\" "
            + "stroke=\"\(color)\" stroke-width=\"\(number(max(1.5, side * 0.035)))\"/></g>")
      case .text(let text, let x, let y, let size, let isBold, let color, let isCentred):
        lines.append(
          "<text x=\"\(number(x))\" y=\"\(number(y + Double(size) * 0.8))\" font-size=\"\(size)\" "
            + "fill=\"\(color)\"\(isBold ? " font-weight=\"700\"" : "")"
            + "\(isCentred ? " text-anchor=\"middle\"" : "")>\(text.escapedForHTML)</text>")
      }
    }
    lines.append("</svg>")
    return Data((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// The map as a picture with as many of the faces in it as have room.
  /// - Throws: `MapError.noPicture`, `PhotoError.notEncodable`, `GalleryError`
  public func picture() throws -> Photo {
    try checkPicture()
    let drawing = MapDrawing(self)
    let thumbnails = try thumbnails(of: drawing)
    var canvas = Canvas(
      width: drawing.width, height: drawing.height, background: PhotoColor(hex: MapPalette.paper))
    for item in drawing.items {
      switch item {
      case .circle(let x, let y, let radius, let color, let opacity):
        canvas.fillCircle(
          x: x, y: y, radius: radius, color: PhotoColor(hex: color), opacity: opacity)
      case .face(let row, let x, let y, let side, let color):
        let border = max(1.5, side * 0.035)
        canvas.fillRectangle(
          x: x - side / 2 - border, y: y - side / 2 - border, width: side + 2 * border,
          height: side + 2 * border, cornerRadius: border * 2, color: PhotoColor(hex: color))
        let pixels = max(1, Int(side.rounded()))
        if let jpeg = thumbnails[row], let photo = try? Photo.decode(jpeg) {
          canvas.draw(
            try photo.resized(width: pixels, height: pixels), x: Int((x - side / 2).rounded()),
            y: Int((y - side / 2).rounded()))
        }
      case .text(let text, let x, let y, let size, let isBold, let color, let isCentred):
        let wide = isCentred ? Canvas.textSize(text, size: size, isBold: isBold).width : 0
        canvas.drawText(
          text, x: Int(x) - wide / 2, y: Int(y), size: size, isBold: isBold,
          color: PhotoColor(hex: color))
      }
    }
    return canvas.photo()
  }

  /// The thumbnails that a drawing shows, by their rows.
  private func thumbnails(of drawing: MapDrawing) throws -> [Int: Data] {
    let rows = drawing.items.compactMap { item -> Int? in
      if case .face(let row, _, _, _, _) = item { row } else { nil }
    }
    var found: [Int: Data] = [:]
    for (row, thumbnail) in zip(rows, try thumbnails(rows)) { found[row] = thumbnail }
    return found
  }

  /// `picture()` as a PNG file.
  /// - Throws: `MapError.noPicture`, `PhotoError.notEncodable`
  public func png() throws -> Data { try picture().pngData() }
}

extension PhotoColor {
  /// - Parameter hex: `#rrggbb`.
  fileprivate init(hex: String) {
    let number = UInt32(hex.dropFirst(), radix: 16) ?? 0
    self.init(
      red: UInt8(number >> 16 & 255), green: UInt8(number >> 8 & 255), blue: UInt8(number & 255))
  }
}

/// `map --format svg`
public struct MapSVGExport: MapExport {
  public let name = "svg"
  public let summary = "a vector picture with the faces in it"
  public let isPicture = true

  public init() {}

  public func write(_ map: FaceMap, to url: URL, embeddings: () throws -> EmbeddingMatrix) throws {
    try OutputFile.write(try map.svg(), to: url)
  }
}

/// `map --format png`
public struct MapPNGExport: MapExport {
  public let name = "png"
  public let summary = "a picture of pixels"
  public let isPicture = true

  public init() {}

  public func write(_ map: FaceMap, to url: URL, embeddings: () throws -> EmbeddingMatrix) throws {
    try OutputFile.write(try map.png(), to: url)
  }

  public func textsWithoutGlyphs(_ map: FaceMap) -> [String] {
    Canvas.textsWithoutGlyphs(
      MapDrawing(map).items.compactMap { item in
        if case .text(let text, _, _, _, _, _, _) = item { text } else { nil }
      })
  }
}
