import Foundation

/// The numbers of an .npy file, `(rows, columns)`, mapped into memory.
public struct NumpyArray<Element> {
  public let rows: Int
  public let columns: Int
  private let data: Data
  private let start: Int

  public struct Malformed: Error, CustomStringConvertible {
    public let description: String
  }

  public init(_ url: URL, type: String) throws {
    data = try Data(contentsOf: url, options: .alwaysMapped)
    guard data.count > 10, data.prefix(6) == Data([0x93] + Array("NUMPY".utf8)), data[6] == 1 else {
      throw Malformed(description: "\(url.path) is no .npy file")
    }
    let length = Int(data[8]) | Int(data[9]) << 8
    start = 10 + length
    let header = String(decoding: data[10..<start], as: UTF8.self)
    guard header.contains("'\(type)'"), header.contains("'fortran_order': False"),
      let open = header.firstIndex(of: "("), let close = header.firstIndex(of: ")")
    else { throw Malformed(description: "\(url.path) holds no \(type) in rows") }
    let shape = header[header.index(after: open)..<close].split(separator: ",").compactMap {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    guard shape.count == 2,
      data.count - start == shape[0] * shape[1] * MemoryLayout<Element>.stride
    else { throw Malformed(description: "\(url.path) is of another shape") }
    (rows, columns) = (shape[0], shape[1])
  }

  /// All numbers, row by row.
  public func numbers() -> [Element] {
    [Element](unsafeUninitializedCapacity: rows * columns) { out, count in
      data.withUnsafeBytes { bytes in
        UnsafeMutableRawBufferPointer(out).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[start...]))
      }
      count = rows * columns
    }
  }
}

/// Writes an .npy file of floats, `(rows, columns)`.
public func writeNumpy(_ numbers: [Float], columns: Int, to url: URL) throws {
  var header =
    "{'descr': '<f4', 'fortran_order': False, 'shape': (\(numbers.count / columns), \(columns)), }"
  // The numbers begin at a multiple of 64.
  header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
  let length = header.utf8.count
  var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)])
  data += Data(header.utf8)
  data += numbers.withUnsafeBytes { Data($0) }
  try data.write(to: url)
}
