import Hummingbird

/// All that the server answers, and what stands before and after each answer.
struct ServerRouter {
  let services: ServerServices

  func make() -> Router<LikenessRequestContext> {
    let router = Router(
      context: LikenessRequestContext.self, options: .autoGenerateHeadEndpoints)
    // Also for addresses where there is nothing. The first is outermost.
    router.addMiddleware {
      HeadAnswers()
      RequestLog(metrics: services.metrics)
      CompreFaceAddresses(services: services)
      SecurityHeaders(isEncrypted: services.configuration.certificate != nil)
      ErrorAnswers()
      RequestOrigin(services: services)
      BodyLimits(bytes: services.configuration.uploadBytes, budget: services.budget)
    }
    PageRoutes().addRoutes(to: router)
    ServerRoutes(services: services).addRoutes(to: router)
    let api = router.group("api/v1")
    SessionRoutes(services: services).addRoutes(to: api)
    KeyRoutes(services: services).addRoutes(to: api)
    PhotoRoutes(services: services).addRoutes(to: api)
    FaceRoutes(services: services).addRoutes(to: api)
    PeopleRoutes(services: services).addRoutes(to: api)
    ReviewRoutes(services: services).addRoutes(to: api)
    QuestionRoutes(services: services).addRoutes(to: api)
    MapRoutes(services: services).addRoutes(to: api)
    JobRoutes(services: services).addRoutes(to: api)
    CompreFaceRoutes(services: services).addRoutes(to: router)
    router.refuseOtherMethods()
    return router
  }
}
