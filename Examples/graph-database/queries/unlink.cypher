// Takes all links between faces away, so that link.*.cypher makes them from the embeddings alone, and so that a
// smaller threshold leaves none of a larger one. Loading the export again brings its own links back.
// Expect no rows; faces and people stay.
MATCH (:Face)-[link:SAME|CHAIN]->(:Face)
DELETE link;
