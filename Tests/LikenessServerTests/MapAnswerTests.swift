import Foundation
import LikenessKit
import LikenessReports
import Testing

@testable import LikenessServer

@Suite struct MapAnswerTests {
  private struct Answer: Decodable {
    struct Fact: Decodable { var title, value: String }
    struct Point: Decodable {
      var face, photo: Int
      var name, person: String?
      var placed: Bool
      var position: [Float]
    }

    var method: String
    var dimensions, hidden: Int
    var facts: [Fact]
    var points: [Point]
  }

  @Test func itIsJSONWhateverFacesAreCalled() throws {
    let names: [String?] = [nil, "", "Ann", "</script>\"\\\n\u{1}", "김철수", "Ann"]
    let position: [Float] = [1e-9, -3, .leastNonzeroMagnitude, 1e20, 0.1, -0]
    var map = FaceMap(
      title: "a", facts: [.init("Method", "t-SNE"), .init("a \"fact\"", "b\\")],
      layout: Layout(dimensions: 2, coordinates: position + position),
      faces: names.enumerated().map { row, name in
        var face = MapFace(
          id: FaceID(Int64(row + 1)), name: name, person: row == 2 ? name : nil,
          isPlaced: row == 3)
        face.photoID = PhotoID(Int64(10 * row))
        return face
      })
    map.hidden = 4
    let data = MapAnswers.json(map, MapOptions())
    let answer = try JSONDecoder().decode(Answer.self, from: data)
    #expect(answer.method == "tsne" && answer.dimensions == 2 && answer.hidden == 4)
    #expect(answer.facts.map(\.title) == ["Method", "a \"fact\""])
    #expect(answer.facts.map(\.value) == ["t-SNE", "b\\"])
    #expect(answer.points.map(\.name) == names)
    #expect(answer.points.map(\.person) == [nil, nil, "Ann", nil, nil, nil])
    #expect(answer.points.map(\.face) == [1, 2, 3, 4, 5, 6])
    #expect(answer.points.map(\.photo) == [0, 10, 20, 30, 40, 50])
    #expect(answer.points.map(\.placed) == [false, false, false, true, false, false])
    #expect(answer.points.flatMap(\.position) == position + position)
    let none = FaceMap(
      title: "a", layout: Layout(dimensions: 2, coordinates: []), faces: [])
    #expect(
      try JSONDecoder().decode(Answer.self, from: MapAnswers.json(none, MapOptions())).points
        .isEmpty)
  }
}
