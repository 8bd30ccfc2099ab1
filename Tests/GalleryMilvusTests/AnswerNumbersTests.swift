import Testing

@testable import GalleryMilvus

/// Numbers in a server's answers are not taken on trust.
@Suite struct AnswerNumbersTests {
  @Test(arguments: [Int64(-1), 0, 3, .max])
  func `vectors are whole rows`(_ dimensions: Int64) {
    var field = ProtoFieldData()
    field.fieldName = "vector"
    field.vectors.dim = dimensions
    field.vectors.floatVector.data = [1, 2, 3, 4]
    #expect(throws: MilvusError.self) { try Rows([field], from: "m") }
  }

  @Test(arguments: [[-1, 4], [.max, .max], [4], [3], [1, 1, 2], [2, -2, 3]] as [[Int64]])
  func `answers add up`(_ counts: [Int64]) {
    #expect(throws: MilvusError.self) {
      try MilvusCollection.hits(topks: counts, [1, 2, 3], [0, 1, 2, 3], from: "m")
    }
  }

  @Test func `each answer has its own rows`() throws {
    let hits = try MilvusCollection.hits(topks: [2, 0, 1], [7, 8, 9], [0, 1, 2], from: "m")
    #expect(hits.map { $0.map(\.key) } == [[7, 8], [], [9]])
    #expect(hits[2][0].row == 2 && hits[2][0].score == 2)
  }
}
