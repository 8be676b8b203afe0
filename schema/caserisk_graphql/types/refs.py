"""The types by name, for fields of types that refer to one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from caserisk_graphql.types.assessments import Assessment
    from caserisk_graphql.types.cases import Case
    from caserisk_graphql.types.deadlines import Deadline
    from caserisk_graphql.types.events import Event
    from caserisk_graphql.types.levels import LevelScheme, RiskLevel
    from caserisk_graphql.types.notices import Notice
    from caserisk_graphql.types.organisation import Department, Office, Officer
    from caserisk_graphql.types.plans import Disposition, DispositionPlan
    from caserisk_graphql.types.regulation import Regulation
    from caserisk_graphql.types.supervisions import Supervision
    from caserisk_graphql.types.warnings import RiskWarning

_TYPES = "caserisk_graphql.types"

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
