// The $count faces nearest to face $face by Euclidean distance, linked or not.
// Expect the nearest first: the other photos of the person, then strangers. The distances are those of
// `likeness nearest NAME --per photo`.
MATCH (asked:Face {id: $face})
MATCH (other:Face)
WHERE other.id <> $face AND other.embedding IS NOT NULL
WITH other, vec.euclideanDistance(asked.embedding, other.embedding) AS distance
RETURN other.id AS face, other.name AS name, other.photo AS photo, distance
ORDER BY distance
LIMIT $count;
