import Foundation
import TestSupport
import Testing

@testable import LikenessEvaluation
@testable import LikenessKit

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Ten mated searches and a thousand others.
private func madeScores() -> IdentificationScores {
  // Right at 0.1 to 0.7, wrong at 0.15, right but far at 0.95, and one photo without a face.
  var mated: [IdentificationScores.Mated] = (1...7).map {
    .init(person: Int32($0 - 1), distance: Float($0) / 10, isRight: true)
  }
  mated.append(.init(person: 7, distance: 0.15, isRight: false))
  mated.append(.init(person: 8, distance: 0.95, isRight: true))
  mated.append(.init(person: 9, distance: .infinity, isRight: false))
  // At 0.4, 0.401 and so on; the last ten have no face.
  var nonMated: [IdentificationScores.NonMated] = []
  for number in 0..<1000 {
    let distance: Float = number < 990 ? 0.4 + Float(number) / 1000 : .infinity
    nonMated.append(.init(person: Int32(10 + number / 2), distance: distance))
  }
  return IdentificationScores(mated: mated, nonMated: nonMated)
}

@Suite struct IdentificationScoresTests {
  private let scores = madeScores()

  @Test func fnirIsMeasuredAtTheThresholdOfAnFPIR() {
    #expect(scores.rank1() == 0.8)
    // None: below the first at 0.4, so those at 0.1, 0.2 and 0.3 are found.
    let none = scores.threshold(atFalsePositives: 0)!
    #expect(none < 0.4 && scores.falseNegatives(at: none) == 0.7)
    #expect(scores.falsePositives(at: none) == 0)
    // A hundred alarms, at 0.4 to 0.499: 0.4 is found as well.
    let tenth = scores.threshold(atFalsePositives: 0.1)!
    #expect(scores.falsePositives(at: tenth) == 0.1 && scores.falseNegatives(at: tenth) == 0.6)
    #expect(tenth < 0.5 && tenth > 0.499)
    // Who is taken for somebody else is missed, and at any threshold the photo without a face is.
    #expect(scores.misidentified(at: tenth) == 0.1)
    #expect(abs(scores.falseNegatives(at: 10)! - 0.2) < 1e-12)
    #expect(scores.falsePositives(at: 10) == 0.99)
    #expect(scores.threshold(atFalsePositives: 0.99) == Float.infinity.nextDown)
  }

  @Test func weightsCountPeopleSeveralTimes() {
    var weights = [Int32](repeating: 1, count: 510)
    weights[0] = 3  // right at 0.1
    weights[9] = 0  // without a face
    #expect(abs(scores.rank1(weights)! - 10.0 / 11) < 1e-12)
    // Of the first two of those who are not enrolled each counts fifty times: 200 alarms at 0.4 to 0.403.
    weights[10] = 50
    weights[11] = 50
    let threshold = scores.threshold(atFalsePositives: 150.0 / 1196, weights)!
    #expect(threshold > 0.401 && threshold < 0.403)
    #expect(scores.rank1([Int32](repeating: 0, count: 510)) == nil)
  }

  @Test func theCurveHoldsWhatTheThresholdsGive() {
    let curve = DETCurve(scores)
    #expect(curve.points.count == 991)
    for (point, next) in zip(curve.points, curve.points.dropFirst()) {
      #expect(point.falsePositives < next.falsePositives)
      #expect(point.falseNegatives >= next.falseNegatives)
    }
    for rate in [0, 0.003, 0.01, 0.1, 0.5] {
      let threshold = scores.threshold(atFalsePositives: rate)!
      let point = curve.points.last { $0.falsePositives <= rate }
      #expect(point?.threshold == threshold)
      #expect(point?.falseNegatives == scores.falseNegatives(at: threshold))
    }
    #expect(curve.points.last?.falsePositives == 0.99)
    #expect(DETCurve(IdentificationScores(mated: [], nonMated: scores.nonMated)).points.isEmpty)
    #expect(DETCurve(IdentificationScores(mated: scores.mated, nonMated: [])).points.isEmpty)
  }

