/// What lies in folders that were searched for photos, and is none.
public struct PassedOver: Sendable, Equatable {
  /// Why a file, link or folder was passed over. The raw values are its names in JSON.
  public enum Reason: String, Sendable, CaseIterable {
    /// A video, by its name's ending or its first bytes.
    case video = "videos"
    /// A camera's raw file without a photo of the same name beside it: what it shows is not looked at.
    case raw = "rawFiles"
    /// A camera's raw file with a photo of the same name beside it.
    case rawBesidePhoto = "rawFilesBesidePhotos"
    /// An image of a format that is not decoded.
    case unsupportedImage = "unsupportedImages"
    /// Any other file.
    case other = "otherFiles"
    /// A file or folder whose name begins with a dot, or what a program put beside a photo.
    case hidden = "hiddenFilesAndSidecars"
    /// A link to a file or folder that was searched already, or a folder that was reached twice.
    case repeated = "linksToSearched"
    /// A link that leads nowhere.
    case brokenLink = "brokenLinks"
    /// A folder that the system would not list.
    case unlistedFolder = "unlistedFolders"

    /// For one, and for several.
    fileprivate var inWords: (one: String, many: String) {
      switch self {
      case .video: ("video", "videos")
      case .raw: ("raw file without a photo beside it", "raw files without a photo beside them")
      case .rawBesidePhoto: ("raw file beside its photo", "raw files beside their photos")
      case .unsupportedImage:
        ("image of a format that is not supported", "images of formats that are not supported")
      case .other: ("other file", "other files")
      case .hidden: ("hidden file or sidecar", "hidden files and sidecars")
      case .repeated: ("link to what was searched already", "links to what was searched already")
      case .brokenLink: ("link that leads nowhere", "links that lead nowhere")
      case .unlistedFolder: ("folder that cannot be listed", "folders that cannot be listed")
      }
    }

    /// Whether it stands for files that are not photos, rather than for places that were not searched.
    fileprivate var isFile: Bool {
      switch self {
      case .video, .raw, .rawBesidePhoto, .unsupportedImage, .other, .hidden: true
      case .repeated, .brokenLink, .unlistedFolder: false
      }
    }

    /// Of one, as `video`.
    public var description: String { inWords.one }
  }

  /// Something that was passed over.
  public struct Entry: Sendable, Equatable {
    /// Its path, as `PathText` writes it.
    public var path: String
    /// Why.
    public var reason: Reason
  }

  /// All of it, in the order of the paths; not part of the JSON.
  public private(set) var entries: [Entry] = []
  private var counts: [Reason: Int] = [:]

  /// Nothing.
  public init() {}

  /// How much was passed over for a reason.
  public subscript(reason: Reason) -> Int { counts[reason] ?? 0 }

  /// How much was passed over.
  public var total: Int { counts.values.reduce(0, +) }

  /// `not photos: 12 videos, 40 other files; not searched: 1 link that leads nowhere`; nil where there is nothing.
  public var inWords: String? {
    let groups = [("not photos", true), ("not searched", false)].compactMap { title, isFile in
      let parts = Reason.allCases.filter { $0.isFile == isFile && self[$0] > 0 }
        .map { "\(self[$0]) \(self[$0] == 1 ? $0.inWords.one : $0.inWords.many)" }
      return parts.isEmpty ? nil : "\(title): \(parts.joined(separator: ", "))"
    }
    return groups.isEmpty ? nil : groups.joined(separator: "; ")
  }

  mutating func add(_ path: String, _ reason: Reason) {
    entries.append(Entry(path: path, reason: reason))
    counts[reason, default: 0] += 1
  }

  mutating func sort() { entries.sort { $0.path < $1.path } }
}

extension PassedOver: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ reason: Reason) { stringValue = reason.rawValue }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// The counts, by the reasons' names; one that is missing is 0.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for reason in Reason.allCases {
      counts[reason] = try container.decodeIfPresent(Int.self, forKey: Key(reason))
    }
  }

  /// The counts, by the reasons' names.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for reason in Reason.allCases { try container.encode(self[reason], forKey: Key(reason)) }
  }
}
