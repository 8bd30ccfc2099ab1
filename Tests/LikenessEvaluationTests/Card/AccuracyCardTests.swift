import Foundation
import GallerySQLite
import LikenessKit
import TestSupport
import Testing

@testable import GalleryCore
@testable import LikenessEvaluation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// How far names can be trusted, on galleries of which that is known.
@Suite struct AccuracyCardTests {
  /// A face of a photo of its own.
  private struct Made {
    var name: String?
    /// Whose face it is.
    var person: Int
    var labels: [String: String] = [:]
    var isPoor = false
  }

  private func direction(_ seed: UInt64) -> [Float] {
    var random = SplitMix64(seed: seed)
    let values = (0..<64).map { _ in
      (0..<4).reduce(Float(0)) { sum, _ in sum + .random(in: -1...1, using: &random) }
    }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / length }
  }

  private func photo(of made: Made, number: Int) -> NewPhoto {
    let own = direction(UInt64(100 + made.person))
    let noise = direction(UInt64(9000 + number))
    var values: [Float] = []
    for place in 0..<64 {
      let part: Float = 0.6 * own[place] + 0.15 * noise[place]
      values.append(0.125 + part)
    }
    let quality = FaceQuality(
      size: made.isPoor ? 13 : 80, sharpness: 9, yaw: 0, pitch: 0, roll: 0, inside: 1)
    let face = NewFace(
      name: made.name,
      geometry: FaceGeometry(x: 0, y: 0, width: 20, height: 20, landmarks: []), score: 0.9,
      quality: quality, embedding: Embedding(values), thumbnail: Data([1, 2]),
      labels: made.labels)
    let digest = String(repeating: "0", count: 60) + String(format: "%04d", number)
    let file = PhotoFile(path: "/photos/\(number).jpg", bytes: 1, modified: 0)
    return NewPhoto(
      digest: digest, file: file, width: 100, height: 100, turned: 0, faces: [face])
  }

  /// As dlib's: strangers are far apart, faces of one person near.
  private func withGallery<Result>(
    _ faces: [Made], _ work: (Likeness) throws -> Result
  ) throws -> Result {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        let photos = faces.enumerated().map { photo(of: $1, number: $0) }
        try store.add(photos, model: "test")
      }
      return try work(Likeness(gallery: home))
    }
  }

  /// Ten people of three faces each; the last face of the first goes by the name of the second, one person is alone.
  private static let faces: [Made] = {
    var faces: [Made] = []
    for person in 0..<10 {
      for number in 0..<3 {
        let isMisnamed = person == 0 && number == 2
        var made = Made(name: isMisnamed ? "P1" : "P\(person)", person: person)
        made.labels["age"] = person < 5 ? "8" : "34"
        made.labels["origin"] = person % 2 == 0 ? "a" : "b"
        made.isPoor = person == 3 && number == 0
        faces.append(made)
      }
    }
    return faces + [Made(name: "Alone", person: 50), Made(name: nil, person: 51)]
  }()

  @Test func namesAreCheckedAgainstAllOthers() throws {
    try withGallery(Self.faces) { likeness in
      let card = try likeness.accuracyCard()
      #expect(card.faces == 32 && card.namedFaces == 31 && card.sampledFaces == 31)
      let all = card.all
      #expect(all.people == 11 && all.faces == 30 && all.alone == 1 && all.aloneWrong == 0)
      // The wrong name is nearest to the person whose face it is; that one's other two faces are nearest to each other or to it.
      #expect(all.wrong >= 1 && all.wrong <= 3 && all.right + all.wrong + all.unknown == 30)
      #expect(all.right >= 27)
      let rate = try #require(all.rightRate)
      #expect(rate.low < rate.value && rate.value < rate.high && rate.high <= 1)
      #expect(try #require(all.sureness) > 0.5)

      #expect(card.columns.map(\.column) == ["age", "origin"])
      #expect(card.columns[0].groups.map(\.group) == ["6–12", "30–44"])
      #expect(card.columns[0].withoutValue == 1)
      #expect(card.columns[0].groups.map(\.wrong) == [all.wrong, 0])
      #expect(card.columns[1].groups.map(\.faces) == [15, 15])

      let pair = try #require(card.confusions.first)
      #expect([pair.first, pair.second] == ["P0", "P1"] && pair.mistaken == all.wrong)
      #expect(pair.faces.count == 2 && pair.probability > 0.5)
      #expect(card.poorFaceCount == 1 && card.poorFaces.map(\.name) == ["P3"])
      #expect(card.poorFaces[0].remarks == ["only 13 pixels wide"])
      #expect(card.people.contains { $0.name == "Alone" && $0.checked == 0 })
      #expect(card.advice.contains { $0.contains("P0 and P1") })
    }
  }

  @Test func thePageIsWellFormedAndNeedsNothingElse() throws {
    var faces = Self.faces
    faces[0].name = "<P&\"0>"
    try withGallery(faces) { likeness in
      let card = try likeness.accuracyCard()
      let page = try likeness.page(of: card)
      let parser = XMLParser(data: Data(page.dropFirst("<!DOCTYPE html>\n".utf8.count)))
      #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
      let text = String(decoding: page, as: UTF8.self)
      #expect(!text.contains("http://") && !text.contains("https://") && !text.contains("<P&"))
      #expect(text.contains("&lt;P&amp;&quot;0&gt;"))
    }
  }

  @Test func fewerThanTwoNamesAreNoCard() throws {
    try withGallery([Made(name: "Ann", person: 0), Made(name: nil, person: 1)]) { likeness in
      _ = #expect(throws: LikenessError.self) { try likeness.accuracyCard() }
    }
  }

  @Test(arguments: [
    (0.0, "0–2"), (2.9, "0–2"), (3, "3–5"), (12, "6–12"), (13, "13–17"), (44, "30–44"),
    (75, "75 and more"), (99, "75 and more"),
  ])
  func agesAreGrouped(_ age: Double, _ group: String) {
    #expect(CardMeasurement.ageGroup(age) == group)
  }

  @Test func labelsOfAgesAreToldByTheirKeys() {
    for key in ["age", "Age", "age_years", "ages"] { #expect(CardMeasurement.isAge(key)) }
    for key in ["village", "image", "agent", ""] { #expect(!CardMeasurement.isAge(key)) }
  }
}
