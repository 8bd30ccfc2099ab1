import LikenessCore

// Tests write ids as numbers; programs do not.

extension RecordID where Self: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int64) { self.init(value) }
}

extension FaceID: ExpressibleByIntegerLiteral {}
extension PhotoID: ExpressibleByIntegerLiteral {}
extension PersonID: ExpressibleByIntegerLiteral {}
extension EditID: ExpressibleByIntegerLiteral {}
