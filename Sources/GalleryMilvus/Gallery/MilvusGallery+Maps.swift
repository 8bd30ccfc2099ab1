import Foundation
import GalleryCore
import LikenessCore

/// Maps of faces: a record each that says how it was made, and others with some hundreds of its faces each. What is derived
/// from the faces is no change of the gallery.
extension MilvusGallery {
  /// What the record of a map says.
  private struct MapBody: Codable {
    /// Another one for each map that is made.
    var id: String
    var details: String
    /// Little-endian f32.
    var axes: Data
  }

  /// What a part of a map has of each of its faces, one after the other.
  private struct MapPartBody: Codable {
    /// How many coordinates a position has.
    var dimensions: Int
    /// Little-endian i64.
    var faces: Data
    /// `(n, dimensions)`, little-endian f32.
    var positions: Data
    /// A byte each: 1 for a face that was added to the map later.
    var placed: Data
    /// A byte each: how many neighbours it has, `unsought` where nobody looked for them.
    var neighborCounts: Data
    /// As `[MapNeighbor].blob`.
    var neighbors: Data

    static let unsought: UInt8 = 255
  }

  /// The most bytes of a part's faces: a record's JSON holds 65,536, and base64 makes four of three.
  private static let partBytes = 42_000
  /// Some megabytes, which every server takes and gives in one message.
  private static let partsAtOnce = 32

  // MARK: Reading

  public func mapVersion(settings: String) throws(GalleryError) -> MapVersion? {
    try mapHead(settings)?.version
  }

  private func mapHead(
    _ settings: String
  ) throws(GalleryError) -> (version: MapVersion, body: MapBody)? {
    guard let record = try record(Record.key(map: settings)), record.kind == .map else {
      return nil
    }
    return try mapHead(record)
  }

  private func mapHead(
    _ record: Record
  ) throws(GalleryError) -> (version: MapVersion, body: MapBody) {
    let body = try decoded { try JSONDecoder().decode(MapBody.self, from: record.body) }
    return (MapVersion(settings: record.text, id: body.id), body)
  }

  public func map(
    settings: String, withNeighbors: Bool
  ) throws(GalleryError) -> StoredMap? {
    guard let (version, body) = try mapHead(settings) else { return nil }
    var points: [FaceID: MapPoint] = [:]
    for part in try mapParts(of: version) {
      // A face that two programs added at once stays where the first part has it.
      points.merge(try self.points(part, withNeighbors: withNeighbors)) { first, _ in first }
    }
    return StoredMap(
      version: version, details: body.details, axes: FloatBlob.floats(body.axes), points: points)
  }

  private func mapParts(of map: MapVersion) throws(GalleryError) -> [Record] {
    try records(
      .mapPart, .equal(Record.textField, Self.partsKey(of: map)), limit: Self.partsAtOnce)
  }

  private static func partsKey(of map: MapVersion) -> String {
    "\(Record.key(map: map.settings))/\(map.id)"
  }

  private func points(
    _ part: Record, withNeighbors: Bool = true
  ) throws(GalleryError) -> [FaceID: MapPoint] {
    let body = try decoded { try JSONDecoder().decode(MapPartBody.self, from: part.body) }
    let count = body.faces.count / 8
    let (placed, lengths) = ([UInt8](body.placed), [UInt8](body.neighborCounts))
    let positions = FloatBlob.floats(body.positions)
    let all = body.neighbors.withUnsafeBytes { [MapNeighbor](blob: $0) }
    let sought = lengths.filter { $0 != MapPartBody.unsought }.reduce(0) { $0 + Int($1) }
    guard placed.count == count, lengths.count == count, body.dimensions > 0,
      positions.count == count * body.dimensions, all.count == sought
    else {
      throw .damaged(path: path, detail: "its rows are of another program")
    }
    var points: [FaceID: MapPoint] = [:]
    var next = 0
    body.faces.withUnsafeBytes { faces in
      for row in 0..<count {
        let number = faces.loadUnaligned(fromByteOffset: 8 * row, as: Int64.self)
        var point = MapPoint(
          position: Array(positions[row * body.dimensions..<(row + 1) * body.dimensions]),
          isPlaced: placed[row] != 0)
        if lengths[row] != MapPartBody.unsought {
          let end = next + Int(lengths[row])
          if withNeighbors { point.neighbors = Array(all[next..<end]) }
          next = end
        }
        points[FaceID(Int64(littleEndian: number))] = point
      }
    }
    return points
  }

  // MARK: Keeping

  /// The parts first, under an id of their own: until the map's record names them they are of no map.
  public func keepMap(
    settings: String, details: String, axes: [Float], points: [FaceID: MapPoint]
  ) throws(GalleryError) {
    let map = MapVersion(
      settings: settings, id: UUID().uuidString.replacing("-", with: "").lowercased())
    let former = try mapHead(settings)?.version
    let there = try ids(nil)
    try putParts(try parts(points.filter { there.contains($0.key) }, of: map))
    try put([
      Record(
        key: Record.key(map: settings), kind: .map,
        text: settings,
        body: try encoded(MapBody(id: map.id, details: details, axes: FloatBlob.data(axes))))
    ])
    if let former { try delete(try mapParts(of: former).map(\.key)) }
  }

