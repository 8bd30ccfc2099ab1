// Layouts belong to maps.
@_exported import Projection
