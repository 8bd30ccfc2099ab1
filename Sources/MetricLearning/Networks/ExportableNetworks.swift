extension AttributeHeads: ExportableLayer {}
extension DlibResNet: ExportableLayer {}
extension EmbeddingHead: ExportableLayer {}
extension GridFeatures: ExportableLayer {}
extension InvertedResidual: ExportableLayer {}
extension MobileNetV2: ExportableLayer {}
