// Marks, among the links, those that hold each group of faces together with the smallest distances: its minimum
// spanning tree. same-person.falkordb.cypher walks them. Run it after every change of the links.
// Expect, of each group of n linked faces, n - 1 links CHAIN. Where no face was ever linked, FalkorDB says that
// there is no type SAME.
OPTIONAL MATCH (:Face)-[old:CHAIN]->(:Face)
DELETE old
WITH count(old) AS removed
CALL algo.MSF({nodeLabels: ['Face'], relationshipTypes: ['SAME'], weightAttribute: 'distance'}) YIELD edges
UNWIND edges AS link
WITH startNode(link) AS a, endNode(link) AS b, link.distance AS distance
MERGE (a)-[e:CHAIN]->(b)
SET e.distance = distance;
