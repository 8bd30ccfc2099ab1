// The ten people with the most photos, as `likeness people` grouped the faces before the export.
// Expect a row a person, most photos first. Without a run of `likeness people` there are no people.
MATCH (face:Face)-[:IS]->(person:Person)
RETURN person.id AS person, person.name AS name, count(DISTINCT face.photo) AS photos, count(face) AS faces
ORDER BY photos DESC, person
LIMIT 10;
