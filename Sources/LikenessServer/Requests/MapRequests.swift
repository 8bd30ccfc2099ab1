import LikenessKit
import LikenessReports

/// Around which face links are wanted, and how far.
struct GraphQuery: Sendable {
  let face: FaceID
  let hops: Int
  let limit: Int

  /// - Parameter subject: where the face is noted, also of a query that is refused for something else.
  init(_ query: QueryParameters, noting subject: AuditSubject) throws {
    guard let face = try query.id(FaceID.self) else {
      throw ServerError.badParameter("face", "a face's number")
    }
    subject.note(face)
    self.face = face
    hops = try query.integer("hops", default: 2, in: 1...6)
    limit = try query.integer("limit", default: 100, in: 1...1000)
  }
}

extension MapOptions {
  private enum Dimensions: String, CaseIterable {
    case two = "2"
    case three = "3"
  }

  /// Which map is meant.
  init(_ query: QueryParameters) throws {
    self.init()
    method = try query.choice("method", default: .tsne)
    dimensions = try query.choice("dimensions", default: Dimensions.two) == .two ? 2 : 3
    includesHidden = try query.flag("includeHidden")
  }
}
