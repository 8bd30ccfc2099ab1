import LikenessCore
import TestSupport
import Testing

@testable import Composition

@Suite struct ComposeSpaceTests {
  private func options(_ recipe: ComposeRecipe, _ aggregate: ComposeAggregate? = nil)
    -> ComposeOptions
  {
    var options = ComposeOptions()
    options.recipe = recipe
    options.aggregate = aggregate
    return options
  }

  private func label(_ key: String, _ value: String, _ weight: Float = 1) -> ComposeTerm {
    ComposeTerm(weight: weight, .label(key: key, value: value))
  }

  /// The labels of the face that comes nearest.
  private func nearest(
    _ space: any ComposeSpace, _ terms: [ComposeTerm], _ faces: [LabelledFace]
  ) -> [String: String]? {
    let query = space.query(terms)
    return faces.min {
      Metric.l2.distance(query, space.point($0.vector))
        < Metric.l2.distance(query, space.point($1.vector))
    }?.labels
  }

  @Test(arguments: ComposeRecipe.allCases, [ComposeAggregate?.none, .mean, .median])
  func everyCellIsFound(_ recipe: ComposeRecipe, _ aggregate: ComposeAggregate?) throws {
    let faces = ComposeSamples().faces
    let space = try options(recipe, aggregate).space(faces, keys: ["person", "expression"])
    for person in ComposeSamples.people {
      for expression in ComposeSamples.expressions {
        let found = nearest(
          space, [label("person", person), label("expression", expression)], faces)
        #expect(found?["person"] == person)
        #expect(found?["expression"] == expression, "\(recipe) \(person) \(expression)")
      }
    }
  }

