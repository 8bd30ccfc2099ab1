import Faces
import Foundation

/// A folder's photos and where their labels are.
struct LabelledPhotos {
  /// Where a photo's labels come from.
  enum Source: Sendable {
    case yolo(URL)
    case voc(URL)
    /// Read already: of a list of all photos.
    case listed(PhotoLabels)

    /// - Throws: `DetectionLabelError.unreadable`, `.malformed`
    func read() throws(DetectionLabelError) -> PhotoLabels {
      switch self {
      case .yolo(let file): try YOLOLabels.read(LabelText(contentsOf: file))
      case .voc(let file): try VOCLabels.read(file)
      case .listed(let labels): labels
      }
    }
  }

  struct Photo: Sendable {
    var url: URL
    /// Its path below the folder.
    var name: String
    var source: Source
  }

  let format: DetectionLabelFormat
  /// In the order of their paths.
  let photos: [Photo]
  /// Photos without labels, by their names, with why.
  let leftOut: [DetectionReport.LeftOut]
  /// Label files, or photos of a list, that are of no photo here.
  let labelsWithoutPhoto: Int

  /// - Parameters:
  ///   - folder: searched with all folders in it.
  ///   - labels: a folder, or a list as WIDER FACE's; nil for `folder`.
  ///   - format: nil for the one in which labels of these photos are found.
  /// - Throws: `PhotoError` and `DetectionLabelError`
  init(
    folder: URL, labels: URL? = nil, format requested: DetectionLabelFormat? = nil
  ) throws {
    let place = labels ?? folder
    let files = try FolderPhotos(folder)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) else {
      throw DetectionLabelError.unreadable(path: place.path, reason: "no such file or folder")
    }
    let found =
      isFolder.boolValue
      ? try Self.labels(below: place, requested)
      : [Labels(.wider, try Self.listed(in: [place]))]
    if !isFolder.boolValue, let requested, requested != .wider {
      throw DetectionLabelError.unreadable(
        path: place.path, reason: "\(requested.title) labels are a folder of files")
    }
    let paired = found.map { labels in
      (
        labels: labels,
        answers: LabelPairing(photos: files.names, labels: labels.names).answers
      )
    }
    let fitting = paired.filter { $0.answers.contains { $0 != .none } }
    guard let (labels, answers) = fitting.first else {
      throw DetectionLabelError.noLabels(path: place.path, format: requested)
    }
    guard fitting.count == 1 else {
      throw DetectionLabelError.severalFormats(path: place.path, fitting.map(\.labels.format))
    }
    format = labels.format
    var (photos, leftOut): ([Photo], [DetectionReport.LeftOut]) = ([], [])
    for (place, answer) in answers.enumerated() {
      switch answer {
      case .label(let row):
        photos.append(
          Photo(url: files.urls[place], name: files.names[place], source: labels.sources[row]))
      case .none:
        leftOut.append(.init(photo: files.names[place], reason: "no labels"))
      case .ambiguous(let reason):
        leftOut.append(.init(photo: files.names[place], reason: reason))
      }
    }
    (self.photos, self.leftOut) = (photos, leftOut)
    labelsWithoutPhoto = labels.names.count - photos.count
    guard !photos.isEmpty else {
      throw DetectionLabelError.noLabels(path: place.path, format: format)
    }
  }

  /// Labels of one format, with their paths.
  private struct Labels {
    var format: DetectionLabelFormat
    var names: [String] = []
    var sources: [Source] = []

    init(_ format: DetectionLabelFormat, _ labels: [(name: String, source: Source)]) {
      self.format = format
      names = labels.map(\.name)
      sources = labels.map(\.source)
    }
  }

  private static func labels(
    below folder: URL, _ requested: DetectionLabelFormat?
  ) throws -> [Labels] {
    let paths = RelativePaths(of: folder)
    let lists = paths.urls(withExtension: "txt").filter { WIDERLabels.isList($0) }
    func files(_ ending: String, _ source: (URL) -> Source) -> [(name: String, source: Source)] {
      paths.urls(withExtension: ending).filter { !WIDERLabels.isList($0) }.map {
        (paths.name(of: $0), source($0))
      }
    }
    return try (requested.map { [$0] } ?? DetectionLabelFormat.allCases).map { format in
      switch format {
      case .yolo: Labels(format, files("txt", Source.yolo))
      case .voc: Labels(format, files("xml", Source.voc))
      case .wider: Labels(format, try listed(in: lists))
      }
    }
  }

  private static func listed(
    in lists: [URL]
  ) throws(DetectionLabelError) -> [(name: String, source: Source)] {
    var found: [(name: String, source: Source)] = []
    for list in lists {
      for entry in try WIDERLabels(LabelText(contentsOf: list)).entries {
        found.append((entry.photo, .listed(entry.labels)))
      }
    }
    return found
  }
}

/// The photos below a folder, in the order of their paths.
struct FolderPhotos {
  let urls: [URL]
  /// Their paths below the folder.
  let names: [String]

  /// - Throws: `PhotoError`, `DetectionLabelError.noPhotos`
  init(_ folder: URL) throws {
    let paths = RelativePaths(of: folder)
    urls = try PhotoFinder.files(at: [paths.root])
    names = urls.map(paths.name)
    guard !urls.isEmpty else { throw DetectionLabelError.noPhotos(path: folder.path) }
  }
}

/// Paths as they are below a folder.
private struct RelativePaths {
  let root: URL
  private let depth: Int

  init(of folder: URL) {
    root = folder.standardizedFileURL.linkedFolder
    depth = root.pathComponents.count
  }

  func name(of file: URL) -> String {
    let parts = file.standardizedFileURL.pathComponents.dropFirst(depth)
    return parts.isEmpty ? file.lastPathComponent : parts.joined(separator: "/")
  }

  /// All files below with that extension, in order, without hidden ones.
  func urls(withExtension ending: String) -> [URL] {
    guard
      let walk = FileManager.default.enumerator(
        at: root, includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
    else { return [] }
    return walk.compactMap { $0 as? URL }
      .filter { $0.pathExtension.lowercased() == ending }
      .sorted { $0.path < $1.path }
  }
}
