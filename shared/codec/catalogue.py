"""The event types: who may emit each, on which subject, judged by which service.

This is the table of contracts, as data: the broker's filters, the roles and the judge read it, so that a type
is described once.
Letters of `by`: U the unit itself · A its authority (for a root, the root itself) · R the root's registrar ·
P a unit of the root that was assigned to the leaf.
Letters of `subject`: d dossier · r round · u unit · p publishing unit · o root · e that of an earlier event.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

FILER = frozenset({"filer", "head"})
HEAD = frozenset({"head"})
COUNCIL = frozenset({"council", "chair"})
CHAIR = frozenset({"chair"})
REGISTRAR = frozenset({"registrar"})

ROLES = frozenset({"filer", "head", "council", "chair", "registrar", "auditor", "viewer"})


@dataclass(frozen=True, slots=True)
class EventType:
    """One row of the table: `name`, `by` (letters), `subject` (a letter), `roles` (any of them suffices)."""

    name: str
    by: frozenset[str]
    subject: str
    roles: frozenset[str]

    @property
    def service(self) -> str:
        """The service that judges it: `ingest` for what units say of themselves, `appraisal` for the rest."""
        return "ingest" if self.by == frozenset("U") else "appraisal"


_ROWS = (
    EventType("UnitRegistered", frozenset("RA"), "u", REGISTRAR),
    EventType("UnitChanged", frozenset("RA"), "u", REGISTRAR),
    EventType("UnitsReorganised", frozenset("R"), "o", REGISTRAR),
    EventType("ReadGranted", frozenset("R"), "o", REGISTRAR),
    EventType("ReadRevoked", frozenset("R"), "o", REGISTRAR),
    EventType("RubricPublished", frozenset("RA"), "p", CHAIR),
    EventType("RoundOpened", frozenset("A"), "r", CHAIR),
    EventType("RoundChanged", frozenset("A"), "r", CHAIR),
    EventType("RoundExtended", frozenset("A"), "r", CHAIR),
    EventType("AppraiserAssigned", frozenset("A"), "r", CHAIR),
    EventType("AppraisalReleased", frozenset("A"), "r", CHAIR),
    EventType("ResultsPublished", frozenset("A"), "r", CHAIR),
    EventType("RoundReopened", frozenset("A"), "r", CHAIR),
    EventType("RoundCancelled", frozenset("A"), "r", CHAIR),
    EventType("ResultImported", frozenset("RA"), "u", REGISTRAR),
    EventType("SubmissionFiled", frozenset("U"), "d", FILER),
    EventType("SubmissionWithdrawn", frozenset("U"), "d", FILER),
    EventType("EvidenceAttached", frozenset("U"), "d", FILER),
    EventType("EvidenceMoved", frozenset("U"), "d", FILER),
    EventType("EvidenceWithdrawn", frozenset("U"), "d", FILER),
    EventType("LeafAssigned", frozenset("U"), "d", FILER),
    EventType("DossierSubmitted", frozenset("U"), "d", HEAD),
    EventType("SubmissionReturned", frozenset("A"), "d", COUNCIL),
    EventType("ScoreProposed", frozenset("P"), "d", COUNCIL),
    EventType("ScoreAppraised", frozenset("A"), "d", COUNCIL),
    EventType("LeafExcluded", frozenset("A"), "d", COUNCIL),
    EventType("LeafIncluded", frozenset("A"), "d", COUNCIL),
    EventType("DossierDefaulted", frozenset("A"), "d", COUNCIL),
    EventType("PenaltyApplied", frozenset("A"), "d", COUNCIL),
    EventType("PenaltyLifted", frozenset("A"), "d", COUNCIL),
    EventType("BonusAwarded", frozenset("A"), "d", COUNCIL),
    EventType("BonusRevoked", frozenset("A"), "d", COUNCIL),
    EventType("SurveyRecorded", frozenset("A"), "d", COUNCIL),
    EventType("DisputeRaised", frozenset("U"), "d", HEAD),
    EventType("DisputeUpheld", frozenset("A"), "d", COUNCIL),
    EventType("DisputeRejected", frozenset("A"), "d", COUNCIL),
    EventType("RemediationRequired", frozenset("A"), "d", COUNCIL),
    EventType("RemediationPlanned", frozenset("U"), "d", FILER),
    EventType("RemediationReported", frozenset("U"), "d", FILER),
    EventType("RemediationConfirmed", frozenset("A"), "d", COUNCIL),
    EventType("TextErased", frozenset("RA"), "e", CHAIR | REGISTRAR),
)

CATALOGUE: Mapping[str, EventType] = MappingProxyType({row.name: row for row in _ROWS})

INGEST_TYPES = frozenset(name for name, row in CATALOGUE.items() if row.service == "ingest")
APPRAISAL_TYPES = frozenset(name for name, row in CATALOGUE.items() if row.service == "appraisal")
