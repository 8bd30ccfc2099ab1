import Foundation

/// A file of tensors as Hugging Face's safetensors 0.4 lays it out: eight bytes with the length of a
/// header, the header as JSON, then the numbers of each tensor as they lie in memory, little-endian.
///
/// The header maps a tensor's name to `{"dtype", "shape", "data_offsets": [begin, end]}`, counted from
/// the header's end, without gaps; `"__metadata__"` maps texts to texts.
package struct SafetensorsLayout {
  package struct Tensor {
    package var name: String
    /// Such as `F32`.
    package var type: String
    package var shape: [Int]
    package var bytes: Data

    package init(name: String, type: String, shape: [Int], bytes: Data) {
      (self.name, self.type, self.shape, self.bytes) = (name, type, shape, bytes)
    }
  }

  /// Why bytes are no such file.
  package struct Malformed: Error {
    package var reason: String

    package init(reason: String) { self.reason = reason }
  }

  package var metadata: [String: String]
  /// In the order in which they lie.
  package var tensors: [Tensor]

  package init(metadata: [String: String] = [:], tensors: [Tensor]) {
    (self.metadata, self.tensors) = (metadata, tensors)
  }

  /// The whole file.
  package func data() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func text(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    // Dictionaries would be written in another order than their tensors.
    var entries: [String] = []
    if !metadata.isEmpty { entries.append("\"__metadata__\":\(try text(metadata))") }
    var end = 0
    for tensor in tensors {
      let start = end
      end += tensor.bytes.count
      let entry = Entry(dtype: tensor.type, shape: tensor.shape, offsets: [start, end])
      entries.append("\(try text(tensor.name)):\(try text(entry))")
    }
    var header = Data("{\(entries.joined(separator: ","))}".utf8)
    // So that the numbers begin at a multiple of eight.
    header.append(Data(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
    var data = Data(capacity: 8 + header.count + end)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(header)
    for tensor in tensors { data.append(tensor.bytes) }
    return data
  }

  /// - Parameter byteCount: of one number of a type; nil for types that are not known.
  /// - Throws: `Malformed`, `DecodingError`
  package init(_ data: Data, byteCount: (String) -> Int?) throws {
    guard data.count >= 8 else { throw Malformed(reason: "it is cut off") }
    let length = data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= 100_000_000, length <= UInt64(data.count - 8) else {
      throw Malformed(reason: "its header is longer than the file or than 100 MB")
    }
    let start = data.startIndex + 8 + Int(length)
    let header = try JSONDecoder().decode(Header.self, from: data[data.startIndex + 8..<start])
    let size = data.endIndex - start
    self.init(metadata: header.metadata, tensors: [])
    var end = 0
    for (name, entry) in header.entries.sorted(by: { $0.entry.order < $1.entry.order }) {
      guard var bytes = byteCount(entry.dtype) else {
        throw Malformed(reason: "\(name) is of a type that is not known, \(entry.dtype)")
      }
      for dimension in entry.shape {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
        guard (0...1 << 31).contains(dimension), !overflow else {
          throw Malformed(reason: "\(name) has no shape")
        }
        bytes = product
      }
      guard bytes <= size - end, entry.offsets == [end, end + bytes] else {
        throw Malformed(reason: "\(name) does not lie where its shape says")
      }
      tensors.append(
        Tensor(
          name: name, type: entry.dtype, shape: entry.shape,
          bytes: data[start + end..<start + end + bytes]))
      end += bytes
    }
    guard end == size else { throw Malformed(reason: "there is more in it than its header says") }
  }

  private struct Entry: Codable {
    var dtype: String
    var shape: [Int]
    var offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }

    /// Empty tensors come before what begins at the same place.
    var order: (Int, Int) { (offsets.first ?? 0, offsets.last ?? 0) }
  }

  private struct Header: Decodable {
    var metadata: [String: String] = [:]
    var entries: [(name: String, entry: Entry)] = []

    struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      for key in container.allKeys {
        if key.stringValue == "__metadata__" {
          metadata = try container.decode([String: String].self, forKey: key)
        } else {
          entries.append((key.stringValue, try container.decode(Entry.self, forKey: key)))
        }
      }
    }
  }
}