  /// Distances of others spread evenly from 0 to 1: at FPIR f the threshold is f, and those enrolled, evenly from 0 to
  /// 0.5, are missed as often as 1 − 2 f.
  @Test func ratesOfMadeDistributionsAreWithinTheirIntervals() {
    var random = SplitMix64(seed: 12)
    let people = 1000
    let scores = IdentificationScores(
      mated: (0..<people).map {
        .init(person: Int32($0), distance: .random(in: 0..<0.5, using: &random), isRight: true)
      },
      nonMated: (0..<people).map {
        .init(person: Int32(people + $0), distance: .random(in: 0..<1, using: &random))
      })
    let rates = [0.01, 0.1]
    let spreads = PeopleBootstrap(
      people: 2 * people, strata: [Array(0..<people), Array(people..<2 * people)], threads: 2
    ).resampled { weights in
      rates.map { rate in
        scores.threshold(atFalsePositives: rate, weights).flatMap {
          scores.falseNegatives(at: $0, weights)
        }
      }
    }
    for (rate, spread) in zip(rates, spreads) {
      let truth = 1 - 2 * rate
      let interval = spread!.percentiles
      #expect(interval.low < truth && truth < interval.high, "\(rate)")
      #expect((0.02..<0.11).contains(interval.high - interval.low))
    }
  }
}

@Suite struct IdentificationPlanTests {
  private func plan(
    _ people: [String], _ change: (inout IdentificationOptions) -> Void = { _ in }
  ) -> IdentificationPlan {
    var options = IdentificationOptions()
    change(&options)
    return IdentificationPlan(people, options)
  }

  private let people = (0..<200).flatMap { Array(repeating: "person \($0)", count: $0 % 4 + 1) }

  @Test func everyPhotoHasOnePlace() {
    for count in 1...5 {
      let plan = plan(people) { $0.photosPerTemplate = count }
      let enrolled = plan.enrolled.flatMap(\.photos)
      #expect(plan.enrolled.count == 100)
      #expect((enrolled + plan.mated + plan.nonMated).sorted() == Array(people.indices))
      for person in plan.enrolled {
        let own = people.indices.filter { plan.people.numbers[$0] == Int32(person.person) }
        let wanted = max(1, min(count, own.count - 1))
        #expect(person.photos == Array(own.prefix(wanted)))
      }
      let numbers = Set(plan.enrolled.map { Int32($0.person) })
      #expect(plan.mated.allSatisfy { numbers.contains(plan.people.numbers[$0]) })
      #expect(!plan.nonMated.contains { numbers.contains(plan.people.numbers[$0]) })
    }
  }

  @Test func whoIsEnrolledFollowsFromTheNames() {
    func names(_ plan: IdentificationPlan) -> Set<String> {
      Set(plan.enrolled.map { plan.people.names[$0.person] })
    }
    let usual = names(plan(people))
    #expect(usual == names(plan(people.reversed())))
    #expect(usual != names(plan(people) { $0.seed = 1 }))
    // More are enrolled beside the same people.
    #expect(usual.isSubset(of: names(plan(people) { $0.enrolled = 0.7 })))
    #expect(plan(people) { $0.enrolled = 0.25 }.enrolled.count == 50)
    // Somebody is always enrolled, and somebody not.
    #expect(plan(people) { $0.enrolled = 0.001 }.enrolled.count == 1)
    #expect(plan(people) { $0.enrolled = 0.999 }.enrolled.count == 199)
  }
}

@Suite struct PhotosOfPeopleTests {
  private func photos(
    _ names: [String], _ source: NameSource? = nil, labels: String? = nil
  ) throws -> PhotosOfPeople {
    try TestFiles.withTemporaryFolder { folder in
      for name in names {
        let file = folder.appendingPathComponent("photos/" + name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: file)
      }
      return try PhotosOfPeople(
        folder: folder.appendingPathComponent("photos"), nameSource: source,
        labels: labels.map { .pattern(try LabelPattern($0)) })
    }
  }