  /// The records of some faces of a map.
  private func parts(
    _ points: [FaceID: MapPoint], of map: MapVersion
  ) throws(GalleryError) -> [Record] {
    var records: [Record] = []
    var some: [(face: FaceID, point: MapPoint)] = []
    var bytes = 0
    for (face, point) in points.sorted(by: { $0.key < $1.key }) {
      let size = 10 + 4 * point.position.count + (point.neighbors?.blob.count ?? 0)
      let isOther = some.first.map { $0.point.position.count != point.position.count } ?? false
      if !some.isEmpty, bytes + size > Self.partBytes || isOther {
        records.append(try part(some, of: map))
        (some, bytes) = ([], 0)
      }
      some.append((face, point))
      bytes += size
    }
    if !some.isEmpty { records.append(try part(some, of: map)) }
    return records
  }

  private func part(
    _ points: [(face: FaceID, point: MapPoint)], of map: MapVersion
  ) throws(GalleryError) -> Record {
    var body = MapPartBody(
      dimensions: points[0].point.position.count, faces: Data(), positions: Data(),
      placed: Data(), neighborCounts: Data(), neighbors: Data())
    for (face, point) in points {
      withUnsafeBytes(of: face.rawValue.littleEndian) { body.faces.append(contentsOf: $0) }
      body.positions.append(FloatBlob.data(point.position))
      body.placed.append(point.isPlaced ? 1 : 0)
      let neighbors = point.neighbors?.prefix(Int(MapPartBody.unsought) - 1)
      body.neighborCounts.append(
        neighbors.map { UInt8($0.count) } ?? MapPartBody.unsought)
      if let neighbors { body.neighbors.append(Array(neighbors).blob) }
    }
    return Record(
      key: Record.key(
        partOf: Record.key(map: map.settings), map.id, from: points[0].face),
      kind: .mapPart, number: points[0].face.rawValue,
      count: points[points.count - 1].face.rawValue, text: Self.partsKey(of: map),
      body: try encoded(body))
  }

  /// Puts faces into the part of the map that is least full, or into parts of their own.
  public func addPoints(
    _ points: [FaceID: MapPoint], toMap map: MapVersion
  ) throws(GalleryError) {
    guard try mapVersion(settings: map.settings) == map else { return }
    let parts = try mapParts(of: map)
    let there = Set(try plainRows(of: points.keys).map(\.id))
    var new = points.filter { there.contains($0.key) }
    for part in parts {
      for face in try self.points(part, withNeighbors: false).keys { new[face] = nil }
    }
    guard !new.isEmpty else { return }
    guard let least = parts.min(by: { $0.body.count < $1.body.count }),
      least.body.count < Self.partBytes
    else { return try putParts(try self.parts(new, of: map)) }
    new.merge(try self.points(least)) { $1 }
    try replace([least], by: try self.parts(new, of: map))
  }

  public func keepNeighbors(
    _ neighbors: [FaceID: [MapNeighbor]], onMap map: MapVersion
  ) throws(GalleryError) {
    guard try mapVersion(settings: map.settings) == map else { return }
    for part in try mapParts(of: map) {
      var points = try points(part)
      let changed = points.keys.filter { neighbors[$0] != nil }
      guard !changed.isEmpty else { continue }
      for face in changed { points[face]?.neighbors = neighbors[face] }
      try replace([part], by: try parts(points, of: map))
    }
  }

  private func putParts(_ records: [Record]) throws(GalleryError) {
    for some in records.parts(of: Self.partsAtOnce) { try put(Array(some)) }
  }

  /// New parts before the old ones go: who reads in between has faces twice rather than not at all.
  private func replace(_ old: [Record], by new: [Record]) throws(GalleryError) {
    try putParts(new)
    try delete(Set(old.map(\.key)).subtracting(new.map(\.key)))
  }

  // MARK: Removing

  /// Takes faces that were removed out of all maps.
  func forgetPoints(of faces: [FaceID]) throws(GalleryError) {
    guard !faces.isEmpty else { return }
    let removed = Set(faces)
    for record in try records(.map) {
      let map = try mapHead(record).version
      for part in try mapParts(of: map) {
        let points = try points(part)
        var left = points.filter { !removed.contains($0.key) }
        for (face, point) in left {
          guard let list = point.neighbors, list.contains(where: { removed.contains($0.face) })
          else { continue }
          left[face]?.neighbors = list.filter { !removed.contains($0.face) }
        }
        if left != points { try replace([part], by: try parts(left, of: map)) }
      }
    }
  }

  /// Lets go of all maps, after the faces got embeddings of another model.
  func forgetMaps() throws(GalleryError) {
    for record in try records(.map) {
      let map = try mapHead(record).version
      try delete([record.key])
      try delete(try mapParts(of: map).map(\.key))
    }
  }
}
