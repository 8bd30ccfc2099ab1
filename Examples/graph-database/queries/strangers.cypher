// Linked faces that belong to different people: likely false links, or one person whom `likeness people` has as
// two. With people that you named or corrected, it counts the errors of a threshold.
// Expect no rows where the threshold fits; more of them the larger it is. Nearest first: these look most alike.
MATCH (a:Face)-[link:SAME]-(b:Face)
WHERE a.id < b.id
MATCH (a)-[:IS]->(p:Person)
MATCH (b)-[:IS]->(q:Person)
WHERE p.id <> q.id
RETURN a.id AS face, a.photo AS photo, p.name AS name, b.id AS other, b.photo AS otherPhoto, q.name AS otherName,
  link.distance AS distance
ORDER BY distance, face, other;
