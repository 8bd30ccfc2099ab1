import Foundation

/// Which step comes with which exaggeration.
struct Schedule {
  /// Steps that are done.
  private(set) var done = 0

  private var early: Int
  private let later: Int
  private let options: TSNEOptions
  private var lastDivergence = Double.infinity

  init(_ options: TSNEOptions) {
    self.options = options
    early = max(0, options.earlyIterations)
    later = max(0, options.iterations)
  }

  var total: Int { early + later }

  /// Of the next step; nil after the last.
  var phase: TSNEProgress.Phase? {
    done >= total ? nil : done < early ? .earlyExaggeration : .optimization
  }

  /// Of the step before.
  var lastPhase: TSNEProgress.Phase? {
    done == 0 ? nil : done <= early ? .earlyExaggeration : .optimization
  }

  var isFirstOfPhase: Bool { done == early }

  var exaggeration: Double {
    guard done >= early else { return options.earlyExaggeration }
    let annealing = Double(min(options.annealingIterations, later / 2))
    let share = Double(done - early)
    return share < annealing
      ? options.exaggeration * pow(2, 1 - share / annealing) : options.exaggeration
  }

  mutating func advance() { done += 1 }

  /// Ends the early phase where a divergence has hardly changed since the last time.
  mutating func settle(_ divergence: Double) {
    if abs(divergence - lastDivergence) < 1e-3 * abs(divergence) { early = done }
    lastDivergence = divergence
  }
}
