import Foundation
import Vectors

/// Where the photos and faces of a gallery are kept: a folder of this machine, or a server that many share.
///
/// All else of Likeness asks for them through this, so that every command works on every kind. What is derived from
/// the faces and can be made again, links and maps, need not be kept: a store that does not has none.
public protocol FaceStore: AnyObject, Sendable {
  /// Where it is, for messages.
  var path: String { get }

  // MARK: The gallery

  func summary() throws(GalleryError) -> GallerySummary
  /// Which gallery this is, in which state, and how many numbers its embeddings have; nil before the first face.
  func state() throws(GalleryError) -> (id: String, revision: Int, dimensions: Int?)
  /// Another number after every change.
  func revision() throws(GalleryError) -> Int
  /// What tells a revision from another of the same number, after the gallery was put back from a copy.
  func mark(of revision: Int) throws(GalleryError) -> String
  /// The model whose embeddings the gallery holds; nil while it is empty.
  func model() throws(GalleryError) -> String?
  /// What tells that model from another one of its name; nil where nobody said so.
  func modelFile() throws(GalleryError) -> String?
  /// Both together, as they were at one moment.
  func embeddingModel() throws(GalleryError) -> EmbeddingModel?
  /// Quicker than to count them.
  func hasFaces() throws(GalleryError) -> Bool
  func faceCount() throws(GalleryError) -> Int
  /// How many faces have an embedding and are not doubtful.
  func certainFaceCount() throws(GalleryError) -> Int
  func photoCount() throws(GalleryError) -> Int

  // MARK: Faces

  func face(id: Int64) throws(GalleryError) -> StoredFace?
  /// Those of some faces that are there and have embeddings, with these, in the order given.
  func faces(ids: some Collection<Int64>) throws(GalleryError) -> [(StoredFace, Embedding)]
  /// A face's embedding, `(d,)`; nil if there is no such face, or none of the gallery's model of it.
  func embedding(face: Int64) throws(GalleryError) -> Embedding?
  /// The faces that go by a name as it is written, in the order of their ids: all of the person whom the user gave it,
  /// and those that were added by it, but for those that the user put to somebody else than that person.
  func faces(named name: String) throws(GalleryError) -> [StoredFace]
  /// The faces of a photo, the most prominent first.
  func faces(inPhoto photo: Int64) throws(GalleryError) -> [StoredFace]
  /// Ids of faces above one, rising.
  func faces(after id: Int64, limit: Int) throws(GalleryError) -> [Int64]
  /// The faces that were sorted to some people.
  func faces(ofPeople people: some Collection<Int64>) throws(GalleryError) -> Set<Int64>
  /// The faces that have all of some labels.
  func faces(labelled labels: [String: String]) throws(GalleryError) -> Set<Int64>
  /// The faces that are at least so good.
  /// - Parameter measure: how good, from 0 to 1.
  func faces(
    ofQuality minimum: Double, _ measure: (QualityRecord) -> Double
  ) throws(GalleryError) -> Set<Int64>
  /// The faces that are likely none.
  func doubtfulFaces() throws(GalleryError) -> Set<Int64>
  /// The faces that have no embedding of the gallery's model, and why. They are kept with all that is known of them,
  /// and are no answers.
  func unembeddedFaces() throws(GalleryError) -> [Int64: String]
  /// Those of some faces that are there, in the order given.
  func entries(of faces: some Collection<Int64>) throws(GalleryError) -> [FaceEntry]
  /// What an answer tells of some faces, in one look at the gallery; those that went or have no embedding are left
  /// out.
  func answers(
    of faces: some Collection<Int64>
  ) throws(GalleryError) -> [(entry: FaceEntry, embedding: Embedding, photo: StoredPhoto)]
  /// The ids of the photos of some faces, by the faces' ids.
  func photos(ofFaces faces: some Collection<Int64>) throws(GalleryError) -> [Int64: Int64]
  /// What the model says of a face's attributes, by key.
  func attributeVectors(face: Int64) throws(GalleryError) -> [String: Embedding]
  /// A small JPEG of a face; nil if there is none.
  func thumbnail(face: Int64) throws(GalleryError) -> Data?
  /// Small JPEGs of some faces, in their order; nil for a face that has none.
  func thumbnails(faces: [Int64]) throws(GalleryError) -> [Data?]
  /// The embeddings of some of the faces that have one and are not doubtful, the same each time and as good as drawn by
  /// lot, and how many of these there are.
  /// - Returns: `(min(most, n), d)`; nil without faces.
  func sample(most: Int) throws(GalleryError) -> (embeddings: EmbeddingMatrix, count: Int)?

  // MARK: All faces, for those who need them in memory

