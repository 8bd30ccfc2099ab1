// Everybody who is reached from face $face over links, however many it takes, with the distance of each step of
// a path that has the fewest.
// Expect a row for each other face of the person, nearest by steps first; none for a face without links.
// The faces are those of `likeness same`, unless it leaves out some that share a photo or were told apart.
MATCH (asked:Face {id: $face})
MATCH (other:Face)
WHERE other.id <> $face
MATCH path = shortestPath((asked)-[:SAME*]-(other))
WITH other, [link IN relationships(path) | link.distance] AS distances
RETURN other.id AS face, other.name AS name, other.photo AS photo, size(distances) AS steps, distances
ORDER BY steps, face;
