import Composition
import Faces

extension FaceVector {
  /// What a model says of a face: who it is, and of its attributes.
  public init(_ face: Face) { self.init(identity: face.embedding, attributes: face.attributes) }
}
