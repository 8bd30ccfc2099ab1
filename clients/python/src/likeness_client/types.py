"""What the API of Likeness takes and answers. Written by generate_types.py from the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class ErrorError(TypedDict):
    code: Literal["address_too_long", "ambiguous_label", "ambiguous_name", "bad_base64", "bad_body", "bad_box", "bad_embedding", "bad_host", "bad_json", "bad_key_name", "bad_multipart", "bad_name", "bad_number", "bad_parameter", "bad_query", "bad_reference", "bad_request", "busy", "cancelled", "client_gone", "csrf", "disk_full", "doubtful_face", "empty_gallery", "face_exists", "gallery_failed", "gallery_in_use", "head_too_large", "internal", "key_name_taken", "key_needed", "keys_unreadable", "malformed_key", "metadata", "missing_part", "name_kept", "name_taken", "no_face", "no_image", "no_map", "no_map_possible", "no_model", "no_such_route", "not_allowed", "not_embedded", "not_last_edit", "not_writable", "nothing_left", "one_value", "other_model", "rate_limited", "read_only", "several_faces", "several_names", "several_people", "sidecars_only", "stopping", "told_apart", "too_large", "too_many_files", "too_many_predictions", "too_many_values", "too_slow", "too_slow_to_decode", "unknown_face", "unknown_field", "unknown_job", "unknown_key", "unknown_label", "unknown_name", "unknown_person", "unknown_photo", "unreadable_photo", "unusable", "wrong_dimensions", "wrong_host", "wrong_key", "wrong_method", "wrong_origin", "wrong_type"]
    """Stable; what programs look at."""
    message: str
    """A sentence for people."""
    request: str
    """The request's id, as in X-Request-ID."""


class Error(TypedDict):
    error: ErrorError


class Box(TypedDict):
    x: float
    y: float
    width: float
    height: float


class Face(TypedDict):
    face: int
    photo: int
    ordinal: int
    """Its place among the faces of its photo, 0 for the largest."""
    name: str | None
    """The name that its person was given, else the one that it was added by."""
    person: int | None
    """Null while nobody has sorted it to a person."""
    box: Box
    score: float
    quality: float
    confidence: float | None
    """The probability that it is a face at all; null where nobody measured it."""
    doubtful: bool
    """Whether it is likely not a face: its confidence is below 0.8."""
    drawn: bool
    """Whether the user drew its box, since no detector had found it."""
    landmarksEstimated: bool
    """Whether its landmarks were estimated from a drawn box in which the detector sees no face: its embedding is less certain then."""
    landmarks: list[list[float]]
    labels: dict[str, str]
    thumbnail: bool
    """Whether a picture of it is kept."""
    embedded: bool
    """Whether it has an embedding of the gallery's model, without which it is not an answer."""
    hidden: bool
    """Whether the user hid it, by itself or with its person."""
    embedding: NotRequired[list[float]]


class Photo(TypedDict):
    photo: int
    title: str
    """The file's name."""
    width: int
    height: int
    turned: int
    added: str
    taken: str | None
    """When it was taken, by the camera's clock, which has no time zone; null if the file does not say it, or it was not read."""
    faces: int
    image: bool
    """Whether the photo itself can be shown."""
    file: bool
    """Whether it is a file of its owner, beside which names can be written."""
    candidates: NotRequired[list[str]]
    """Names of people whom it shows somewhere, as its file says; where one photo was asked for."""


TaggingRenamedItem = TypedDict("TaggingRenamedItem", {
    "from": str,
    "to": str,
})


class Tagging(TypedDict):
    photo: int
    status: Literal["written", "unchanged", "unnamed", "skipped"]
    """Written, or would be; all of it was there already; no face has a name; or left out, for a reason."""
    reason: str | None
    """Why it was left out."""
    faces: int
    """Faces whose names were written."""
    renamed: list[TaggingRenamedItem]
    """Regions of other programs that had another name."""


class PhotoWithFaces(Photo):
    items: list[Face]


class FoundFace(TypedDict):
    box: Box
    score: float
    quality: float
    confidence: float | None
    """The probability that it is a face at all; null where nobody measured it."""
    doubtful: bool
    """Whether it is likely not a face: its confidence is below 0.5."""
    remarks: list[str]
    landmarks: list[list[float]]
    embedding: NotRequired[list[float]]


