import COpenVINO
import Foundation

/// OpenVINO, loaded once for the process.
///
/// The handle may be used from several threads at once (OpenVINO's `ov::Core` is thread-safe).
final class InferenceRuntime: @unchecked Sendable {
  private let core: OpaquePointer
  private let cache: ModelCache?

  /// Whether the processor computes in bf16 by itself (AMX or AVX-512 BF16).
  let hasNativeBF16: Bool

  /// Loads OpenVINO from a folder of shared libraries.
  /// - Parameter cache: where networks are kept as they were made ready here.
  init(folder: URL, cache: ModelCache? = nil) throws(InferenceError) {
    self.cache = cache
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    guard
      let library = names.filter({
        $0.hasPrefix("libopenvino_c.so") || $0 == "libopenvino_c.dylib"
      }).max()
    else { throw .runtimeMissing(folder: folder.path) }
    guard cov_load(folder.appendingPathComponent(library).path) == 0 else {
      throw .runtimeUnusable(lastError())
    }
    var handle: OpaquePointer?
    guard cov_core_shared(&handle) == 0, let handle else { throw .runtimeUnusable(lastError()) }
    core = handle
    var value: UnsafeMutablePointer<CChar>?
    guard cov_core_property(handle, "CPU", "OPTIMIZATION_CAPABILITIES", &value) == 0, let value
    else {
      throw .runtimeUnusable(lastError())
    }
    hasNativeBF16 = String(cString: value).contains("BF16")
    cov_string_free(value)
  }

  /// Compiles a model file for the processor.
  /// - Parameters:
  ///   - shape: the shape of its only input, -1 where a size is left open; nil for the file's own.
  ///   - streams: how many inferences may run at once, each on one core.
  ///   - checksum: of the file, as it was just compared: the network is then kept, or was before, as it is made ready here.
  ///     Nil for one that is not asked for again.
  func compile(
    _ file: URL, shape: [Int]?, precision: Precision, streams: Int, checksum: String? = nil
  ) throws(InferenceError) -> CompiledModel {
    let entry = checksum.flatMap { checksum in
      let sizes = (shape ?? []).map { $0 < 0 ? "n" : "\($0)" }.joined(separator: "x")
      return cache?.entry("\(checksum.prefix(32))-\(sizes)-\(precision.rawValue)-\(streams)")
    }
    defer { entry?.close() }
    var settings: [(String, String)] = [
      ("INFERENCE_PRECISION_HINT", precision == .bf16 ? "bf16" : "f32"),
      ("INFERENCE_NUM_THREADS", "\(streams)"),
      ("NUM_STREAMS", "\(streams)"),
      // Pinned threads fight over one core when two programs run at once.
      ("ENABLE_CPU_PINNING", "NO"),
    ]
    if let entry { settings.append(("CACHE_DIR", entry.folder.path)) }
    let strings = settings.map { (strdup($0.0), strdup($0.1)) }
    defer {
      for pair in strings {
        free(pair.0)
        free(pair.1)
      }
    }
    let properties = strings.map {
      cov_property(key: UnsafePointer($0.0), value: UnsafePointer($0.1))
    }
    let dimensions = (shape ?? []).map(Int64.init)
    var model: OpaquePointer?
    guard
      cov_compile(
        core, file.path, dimensions.count, dimensions, properties, properties.count, &model) == 0,
      let model
    else { throw .modelRefused(path: file.path, reason: lastError()) }
    return CompiledModel(handle: model, runtime: self)
  }
}

/// The number format in which a network runs.
public enum Precision: String, Sendable, CaseIterable, Codable {
  case f32
  case bf16
}

/// A network ready to run; makes the requests that run it.
///
/// The handle may be used from several threads at once (OpenVINO's `ov::CompiledModel` is).
final class CompiledModel: @unchecked Sendable {
  private let handle: OpaquePointer
  private let runtime: InferenceRuntime

  fileprivate init(handle: OpaquePointer, runtime: InferenceRuntime) {
    self.handle = handle
    self.runtime = runtime
  }

  deinit { cov_model_free(handle) }

  /// How many outputs it has.
  var outputs: Int {
    get throws(InferenceError) {
      var count = 0
      guard cov_model_outputs(handle, &count) == 0 else { throw .failed(lastError()) }
      return count
    }
  }

