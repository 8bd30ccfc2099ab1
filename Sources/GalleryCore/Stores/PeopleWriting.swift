import LikenessCore

/// Keeps who is who, and what the user says of it.
public protocol PeopleWriting: AnyObject, Sendable {
  /// Keeps what a clustering found. Ids of people are kept as far as can be, see `PeoplePlan`; pinned
  /// faces stay, and faces that came or went after `state.revision` are left as they are.
  /// - Parameters:
  ///   - faces: ids, `(n,)`.
  ///   - labels: the cluster of each face, `(n,)`; below 0 for those to be left alone.
  ///   - state: kept with them.
  func setPeople(faces: [FaceID], labels: [Int32], state: PeopleState) throws(GalleryError)
  /// Reads some people, lets `body` change them, and keeps what it made of them; nothing where it throws. Nobody gets a name
  /// that somebody else has, whoever else edits at the same moment: where one was given meanwhile, `body` is called once
  /// more with what is there now, so it changes nothing but the book.
  func changePeople<Value>(
    _ subject: PeopleBook.Subject, _ body: (inout PeopleBook) throws(GalleryError) -> Value
  ) throws(GalleryError) -> Value
}
