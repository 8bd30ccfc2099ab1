import Foundation

/// Paths as text. To the system a path is bytes, which need not be UTF-8; text keeps them all.
///
/// A byte that is not part of valid UTF-8 is written as `\x` and two hexadecimal digits in capitals: `caf\xE9.jpg`. A
/// backslash that would read as such an escape is itself written `\x5C`. All other paths are written as they are, so that
/// every path has one text and every text one path.
public enum PathText {
  /// The text of a path, or of a part of one.
  public static func text(of path: some Collection<UInt8>) -> String {
    if let text = String(validating: path, as: UTF8.self) {
      return hasEscape(text.utf8) ? escaped(path) : text
    }
    return escaped(path)
  }

  /// The bytes of the path that a text stands for.
  public static func bytes(of text: String) -> [UInt8] {
    var text = text
    return text.withUTF8 { bytes in
      guard hasEscape(bytes) else { return Array(bytes) }
      var path: [UInt8] = []
      path.reserveCapacity(bytes.count)
      var at = 0
      while at < bytes.count {
        if let byte = escape(bytes, at) {
          path.append(byte)
          at += 4
        } else {
          path.append(bytes[at])
          at += 1
        }
      }
      return path
    }
  }

  /// Those bytes for the system's calls, a zero behind them.
  public static func cString(_ text: String) -> [CChar] {
    bytes(of: text).map { CChar(bitPattern: $0) } + [0]
  }

  /// Whether there is a file or folder at the path that a text stands for.
  public static func leadsSomewhere(_ text: String) -> Bool {
    access(cString(text), F_OK) == 0
  }

  /// The text of a path that a user typed: one that is there exactly as it was typed, backslashes and all, is meant before
  /// one that the text stands for.
  public static func text(ofTyped path: some Collection<UInt8>) -> String {
    guard let text = String(validating: path, as: UTF8.self), hasEscape(text.utf8) else {
      return self.text(of: path)
    }
    var status = stat()
    return lstat(text, &status) == 0 ? escaped(path) : text
  }

  private static func escaped(_ path: some Collection<UInt8>) -> String {
    let path = Array(path)
    var text = ""
    var parser = Unicode.UTF8.ForwardParser()
    var rest = path.makeIterator()
    var at = 0
    while true {
      switch parser.parseScalar(from: &rest) {
      case .valid(let encoded):
        let isEscape = path.withUnsafeBufferPointer { escape($0, at) != nil }
        if isEscape {
          text += "\\x5C"
        } else {
          text.unicodeScalars.append(Unicode.UTF8.decode(encoded))
        }
        at += encoded.count
      case .error(let length):
        for byte in path[at..<(at + length)] {
          text += "\\x" + String(byte, radix: 16, uppercase: true)
        }
        at += length
      case .emptyInput:
        return text
      }
    }
  }

  private static func hasEscape(_ text: String.UTF8View) -> Bool {
    text.withContiguousStorageIfAvailable { hasEscape($0) }
      ?? Array(text).withUnsafeBufferPointer { hasEscape($0) }
  }

  private static func hasEscape(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.contains(0x5C) else { return false }
    return bytes.indices.contains { escape(bytes, $0) != nil }
  }

  /// The byte that an escape at a place stands for: one that UTF-8 has in no ASCII character, or a backslash.
  private static func escape(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> UInt8? {
    guard at + 3 < bytes.count, bytes[at] == 0x5C, bytes[at + 1] == 0x78 else { return nil }
    func digit(_ byte: UInt8) -> UInt8? {
      switch byte {
      case 0x30...0x39: byte - 0x30
      case 0x41...0x46: byte - 0x41 + 10
      default: nil
      }
    }
    guard let high = digit(bytes[at + 2]), let low = digit(bytes[at + 3]) else { return nil }
    let byte = high << 4 | low
    return byte >= 0x80 || byte == 0x5C ? byte : nil
  }
}
