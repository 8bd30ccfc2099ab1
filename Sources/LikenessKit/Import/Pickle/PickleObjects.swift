import Foundation

/// NumPy's arrays and what belongs to them, as pickles make them.
enum PickleObjects {
  /// What calling a name means.
  /// - Throws: `PickleError` for arguments that are never written so
  static func made(
    _ global: PickleGlobal, _ arguments: [PickleValue], _ arena: PickleArena
  ) throws(PickleError) -> PickleValue {
    switch global {
    case .reconstruct: return .array(PickleArray())
    case .type:
      guard let code = arguments.first?.text else { break }
      let type = PickleType(code.trimmingCharacters(in: CharacterSet(charactersIn: "<>=|")))
      type.isBigEndian = code.hasPrefix(">")
      return .type(type)
    case .scalar:
      guard arguments.count == 2, case .type(let type) = arguments[0],
        case .bytes(let data) = arguments[1], let value = type.numbers(in: data, count: 1)
      else { break }
      return .number(value[0])
    case .encode:
      // How bytes are written where there are none: one letter each.
      guard let text = arguments.first?.text, arguments.count == 2,
        ["latin1", "latin-1"].contains(arguments[1].text),
        text.unicodeScalars.allSatisfy({ $0.value < 256 })
      else { break }
      return .bytes(Data(text.unicodeScalars.map { UInt8($0.value) }))
    case .fromBuffer:
      guard arguments.count >= 3, case .bytes(let data) = arguments[0],
        case .type(let type) = arguments[1]
      else { break }
      let array = PickleArray()
      try fill(array, shape: arguments[2], type, data)
      return .array(array)
    case .orderedDictionary:
      let pairs = (arguments.first?.entries ?? []).compactMap(\.entries).filter { $0.count == 2 }
      return .dictionary(arena.add(PickleDictionary(pairs.map { ($0[0], $0[1]) })))
    case .array: break
    }
    throw PickleError(reason: "an object with other arguments than NumPy writes")
  }

  /// Gives an object its state.
  /// - Throws: `PickleError`
  static func fill(_ object: PickleValue, with state: PickleValue) throws(PickleError) {
    guard let state = state.entries else {
      throw PickleError(reason: "an object with a state that is not read")
    }
    switch object {
    case .type(let type):
      // (3, '<', …)
      if state.count > 1 { type.isBigEndian = state[1].text == ">" }
    case .array(let array):
      // (1, shape, type, whether it is by columns, bytes)
      guard state.count == 5, case .type(let type) = state[2], case .bytes(let data) = state[4]
      else { throw PickleError(reason: "an array of other values than numbers") }
      try fill(array, shape: state[1], type, data)
    default: throw PickleError(reason: "an object with a state that is not read")
    }
  }

  private static func fill(
    _ array: PickleArray, shape: PickleValue, _ type: PickleType, _ data: Data
  ) throws(PickleError) {
    let sizes = (shape.entries ?? [shape]).compactMap(\.double)
    var count = 1
    for size in sizes {
      guard size >= 0, size <= 1e9 else { throw PickleError(reason: "an array of no size") }
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: Int(size))
      guard !isTooLarge else { throw PickleError(reason: "an array of no size") }
      count = product
    }
    guard let values = type.numbers(in: data, count: count) else {
      throw PickleError(reason: "an array of other values than numbers")
    }
    array.shape = sizes.map { Int($0) }
    array.values = values
  }
}
