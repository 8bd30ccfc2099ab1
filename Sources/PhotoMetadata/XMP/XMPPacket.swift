import CExempi
import Foundation

/// The properties of an XMP packet, which are read and changed one by one; what nobody touches stays.
///
/// Not `Sendable`: a packet is read, changed and dropped in one thread. Any number of threads may have one each.
final class XMPPacket {
  /// What is at a path.
  enum Value: Equatable {
    case text(String)
    case structure
    case array(Array)
  }

  enum Array: Equatable {
    case bag, sequence, alternatives
  }

  private let handle: OpaquePointer

  /// The most items that are read of an array.
  static let maximumItems = 1_000

  private static let isStarted: Bool =
    cx_start() == 0 && XMPNamespace.all.allSatisfy { cx_name($0.uri, $0.prefix) == 0 }

  /// A packet without properties.
  /// - Throws: `MetadataError.noToolkit`
  init() throws(MetadataError) {
    guard Self.isStarted, let handle = cx_new() else { throw .noToolkit }
    self.handle = handle
  }

  /// - Parameters:
  ///   - bytes: as they stand in a file, with or without the packet's wrapper.
  ///   - path: what errors are to call the file.
  /// - Throws: `MetadataError.malformed`, `.noToolkit`
  init(_ bytes: Data, path: String) throws(MetadataError) {
    guard Self.isStarted else { throw .noToolkit }
    var text: String
    do {
      text = try XMPSource.checked(bytes)
    } catch {
      throw .malformed(path: path, reason: error.reason)
    }
    let handle = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { cx_parse($0.baseAddress, $0.count) }
    }
    guard let handle else { throw .malformed(path: path, reason: "it is not well formed") }
    self.handle = handle
  }

  deinit { cx_free(handle) }

  /// What is at a path; nil where there is nothing.
  func value(_ namespace: XMPNamespace, _ path: String) -> Value? {
    var text: UnsafeMutablePointer<CChar>?
    defer { cx_free_text(text) }
    switch cx_get(handle, namespace.uri, path, &text) {
    case CX_TEXT: return .text(text.map { String(cString: $0) } ?? "")
    case CX_STRUCT: return .structure
    case CX_BAG: return .array(.bag)
    case CX_SEQUENCE: return .array(.sequence)
    case CX_ALTERNATIVES: return .array(.alternatives)
    default: return nil
    }
  }

  /// The text at a path without blanks around it; nil where there is none.
  func text(_ namespace: XMPNamespace, _ path: String) -> String? {
    guard case .text(let text)? = value(namespace, path) else { return nil }
    let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return trimmed.isEmpty ? nil : trimmed
  }

  /// The number at a path; nil where there is none, or it is not finite.
  func number(_ namespace: XMPNamespace, _ path: String) -> Double? {
    text(namespace, path).flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
  }

  /// How many items an array has, at most `maximumItems`.
  func count(_ namespace: XMPNamespace, _ path: String) -> Int {
    guard case .array? = value(namespace, path) else { return 0 }
    // By halves: items have no gaps.
    var (known, missing) = (0, Self.maximumItems + 1)
    while missing - known > 1 {
      let middle = (known + missing) / 2
      if value(namespace, "\(path)[\(middle)]") == nil { missing = middle } else { known = middle }
    }
    return known
  }

  /// The texts of an array, or the one text where a program wrote no array.
  func texts(_ namespace: XMPNamespace, _ path: String) -> [String] {
    if let single = text(namespace, path) { return [single] }
    return (0..<count(namespace, path)).compactMap { text(namespace, "\(path)[\($0 + 1)]") }
  }

  // MARK: Changing

  /// A property that cannot be put where it should be: something of another kind is there.
  struct Refusal: Error { let path: String }

  /// - Throws: `Refusal`
  func set(_ namespace: XMPNamespace, _ path: String, _ text: String) throws(Refusal) {
    guard cx_set(handle, namespace.uri, path, CX_TEXT, text) == 0 else { throw Refusal(path: path) }
  }

  /// Puts an empty structure at a path where there is none.
  /// - Throws: `Refusal`
  func setStructure(_ namespace: XMPNamespace, _ path: String) throws(Refusal) {
    guard cx_set(handle, namespace.uri, path, CX_STRUCT, nil) == 0 else {
      throw Refusal(path: path)
    }
  }

  /// Puts a text behind those of an array, which is made where there is none, as a bag.
  /// - Throws: `Refusal`
  func append(_ namespace: XMPNamespace, _ path: String, _ text: String) throws(Refusal) {
    guard cx_append(handle, namespace.uri, path, arrayKind(namespace, path), CX_TEXT, text) == 0
    else { throw Refusal(path: path) }
  }

  /// Puts an empty structure behind the items of an array, which is made where there is none, as a bag.
  /// - Returns: the new item's path.
  /// - Throws: `Refusal`
  func appendStructure(_ namespace: XMPNamespace, _ path: String) throws(Refusal) -> String {
    let items = count(namespace, path)
    guard items < Self.maximumItems,
      cx_append(handle, namespace.uri, path, arrayKind(namespace, path), CX_STRUCT, nil) == 0
    else { throw Refusal(path: path) }
    return "\(path)[\(items + 1)]"
  }

  /// Takes away what is at a path, if anything is.
  func remove(_ namespace: XMPNamespace, _ path: String) {
    _ = cx_delete(handle, namespace.uri, path)
  }

  private func arrayKind(_ namespace: XMPNamespace, _ path: String) -> cx_kind {
    switch value(namespace, path) {
    case .array(.sequence): CX_SEQUENCE
    case .array(.alternatives): CX_ALTERNATIVES
    default: CX_BAG
    }
  }

  /// The packet in UTF-8.
  /// - Parameter padding: so many bytes of blanks for those who write into it later, within the packet's wrapper; nil for
  ///   neither, as in a sidecar.
  /// - Throws: `Refusal`
  func serialized(padding: Int?) throws(Refusal) -> Data {
    var text: UnsafeMutablePointer<CChar>?
    var length = 0
    guard cx_serialize(handle, CInt(padding ?? -1), &text, &length) == 0, let text else {
      throw Refusal(path: "")
    }
    defer { cx_free_text(text) }
    return Data(bytes: text, count: length)
  }
}
