// `import LikenessKit` is all that most users need: faces, vectors and the gallery's records come along.
@_exported import Clustering
@_exported import Composition
@_exported import Faces
@_exported import GalleryCore
@_exported import LikenessCore
@_exported import PhotoMetadata
