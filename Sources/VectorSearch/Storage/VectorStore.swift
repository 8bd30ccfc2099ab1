import CKernels
import Foundation
import LikenessCore
import Synchronization

/// The vectors of an index, each in a slot of its own: as it came, and as a code of one byte for each
/// dimension, which is what searches look at first.
///
/// Codes are of vectors less their centre; for cosine, of vectors of length 1. Slots of removed vectors
/// are used again.
final class VectorStore: @unchecked Sendable {
  /// The maximum number of vectors.
  static let maximumCapacity = 1 << 26
  /// With more, sums of products of bytes might overflow 32 bits.
  static let maximumDimensions = 1 << 17
  /// The id of a slot that holds no vector.
  static let noID = Int64.min
  /// Slots whose errors are bounded together.
  static let blockSize = 1024

  /// How many vectors fit.
  let capacity: Int
  let dimensions: Int
  let metric: Metric
  /// Bytes of a code.
  let codeSize: Int
  let kernels = ck_kernels_best()!

  /// Guards everything below while rows are written, removed or looked at one after the other. A walk
  /// along links needs no lock: what is linked is written, and is removed only when no search runs.
  let rowLock = SharedLock()
  let vectors: ReservedMemory<Float>
  let codes: ReservedMemory<Int8>
  let scales: ReservedMemory<ck_code_scale>
  let ids: ReservedMemory<Int64>
  private let slotCounter = Atomic(0)
  private(set) var centre: [Float]
  private(set) var freeSlots: [UInt32] = []
  /// For each block the most that a code of it leaves out; infinity is left out.
  private(set) var blockErrors: [Float] = []
  // Bits of floats that are not negative, which compare as the floats do; walks read them without a lock.
  private let errorBits = Atomic<UInt32>(0)
  private let normBits = Atomic<UInt32>(0)
  /// Made when it is first needed, for opening an index must be quick.
  private var slots: [Int64: UInt32]?
  /// How many vectors the centre was computed from.
  private var centredCount = 0
  /// What the memory is mapped from.
  private(set) var source: OpenIndexFile?

  /// - Throws: `IndexError.outOfMemory`
  init(dimensions: Int, metric: Metric) throws(IndexError) {
    precondition((1...Self.maximumDimensions).contains(dimensions), "\(dimensions) dimensions")
    self.dimensions = dimensions
    self.metric = metric
    let block = Int(CK_CODE_BLOCK)
    codeSize = (dimensions + block - 1) / block * block
    (capacity, vectors, codes, scales, ids) = try Self.reserve(dimensions, codeSize)
    centre = [Float](repeating: 0, count: dimensions)
  }

  /// Room for as many vectors as there is address space for: where it is rationed, a smaller index is
  /// better than none.
  private static func reserve(
    _ dimensions: Int, _ codeSize: Int
  ) throws(IndexError) -> (
    Int, ReservedMemory<Float>, ReservedMemory<Int8>, ReservedMemory<ck_code_scale>,
    ReservedMemory<Int64>
  ) {
    var capacity = maximumCapacity
    while true {
      do throws(IndexError) {
        return (
          capacity, try ReservedMemory(capacity: capacity * dimensions),
          try ReservedMemory(capacity: capacity * codeSize),
          try ReservedMemory(capacity: capacity), try ReservedMemory(capacity: capacity)
        )
      } catch {
        guard capacity > 1 << 16 else { throw error }
        capacity /= 8
      }
    }
  }

  /// One more than the largest slot in use.
  var slotCount: Int { slotCounter.load(ordering: .acquiring) }
  /// How many vectors there are.
  var count: Int { slotCount - freeSlots.count }

  var codeRows: ck_code_rows {
    ck_code_rows(kernels: kernels, codes: codes.start, scales: scales.start, size: codeSize)
  }

