import Foundation

/// An ONNX model under construction: nodes in order, constants, one input and one output.
///
/// Field numbers are those of onnx.proto (IR version 8, operator set 13).
package struct ONNXGraph {
  package enum Attribute {
    case integer(Int)
    case float(Float)
    case integers([Int])
  }

  /// A size that is known, or a name for one that is not.
  package enum Dimension {
    case fixed(Int)
    case named(String)
  }

  package enum ElementType: Int {
    case float32 = 1
    case uint8 = 2
    case int64 = 7
    case float16 = 10
  }

  package let name: String
  private var nodes = ProtobufWriter()
  private var constants = ProtobufWriter()
  private var ports = ProtobufWriter()
  private var count = 0

  package init(name: String) {
    self.name = name
  }

  package mutating func input(_ name: String, _ type: ElementType, _ shape: [Dimension]) -> String {
    port(11, name, type, shape)
    return name
  }

  package mutating func output(_ name: String, _ type: ElementType, _ shape: [Dimension]) {
    port(12, name, type, shape)
  }

  /// Adds a node and returns the name of what it computes.
  package mutating func node(
    _ operation: String, _ inputs: [String], _ attributes: [String: Attribute] = [:],
    output: String? = nil, outputs: Int = 1
  ) -> String {
    count += 1
    let result = output ?? "\(operation)_\(count)"
    nodes.message(1) { node in
      for input in inputs { node.string(1, input) }
      node.string(2, result)
      // The others are there because the operation has them.
      for unused in 1..<max(1, outputs) { node.string(2, "\(result)_\(unused)") }
      node.string(3, result)
      node.string(4, operation)
      for (key, value) in attributes.sorted(by: { $0.key < $1.key }) {
        node.message(5) { attribute in
          attribute.string(1, key)
          switch value {
          case .integer(let number):
            attribute.integer(3, number)
            attribute.integer(20, 2)
          case .float(let number):
            attribute.float(2, number)
            attribute.integer(20, 1)
          case .integers(let numbers):
            for number in numbers { attribute.integer(8, number) }
            attribute.integer(20, 7)
          }
        }
      }
    }
    return result
  }

  package mutating func constant(_ values: [Float], shape: [Int]) -> String {
    precondition(values.count == shape.reduce(1, *), "\(values.count) values for shape \(shape)")
    return constant(values.map(\.bitPattern.littleEndian), shape, .float32)
  }

  package mutating func constant(_ values: [Int]) -> String {
    constant(values.map { Int64($0).littleEndian }, [values.count], .int64)
  }

  private mutating func constant<T>(_ values: [T], _ shape: [Int], _ type: ElementType) -> String {
    count += 1
    let name = "constant_\(count)"
    constants.message(5) { tensor in
      for dimension in shape { tensor.integer(1, dimension) }
      tensor.integer(2, type.rawValue)
      tensor.string(8, name)
      tensor.bytes(9, values.withUnsafeBytes { Data($0) })
    }
    return name
  }

  private mutating func port(
    _ field: Int, _ name: String, _ type: ElementType, _ shape: [Dimension]
  ) {
    ports.message(field) { value in
      value.string(1, name)
      value.message(2) { valueType in
        valueType.message(1) { tensor in
          tensor.integer(1, type.rawValue)
          tensor.message(2) { dimensions in
            for dimension in shape {
              dimensions.message(1) { size in
                switch dimension {
                case .fixed(let number): size.integer(1, number)
                case .named(let name): size.string(2, name)
                }
              }
            }
          }
        }
      }
    }
  }

  /// The file's bytes.
  package func serialized() -> Data {
    var model = ProtobufWriter()
    model.integer(1, 8)
    model.string(2, "likeness")
    var graph = ProtobufWriter()
    graph.string(2, name)
    model.bytes(7, nodes.data + graph.data + constants.data + ports.data)
    model.message(8) { $0.integer(2, 13) }
    return model.data
  }
}
