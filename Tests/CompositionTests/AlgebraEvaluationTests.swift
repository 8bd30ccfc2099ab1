import Foundation
import LikenessCore
import Testing

@testable import Composition

@Suite struct AlgebraEvaluationTests {
  private func dataset(_ people: Int, _ values: Int, photos: Int = 2) -> AlgebraDataset {
    var all: [AlgebraDataset.Photo] = []
    for person in 0..<people {
      for value in 0..<values {
        for number in 0..<photos {
          all.append(
            .init(
              url: URL(fileURLWithPath: "/\(person).\(value)\(number)"),
              cell: AlgebraCell(person: "p\(person)", value: "v\(value)"), number: photos - number))
        }
      }
    }
    return AlgebraDataset(photos: all, attribute: "expression")
  }

  @Test func foldsAreALatinSquare() {
    let data = dataset(10, 7)
    let folds = data.latinSquare
    #expect(folds.count == 7 && folds.map(\.number) == Array(0..<7))
    for fold in folds {
      #expect(Set(fold.withheld.map(\.person)).count == 10)
      #expect(Set(fold.withheld.map(\.value)).count == 7)
      #expect(fold.seen.count == 120 && fold.unseen.count == 20)
      #expect(fold.unseen.allSatisfy { fold.withheld.contains(data.photos[$0].cell) })
    }
    let cells = folds.flatMap { Array($0.withheld) }
    #expect(cells.count == 70 && Set(cells).count == 70)
  }

  /// Who can tell both finds all; who sees only people is right as often as by chance, and each is told so.
  @Test func scoresAreWhatTheVectorsAllow() throws {
    let data = dataset(4, 3)
    func vector(_ photo: AlgebraDataset.Photo, sees: Bool) -> FaceVector {
      var values = [Float](repeating: 0, count: 8)
      values[Int(photo.cell.person.dropFirst()) ?? 0] = 1
      if sees { values[4 + (Int(photo.cell.value.dropFirst()) ?? 0)] = 0.15 }
      values[7] = Float(photo.number) * 0.01
      return FaceVector(identity: Embedding(values))
    }
    for mode in AlgebraEvaluation.Mode.allCases {
      let report = try AlgebraEvaluation(data).run(mode) { _ in
        data.photos.map { vector($0, sees: true) }
      }
      #expect(report.score == 1 && report.cells == 12)
      #expect(report.photos == (mode == .published ? 12 : 24))
      #expect(report.confusion == ["v0": ["v0": 4], "v1": ["v1": 4], "v2": ["v2": 4]])
      let blind = try AlgebraEvaluation(data).run(mode) { _ in
        data.photos.map { vector($0, sees: false) }
      }
      #expect(blind.person == 1 && blind.score == blind.attribute && blind.score < 0.5)
    }
  }

  /// A network is trained for each fold, and only what it may have seen has labels.
  @Test func eachFoldHasVectorsOfItsOwn() throws {
    let data = dataset(3, 3)
    var folds: [Int] = []
    let report = try AlgebraEvaluation(data).run(.heldOut) { fold in
      folds.append(fold.number)
      return data.photos.indices.map { index in
        let photo = data.photos[index]
        var identity = [Float](repeating: 0, count: 3)
        identity[Int(photo.cell.person.dropFirst()) ?? 0] = 1
        var head = [Float](repeating: 0, count: 3)
        // In fold 1 the network takes what it has not seen for the opposite.
        let isWrong = fold.number == 1 && fold.unseen.contains(index)
        head[Int(photo.cell.value.dropFirst()) ?? 0] = isWrong ? -1 : 1
        return FaceVector(
          identity: Embedding(identity), attributes: ["expression": Embedding(head)])
      }
    }
    #expect(folds == [0, 1, 2])
    #expect(abs(report.score - 2.0 / 3) < 1e-9 && report.person == 1)
  }

  @Test func theFirstPhotoIsThatOfTheLowestNumber() throws {
    let data = dataset(2, 2)
    #expect(data.firstPhotos.map { data.photos[$0].number } == [1, 1, 1, 1])
    #expect(data.firstPhotos == [1, 3, 5, 7])
  }
}
