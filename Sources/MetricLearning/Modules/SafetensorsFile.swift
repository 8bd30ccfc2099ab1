import Foundation

/// Tensors in a file as Hugging Face's safetensors 0.4 lays them out: eight bytes with the length of a
/// header, the header as JSON, then the numbers of each tensor as they lie in memory, little-endian.
///
/// The header maps a tensor's name to `{"dtype", "shape", "data_offsets": [begin, end]}`, counted from
/// the header's end, without gaps; `"__metadata__"` maps texts to texts.
public enum SafetensorsFile {
  /// Writes the tensors in their order, whole or not at all.
  /// - Throws: `SafetensorsError`
  public static func write(_ state: StateDictionary, to url: URL) throws(SafetensorsError) {
    do {
      try data(of: state).write(to: url, options: .atomic)
    } catch {
      throw .notWritable(path: url.path, reason: error.localizedDescription)
    }
  }

  /// - Throws: `SafetensorsError`
  public static func read(_ url: URL) throws(SafetensorsError) -> StateDictionary {
    let data: Data
    do {
      data = try Data(contentsOf: url, options: .mappedIfSafe)
    } catch {
      throw .unreadable(path: url.path, reason: error.localizedDescription)
    }
    do {
      return try state(from: data)
    } catch let error as Malformed {
      throw .unreadable(path: url.path, reason: error.reason)
    } catch {
      throw .unreadable(path: url.path, reason: "its header is not what it should be")
    }
  }

  /// Why bytes are no such file.
  struct Malformed: Error { var reason: String }

  static func data(of state: StateDictionary) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func text(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    // Dictionaries would be written in another order than their tensors.
    var entries: [String] = []
    if !state.metadata.isEmpty { entries.append("\"__metadata__\":\(try text(state.metadata))") }
    var end = 0
    for (name, tensor) in state.entries {
      let start = end
      end += tensor.count * tensor.type.byteCount
      let entry = Entry(
        dtype: tensor.type.safetensorsName, shape: tensor.shape, offsets: [start, end])
      entries.append("\(try text(name)):\(try text(entry))")
    }
    var header = Data("{\(entries.joined(separator: ","))}".utf8)
    // So that the numbers begin at a multiple of eight.
    header.append(Data(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
    var data = Data(capacity: 8 + header.count + end)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(header)
    for (_, tensor) in state.entries { tensor.withBytes { data.append(contentsOf: $0) } }
    return data
  }

  static func state(from data: Data) throws -> StateDictionary {
    guard data.count >= 8 else { throw Malformed(reason: "it is cut off") }
    let length = data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= 100_000_000, length <= UInt64(data.count - 8) else {
      throw Malformed(reason: "its header is longer than the file or than 100 MB")
    }
    let start = data.startIndex + 8 + Int(length)
    let header = try JSONDecoder().decode(Header.self, from: data[data.startIndex + 8..<start])
    let size = data.endIndex - start
    var state = StateDictionary()
    state.metadata = header.metadata
    var end = 0
    for (name, entry) in header.entries.sorted(by: { $0.entry.order < $1.entry.order }) {
      guard let type = TensorType.allCases.first(where: { $0.safetensorsName == entry.dtype })
      else { throw Malformed(reason: "\(name) is of a type that is not known, \(entry.dtype)") }
      var bytes = type.byteCount
      for dimension in entry.shape {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
        guard (0...1 << 31).contains(dimension), !overflow else {
          throw Malformed(reason: "\(name) has no shape")
        }
        bytes = product
      }
      guard entry.offsets == [end, end + min(bytes, size + 1)], end + bytes <= size else {
        throw Malformed(reason: "\(name) does not lie where its shape says")
      }
      let tensor = Tensor.zeros(entry.shape, type: type)
      data[start + end..<start + end + bytes].withUnsafeBytes { source in
        if bytes > 0 { tensor.withMutableBytes { $0.copyMemory(from: source) } }
      }
      state[name] = tensor
      end += bytes
    }
    guard end == size else { throw Malformed(reason: "there is more in it than its header says") }
    return state
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

extension TensorType {
  fileprivate var safetensorsName: String {
    switch self {
    case .float32: "F32"
    case .float64: "F64"
    case .int64: "I64"
    case .uint8: "U8"
    case .bool: "BOOL"
    }
  }
}

/// Why weights cannot be read or written.
public enum SafetensorsError: Error, Sendable, Equatable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case notWritable(path: String, reason: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "the weights \(path) cannot be read: \(reason)"
    case .notWritable(let path, let reason): "the weights cannot be written to \(path): \(reason)"
    }
  }
}
