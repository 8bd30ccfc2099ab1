// `import LikenessKit` is all that a user needs: faces, vectors, layouts and the gallery's records come
// along.
@_exported import Algebra
@_exported import Atlas
@_exported import Faces
@_exported import Gallery
@_exported import Milvus
@_exported import Vectors
