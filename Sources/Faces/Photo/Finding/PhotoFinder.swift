import Foundation
import LikenessCore

/// Lists the photos at given paths.
package enum PhotoFinder {
  /// Files as they are named; folders with all photos below them, in order. Each file once.
  /// - Parameter linkedFiles: whether each link to a file counts, as where the folder that it lies in says something.
  /// - Throws: as `search`
  package static func files(at paths: [URL], linkedFiles: LinkedFiles = .each) throws -> [URL] {
    try search(paths, linkedFiles: linkedFiles).files
  }

  /// Files as they are named; folders with all photos below them, in order. Each file once.
  ///
  /// A file below a folder is a photo by its name's ending, or by its first bytes where its name has none. Links to
  /// folders are followed, each folder being searched once, under its own path where that is among those given. Paths
  /// are written as `PathText` does.
  /// - Throws: `PhotoError.noSuchFile` for a path that leads nowhere, before anything is begun; `.notReadable` for a
  ///   folder that cannot be listed.
  package static func search(
    _ paths: [URL], linkedFiles: LinkedFiles = .once
  ) throws -> (files: [URL], passedOver: PassedOver) {
    var search = PhotoSearch(linkedFiles)
    let roots = try paths.map(PhotoSearch.Root.init)
    for root in roots { try search.enter(root) }
    search.followLinks()
    return search.result()
  }
}

/// What becomes of links to files that are found another way as well.
package enum LinkedFiles: Sendable {
  /// Each link counts as a file.
  case each
  /// A file counts once.
  case once
}

/// A walk through folders. Nothing but their listings is read: a folder with very many files is walked at the cost of
/// listing it.
private struct PhotoSearch {
  /// A path to begin at.
  struct Root {
    let url: URL
    let isFolder: Bool
    let identity: Identity

    init(_ url: URL) throws {
      var status = stat()
      guard stat(PathText.cString(url.path), &status) == 0 else {
        throw errno == EACCES
          ? PhotoError.notReadable(path: url.path, reason: String(cString: strerror(errno)))
          : PhotoError.noSuchFile(path: url.path)
      }
      self.url = url
      isFolder = status.st_mode & S_IFMT == S_IFDIR
      identity = Identity(status)
    }
  }

  /// A file or folder, whatever paths lead to it.
  struct Identity: Hashable {
    let device: UInt64
    let node: UInt64

    init(_ status: stat) {
      (device, node) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }

    /// Of what a path leads to, if it does.
    init?(_ path: String) {
      var status = stat()
      guard stat(PathText.cString(path), &status) == 0 else { return nil }
      self.init(status)
    }
  }

  private struct Place {
    let path: String
    /// The place of its root among the paths that were given.
    let root: Int
  }

  private let linkedFiles: LinkedFiles
  /// The photos of each root.
  private var found: [[String]] = []
  private var paths: Set<String> = []
  private var passedOver = PassedOver()
  private var folders: Set<Identity> = []
  /// Links, to be followed when everything else has been found.
  private var links: [Place] = []
  private var fileLinks: [Place] = []

  init(_ linkedFiles: LinkedFiles) { self.linkedFiles = linkedFiles }

  mutating func enter(_ root: Root) throws {
    found.append([])
    guard root.isFolder else {
      return take(Place(path: root.url.standardizedFileURL.path, root: found.count - 1))
    }
    // It may have been searched already as a part of another.
    guard folders.insert(root.identity).inserted else { return }
    let path = root.url.linkedFolder.standardizedFileURL.path
    guard walk(Place(path: path, root: found.count - 1)) else {
      throw PhotoError.notReadable(path: root.url.path, reason: "the folder cannot be listed")
    }
  }

  /// Folders before files, so that a file's own path counts rather than that of a link to it.
  mutating func followLinks() {
    while !links.isEmpty {
      let round = links.sorted { ($0.root, $0.path) < ($1.root, $1.path) }
      links = []
      for link in round { follow(link) }
    }
    guard !fileLinks.isEmpty else { return }
    var files = Set(linkedFiles == .once ? found.joined().compactMap(Identity.init) : [])
    for link in fileLinks.sorted(by: { ($0.root, $0.path) < ($1.root, $1.path) }) {
      if linkedFiles == .once, let file = Identity(link.path), !files.insert(file).inserted {
        passedOver.add(link.path, .repeated)
      } else {
        take(link)
      }
    }
  }

  func result() -> (files: [URL], passedOver: PassedOver) {
    var sorted = passedOver
    sorted.sort()
    let files = found.flatMap { $0.sorted() }
    return (files.map { URL(fileURLWithPath: $0, isDirectory: false) }, sorted)
  }

