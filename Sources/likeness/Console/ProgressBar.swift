import Foundation

/// How far a long task is: a bar with rate and time left on a terminal, a line now and then elsewhere.
struct ProgressBar {
  private let unit: String
  private let isQuiet: Bool
  private let started = Date()
  private var lastShown = Date.distantPast

  init(unit: String, isQuiet: Bool) {
    self.unit = unit
    self.isQuiet = isQuiet
  }

  /// - Parameter detail: what else there is to say, such as how good it is so far.
  mutating func update(_ done: Int, of total: Int, detail: String? = nil) {
    guard !isQuiet, total > 0 else { return }
    let now = Date()
    let interval = Console.isTerminal ? 0.1 : 10
    if lastShown == .distantPast, !Console.isTerminal { lastShown = started }
    guard now.timeIntervalSince(lastShown) >= interval || (done == total && Console.isTerminal)
    else { return }
    lastShown = now
    let elapsed = now.timeIntervalSince(started)
    let rate = elapsed > 0 ? Double(done) / elapsed : 0
    let left = rate > 0 ? Double(total - done) / rate : 0
    let figures =
      "\(done) of \(total) \(unit), \(rate.digits(rate < 10 ? 1 : 0)) a second, \(Self.time(left)) left"
      + (detail.map { ", \($0)" } ?? "")
    guard Console.isTerminal else { return Console.note(figures) }
    let width = 24
    let filled = width * done / total
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    write("\r\u{1B}[K\(bar) \(figures)")
  }

  /// Clears the bar away.
  func finish() {
    if !isQuiet, Console.isTerminal { write("\r\u{1B}[K") }
  }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  static func time(_ seconds: Double) -> String {
    let whole = Int(max(0, min(1e9, seconds.rounded())))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
