/// Metrics as a table: a line an epoch, a column a figure; empty where there is none.
struct MetricsTable {
  private let metrics: [EpochMetrics]

  init(_ metrics: [EpochMetrics]) { self.metrics = metrics }

  var csv: String {
    let attributes = Set(metrics.flatMap { $0.heldOut?.recallAt1.keys.map { $0 } ?? [] }).sorted()
    let header =
      ["epoch", "learning_rate", "loss", "active_fraction", "spread", "score"]
      + attributes.map { "recall_at_1_\($0)" } + ["verification", "algebra", "seconds"]
    let rows = metrics.map { epoch in
      let scores = epoch.heldOut
      return [
        "\(epoch.epoch)", "\(epoch.learningRate)", "\(epoch.loss)", text(epoch.activeFraction),
        "\(epoch.spread)", text(scores?.score),
      ] + attributes.map { text(scores?.recallAt1[$0]) } + [
        text(scores?.verification), text(scores?.algebra), "\(epoch.seconds)",
      ]
    }
    return ([header.map(quoted)] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  private func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  private func quoted(_ field: String) -> String {
    field.contains { ",\"\n\r".contains($0) }
      ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
  }
}
