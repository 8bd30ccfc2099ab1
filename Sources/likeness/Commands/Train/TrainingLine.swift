import Foundation
import MetricLearning

/// What is told while a network learns: a bar on a terminal, a line an epoch with a test, and every tenth, elsewhere.
struct TrainingLine {
  private var bar: ProgressBar
  private let isQuiet: Bool
  private let epochs: Int

  init(_ output: OutputArguments, _ configuration: TrainingConfiguration) {
    isQuiet = output.quiet
    bar = ProgressBar(unit: "batches", isQuiet: output.quiet || !Console.isTerminal)
    epochs = configuration.epochs
  }

  mutating func show(_ event: TrainingEvent) {
    guard !isQuiet else { return }
    switch event {
    case .step(let epoch, let batch, let batches, let loss, let active, let secondsLeft):
      let share = active.map { ", \(($0 * 100).digits(0)) % active" } ?? ""
      bar.update(
        (epoch - 1) * batches + batch, of: epochs * batches,
        detail: "epoch \(epoch), loss \(loss.digits(4))\(share)")
      timeLeft = secondsLeft
    case .epoch(let metrics, let isBest):
      guard metrics.heldOut != nil || metrics.epoch % 10 == 0 else { return }
      bar.finish()
      let active = metrics.activeFraction.map { ", \(($0 * 100).digits(0)) % active" } ?? ""
      let heldOut = metrics.heldOut
      let recalls = (heldOut?.recallAt1 ?? [:]).sorted { $0.key < $1.key }
        .map { ", \($0.key) \($0.value.digits(3))" }.joined()
      let algebra = heldOut?.algebra.map { ", algebra \($0.digits(3))" } ?? ""
      let similarity = heldOut?.similarity.map { ", like the teacher's \($0.digits(3))" } ?? ""
      let verification = heldOut?.verification.map { ", verification \($0.digits(3))" } ?? ""
      Console.note(
        "epoch \(metrics.epoch) of \(epochs): loss \(metrics.loss.digits(4))\(active)\(recalls)"
          + "\(similarity)\(verification)\(algebra)\(isBest ? " (best)" : ""), \(ProgressBar.time(timeLeft)) left"
      )
    case .alarm(let finding):
      bar.finish()
      Console.note("warning: \(finding)\(Advice.text(for: finding))")
    }
  }

  private var timeLeft = 0.0

  func finish() { bar.finish() }
}