  @Test func foldersNamePeople() throws {
    let found = try photos(["b/2.jpg", "a/1.jpg", "x/a/3.jpg", "stray.jpg"])
    #expect(found.photos.map(\.name) == ["a/1.jpg", "b/2.jpg", "x/a/3.jpg"])
    #expect(found.photos.map(\.person) == ["a", "b", "a"] && found.unnamed == ["stray.jpg"])
  }

  @Test func filesDoWithoutTheirNumbers() throws {
    let names = ["Zoe_Ball_0002.jpg", "Zoe_Ball_0001.jpg", "anna.jpg"]
    let found = try photos(names)
    #expect(found.photos.map(\.person) == ["Zoe_Ball", "Zoe_Ball", "anna"])
    let deeper = try photos(["x/Zoe_Ball_0001.jpg"], .file)
    #expect(deeper.photos.map(\.person) == ["Zoe_Ball"])
  }

  @Test func labelsNamePeople() throws {
    let found = try photos(["KA.AN1.39.jpg", "KM.HA2.5.jpg", "odd.jpg"], labels: "jaffe")
    #expect(found.photos.map(\.person) == ["KA", "KM"] && found.unnamed == ["odd.jpg"])
  }
}

@Suite struct DETDrawingTests {
  private func drawing(_ own: IdentificationReport.OwnThreshold?) throws -> String {
    let report = IdentificationReport(
      people: 510, photos: 1010, enrolled: 10, enrolledWithoutFace: 0, photosPerTemplate: 1,
      template: .mean, templates: 10, mated: 10, matedWithoutFace: 1, nonMated: 1000,
      nonMatedWithoutFace: 10, severalFaces: 0, face: .central, metric: .cosine,
      rank1: Estimate(value: 0.8, low: 0.5, high: 0.9),
      levels: [
        .init(fpir: 0.1, fnir: Estimate(value: 0.6, low: 0.3, high: 0.8), threshold: 0.49),
        .init(fpir: 0.01, fnir: nil, threshold: nil),
      ], ownThreshold: own, unreadable: [], unnamed: [])
    let measured = IdentificationMeasurement(report: report, curve: DETCurve(madeScores()))
    let svg = DETDrawing(measured, title: "A & B", subtitle: "of <made> scores").svg()
    _ = try XMLDocument(data: svg)
    return String(decoding: svg, as: UTF8.self)
  }

  @Test func theCurveHasLogarithmicAxesAndItsMarks() throws {
    let plain = try drawing(nil)
    for part in [
      "A &amp; B", "of &lt;made&gt; scores", "FPIR", "FNIR", ">0.1 %<", ">1 %<", ">10 %<",
      ">100 %<", "<polyline", "60 % at 10 %",
    ] {
      #expect(plain.contains(part), "\(part)")
    }
    #expect(!plain.contains("own threshold:"))
    let own = try drawing(
      .init(
        threshold: 0.45, statedFPIR: 0.01, fpir: Estimate(value: 0.05, low: 0.04, high: 0.06),
        fnir: Estimate(value: 0.6, low: 0.3, high: 0.8), misidentified: 0.1))
    #expect(own.contains("own threshold: FNIR 60 % at FPIR 5 %, stated 1 %"))
  }

  @Test func decadesLieAtEvenSteps() {
    let sheet = CurveSheet(
      title: "", subtitle: "", x: .decades("x", from: 0.001), y: .decades("y", from: 0.02))
    #expect(sheet.x.lines.count == 28 && sheet.x.lines.compactMap(\.label).count == 4)
    #expect(sheet.y.lines.compactMap(\.label) == ["1 %", "10 %", "100 %"])
    let places = [0.001, 0.01, 0.1, 1].map { sheet.place($0, 1).x }
    for (a, b) in zip(places, places.dropFirst()) { #expect(abs(b - a - 200) < 1e-6) }
    // Off the axis is at its end.
    #expect(sheet.place(0, 1).x == places[0])
  }
}