  func vector(_ slot: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: vectors.start + slot * dimensions, count: dimensions)
  }

  func id(_ slot: Int) -> Int64 { ids.start[slot] }

  /// The bound on what codes of a block leave out.
  func error(block: Int) -> Float { blockErrors[block] }
  var largestError: Float { Float(bitPattern: errorBits.load(ordering: .relaxed)) }
  /// The longest vector of codes.
  var largestNorm: Float { Float(bitPattern: normBits.load(ordering: .relaxed)) }
}

// MARK: - Files

extension VectorStore {
  /// The vectors of a file, read when they are needed.
  /// - Throws: `IndexError`
  convenience init(_ file: OpenIndexFile) throws(IndexError) {
    let head = file.head
    guard let metric = Metric(rawValue: head.metric),
      (1...Self.maximumDimensions).contains(head.dimensions),
      (0...Self.maximumCapacity).contains(head.slotCount)
    else { throw .damaged(path: file.url.path, reason: "its head makes no sense") }
    try self.init(dimensions: head.dimensions, metric: metric)
    source = file
    centre = try file.numbers(.centre)
    blockErrors = try file.numbers(.blockErrors)
    normBits.store(max(0, head.largestNorm).bitPattern, ordering: .relaxed)
    errorBits.store((blockErrors.max() ?? 0).bitPattern, ordering: .relaxed)
    let count = head.slotCount
    guard count <= capacity else { throw .full(capacity: capacity) }
    guard centre.count == dimensions,
      blockErrors.count == (count + Self.blockSize - 1) / Self.blockSize
    else { throw .damaged(path: file.url.path, reason: "its sections do not belong together") }
    try file.map(.vectors, to: vectors, count: count * dimensions)
    try file.map(.codes, to: codes, count: count * codeSize)
    try file.map(.scales, to: scales, count: count)
    try file.map(.ids, to: ids, count: count)
    slotCounter.store(count, ordering: .releasing)
    centredCount = count
    if head.freeSlots > 0 {
      freeSlots = (0..<count).filter { ids.start[$0] == Self.noID }.map(UInt32.init)
    }
    guard freeSlots.count == head.freeSlots else {
      throw .damaged(path: file.url.path, reason: "its free slots do not add up")
    }
  }

  /// The caller holds `rowLock`.
  func sections() -> [(IndexFile.SectionName, UnsafeRawBufferPointer)] {
    func bytes<Element>(_ memory: ReservedMemory<Element>, _ count: Int) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(UnsafeBufferPointer(start: memory.start, count: count))
    }
    return [
      (.scales, bytes(scales, slotCount)), (.ids, bytes(ids, slotCount)),
      (.codes, bytes(codes, slotCount * codeSize)),
      (.vectors, bytes(vectors, slotCount * dimensions)),
    ]
  }
}

// MARK: - Changing rows; the caller holds `rowLock` exclusively

extension VectorStore {
  /// Whether the table of slots has been made.
  var knowsSlots: Bool { slots != nil }

  /// The slot of an id, where the table of slots has been made; the caller need only share `rowLock`.
  func knownSlot(of id: Int64) -> Int? { slots?[id].map(Int.init) }

  /// The slot of an id.
  func slot(of id: Int64) -> Int? {
    if slots == nil {
      var map = [Int64: UInt32](minimumCapacity: count)
      for slot in 0..<slotCount where ids.start[slot] != Self.noID {
        map[ids.start[slot]] = UInt32(slot)
      }
      slots = map
    }
    return slots![id].map(Int.init)
  }

  /// Writes a vector into a free slot.
  /// - Precondition: the id is not there, the vector has `dimensions` numbers.
  /// - Throws: `IndexError.full`
  func append(_ vector: UnsafeBufferPointer<Float>, id: Int64) throws(IndexError) -> Int {
    precondition(vector.count == dimensions && id != Self.noID)
    precondition(slot(of: id) == nil, "id \(id) is in the index already")
    let slot: Int
    if let free = freeSlots.popLast() {
      slot = Int(free)
    } else {
      slot = slotCount
      guard slot < capacity else { throw .full(capacity: capacity) }
    }
    write(vector, to: slot)
    ids.start[slot] = id
    slots![id] = UInt32(slot)
    if slot == slotCount { slotCounter.store(slot + 1, ordering: .releasing) }
    return slot
  }

