import Foundation
import FoundationXML
import TestSupport
import Testing

@testable import MetricLearning

@Suite struct TrainingRecordTests {
  private func epoch(
    _ number: Int, loss: Double = 0.3, active: Double? = 0.5, spread: Double = 0.8,
    recall: Double? = nil
  ) -> EpochMetrics {
    var metrics = EpochMetrics(
      epoch: number, learningRate: 0.001, loss: loss, activeFraction: active, spread: spread,
      heldOut: nil, seconds: 2.5 * Double(number))
    if let recall {
      metrics.heldOut = try? JSONDecoder().decode(
        HeldOutScores.self, from: Data("{\"recallAt1\":{\"person\":\(recall)}}".utf8))
    }
    return metrics
  }

  @Test func `a collapse is reported once, after some epochs`() {
    var alarm = CollapseAlarm()
    var findings: [CollapseAlarm.Finding?] = []
    for number in 1...8 { findings.append(alarm.check(epoch(number, spread: 0.01))) }
    #expect(findings == [nil, nil, nil, nil, .collapsed, nil, nil, nil])
    // Well again, and once more.
    #expect(alarm.check(epoch(9)) == nil)
    let again = (10...14).map { alarm.check(epoch($0, spread: 0.01)) }
    #expect(again == [nil, nil, nil, nil, .collapsed])
  }

  @Test func `easy triplets are a finding only before the tests are passed`() {
    var alarm = CollapseAlarm()
    #expect((1...5).map { alarm.check(epoch($0, active: 0.001)) }.last == .nothingToLearn)
    var good = CollapseAlarm()
    #expect((1...9).allSatisfy { good.check(epoch($0, active: 0.001, recall: 0.99)) == nil })
    var silent = CollapseAlarm()
    #expect((1...9).allSatisfy { silent.check(epoch($0, active: nil)) == nil })
  }

  @Test func `training stops after tests without a better score`() {
    var stopping = EarlyStopping(patience: 2)
    #expect(stopping.record(0.5, epoch: 1) && stopping.record(0.6, epoch: 2))
    #expect(!stopping.record(0.6, epoch: 3) && !stopping.isDue)
    #expect(!stopping.record(0.55, epoch: 4) && stopping.isDue)
    #expect(stopping.bestScore == 0.6 && stopping.bestEpoch == 2)
    var endless = EarlyStopping(patience: 0)
    for number in 1...50 { _ = endless.record(0.5, epoch: number) }
    #expect(!endless.isDue)
  }

  @Test func `metrics are a table, with nothing where there is nothing`() {
    let text = MetricsTable([epoch(1, active: nil), epoch(2, recall: 0.75)]).csv
    #expect(
      text == """
        epoch,learning_rate,loss,active_fraction,spread,score,recall_at_1_person,verification,algebra,seconds
        1,0.001,0.3,,0.8,,,,,2.5
        2,0.001,0.3,0.5,0.8,0.75,0.75,,,5.0

        """)
  }

  @Test func `curves are drawn to scale`() throws {
    let metrics = (1...11).map { epoch($0, loss: 1 / Double($0), recall: $0 == 11 ? 0.5 : nil) }
    let svg = TrainingCurves(metrics, title: "a < b & c").svg
    _ = try XMLDocument(xmlString: svg)
    let lines = svg.matches(of: /polyline points="([^"]*)"/).map { String($0.1) }
    // Loss, active share, spread, recall.
    try #require(lines.count == 4)
    let loss = lines[0].split(separator: " ").map {
      $0.split(separator: ",").compactMap { Double($0) }
    }
    #expect(loss.count == 11)
    // The first is the greatest, at the top; the steps across are even.
    let across = zip(loss.dropFirst(), loss).map { $0[0] - $1[0] }
    #expect(across.allSatisfy { abs($0 - across[0]) < 0.11 })
    #expect(zip(loss.dropFirst(), loss).allSatisfy { $0[1] > $1[1] })
    #expect(svg.contains("a &lt; b &amp; c"))
    #expect(TrainingCurves.rounded(0.31) == 0.5 && TrainingCurves.rounded(21) == 25)
  }

  @Test func `a run has a folder of its own`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let run = RunFolder(folder.appendingPathComponent("new/run"))
      try run.create()
      var configuration = TrainingConfiguration()
      configuration.holdOut = .cells("person", "expression", fold: 3)
      configuration.margin = 0.1 + 0.2
      try run.write(configuration)
      #expect(try run.readConfiguration() == configuration)
      #expect(throws: TrainingError.occupied(path: run.url.path)) { try run.create() }
      #expect(throws: TrainingError.self) { try RunFolder(folder).readConfiguration() }
      try Data("{}".utf8).write(to: run.configuration)
      #expect(throws: TrainingError.self) { try run.readConfiguration() }
    }
  }
}
