import Foundation

/// How far a long task is: a bar with rate and time left on a terminal, a line now and then elsewhere.
struct ProgressBar {
  private var unit: String
  private let isQuiet: Bool
  private let started = Date()
  private var lastShown = Date.distantPast
  /// When the present part of the work began, and how much of it was done then.
  private var base: (time: Date, done: Int)?

  /// From when on, in seconds, the speed of a part says how long it takes, and of how many units.
  private static let measured = (seconds: 3.0, units: 20)

  init(unit: String, isQuiet: Bool) {
    self.unit = unit
    self.isQuiet = isQuiet
  }

  /// Goes on with another part of the work, which has a speed of its own.
  /// - Parameter unit: what is counted in it.
  mutating func begin(_ unit: String) {
    guard unit != self.unit else { return }
    self.unit = unit
    base = nil
  }

  /// How much is done. The time left is told once the speed was measured.
  /// - Parameter detail: what else there is to say, such as how good it is so far.
  mutating func update(_ done: Int, of total: Int, detail: String? = nil) {
    guard !isQuiet, total > 0 else { return }
    let now = Date()
    if base.map({ done < $0.done }) ?? true { base = (now, done) }
    let interval = Console.isTerminal ? 0.1 : 10
    if lastShown == .distantPast, !Console.isTerminal { lastShown = started }
    guard now.timeIntervalSince(lastShown) >= interval || (done == total && Console.isTerminal)
    else { return }
    lastShown = now
    let figures =
      "\(done) of \(total) \(unit)" + (speed(now, done, of: total).map { ", \($0)" } ?? "")
      + (detail.map { ", \($0)" } ?? "")
    guard Console.isTerminal else { return Console.note(figures) }
    let width = 24
    let filled = width * done / total
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    write("\r\u{1B}[K\(bar) \(figures)")
  }

  /// How fast the present part of the work goes, and how long it will take; nil as long as that means nothing.
  private func speed(_ now: Date, _ done: Int, of total: Int) -> String? {
    guard let base else { return nil }
    let (elapsed, moved) = (now.timeIntervalSince(base.time), done - base.done)
    guard elapsed >= Self.measured.seconds,
      moved >= Self.measured.units || moved * 50 >= total - base.done, moved > 0
    else { return nil }
    let rate = Double(moved) / elapsed
    return
      "\(rate.digits(rate < 10 ? 1 : 0)) a second, \(Self.time(Double(total - done) / rate)) left"
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
