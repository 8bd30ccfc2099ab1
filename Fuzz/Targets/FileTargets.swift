import Foundation

@testable import Faces
@testable import LikenessCore

extension FuzzTarget {
  static func onnx(_ data: Data) -> Bool {
    _ = try? ONNXInterface(data)
    _ = try? ONNXWeights(data)
    guard let plain = try? ONNXDequantizer.plain(data) else { return true }
    check((try? ONNXDequantizer.plain(plain)) != nil, "a plain model can be read")
    return true
  }

  static func dlib(_ data: Data) -> Bool {
    let networks = [
      try? DlibNetwork.faceRecognitionResNet(data), try? DlibNetwork.mmodFaceDetector(data),
    ]
    for case .some(let network) in networks {
      check(!network.layers.isEmpty, "a network has layers")
    }
    return true
  }

  static func landmarks(_ data: Data) -> Bool {
    guard let predictor = try? ShapePredictor(dlib: data) else { return true }
    let photo = Photo(width: 8, height: 8, pixels: [UInt8](repeating: 90, count: 192))
    let found = predictor.landmarks(in: photo, box: Box(x: 1, y: 1, width: 6, height: 6))
    check(found.points.count == 5, "five points")
    return true
  }

  static func safetensors(_ data: Data) -> Bool {
    let layout = try? SafetensorsLayout(data) { ["F32": 4, "F16": 2, "I64": 8][$0] }
    guard let layout else { return true }
    let bytes = layout.tensors.reduce(0) { $0 + $1.bytes.count }
    check(bytes < data.count, "tensors lie in their file")
    return true
  }

  static func csv(_ data: Data) -> Bool {
    guard let rows = try? CSVReader.rows(of: String(decoding: data, as: UTF8.self)) else {
      return true
    }
    for row in rows where row.fields != [""] {
      let line = row.fields.map(\.csvField).joined(separator: ",")
      let again = try? CSVReader.rows(of: line)
      check(
        again?.count == 1
          && again?[0].fields.map { Array($0.fromCSVField.utf8) }
            == row.fields.map { Array($0.utf8) },
        "a row that is written is read again: \(line.debugDescription)")
    }
    return true
  }

  static func npy(_ data: Data) -> Bool {
    guard let vector = try? NPYReader.vector(in: data) else { return true }
    check(!vector.isEmpty && vector.count * 4 < data.count, "a vector lies in its file")
    return true
  }
}