  private mutating func follow(_ link: Place) {
    var status = stat()
    guard stat(PathText.cString(link.path), &status) == 0 else {
      return passedOver.add(link.path, .brokenLink)
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      guard folders.insert(Identity(status)).inserted else {
        return passedOver.add(link.path, .repeated)
      }
      if !walk(link) { passedOver.add(link.path, .unlistedFolder) }
    case S_IFREG:
      let name = link.path.split(separator: "/").last.map(String.init) ?? link.path
      let kind = kind(name, link.path)
      if kind == .photo { fileLinks.append(link) } else { passedOver.add(link.path, kind.reason) }
    default:
      passedOver.add(link.path, .other)
    }
  }

  /// - Returns: false where the folder itself cannot be listed.
  private mutating func walk(_ start: Place) -> Bool {
    guard let below = list(start, isKnown: true) else { return false }
    var rest = below
    while let folder = rest.popLast() {
      if let below = list(folder, isKnown: false) {
        rest += below
      } else {
        passedOver.add(folder.path, .unlistedFolder)
      }
    }
    return true
  }

  /// Takes what is in a folder.
  /// - Parameter isKnown: whether it is among `folders` already.
  /// - Returns: the folders in it; nil where it cannot be listed.
  private mutating func list(_ folder: Place, isKnown: Bool) -> [Place]? {
    guard let listing = opendir(PathText.cString(folder.path)) else { return nil }
    defer { closedir(listing) }
    if !isKnown {
      var status = stat()
      guard fstat(dirfd(listing), &status) == 0 else { return nil }
      guard folders.insert(Identity(status)).inserted else { return [] }
    }
    let prefix = folder.path.hasSuffix("/") ? folder.path : folder.path + "/"
    var below: [Place] = []
    var photos: [String] = []
    var raws: [String] = []
    while let entry = readdir(listing) {
      let (name, type) = Self.read(entry, in: listing)
      if name == "." || name == ".." { continue }
      let place = Place(path: prefix + name, root: folder.root)
      if name.utf8.first == 0x2E {
        passedOver.add(place.path, .hidden)
        continue
      }
      switch type {
      case DT_DIR: below.append(place)
      case DT_LNK: links.append(place)
      case DT_REG:
        let kind = kind(name, place.path)
        switch kind {
        case .photo:
          take(place)
          photos.append(name)
        case .raw: raws.append(name)
        default: passedOver.add(place.path, kind.reason)
        }
      default: passedOver.add(place.path, .other)
      }
    }
    if !raws.isEmpty {
      let stems = Set(photos.map(Self.stem))
      for raw in raws {
        passedOver.add(prefix + raw, stems.contains(Self.stem(raw)) ? .rawBesidePhoto : .raw)
      }
    }
    return below
  }

  private static func read(
    _ entry: UnsafeMutablePointer<dirent>, in listing: OpaquePointer
  ) -> (name: String, type: Int) {
    withUnsafePointer(to: &entry.pointee.d_name) { field in
      field.withMemoryRebound(to: UInt8.self, capacity: MemoryLayout.size(ofValue: field.pointee)) {
        bytes in
        let name = UnsafeBufferPointer(
          start: bytes, count: strlen(UnsafePointer<CChar>(OpaquePointer(bytes))))
        var type = Int(entry.pointee.d_type)
        if type == DT_UNKNOWN {
          // Some file systems do not tell.
          var status = stat()
          let path = UnsafePointer<CChar>(OpaquePointer(bytes))
          if fstatat(dirfd(listing), path, &status, AT_SYMLINK_NOFOLLOW) == 0 {
            type = Int(status.st_mode & S_IFMT) >> 12
          }
        }
        return (PathText.text(of: name), type)
      }
    }
  }

  private func kind(_ name: String, _ path: String) -> FileKind {
    let kind = FileKind(name: name)
    return kind == .unknown ? FileKind(contentsOf: PathText.cString(path)) : kind
  }

  /// A name in lower case without its ending.
  private static func stem(_ name: String) -> String {
    (name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name).lowercased()
  }

  private mutating func take(_ place: Place) {
    if paths.insert(place.path).inserted { found[place.root].append(place.path) }
  }
}

extension FileKind {
  /// Why it is passed over.
  fileprivate var reason: PassedOver.Reason {
    switch self {
    case .raw: .raw
    case .video: .video
    case .unsupportedImage: .unsupportedImage
    case .sidecar: .hidden
    case .photo, .unknown, .other: .other
    }
  }
}

extension URL {
  /// Where a link to a folder leads; anything else as it is. Both as `PathText` writes them.
  package var linkedFolder: URL {
    let path = PathText.cString(path)
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK,
      let target = realpath(path, nil)
    else { return self }
    defer { free(target) }
    let bytes = UnsafeBufferPointer(start: target, count: strlen(target)).map {
      UInt8(bitPattern: $0)
    }
    return URL(fileURLWithPath: PathText.text(of: bytes), isDirectory: true)
  }
}