  /// Nothing of the cell asked for is labelled, and its faces are found nevertheless.
  @Test func withheldCellsAreFoundByWhatTellsExpressionsApart() throws {
    let all = ComposeSamples().faces
    let hidden = all.map { face in
      face.labels == ["person": "Bob", "expression": "sad"]
        ? LabelledFace(vector: face.vector, labels: [:]) : face
    }
    let space = try options(.discriminant).space(hidden, keys: ["person", "expression"])
    #expect(
      nearest(space, [label("person", "Bob"), label("expression", "sad")], all)
        == ["person": "Bob", "expression": "sad"])
  }

  /// How alike people are to an embedding, and how much photos of one person differ, leaves the balance between the
  /// person and the expression as it is.
  @Test(arguments: [(0, 0.2), (6, 0.1), (12, 0.02)] as [(Float, Float)])
  func peopleMayLieNearOrFar(_ common: Float, _ spread: Float) throws {
    var random = SplitMix64(seed: 11)
    let faces = ComposeSamples().faces.map { face in
      var values = face.vector.identity.values
      for index in 0..<18 { values[index] += Float.random(in: -spread...spread, using: &random) }
      values[18] += common
      return LabelledFace(vector: FaceVector(identity: Embedding(values)), labels: face.labels)
    }
    var found = 0
    for person in ComposeSamples.people {
      for expression in ComposeSamples.expressions {
        let cell = ["person": person, "expression": expression]
        let hidden = faces.map {
          $0.labels == cell ? LabelledFace(vector: $0.vector, labels: [:]) : $0
        }
        let space = try options(.discriminant).space(hidden, keys: ["person", "expression"])
        let terms = [label("person", person), label("expression", expression)]
        found += nearest(space, terms, faces) == cell ? 1 : 0
      }
    }
    #expect(found >= 14, "\(found) of 15")
  }

  @Test(arguments: ComposeRecipe.allCases) func aFaceChangesItsExpression(_ recipe: ComposeRecipe)
    throws
  {
    let faces = ComposeSamples().faces
    let space = try options(recipe).space(faces, keys: ["expression"])
    let happy = try #require(faces.first { $0.labels == ["person": "Cay", "expression": "happy"] })
    let found = nearest(
      space,
      [
        ComposeTerm(.face(happy.vector)), label("expression", "happy", -1),
        label("expression", "angry"),
      ], faces)
    #expect(found == ["person": "Cay", "expression": "angry"])
  }

  /// The heads of a trained network are taken, less what each person looks like.
  @Test func headsOfANetworkAreTheAttributeSpace() throws {
    var random = SplitMix64(seed: 3)
    // The identity says nothing of the expression.
    let faces = ComposeSamples(strength: 0).faces.map { face in
      var face = face
      let number = ComposeSamples.expressions.firstIndex(of: face.labels["expression"] ?? "") ?? 0
      face.vector.attributes["expression"] = Embedding(
        (0..<3).map { ($0 == number ? 1 : 0) + Float.random(in: -0.2...0.2, using: &random) })
      return face
    }
    let space = try options(.discriminant).space(faces, keys: ["person", "expression"])
    for expression in ComposeSamples.expressions {
      let terms = [label("person", "Dan"), label("expression", expression)]
      #expect(nearest(space, terms, faces) == ["person": "Dan", "expression": expression])
    }
    // Recipes without parts see them in one vector.
    let additive = try options(.additive).space(faces, keys: ["person", "expression"])
    #expect(additive.point(faces[0].vector).count == 27)
  }

  /// Attributes are learnt from the appearance where there is one.
  @Test func theAppearanceIsASeparatePart() throws {
    let (seen, blind) = (ComposeSamples().faces, ComposeSamples(seed: 7, strength: 0).faces)
    let faces = zip(seen, blind).map { seen, blind in
      LabelledFace(
        vector: FaceVector(
          identity: blind.vector.identity,
          appearance: Embedding(seen.vector.identity.values + [0, 0])),
        labels: seen.labels)
    }
    let space = try options(.discriminant).space(faces, keys: ["person", "expression"])
    for expression in ComposeSamples.expressions {
      let terms = [label("person", "Eve"), label("expression", expression)]
      #expect(nearest(space, terms, faces) == ["person": "Eve", "expression": expression])
    }
  }

  @Test func aSingleValueIsAnError() throws {
    let faces = ComposeSamples().faces.filter { $0.labels["expression"] == "sad" }
    #expect(throws: AlgebraError.oneValue(key: "expression", value: "sad")) {
      try options(.discriminant).space(faces, keys: ["expression"])
    }
    _ = try options(.additive).space(faces, keys: ["expression"])
    // One face a value leaves nothing to measure a spread by; the means still tell.
    let few = ComposeSamples(photos: 1).faces.filter { $0.labels["person"] == "Ann" }
    let space = try options(.discriminant).space(few, keys: ["expression"])
    #expect(nearest(space, [label("expression", "sad")], few)?["expression"] == "sad")
  }

  @Test func theMedianIsOfEachCoordinate() {
    let vectors = [[1, 9], [2, 0], [4, 3]].map { Embedding($0) }
    #expect(ComposeAggregate.median(vectors).values == [2, 3])
    #expect(ComposeAggregate.median(Array(vectors.prefix(2))).values == [1.5, 4.5])
    #expect(ComposeAggregate.mean(Array(vectors.prefix(2))).values == [1.5, 4.5])
  }

  @Test func negativeNumbersAreRemovedInThreeWays() {
    let faces = [[-1, 2], [3, -4]].map { Embedding($0) }
    #expect(NonNegativity.clip.offset(faces) == [0, 0])
    #expect(NonNegativity.dimensionMinimum.offset(faces) == [-1, -4])
    #expect(NonNegativity.globalMinimum.offset(faces) == [-4, -4])
  }

  /// As numpy gives them for `l2norm(norm(x))` of the published experiment, and for the query
  /// `l2norm(l2norm(median of one term) + l2norm(median of the other))`.
  @Test func `the published recipe is that of the text`() throws {
    let rows: [[Float]] = [[-1, 2, 5], [3, 0, 1], [2, 2, 8], [0, 4, -2]]
    let faces = zip(rows, [("A", "x"), ("A", "y"), ("B", "x"), ("B", "y")]).map { row, labels in
      LabelledFace(
        vector: FaceVector(identity: Embedding(row)),
        labels: ["person": labels.0, "expression": labels.1])
    }
    let space = try options(.mercari).space(faces, keys: ["person", "expression"])
    func close(_ found: Embedding, _ expected: [Float]) -> Bool {
      zip(found.values, expected).allSatisfy { abs($0 - $1) < 1e-5 }
    }
    #expect(close(space.point(faces[0].vector), [0, 0.4472136, 0.8944272]))
    #expect(close(space.point(faces[3].vector), [0.3162278, 0.9486833, 0]))
    let query = space.query([label("person", "A"), label("expression", "x")])
    #expect(close(query, [0.3121754, 0.2682598, 0.9113634]), "\(query.values)")
  }
}

@Suite struct LinearDiscriminantTests {
  /// Two classes that differ along x, with most of the spread along (1, 1): the best direction is the one that
  /// Fisher's formula Σ⁻¹ (m₁ − m₂) gives.
  @Test func theDirectionIsFishersDiscriminant() {
    var random = SplitMix64(seed: 9)
    let classes: [[Embedding]] = [Float(-1), 1].map { middle in
      (0..<4000).map { _ in
        let (a, b) = (
          Float.random(in: -3...3, using: &random), Float.random(in: -1...1, using: &random)
        )
        return Embedding([middle + a + b, a - b])
      }
    }
    let discriminant = LinearDiscriminant(classes)
    #expect(discriminant.dimensions == 1)
    let (x, y) = (
      discriminant.projected(Embedding([1, 0])).values[0]
        - discriminant.projected(Embedding([0, 0])).values[0],
      discriminant.projected(Embedding([0, 1])).values[0]
        - discriminant.projected(Embedding([0, 0])).values[0]
    )
    // Variances 3 and 1/3 give Σ = [[10/3, 8/3], [8/3, 10/3]], so Σ⁻¹ (1, 0) is along (10, −8).
    #expect(abs(y / x + 0.8) < 0.02)
  }

  @Test func moreClassesThanTheirSpanAllows() {
    let classes: [[Embedding]] = (0..<4).map { number in
      [Embedding([Float(number), 0, 1]), Embedding([Float(number), 0.1, 1])]
    }
    // All means lie on one line.
    #expect(LinearDiscriminant(classes).dimensions == 1)
  }
}
