import LikenessCore
import LikenessKit

/// A similarity graph with names, photos and people: what an export writes.
public struct GraphDocument: Sendable {
  /// A face: a row of the graph.
  public struct Face: Sendable, Hashable {
    /// The face's id, unique in the document.
    public var id: FaceID
    /// The face's name, if any.
    public var name: String?
    /// The path of the photo it was found in.
    public var photo: String
    /// Whose face it is: an index into `people`.
    public var person: Int?

    /// A face on a photo.
    public init(id: FaceID, name: String? = nil, photo: String, person: Int? = nil) {
      self.id = id
      self.name = name
      self.photo = photo
      self.person = person
    }
  }

  /// A person, named or not, to whom several faces belong.
  public struct Person: Sendable, Hashable {
    /// The person's id, unique in the document.
    public var id: PersonID
    /// The person's name, if any.
    public var name: String?

    /// A person by id.
    public init(id: PersonID, name: String? = nil) {
      self.id = id
      self.name = name
    }
  }

  /// `(n,)`, in the order of the graph's rows.
  public let faces: [Face]
  /// `(n, d)`, or nil where they are not to be written.
  public let embeddings: EmbeddingMatrix?
  /// The people whose faces these are.
  public let people: [Person]
  /// The links, by the places of faces.
  public let graph: SimilarityGraph
  /// What the links' distances are measured by.
  public let metric: Metric

  /// - Precondition: as many faces, and embeddings if there are any, as the graph has; ids that differ;
  ///   persons that are there.
  public init(
    faces: [Face], embeddings: EmbeddingMatrix? = nil, people: [Person] = [],
    graph: SimilarityGraph, metric: Metric = .cosine
  ) {
    precondition(faces.count == graph.count, "\(faces.count) faces for \(graph.count) rows")
    precondition(
      embeddings.map { $0.count == faces.count } ?? true, "not one embedding for each face")
    precondition(
      faces.allSatisfy { $0.person.map(people.indices.contains) ?? true }, "a person who is nobody")
    precondition(Set(faces.map(\.id)).count == faces.count, "two faces of one id")
    precondition(Set(people.map(\.id)).count == people.count, "two people of one id")
    self.faces = faces
    self.embeddings = embeddings
    self.people = people
    self.graph = graph
    self.metric = metric
  }

  /// The ids of the faces that a link joins, smaller first: a graph database then sees the same
  /// direction in every export, whatever order the rows were in.
  func ends(of link: SimilarityGraph.Link) -> (from: FaceID, to: FaceID) {
    let (a, b) = (faces[Int(link.from)].id, faces[Int(link.to)].id)
    return (min(a, b), max(a, b))
  }
}
