// The groups that links hold together, each with its faces: who is one person if nothing but links counts.
// Expect the largest first, as many as `likeness graph` says; faces without links are no group.
CALL algo.WCC({nodeLabels: ['Face'], relationshipTypes: ['SAME']}) YIELD node, componentId
WITH componentId, node
ORDER BY node.id
WITH componentId, collect(node.id) AS faces, count(DISTINCT node.photo) AS photos
WHERE size(faces) > 1
RETURN size(faces) AS size, photos, faces
ORDER BY size DESC, faces[0];
