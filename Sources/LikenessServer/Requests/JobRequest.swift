import LikenessKit
import LikenessReports

/// Long work that is to begin.
struct JobRequest: Decodable, Sendable {
  enum Kind: String, Decodable { case people, graph, map }
  enum CodingKeys: String, CodingKey, CaseIterable { case kind, again, method, dimensions }
  var kind: Kind
  /// Whether it begins anew what was made before.
  var again: Bool
  var map = MapOptions()

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    guard let kind = Kind(rawValue: try fields.decode(String.self, forKey: .kind)) else {
      throw ServerError.badParameter("kind", "people, graph or map")
    }
    self.kind = kind
    again = fields.contains(.again) ? try fields.decode(Bool.self, forKey: .again) : false
    map.isMadeAgain = again
    // It is kept; nobody looks at it here.
    map.detail = .names
    if fields.contains(.method) {
      guard let method = MapMethod(rawValue: try fields.decode(String.self, forKey: .method))
      else { throw ServerError.badParameter("method", "tsne or pca") }
      map.method = method
    }
    if fields.contains(.dimensions) {
      map.dimensions = try fields.decode(Int.self, forKey: .dimensions)
      guard (2...3).contains(map.dimensions) else {
        throw ServerError.badParameter("dimensions", "2 or 3")
      }
    }
  }
}
