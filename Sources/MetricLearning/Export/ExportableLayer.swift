/// A layer that can be written as ONNX, as it is when it does not learn.
protocol ExportableLayer: Layer {
  /// Adds itself behind a value, and gives the name of what it computes.
  func exported(_ input: String, to graph: inout NetworkGraph) throws(ExportError) -> String
}
