import LikenessCore
import Testing

@testable import MetricLearning

@Suite struct AttributeVectorsTests {
  /// Two people × three expressions × two photos; each value is a direction of its own.
  private func vectors(
    _ row: (_ person: Int, _ expression: Int, _ take: Int) -> [Float], parted: Bool
  )
    -> AttributeVectors
  {
    var (values, people, expressions): ([Float], [Int], [Int]) = ([], [], [])
    for person in 0..<2 {
      for expression in 0..<3 {
        for take in 0..<2 {
          values += row(person, expression, take)
          people.append(person)
          expressions.append(expression)
        }
      }
    }
    return AttributeVectors(
      vectors: EmbeddingMatrix(dimensions: 5, values: values), classes: [people, expressions],
      ranges: parted ? [0..<2, 2..<5] : [0..<5, 0..<5])
  }

  private func oneHot(_ place: Int, _ count: Int) -> [Float] {
    (0..<count).map { $0 == place ? 1 : 0 }
  }

  @Test(arguments: [true, false]) func `clean vectors answer everything`(_ parted: Bool) {
    let clean = vectors(
      { person, expression, take in
        oneHot(person, 2).map { $0 * (1 + Float(take)) }
          + oneHot(expression, 3).map { $0 * (1 + Float(take)) }
      }, parted: parted)
    let all = Array(0..<12)
    #expect(clean.recallAt1(0, queries: all, gallery: all) == 1)
    // In one vector for both, a shared expression looks as much alike as a shared person: 12 of the 36 pairs
    // of two people.
    let verification = clean.verification(0, photos: all) ?? 0
    #expect(abs(verification - (parted ? 1 : 5.0 / 6)) < 1e-9)
    #expect(clean.algebra(cells: all, known: all, gallery: all) == 1)
    // The cell of photos 4 and 5 held out: it is found all the same.
    #expect(clean.algebra(cells: [4, 5], known: all.filter { $0 / 2 != 2 }, gallery: all) == 1)
  }

  @Test func `vectors that know people only find no expressions`() {
    let identity = vectors(
      { person, _, take in oneHot(person, 2) + [0.1, 0.1, 0.1 * Float(take)] }, parted: true)
    let all = Array(0..<12)
    #expect(identity.recallAt1(0, queries: all, gallery: all) == 1)
    // The nearest by expression is of the same take, whatever it shows.
    #expect((identity.recallAt1(1, queries: all, gallery: all) ?? 1) < 0.5)
    #expect((identity.algebra(cells: all, known: all, gallery: all) ?? 1) < 0.5)
  }

  @Test func `a cell is learnt from what is known, and from nothing else`() {
    // Every photo of a cell has a mark that no other has; persons and expressions are told by nothing else.
    let marks = AttributeVectors(
      vectors: EmbeddingMatrix(dimensions: 4, values: (0..<4).flatMap { oneHot($0, 4) }),
      classes: [[0, 0, 1, 1], [0, 1, 0, 1]], ranges: [0..<4, 0..<4])
    let all = [0, 1, 2, 3]
    #expect(marks.algebra(cells: all, known: all, gallery: all) == 1)
    for cell in all {
      let others = all.filter { $0 != cell }
      #expect(marks.algebra(cells: [cell], known: others, gallery: all) == 0)
    }
  }

  @Test func `what has no other photo does not count`() {
    let clean = vectors(
      { person, expression, _ in oneHot(person, 2) + oneHot(expression, 3) }, parted: true)
    #expect(clean.recallAt1(0, queries: [0], gallery: [0]) == nil)
    #expect(clean.recallAt1(0, queries: [0, 6], gallery: [0, 2, 6]) == 1)
    #expect(clean.verification(0, photos: [0, 6]) == nil)
    #expect(clean.verification(0, photos: [0]) == nil)
    #expect(clean.algebra(cells: [0], known: [6, 7], gallery: [0]) == nil)
  }
}
