import Foundation

/// The progress of a run: with the weights, all that is needed to resume it.
struct TrainingProgress: Codable, Equatable {
  /// Whole epochs, and batches of the next one.
  var epoch = 0
  var batch = 0
  var sums = Sums()
  var metrics: [EpochMetrics] = []
  var alarm = CollapseAlarm()
  var stopping: EarlyStopping
  /// The time spent training, interruptions excluded.
  var seconds = 0.0
  /// A fingerprint of the photos and their labels.
  var photos: String

  /// Of the batches of an epoch so far.
  struct Sums: Codable, Equatable {
    var batches = 0.0
    var loss = 0.0
    var active = 0.0
    var activeBatches = 0.0
    var spread = 0.0

    mutating func add(loss: Double, active: Double?, spread: Double) {
      batches += 1
      self.loss += loss
      self.spread += spread
      if let active {
        self.active += active
        activeBatches += 1
      }
    }

    var meanLoss: Double { loss / max(1, batches) }
    var meanActive: Double? { activeBatches > 0 ? active / activeBatches : nil }
    var meanSpread: Double { spread / max(1, batches) }
  }
}

extension LabelledDataset {
  /// A number that differs for other photos or labels, not for the same ones in another folder: FNV-1a.
  var fingerprint: String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for item in items {
      let labels = attributes.map { item.attributes[$0] ?? "" }
      for byte in ([item.url.lastPathComponent] + labels).joined(separator: "\0").utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
      }
      hash = (hash ^ 0xFF) &* 0x100_0000_01B3
    }
    return "\(count) photos, \(String(hash, radix: 16))"
  }
}
