// Links all faces whose Euclidean distance is below $threshold: 0.6 for dlib's embedding.
// Needs the Graph Data Science plugin. Run unlink.cypher first.
// Expect a link for each pair that `likeness graph build --distance 0.6` links, but also pairs within one photo,
// which Likeness never links.
// Each pair is compared once. Both ways, WHERE ID(p1) <> ID(p2), makes the same links: MERGE without a direction
// finds the one that is there.
MATCH (p1:Face)
MATCH (p2:Face)
WHERE p1.id < p2.id
WITH p1, p2, gds.similarity.euclideanDistance(p1.embedding, p2.embedding) AS distance
WHERE distance < $threshold
MERGE (p1)-[e:SAME]-(p2)
SET e.distance = distance, e.metric = 'l2';
