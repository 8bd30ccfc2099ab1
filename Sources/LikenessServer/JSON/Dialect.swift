/// In which API's terms answers and errors are written.
enum Dialect: Sendable { case likeness, compreFace }
