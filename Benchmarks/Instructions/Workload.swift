/// Work whose instructions are counted: the same on each run, on one thread, without networks or files of others.
protocol Workload {
  /// As the table calls it.
  static var name: String { get }

  /// Prepares what is not counted.
  init() throws

  /// Does what is counted.
  func run() throws
}

/// Adding one is a line here.
let workloads: [any Workload.Type] = [
  ExactSearch.self, GraphBuilding.self, GraphSearch.self, Clusters.self, Layout.self,
  Components.self, Chips.self, Adding.self, Asking.self,
]
