/// Sizes that files claim, none below 0: what is more than a number holds is as good as the largest one.
extension Int {
  func saturatingSum(_ other: Int) -> Int {
    let (value, overflow) = addingReportingOverflow(other)
    return overflow ? .max : value
  }

  func saturatingProduct(_ other: Int) -> Int {
    let (value, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : value
  }
}
