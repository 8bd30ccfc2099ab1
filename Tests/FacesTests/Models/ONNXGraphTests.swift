import Foundation
import TestSupport
import Testing

@testable import Faces

@Suite struct ONNXGraphTests {
  @Test func `the bytes are a protobuf message of onnx.proto's fields`() throws {
    let model = try fields(tinyGraph())
    #expect(model[1] == [.number(8)])  // ir_version
    let opset = try fields(#require(model[8]?.first?.bytes))
    #expect(opset[2] == [.number(13)])

    let graph = try fields(#require(model[7]?.first?.bytes))
    #expect(graph[2]?.first?.text == "tiny")
    let nodes = try #require(graph[1]).map { try fields($0.bytes ?? Data()) }
    #expect(nodes.map { $0[4]?.first?.text } == ["Cast", "Mul", "Identity"])
    #expect(nodes[1][1]?.map(\.text) == [nodes[0][2]?.first?.text, "constant_2"])
    #expect(nodes[2][2]?.first?.text == "output")
    let attribute = try fields(#require(nodes[0][5]?.first?.bytes))
    #expect(attribute[1]?.first?.text == "to")
    #expect(attribute[3] == [.number(1)])
    #expect(attribute[20] == [.number(2)])

    let constant = try fields(#require(graph[5]?.first?.bytes))
    #expect(constant[1] == [.number(3)])
    #expect(constant[2] == [.number(1)])
    #expect(constant[8]?.first?.text == "constant_2")
    let values: [Float] = [0.5, -2, 3]
    #expect(
      constant[9]?.first?.bytes
        == Data(
          values.flatMap { TestFiles.little(Int($0.bitPattern), 4) }))

    for (field, name, type, sizes) in [
      (11, "image", 2, [FieldValue.bytes(Data("n".utf8)), .number(3)]),
      (12, "output", 1, [.bytes(Data("n".utf8)), .number(3)]),
    ] {
      let port = try fields(#require(graph[field]?.first?.bytes))
      #expect(port[1]?.first?.text == name)
      let valueType = try fields(#require(port[2]?.first?.bytes))
      let tensor = try fields(#require(valueType[1]?.first?.bytes))
      #expect(tensor[1] == [.number(UInt64(type))])
      let shape = try fields(#require(tensor[2]?.first?.bytes))
      let found = try #require(shape[1]).map { size -> FieldValue? in
        let dimension = try fields(size.bytes ?? Data())
        return dimension[1]?.first ?? dimension[2]?.first
      }
      #expect(found == sizes)
    }
  }

  @Test func `numbers are varints, negative ones in ten bytes`() throws {
    for value in [0, 1, 127, 128, 300, 1 << 40, -1, .min] {
      var writer = ProtobufWriter()
      writer.integer(20, value)
      #expect(try fields(writer.data)[20] == [.number(UInt64(bitPattern: Int64(value)))])
      if value < 0 { #expect(writer.data.count == 12) }
    }
    var writer = ProtobufWriter()
    writer.float(2, 1.5)
    #expect(writer.data == Data([0x15, 0, 0, 0xC0, 0x3F]))
  }

  @Test func `OpenVINO runs it`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("tiny.onnx")
      try tinyGraph().write(to: file)
      let model = try Networks.runtime().compile(file, shape: nil, precision: .f32, streams: 1)
      let request = try model.request(input: [2, 3], .uint8)
      request.withInput(as: UInt8.self) { _ = $0.update(fromContentsOf: [10, 20, 30, 1, 2, 255]) }
      try request.run()
      try request.withOutput(0) { shape, values in
        #expect(shape == [2, 3])
        #expect(Array(values) == [5, -40, 90, 0.5, -4, 765])
      }
    }
  }

  @Test func `a file that is not a model is refused`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("noise.onnx")
      try tinyGraph().prefix(40).write(to: file)
      let runtime = try Networks.runtime()
      #expect(throws: InferenceError.self) {
        try runtime.compile(file, shape: nil, precision: .f32, streams: 1)
      }
    }
  }

  private func tinyGraph() -> Data {
    var graph = ONNXGraph(name: "tiny")
    let image = graph.input("image", .uint8, [.named("n"), .fixed(3)])
    let value = graph.node("Cast", [image], ["to": .integer(1)])
    let product = graph.node("Mul", [value, graph.constant([0.5, -2, 3], shape: [3])])
    _ = graph.node("Identity", [product], output: "output")
    graph.output("output", .float32, [.named("n"), .fixed(3)])
    return graph.serialized()
  }

  private enum FieldValue: Equatable {
    case number(UInt64)
    case bytes(Data)

    var bytes: Data? { if case .bytes(let data) = self { data } else { nil } }
    var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
  }

  private struct Malformed: Error {}

  /// A plain decoder of protobuf's wire format: varints and length-delimited fields.
  private func fields(_ data: Data) throws -> [Int: [FieldValue]] {
    let bytes = [UInt8](data)
    var at = 0
    func varint() throws -> UInt64 {
      var (value, shift) = (UInt64(0), UInt64(0))
      while true {
        guard at < bytes.count, shift < 70 else { throw Malformed() }
        value |= UInt64(bytes[at] & 0x7f) << shift
        at += 1
        if bytes[at - 1] < 0x80 { return value }
        shift += 7
      }
    }
    var result: [Int: [FieldValue]] = [:]
    while at < bytes.count {
      let key = try varint()
      switch key & 7 {
      case 0: result[Int(key >> 3), default: []].append(.number(try varint()))
      case 2:
        let count = Int(try varint())
        guard count <= bytes.count - at else { throw Malformed() }
        result[Int(key >> 3), default: []].append(.bytes(Data(bytes[at..<at + count])))
        at += count
      default: throw Malformed()
      }
    }
    return result
  }
}
