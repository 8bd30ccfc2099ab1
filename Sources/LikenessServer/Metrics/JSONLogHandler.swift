import Foundation
import Logging

/// Log lines as JSON on standard error, for programs that collect them.
public struct JSONLogHandler: LogHandler {
  public var logLevel: Logger.Level
  public var metadata: Logger.Metadata = [:]

  public init(level: Logger.Level) { logLevel = level }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var fields = [
      "time": Date().formatted(.iso8601), "level": event.level.rawValue,
      "message": "\(event.message)",
    ]
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }) {
      fields[key] = "\(value)"
    }
    guard var line = try? JSONAnswer.data(fields) else { return }
    line.append(0x0A)
    try? FileHandle.standardError.write(contentsOf: line)
  }
}
