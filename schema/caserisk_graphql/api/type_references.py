"""The types by name, for fields of types that refer to one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from caserisk_graphql.api.assessments import Assessment
    from caserisk_graphql.api.cases import Case
    from caserisk_graphql.api.deadlines import Deadline
    from caserisk_graphql.api.events import Event
    from caserisk_graphql.api.levels import LevelScheme, RiskLevel
    from caserisk_graphql.api.notices import Notice
    from caserisk_graphql.api.organisation import Department, Office, Officer
    from caserisk_graphql.api.plans import Disposition, DispositionPlan
    from caserisk_graphql.api.regulation import Regulation
    from caserisk_graphql.api.supervisions import Supervision
    from caserisk_graphql.api.warnings import RiskWarning

_TYPES = "caserisk_graphql.api"

AssessmentRef = Annotated["Assessment", strawberry.lazy(f"{_TYPES}.assessments")]
CaseRef = Annotated["Case", strawberry.lazy(f"{_TYPES}.cases")]
DeadlineRef = Annotated["Deadline", strawberry.lazy(f"{_TYPES}.deadlines")]
DepartmentRef = Annotated["Department", strawberry.lazy(f"{_TYPES}.organisation")]
DispositionPlanRef = Annotated["DispositionPlan", strawberry.lazy(f"{_TYPES}.plans")]
DispositionRef = Annotated["Disposition", strawberry.lazy(f"{_TYPES}.plans")]
EventRef = Annotated["Event", strawberry.lazy(f"{_TYPES}.events")]
LevelSchemeRef = Annotated["LevelScheme", strawberry.lazy(f"{_TYPES}.levels")]
NoticeRef = Annotated["Notice", strawberry.lazy(f"{_TYPES}.notices")]
OfficeRef = Annotated["Office", strawberry.lazy(f"{_TYPES}.organisation")]
OfficerRef = Annotated["Officer", strawberry.lazy(f"{_TYPES}.organisation")]
RegulationRef = Annotated["Regulation", strawberry.lazy(f"{_TYPES}.regulation")]
RiskLevelRef = Annotated["RiskLevel", strawberry.lazy(f"{_TYPES}.levels")]
RiskWarningRef = Annotated["RiskWarning", strawberry.lazy(f"{_TYPES}.warnings")]
SupervisionRef = Annotated["Supervision", strawberry.lazy(f"{_TYPES}.supervisions")]
