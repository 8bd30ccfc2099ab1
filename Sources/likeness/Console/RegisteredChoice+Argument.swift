import ArgumentParser
import LikenessCore

extension ExpressibleByArgument where Self: RegisteredChoice {
  /// Help lists each name with what it stands for.
  public static var allValueDescriptions: [String: String] {
    Dictionary(allCases.map { ($0.rawValue, $0.summary) }, uniquingKeysWith: { first, _ in first })
  }
}
