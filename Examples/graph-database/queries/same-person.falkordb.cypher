// Everybody who is reached from face $face over links, however many it takes, with the distance of each step.
// Run chain.falkordb.cypher first. Between two faces of a tree there is one path, so the walk is short; of all
// paths over SAME it is the one whose longest step is shortest.
// Expect a row for each other face of the person, nearest by steps first; none for a face without links.
// The faces are those of `likeness same`, unless it leaves out some that share a photo or were told apart.
MATCH path = (:Face {id: $face})-[:CHAIN*]-(other:Face)
WITH other, [link IN relationships(path) | link.distance] AS distances
RETURN other.id AS face, other.name AS name, other.photo AS photo, size(distances) AS steps, distances
ORDER BY steps, face;