  /// Takes a vector out; nothing of it stays in memory.
  func remove(slot: Int) {
    slots?[ids.start[slot]] = nil
    ids.start[slot] = Self.noID
    (vectors.start + slot * dimensions).update(repeating: 0, count: dimensions)
    (codes.start + slot * codeSize).update(repeating: 0, count: codeSize)
    // Farther than everything.
    scales.start[slot] = ck_code_scale(scale: 0, norm: .infinity)
    freeSlots.append(UInt32(slot))
  }

  private func write(_ vector: UnsafeBufferPointer<Float>, to slot: Int) {
    (vectors.start + slot * dimensions).update(from: vector.baseAddress!, count: dimensions)
    encode(slot)
  }

  private func encode(_ slot: Int) {
    let error = encode(
      vector(slot), to: codes.start + slot * codeSize, scales.start + slot)
    let block = slot / Self.blockSize
    while blockErrors.count <= block { blockErrors.append(0) }
    if error == .infinity {
      // Nearer than everything for a scan, which then looks at the vector itself.
      scales.start[slot] = ck_code_scale(scale: 0, norm: -.infinity)
    } else {
      blockErrors[block] = max(blockErrors[block], error)
      errorBits.max(error.bitPattern, ordering: .relaxed)
      normBits.max(scales.start[slot].norm.squareRoot().bitPattern, ordering: .relaxed)
    }
  }
}

// MARK: - Codes

extension VectorStore {
  /// Writes a vector's code.
  /// - Returns: how much the code leaves out; infinite for a vector that has none, whose code is that of
  ///   the centre.
  func encode(
    _ vector: UnsafeBufferPointer<Float>, to code: UnsafeMutablePointer<Int8>,
    _ scale: UnsafeMutablePointer<ck_code_scale>
  ) -> Float {
    guard metric == .cosine else {
      return ck_encode(vector.baseAddress, centre, dimensions, codeSize, code, scale)
    }
    guard let direction = direction(vector) else {
      code.update(repeating: 0, count: codeSize)
      scale.pointee = ck_code_scale()
      return .infinity
    }
    return ck_encode(direction, centre, dimensions, codeSize, code, scale)
  }

  /// The vector with length 1, where squared L2 distance is twice cosine's; nil for one that has no direction.
  private func direction(_ vector: UnsafeBufferPointer<Float>) -> [Float]? {
    let length = vector.length
    return length > 0 || length.isNaN ? vector.divided(by: length) : nil
  }

  /// The vector to encode; nil for one that has no code.
  private func prepare(_ vector: UnsafeBufferPointer<Float>) -> [Float]? {
    metric == .cosine ? direction(vector) : Array(vector)
  }

  /// Moves the centre to the mean of all vectors when there are many more than when it was last
  /// computed: short vectors have fine codes.
  func updateCentre() {
    guard count >= 4 * max(1, centredCount) else { return }
    var sums = [Double](repeating: 0, count: dimensions)
    var used = 0.0
    for slot in 0..<slotCount where ids.start[slot] != Self.noID {
      guard let prepared = prepare(vector(slot)), prepared.allSatisfy({ abs($0) < 1e15 })
      else { continue }
      for index in 0..<dimensions { sums[index] += Double(prepared[index]) }
      used += 1
    }
    centredCount = count
    guard used > 0 else { return }
    centre = sums.map { Float($0 / used) }
    blockErrors = [Float](repeating: 0, count: (slotCount + Self.blockSize - 1) / Self.blockSize)
    errorBits.store(0, ordering: .relaxed)
    normBits.store(0, ordering: .relaxed)
    for slot in 0..<slotCount where ids.start[slot] != Self.noID { encode(slot) }
  }
}