class Detection(TypedDict):
    width: int
    height: int
    turned: int
    faces: list[FoundFace]


class Match(TypedDict):
    rank: int
    face: int
    photo: int
    title: str
    ordinal: int
    name: str | None
    """The name that it goes by, else the one that its person is called by for other faces."""
    person: int | None
    distance: float
    """In the metric that was asked for."""
    probability: float
    """That both are one person, by the model's own metric."""
    labels: dict[str, str]
    doubtful: bool
    """Whether it is likely not a face: its confidence is below 0.5."""


class Recognition(TypedDict):
    known: bool | None
    """Whether the first match is likely this person; null where the face is too poor to judge."""
    distance: float
    threshold: float
    metric: Literal["l2", "l1", "cosine"]
    reason: str


class SearchAnswerFacesItem(TypedDict):
    face: FoundFace | None
    matches: list[Match]
    recognition: Recognition | None


class SearchAnswer(TypedDict):
    width: int | None
    height: int | None
    turned: int | None
    faces: list[SearchAnswerFacesItem]
    hidden: int
    """How many faces could not answer since the user hid them."""


class Filter(TypedDict):
    names: NotRequired[list[str]]
    """Only faces that go by one of these names; case, accents and underscores for spaces do not count."""
    people: NotRequired[list[int]]
    """Only faces of these people."""
    labels: NotRequired[dict[str, str]]
    """Only faces with all of these labels."""
    minimumQuality: NotRequired[float]
    includeHidden: NotRequired[bool]
    """Also faces that the user hid, one by one or with their people."""


class SearchQuery(TypedDict):
    embedding: NotRequired[list[float]]
    face: NotRequired[int]
    name: NotRequired[str]
    person: NotRequired[int]
    image: NotRequired[str]
    """A photo in base64."""
    count: NotRequired[int]
    metric: NotRequired[Literal["l2", "l1", "cosine"]]
    per: NotRequired[Literal["name", "photo"]]
    filter: NotRequired[Filter]


class Operand(TypedDict):
    embedding: NotRequired[list[float]]
    face: NotRequired[int]
    name: NotRequired[str]
    person: NotRequired[int]
    image: NotRequired[str]
    """A photo in base64."""


class VerifyQuery(TypedDict):
    a: Operand
    b: Operand


class Side(TypedDict):
    faces: int
    """How many faces stand for it."""
    width: int | None
    height: int | None
    box: Box | None
    """Of the face of a photo that was taken."""
    turned: int | None
    """By how many degrees a photo that lay on its side was turned."""
    quality: float | None
    """Of the face that was taken, as its box; null where it is of no photo."""
    confidence: float | None
    """The probability that it is a face at all; null where nobody measured it."""
    doubtful: bool | None
    remarks: list[str]
    """What to know of the face before trusting the verdict."""


class VerifyAnswer(TypedDict):
    same: bool | None
    """Null where a face is too poor to judge."""
    distance: float
    probability: float
    threshold: float
    metric: Literal["l2", "l1", "cosine"]
    reason: str
    a: Side
    b: Side


class ComposeQuery(TypedDict):
    query: str
    """Terms with + or - between spaces: a key and a value with a colon between them, a name, or face:12, each with a weight and * before it if it is to count more or less. What has spaces or signs in it stands in double quotes; a backslash before a quote means the quote itself."""
    count: NotRequired[int]


class ComposeAnswer(TypedDict):
    query: str
    results: list[Match]
    hidden: int
    """How many faces could not answer since the user hid them."""


class SharedPhoto(TypedDict):
    photo: int
    title: str
    """It is kept as it is."""
    faces: int
    """How many of its faces were removed."""
    kept: bool
    """Whether the gallery keeps a copy of the photo itself, in which faces can be covered."""
    blurred: bool
    """Whether the removed faces were covered in it."""


class Receipt(TypedDict):
    names: list[str]
    """Names that nobody is called any more."""
    photos: int
    faces: int
    thumbnails: int
    files: int
    """Kept photos that were deleted from the disk."""
    sharedPhotos: list[SharedPhoto]
    """Photos that stay, since they show others, too. They still show the removed faces where these were not covered."""
    tracesRemain: bool
    """Whether bytes of it may still lie in the database's file, out of reach, until the next change."""


