/// The release that this code belongs to.
///
/// `likeness --version`, the server's `/api/v1/info` and the description of its API all give it.
public enum LikenessVersion {
  /// A semantic version (https://semver.org): the heading of its section in `CHANGELOG.md`.
  public static let current = "0.9.0"
}
