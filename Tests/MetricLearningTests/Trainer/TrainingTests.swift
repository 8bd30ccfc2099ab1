import Testing

/// Tests that train, one after another: two trainings at once would fight for the processors.
@Suite(.serialized) struct TrainingTests {}