  func faceTable() throws(GalleryError) -> FaceTable
  func embeddings() throws(GalleryError) -> FaceMatrix
  func outlines() throws(GalleryError) -> [FaceOutline]
  func labels() throws(GalleryError) -> [Int64: [String: String]]
  func attributeVectors() throws(GalleryError) -> [Int64: [String: Embedding]]
  /// The photos, in the order of their ids.
  func photos() throws(GalleryError) -> [StoredPhoto]

  // MARK: Photos

  func photo(id: Int64) throws(GalleryError) -> StoredPhoto?
  /// - Parameter digest: SHA-256 of the file's bytes, lower-case hexadecimal.
  func photo(digest: String) throws(GalleryError) -> StoredPhoto?
  /// Those of some photos that are there, by their digests.
  func photos(digests: [String]) throws(GalleryError) -> [String: StoredPhoto]
  /// Photos of ids above one, in their order.
  func photos(after id: Int64, limit: Int) throws(GalleryError) -> [PhotoEntry]
  func photoEntry(_ id: Int64) throws(GalleryError) -> PhotoEntry?
  /// Everything that is kept of those of some photos that are there.
  func contents(ofPhotos ids: [Int64]) throws(GalleryError) -> [PhotoContent]
  /// The files that the photos were last seen in, as far as there are few enough to be known.
  func knownFiles() throws(GalleryError) -> Set<PhotoFile>

  // MARK: Names and labels

  /// Every name, in order.
  func names() throws(GalleryError) -> [NameSummary]
  /// What a name that somebody typed means, among those that faces were added by and those that the user gave to
  /// people. What is called the same in both ways is one name.
  func resolve(_ text: String) throws(GalleryError) -> NameLookup
  /// The names that texts mean, each as `resolve` finds it; where several differ in case or accents only, all of them.
  func names(meantBy texts: [String]) throws(GalleryError) -> Set<String>
  /// Some embeddings of the faces that were added by each of some names.
  func embeddings(
    ofNames names: Set<String>, most: Int
  ) throws(GalleryError) -> [String: [Embedding]]
  /// The names that the user gave to people.
  func givenPersonNames() throws(GalleryError) -> [String]
  /// Faces that go by a name, in the order of their ids: the one that their person was given, else the one that they
  /// were added by.
  func namedFaces(
    offset: Int, limit: Int
  ) throws(GalleryError) -> (faces: [(face: Int64, name: String)], total: Int)
  func labels(face: Int64) throws(GalleryError) -> [String: String]
  /// Every label that a face has, ordered by key and value.
  func labelCounts() throws(GalleryError) -> [LabelCount]

  // MARK: People

  /// Everybody, those with most faces first.
  /// - Parameter assigned: the person of each face, instead of the one that is kept.
  func people(assigned: [Int64: Int64]?) throws(GalleryError) -> [StoredPerson]
  /// The people whom some faces were sorted to, by the faces' ids.
  func people(ofFaces faces: some Collection<Int64>) throws(GalleryError) -> [Int64: Int64]
  /// The person whom the user gave a name; nil if nobody has it.
  func person(named name: String) throws(GalleryError) -> Int64?
  /// The names that the user gave to the people of some faces, by face.
  func givenNames(of faces: some Collection<Int64>) throws(GalleryError) -> [Int64: String]
  /// Who each face is, and what no clustering may change of it.
  func peopleAssignment() throws(GalleryError) -> PeopleAssignment
  /// What the people are made of; nil before the first clustering.
  func peopleState() throws(GalleryError) -> PeopleState?
  /// Keeps what a clustering found. Ids of people are kept as far as can be, see `PeoplePlan`; pinned
  /// faces stay, and faces that came or went after `state.revision` are left as they are.
  /// - Parameters:
  ///   - faces: ids, `(n,)`.
  ///   - labels: the cluster of each face, `(n,)`; below 0 for those to be left alone.
  ///   - state: kept with them.
  func setPeople(faces: [Int64], labels: [Int32], state: PeopleState) throws(GalleryError)
  func lastPeopleEdit() throws(GalleryError) -> PeopleBook.Edit?
  /// The edits, the last first.
  func peopleHistory() throws(GalleryError) -> [PeopleEdit]
  /// Reads some people, lets `body` change them, and keeps what it made of them; nothing where it throws.
  func changePeople<Value>(
    _ subject: PeopleBook.Subject, _ body: (inout PeopleBook) throws(GalleryError) -> Value
  ) throws(GalleryError) -> Value

  // MARK: Changing