  /// A request with its own input of a shape, to be used by one thread at a time.
  func request(input shape: [Int], _ type: InferenceRequest.ElementType) throws(InferenceError)
    -> InferenceRequest
  {
    var request: OpaquePointer?
    guard cov_request_create(handle, &request) == 0, let request else {
      throw .failed(lastError())
    }
    return try InferenceRequest(handle: request, model: self, shape: shape, type)
  }
}

/// One inference at a time: fill the input, run, read the outputs.
final class InferenceRequest {
  enum ElementType { case float32, uint8 }

  private let handle: OpaquePointer
  private let model: CompiledModel
  private var tensor: OpaquePointer
  private var data: UnsafeMutableRawPointer
  private let type: ElementType
  private(set) var shape: [Int]

  fileprivate init(
    handle: OpaquePointer, model: CompiledModel, shape: [Int], _ type: ElementType
  ) throws(InferenceError) {
    self.handle = handle
    self.model = model
    self.type = type
    self.shape = shape
    do {
      (tensor, data) = try Self.tensor(shape, type)
    } catch {
      cov_request_free(handle)
      throw error
    }
    guard cov_request_set_input(handle, tensor) == 0 else { throw .failed(lastError()) }
  }

  deinit {
    cov_tensor_free(tensor)
    cov_request_free(handle)
  }

  /// Gives the input another shape; its values are undefined after that.
  func reshape(_ shape: [Int]) throws(InferenceError) {
    guard shape != self.shape else { return }
    let (next, nextData) = try Self.tensor(shape, type)
    guard cov_request_set_input(handle, next) == 0 else {
      cov_tensor_free(next)
      throw .failed(lastError())
    }
    cov_tensor_free(tensor)
    (tensor, data, self.shape) = (next, nextData, shape)
  }

  /// Lends the input's memory, as many elements as its shape holds.
  func withInput<Element, Result>(
    as: Element.Type, _ body: (UnsafeMutableBufferPointer<Element>) throws -> Result
  ) rethrows -> Result {
    let count = shape.reduce(1, *)
    return try body(
      UnsafeMutableBufferPointer(start: data.assumingMemoryBound(to: Element.self), count: count))
  }

  func run() throws(InferenceError) {
    guard cov_request_infer(handle) == 0 else { throw .failed(lastError()) }
  }

  /// Lends an output of the last run: its shape and its values, `shape.reduce(1, *)` floats.
  func withOutput<Result>(
    _ index: Int, _ body: ([Int], UnsafeBufferPointer<Float>) throws -> Result
  ) throws -> Result {
    var output: OpaquePointer?
    guard cov_request_output(handle, index, &output) == 0, let output else {
      throw InferenceError.failed(lastError())
    }
    defer { cov_tensor_free(output) }
    var dimensions = [Int64](repeating: 0, count: 8)
    var rank = 0
    var raw: UnsafeMutableRawPointer?
    var type: Int32 = 0
    guard cov_tensor_shape(output, 8, &dimensions, &rank) == 0,
      cov_tensor_type(output, &type) == 0, cov_tensor_data(output, &raw) == 0
    else { throw InferenceError.failed(lastError()) }
    guard type == Int32(COV_F32) else {
      throw InferenceError.failed("output \(index) is no tensor of 32-bit floats")
    }
    guard rank <= dimensions.count else {
      throw InferenceError.failed("output \(index) has \(rank) dimensions")
    }
    guard let raw else { throw InferenceError.failed("output \(index) is empty") }
    let shape = dimensions.prefix(rank).map(Int.init)
    let count = shape.reduce(1, *)
    return try body(
      shape, UnsafeBufferPointer(start: raw.assumingMemoryBound(to: Float.self), count: count))
  }

  private static func tensor(
    _ shape: [Int], _ type: ElementType
  ) throws(InferenceError) -> (OpaquePointer, UnsafeMutableRawPointer) {
    var tensor: OpaquePointer?
    let dimensions = shape.map(Int64.init)
    let code = type == .float32 ? COV_F32 : COV_U8
    guard cov_tensor_create(Int32(code), dimensions.count, dimensions, &tensor) == 0, let tensor
    else { throw .failed(lastError()) }
    var data: UnsafeMutableRawPointer?
    guard cov_tensor_data(tensor, &data) == 0, let data else {
      cov_tensor_free(tensor)
      throw .failed(lastError())
    }
    return (tensor, data)
  }
}

private func lastError() -> String { String(cString: cov_last_error()) }
