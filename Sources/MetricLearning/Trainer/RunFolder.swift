import Foundation

/// The folder of one training run: its configuration, metrics and checkpoints.
///
/// Every file is written beside its place and renamed, so each is whole at any time.
public struct RunFolder: Sendable {
  public let url: URL

  public init(_ url: URL) { self.url = url }

  /// The configuration of the run, as JSON.
  public var configuration: URL { url.appendingPathComponent("config.json") }
  /// Where the run goes on: network, optimizer, epoch and all that is random.
  public var checkpoint: URL { url.appendingPathComponent("checkpoint.safetensors") }
  /// The network with the best held-out score.
  public var best: URL { url.appendingPathComponent("best.safetensors") }

  /// Checks that the folder can be made, before long work is done for it.
  /// - Throws: `TrainingError.occupied` where something is there.
  public func checkFree() throws(TrainingError) {
    let files = try? FileManager.default.contentsOfDirectory(atPath: url.path)
    guard files?.isEmpty ?? !FileManager.default.fileExists(atPath: url.path) else {
      throw .occupied(path: url.path)
    }
  }

  /// Makes the folder.
  /// - Throws: `TrainingError.occupied` where something is there, `TrainingError.notWritable`
  public func create() throws(TrainingError) {
    try checkFree()
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw .notWritable(path: url.path, reason: error.localizedDescription)
    }
  }

  public func write(_ configuration: TrainingConfiguration) throws(TrainingError) {
    try write(try json(configuration), to: self.configuration)
  }

  /// - Throws: `TrainingError.notARun`
  public func readConfiguration() throws(TrainingError) -> TrainingConfiguration {
    do {
      return try TrainingConfiguration(completing: Data(contentsOf: configuration))
    } catch let error as DecodingError {
      throw .notARun(path: url.path, reason: "config.json is not as it was written (\(error))")
    } catch {
      throw .notARun(path: url.path, reason: "it has no config.json")
    }
  }

  /// `metrics.csv`, `metrics.json` and `curves.svg`.
  public func write(_ metrics: [EpochMetrics], title: String) throws(TrainingError) {
    try write(try json(metrics), to: url.appendingPathComponent("metrics.json"))
    try write(
      Data(MetricsTable(metrics).csv.utf8), to: url.appendingPathComponent("metrics.csv"))
    try write(
      Data(TrainingCurves(metrics, title: title).svg.utf8),
      to: url.appendingPathComponent("curves.svg"))
  }

  /// Writes the configuration, metrics and weights of a head.
  /// - Throws: `TrainingError.notWritable`, `SafetensorsError`
  public func write(_ configuration: HeadConfiguration, _ result: HeadTrainer.Result) throws {
    try write(try json(configuration), to: self.configuration)
    try write(try json(result.metrics), to: url.appendingPathComponent("metrics.json"))
    try SafetensorsFile.write(result.head.state, to: best)
  }

  func write(_ data: Data, to file: URL) throws(TrainingError) {
    do {
      try data.write(to: file, options: .atomic)
    } catch {
      throw .notWritable(path: file.path, reason: error.localizedDescription)
    }
  }

  private func json(_ value: some Encodable) throws(TrainingError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return try encoder.encode(value) + Data("\n".utf8)
    } catch {
      throw .notWritable(path: url.path, reason: "\(error)")
    }
  }
}
