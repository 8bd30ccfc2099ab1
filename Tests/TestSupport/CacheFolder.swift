import Foundation

/// Where `Scripts/setup` keeps what tests need: `$XDG_CACHE_HOME/likeness`, else in the home's cache folder.
enum CacheFolder {
  static let url: URL = {
    let environment = ProcessInfo.processInfo.environment
    let cache =
      environment["XDG_CACHE_HOME"].map { URL(fileURLWithPath: $0) }
      ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache")
    return cache.appendingPathComponent("likeness")
  }()
}