class Person(TypedDict):
    person: int
    name: str | None
    """The name that the user gave, else the one that more than half of those of its faces go by that have a name."""
    given: bool
    """Whether the user gave the name."""
    faces: int
    photos: int
    cover: int
    """A face to show for it."""
    coverChosen: bool
    """Whether the user chose the cover; else it is the best face."""
    hidden: bool
    """Whether the user hid the person."""
    born: str | None
    """The date of birth as far as the user said it: a year, a month or a day, as 1961, 1961-08 or 1961-08-04."""
    died: str | None
    """The date of death as far as the user said it: a year, a month or a day, as 1961, 1961-08 or 1961-08-04."""


class PersonFace(TypedDict):
    face: int
    photo: int
    title: str
    ordinal: int
    pinned: bool
    """Whether the user said that it is this person."""
    hidden: bool
    """Whether the user hid the face, one by one or with its person."""


class PersonWithFaces(Person):
    items: list[PersonFace]


class Edit(TypedDict):
    id: int
    time: str
    kind: Literal["name", "merge", "split", "apart", "hide", "show", "cover", "confirm", "dates"]
    who: str | None
    """The name of the key that was shown, else the user whose server it is; null for edits of earlier versions."""
    text: str
    faces: NotRequired[list[int]]
    people: NotRequired[list[int]]


class EditAnswer(TypedDict):
    edit: Edit | None
    """Null where all was so already."""
    person: int | None
    contradicting: NotRequired[list[int]]
    """Where dates were set: the faces that the user put to the person on photos that contradict them."""


class Suggestion(TypedDict):
    first: Person
    second: Person
    probability: float
    """As all their links together say."""
    links: int
    """How many pairs of faces speak for it, each face in one of them only."""
    distance: float
    faces: list[int]


class Step(TypedDict):
    face: int | None
    photo: int | None
    distance: float
    probability: float
    told: bool
    """Whether the user said so."""


class Finding(TypedDict):
    face: int
    photo: int
    title: str
    ordinal: int
    name: str | None
    probability: float
    """That all links of the chain are true."""
    chain: list[Step]
    """The links back to a face that is the person for sure."""


class Same(TypedDict):
    person: int | None
    metric: Literal["l2", "l1", "cosine"]
    """What the distances of the chains' steps are measured by: cosine, unless the gallery's graph was built by a distance of another metric."""
    found: list[Finding]
    hidden: int
    """How many faces that links lead to were left out since the user hid them."""


class GraphNodesItem(TypedDict):
    face: int
    photo: int
    title: str
    ordinal: int
    name: str | None
    hop: int
    """Links away from the face that was asked for."""


GraphLinksItem = TypedDict("GraphLinksItem", {
    "from": int,
    "to": int,
    "distance": float,
    "probability": float,
})


class Graph(TypedDict):
    nodes: list[GraphNodesItem]
    links: list[GraphLinksItem]
    threshold: float
    metric: Literal["l2", "l1", "cosine"]
    truncated: bool


class MapFactsItem(TypedDict):
    title: str
    value: str


class MapPointsItem(TypedDict):
    face: int
    photo: int
    name: str | None
    person: str | None
    position: list[float]
    placed: bool
    """Whether it joined a map that was made without it."""


class Map(TypedDict):
    method: Literal["tsne", "pca"]
    dimensions: int
    facts: list[MapFactsItem]
    hidden: int
    """How many faces are not on it since the user hid them."""
    points: list[MapPointsItem]


class JobQuery(TypedDict):
    kind: Literal["people", "graph", "map"]
    again: NotRequired[bool]
    """Makes all anew."""
    method: NotRequired[Literal["tsne", "pca"]]
    dimensions: NotRequired[int]


class Job(TypedDict):
    job: str
    kind: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    done: int
    """Of the present part of the work: of a map, first faces, then steps."""
    total: int
    """0 while it is not known."""
    message: str | None
    created: str
    finished: str | None


