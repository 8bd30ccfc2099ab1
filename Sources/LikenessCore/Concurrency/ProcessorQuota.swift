import Foundation

/// How many processors this process may use: what it is pinned to, and its container's quota.
public enum ProcessorQuota {
  /// At least 1; what the machine has, unless the quota is smaller.
  public static let count: Int = {
    let pinned = ProcessInfo.processInfo.activeProcessorCount
    guard let quota = controlGroupQuota(root: "/") else { return max(1, pinned) }
    return max(1, min(pinned, Int(quota.rounded(.up))))
  }()

  /// The tightest quota of the process's control group and those above it, in processors; nil where
  /// there is none. `root` is where `proc` and `sys` are found.
  package static func controlGroupQuota(root: String) -> Double? {
    func text(_ path: String) -> String? {
      try? String(contentsOfFile: root + path, encoding: .utf8)
    }
    var quotas: [Double] = []
    for line in (text("proc/self/cgroup") ?? "").split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isUnified = parts[1].isEmpty
      guard isUnified || parts[1].split(separator: ",").contains("cpu") else { continue }
      let mount = isUnified ? "sys/fs/cgroup" : "sys/fs/cgroup/\(parts[1])"
      var group = String(parts[2])
      while true {
        let folder = mount + (group == "/" ? "" : group)
        if isUnified, let quota = unifiedQuota(text(folder + "/cpu.max")) { quotas.append(quota) }
        if !isUnified, let quota = Double(trimmed(text(folder + "/cpu.cfs_quota_us"))),
          let period = Double(trimmed(text(folder + "/cpu.cfs_period_us"))), quota > 0, period > 0
        {
          quotas.append(quota / period)
        }
        guard group != "/", !group.isEmpty else { break }
        group = (group as NSString).deletingLastPathComponent
      }
    }
    return quotas.min()
  }

  /// `cpu.max` is "max 100000" or "150000 100000": microseconds of time in a period.
  private static func unifiedQuota(_ text: String?) -> Double? {
    let numbers = trimmed(text).split(separator: " ").map { Double($0) }
    guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], period > 0 else {
      return nil
    }
    return quota / period
  }

  private static func trimmed(_ text: String?) -> String {
    (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
