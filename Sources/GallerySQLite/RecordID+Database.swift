import GRDB
import LikenessCore

// Columns hold the number, which is all that GRDB needs to know.

extension FaceID: DatabaseValueConvertible, StatementColumnConvertible {}
extension PhotoID: DatabaseValueConvertible, StatementColumnConvertible {}
extension PersonID: DatabaseValueConvertible, StatementColumnConvertible {}
extension EditID: DatabaseValueConvertible, StatementColumnConvertible {}