class InfoGallery(TypedDict):
    id: str | None
    photos: int
    photosWithoutFace: int
    faces: int
    namedFaces: int
    doubtfulFaces: int
    """Of the faces those that are likely none."""
    unembeddedFaces: int
    """Of the faces those without an embedding of the gallery's model, which are no answers."""
    hiddenFaces: int
    """Of the faces those that the user hid, one by one or with their people."""
    names: int
    model: str | None
    dimensions: int | None
    bytes: int
    revision: int


class InfoThresholds(TypedDict):
    metric: Literal["l2", "l1", "cosine"]
    verify: float
    link: float
    unknown: float
    reason: str


class InfoLinkRule(TypedDict):
    metric: Literal["l2", "l1", "cosine"]
    distance: float


class InfoLimits(TypedDict):
    uploadBytes: int
    pixels: int
    filesPerRequest: int


class Info(TypedDict):
    version: str
    gallery: InfoGallery
    thresholds: InfoThresholds
    linkRule: InfoLinkRule
    """The user's own rule, which links faces in the place of the threshold for links."""
    limits: InfoLimits
    storesPhotos: bool
    rights: Literal["read", "write", "admin"]


class Model(TypedDict):
    name: str
    kind: str
    source: str
    licence: str
    dimensions: int | None
    metric: Literal["l2", "l1", "cosine"]
    inUse: bool


class Session(TypedDict):
    rights: Literal["read", "write", "admin"]
    csrf: str | None
    """To be sent as X-CSRF-Token with each change."""
    keysNeeded: bool


class AddedPhoto(TypedDict):
    file: str
    status: Literal["added", "already", "no_face", "unreadable"]
    photo: int | None
    reason: str | None
    faces: list[Face]


class AddAnswer(TypedDict):
    photos: list[AddedPhoto]
    added: int
    already: int
    noFace: int
    unreadable: int
    doubtful: int
    """Detections in all photos that are likely not faces."""


class NameCount(TypedDict):
    name: str
    photos: int
    faces: int


class LabelCount(TypedDict):
    key: str
    value: str
    faces: int


class AuditEntry(TypedDict):
    time: str
    request: str
    key: str | None
    method: str
    route: str
    status: int
    subject: str | None
    """What it was about, as face:12, photo:3, person:7."""


AuditRefusals = TypedDict("AuditRefusals", {
    "from": str,
    "to": str,
    "requests": int,
    "addresses": int,
})


class PhotoPage(TypedDict):
    photos: list[Photo]
    next: int | None
    """What to give as after for the next page; null at the end."""
    total: int


class FacePage(TypedDict):
    faces: list[Face]
    next: int | None
    """What to give as after for the next page; null at the end."""
    total: int


class PeoplePage(TypedDict):
    people: list[Person]
    total: int
    hidden: int
    """How many people are left out since the user hid them, or all of their faces."""
    kept: bool
    """False where the gallery cannot be changed: then the ids are of this answer only."""


class Question(TypedDict):
    id: str
    kind: Literal["same", "face", "person", "twice", "name"]
    """Whether two people are one; whether a doubtful find is a face; whether a face is of its person; whether somebody is in one photo twice; whether a face shows somebody whom its photo's file names without a place."""
    faces: list[int]
    """What to look at: the face that is asked about, or one of each person."""
    photo: int | None
    """Of twice: the photo that both faces are in; of name: that of the face; null for other questions."""
    title: str | None
    """The photo's title."""
    people: list[int]
    """Whom it is about; the first is the one who would stay."""
    names: list[str | None]
    """What these are called."""
    probability: float
    """Of a yes."""
    settles: int
    """How many faces an answer settles."""
    gain: float
    """How much an answer is expected to tell, in bits."""


class NearPerson(TypedDict):
    person: Person
    distance: float
    probability: float
    """That two faces at this distance are one person."""
    face: int
    """The face that is most like the other person."""


class NewKey(TypedDict):
    name: str
    rights: NotRequired[Literal["read", "write", "admin"]]
    rate: NotRequired[float | None]
    """Requests a second on average; null for any number."""


class Key(TypedDict):
    name: str
    rights: Literal["read", "write", "admin"]
    rate: float | None
    created: str
    key: NotRequired[str]
    """The key itself, only where it was just made: the server keeps a hash of it."""
