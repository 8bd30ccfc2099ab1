import Hummingbird

/// The REST API of CompreFace 1.2, so that programs made for it find what they know.
struct CompreFaceRoutes {
  let services: ServerServices

  func addRoutes(to router: some RouterMethods<LikenessRequestContext>) {
    let api = router.group("api/v1")
    CompreFaceSubjects(services: services).addRoutes(to: api.group("recognition/subjects"))
    CompreFaceExamples(services: services).addRoutes(to: api.group("recognition/faces"))
    CompreFaceExamples(services: services).addPictures(to: router.group("static"))
    CompreFaceQuestions(services: services).addRoutes(to: api)
  }
}
