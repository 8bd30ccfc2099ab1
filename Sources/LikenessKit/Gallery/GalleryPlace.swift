import Foundation
import GalleryCore

/// Where a gallery lives.
public enum GalleryPlace: Sendable, Hashable {
  /// On this machine.
  case folder(URL)
  /// On a server that many machines share.
  case milvus(MilvusAddress)

  /// - Parameter text: a folder's path, or `milvus://host:19530/name`.
  /// - Throws: `MilvusAddressError`
  public init(_ text: String) throws(MilvusAddressError) {
    self =
      MilvusAddress.isMeant(by: text)
      ? .milvus(try MilvusAddress(text)) : .folder(URL(fileURLWithPath: text))
  }

  /// Whether it is on a server, which keeps faces and what was said of them, but neither photos nor links nor maps.
  public var isServer: Bool {
    if case .milvus = self { true } else { false }
  }

  /// For messages.
  public var path: String {
    switch self {
    case .folder(let url): url.path
    case .milvus(let address): address.text
    }
  }

  /// What the gallery is called.
  public var title: String {
    switch self {
    case .folder(let url): url.lastPathComponent
    case .milvus(let address): address.name
    }
  }

  /// A folder of this machine for what belongs to it and not to the gallery: a server's keys, its log of questions.
  public var localFolder: URL {
    switch self {
    case .folder(let url): url
    case .milvus(let address):
      StandardFolders.data.appendingPathComponent("milvus").appendingPathComponent(
        "\(address.host.replacing("/", with: "_"))_\(address.port)_\(address.name)"
          + (address.database.isEmpty ? "" : "_\(address.database)"))
    }
  }
}
