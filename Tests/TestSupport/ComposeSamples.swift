import Composition
import LikenessCore

/// Faces of people with expressions: who it is fills the first coordinates, and the expression, which is
/// much weaker, the last ones.
package struct ComposeSamples {
  package static let people = ["Ann", "Bob", "Cay", "Dan", "Eve"]
  package static let expressions = ["angry", "happy", "sad"]

  package let faces: [LabelledFace]

  /// - Parameter strength: of expressions, beside people of length 1.
  package init(seed: UInt64 = 5, strength: Float = 0.15, photos: Int = 3) {
    var random = SplitMix64(seed: seed)
    func noise(_ size: Float) -> [Float] {
      (0..<24).map { _ in Float.random(in: -size...size, using: &random) }
    }
    let people = Self.people.indices.map { person in
      (0..<24).map { $0 == person ? Float(1) : $0 == person + 6 ? 0.5 : 0 }
    }
    var faces: [LabelledFace] = []
    for (person, name) in Self.people.enumerated() {
      for (number, expression) in Self.expressions.enumerated() {
        for _ in 0..<photos {
          var values = zip(people[person], noise(0.02)).map { $0 + $1 }
          values[20 + number] += strength
          faces.append(
            LabelledFace(
              vector: FaceVector(identity: Embedding(values)),
              labels: ["person": name, "expression": expression]))
        }
      }
    }
    self.faces = faces
  }
}
