/// Draws a student's embeddings to a teacher's: the mean of `‖s / ‖s‖ − t / ‖t‖‖²`, which is twice their cosine
/// distance.
public struct DistillationLoss: Sendable {
  public init() {}

  /// - Parameters:
  ///   - student: `(n, d)`
  ///   - teacher: `(n, d)`, of the same faces.
  public func callAsFunction(_ student: Tensor, _ teacher: Tensor) -> Tensor {
    EmbeddingDistance.squared(student.l2Normalized(), teacher.l2Normalized()).mean()
  }
}