  /// Adds photos with their faces.
  /// - Parameters:
  ///   - model: the name of the model that made the embeddings.
  ///   - modelFile: what tells it from another one of its name, such as its file's SHA-256; kept with the first face.
  ///   - updatesPaths: whether a photo that was there already is now where `file` says.
  /// - Returns: for each photo whether it is new.
  /// - Throws: `GalleryError`, for instance `.modelMismatch`, `.unusable` and `.diskFull`
  func add(
    _ photos: [NewPhoto], model: String, modelFile: String?, updatesPaths: Bool
  ) throws(GalleryError) -> [Bool]
  /// Has all that was added be as quick to find as the rest.
  func settleDown() throws(GalleryError)
  func remove(name: String) throws(GalleryError) -> RemovalReceipt
  func remove(photo: Int64) throws(GalleryError) -> RemovalReceipt
  func remove(faces: [Int64]) throws(GalleryError) -> RemovalReceipt
  /// Says that some doubtful faces are faces; others stay as they are. Whoever says something of a face says this as
  /// well: the same becomes of a face by `setName`, by `setLabels`, and where the user puts it to a person.
  func confirm(faces: some Collection<Int64>) throws(GalleryError)
  /// Says whose face it is, or with nil that nobody knows. A name that no face is left of goes.
  func setName(_ name: String?, face: Int64) throws(GalleryError)
  /// Keeps a name that no face goes by yet; one that is there stays.
  func addName(_ name: String) throws(GalleryError)
  /// Gives a name another spelling.
  func rename(_ name: String, to newName: String, merging: Bool) throws(GalleryError)
  /// Takes out those of some names that no face goes by.
  func removeEmptyNames(_ names: [String]) throws(GalleryError)
  /// Gives faces labels and takes some away, all or none of it. A face has one value of a key.
  /// - Returns: the faces whose labels are others now, in the order of their ids.
  @discardableResult
  func setLabels(_ changes: [Int64: LabelChanges]) throws(GalleryError) -> [Int64]

  // MARK: Another model

  /// Begins to give the gallery another model, or goes on with it; with its own, only faces without an embedding get one.
  /// - Parameter settings: what else the embeddings depend on. What was kept aside under others, or for another model, is
  ///   thrown away.
  /// - Throws: `GalleryError.inUse` while another program does so
  func upgrade(
    to model: EmbeddingModel, settings: String
  ) throws(GalleryError) -> any GalleryUpgrade
  /// How far an upgrade is that was begun and has not come to its end; nil without one.
  func unfinishedUpgrade() throws(GalleryError) -> UpgradeProgress?

  // MARK: What is derived from the faces

  func links() throws(GalleryError) -> [FaceLink]
  func linkState() throws(GalleryError) -> LinkState?
  /// The faces that came or went after a revision, in the order of their ids.
  func changedFaces(since revision: Int) throws(GalleryError) -> [Int64]
  func replaceLinks(_ links: some Sequence<FaceLink>, state: LinkState) throws(GalleryError)
  func addLinks(_ links: some Sequence<FaceLink>, state: LinkState) throws(GalleryError)
  func map(settings: String) throws(GalleryError) -> StoredMap?
  func hasMap(settings: String) throws(GalleryError) -> Bool
  func keepMap(
    settings: String, details: String, axes: [Float], points: [Int64: MapPoint]
  ) throws(GalleryError)
  func addPoints(_ points: [Int64: MapPoint], toMap map: Int64) throws(GalleryError)
}

extension FaceStore {
  /// Takes out one face, its name if it was the last of it, and its photo if it was the last there.
  /// - Returns: what went; empty if there is no such face.
  public func remove(face: Int64) throws(GalleryError) -> RemovalReceipt {
    try remove(faces: [face])
  }

  public func people() throws(GalleryError) -> [StoredPerson] { try people(assigned: nil) }

  public func certainFaceCount() throws(GalleryError) -> Int {
    let left = try doubtfulFaces().union(unembeddedFaces().keys)
    return try faceCount() - left.count
  }
}

/// For stores that keep nothing but faces and what was said of them.
extension FaceStore {
  public func settleDown() throws(GalleryError) {}

  public func links() throws(GalleryError) -> [FaceLink] { [] }
  public func linkState() throws(GalleryError) -> LinkState? { nil }
  public func changedFaces(since revision: Int) throws(GalleryError) -> [Int64] { [] }
  public func map(settings: String) throws(GalleryError) -> StoredMap? { nil }
  public func hasMap(settings: String) throws(GalleryError) -> Bool { false }

  public func replaceLinks(
    _ links: some Sequence<FaceLink>, state: LinkState
  ) throws(GalleryError) { throw .readOnly(path: path) }
  public func addLinks(
    _ links: some Sequence<FaceLink>, state: LinkState
  ) throws(GalleryError) { throw .readOnly(path: path) }
  public func keepMap(
    settings: String, details: String, axes: [Float], points: [Int64: MapPoint]
  ) throws(GalleryError) { throw .readOnly(path: path) }
  public func addPoints(
    _ points: [Int64: MapPoint], toMap map: Int64
  ) throws(GalleryError) { throw .readOnly(path: path) }
}
