// The groups that links hold together, each with its faces: who is one person if nothing but links counts.
// Needs the Graph Data Science plugin.
// Expect the largest first, as many as `likeness graph` says; faces without links are no group.
CALL gds.graph.project('likeness-links', 'Face', 'SAME') YIELD graphName;
CALL gds.wcc.stream('likeness-links') YIELD nodeId, componentId
WITH componentId, gds.util.asNode(nodeId) AS node
ORDER BY node.id
WITH componentId, collect(node.id) AS faces, count(DISTINCT node.photo) AS photos
WHERE size(faces) > 1
RETURN size(faces) AS size, photos, faces
ORDER BY size DESC, faces[0];
CALL gds.graph.drop('likeness-links') YIELD graphName;
