import Foundation

/// The bytes of XMP as they stand in a file, looked at before the toolkit sees them.
///
/// The toolkit goes down into elements by recursion, and looks at all fields of a structure for each: both are bounded here.
/// Bounds are far above what programs write: packets of Lightroom have some thousand elements, ten deep.
enum XMPSource {
  /// The most bytes of a packet or sidecar.
  static let maximumBytes = 4 << 20
  static let maximumDepth = 64
  static let maximumElements = 20_000
  static let maximumNamespaces = 256

  /// What is wrong with a text, in words.
  struct Fault: Error { let reason: String }

  /// The text in UTF-8, within `x:xmpmeta`, without which the toolkit takes none.
  /// - Throws: `Fault`
  static func checked(_ bytes: Data) throws(Fault) -> String {
    guard bytes.count <= maximumBytes else {
      throw Fault(reason: "it has more than \(maximumBytes >> 20) MB")
    }
    guard let text = decoded(bytes) else { throw Fault(reason: "it is no text") }
    try check(text)
    if text.contains(":xmpmeta") || text.contains(":xapmeta") { return text }
    guard let start = text.range(of: "<rdf:RDF"),
      let end = text.range(of: "</rdf:RDF>", options: .backwards), start.lowerBound < end.lowerBound
    else { throw Fault(reason: "it has no rdf:RDF element") }
    return
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\(text[start.lowerBound..<end.upperBound])</x:xmpmeta>"
  }

  private static func decoded(_ bytes: Data) -> String? {
    // Packets are padded with blanks, and some programs with zeros.
    let bytes = Data(bytes.prefix(upTo: (bytes.lastIndex { $0 != 0 } ?? bytes.startIndex - 1) + 1))
    let head = [UInt8](bytes.prefix(4))
    let encoding: String.Encoding =
      if head.starts(with: [0xFE, 0xFF]) || head.starts(with: [0, 0x3C]) {
        .utf16BigEndian
      } else if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0x3C, 0]) {
        .utf16LittleEndian
      } else {
        .utf8
      }
    if encoding == .utf8 { return String(validating: bytes, as: UTF8.self) }
    // Zeros at the end may be half a letter.
    let even = bytes.count % 2 == 0 ? bytes : bytes + [0]
    guard let text = String(data: even, encoding: encoding) else { return nil }
    return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
  }

  /// - Throws: `Fault`
  private static func check(_ text: String) throws(Fault) {
    var text = text
    let fault = text.withUTF8 { bytes -> String? in
      var scan = MarkupScan(bytes)
      return scan.fault()
    }
    if let fault { throw Fault(reason: fault) }
  }
}

/// Counts the marks of an XML text. Whether it is well formed, its parser says.
private struct MarkupScan {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0
  private var depth = 0
  /// Elements and attributes.
  private var elements = 0
  private var namespaces = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func fault() -> String? {
    while let mark = next(0x3C) {
      at = mark + 1
      if has("!--") {
        guard skip(past: "-->") else { return "a comment does not end" }
      } else if has("![CDATA[") {
        guard skip(past: "]]>") else { return "a text does not end" }
      } else if has("!") {
        return "it has a document type, which XMP has not"
      } else if has("?") {
        guard skip(past: "?>") else { return "an instruction does not end" }
      } else if let fault = element() {
        return fault
      }
    }
    return nil
  }

  private mutating func element() -> String? {
    let isEnd = has("/")
    var quote: UInt8?
    while at < bytes.count {
      let byte = bytes[at]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == 0x22 || byte == 0x27 {
        quote = byte
      } else if byte == 0x3D {
        elements += 1
      } else if byte == 0x3E {
        break
      } else if has("xmlns") {
        namespaces += 1
      }
      at += 1
    }
    guard at < bytes.count else { return "an element does not end" }
    if isEnd {
      depth -= 1
    } else if bytes[at - 1] != 0x2F {
      depth += 1
    }
    elements += 1
    at += 1
    if depth > XMPSource.maximumDepth {
      return "its elements are nested more than \(XMPSource.maximumDepth) deep"
    }
    if elements > XMPSource.maximumElements {
      return "it has more than \(XMPSource.maximumElements) elements"
    }
    return namespaces > XMPSource.maximumNamespaces
      ? "it has more than \(XMPSource.maximumNamespaces) namespaces" : nil
  }

  private func next(_ byte: UInt8) -> Int? { bytes[at...].firstIndex(of: byte) }

  private func has(_ text: StaticString) -> Bool {
    at + text.utf8CodeUnitCount <= bytes.count
      && memcmp(bytes.baseAddress! + at, text.utf8Start, text.utf8CodeUnitCount) == 0
  }

  private mutating func skip(past text: StaticString) -> Bool {
    while let found = next(text.utf8Start[0]) {
      at = found
      if has(text) {
        at += text.utf8CodeUnitCount
        return true
      }
      at += 1
    }
    return false
  }
}
