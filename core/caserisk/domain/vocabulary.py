"""The closed sets of values of the domain, each value with its Chinese and its English name.

A value is what the API and the log write; its two names are for people: error messages, notices, descriptions. The
docstrings of the enums are their descriptions in the API.
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Self


class Locale(StrEnum):
    """A language in which texts are shown."""

    ZH = "ZH"
    EN = "EN"


class LabelledEnum(str, Enum):
    """An enum whose values have a name in each language, for people."""

    zh: str
    en: str

    def __new__(cls, value: str, zh: str, en: str) -> Self:
        # The three items of a member's tuple arrive here; only the first is its value.
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh, member.en = zh, en
        return member

    def __str__(self) -> str:
        return str(self.value)  # f-strings and database drivers get the value, not `Role.INSPECTOR`


class Role(LabelledEnum):
    """What an officer may be in the mechanism (A-26)."""

    CASE_HANDLER = "CASE_HANDLER", "案件承办人", "case handler"
    DEPARTMENT_HEAD = "DEPARTMENT_HEAD", "部门负责人", "department head"
    LIAISON_OFFICER = "LIAISON_OFFICER", "联络员", "liaison officer"
    LEADER_IN_CHARGE = "LEADER_IN_CHARGE", "分管领导", "leader in charge"
    DEPUTY_CHIEF_PROCURATOR = "DEPUTY_CHIEF_PROCURATOR", "副检察长", "deputy chief procurator"
    CHIEF_PROCURATOR = "CHIEF_PROCURATOR", "检察长", "chief procurator"
    COMPLAINTS_OFFICER = "COMPLAINTS_OFFICER", "控申部门人员", "complaints and appeals officer"
    CASE_MANAGER = "CASE_MANAGER", "案管部门人员", "case manager"
    RISK_OFFICER = "RISK_OFFICER", "风险评估办人员", "risk assessment officer"
    RECEPTION_OFFICER = "RECEPTION_OFFICER", "检务接待人员", "reception officer"
    PUBLICITY_OFFICER = "PUBLICITY_OFFICER", "新闻宣传人员", "publicity officer"
    INSPECTOR = "INSPECTOR", "检务督察人员", "inspector"
    EXPERT_COMMITTEE = "EXPERT_COMMITTEE", "评估专家委员会", "expert committee"
    LEADING_GROUP = "LEADING_GROUP", "评估预警工作领导小组", "leading group"
    LEADING_GROUP_OFFICE = "LEADING_GROUP_OFFICE", "领导小组办公室", "leading-group office"
    ADMINISTRATOR = "ADMINISTRATOR", "系统管理员", "administrator"
    INTEGRATOR = "INTEGRATOR", "数据对接系统", "integrator"


class DepartmentFunction(LabelledEnum):
    """What a department is for."""

    BUSINESS = "BUSINESS", "业务部门", "business department"
    COMPLAINTS = "COMPLAINTS", "控告申诉检察部门", "complaints and appeals department"
    CASE_MANAGEMENT = "CASE_MANAGEMENT", "案件管理部门", "case management centre"
    RISK_OFFICE = "RISK_OFFICE", "风险评估办", "risk assessment office"
    PUBLICITY = "PUBLICITY", "新闻宣传部门", "publicity department"
    INSPECTION = "INSPECTION", "检务督察部门", "inspection office"
    RECEPTION = "RECEPTION", "检务接待大厅", "reception hall"
    LEADERSHIP = "LEADERSHIP", "院领导", "leadership"


class GatedAct(LabelledEnum):
    """An act in a case that a regulation may hold back until its conditions are met."""

    NEXT_STAGE = "NEXT_STAGE", "进入下一办案环节", "entering the next stage"
    DISPOSITION_DECISION = "DISPOSITION_DECISION", "作出处理决定", "making a disposition decision"
    COMPULSORY_MEASURE = "COMPULSORY_MEASURE", "采取强制措施", "taking a compulsory measure"
    CONCLUSION = "CONCLUSION", "案件办结", "concluding the case"


class Severity(LabelledEnum):
    """How grave a level is, comparable between regions."""

    LOW = "LOW", "低", "low"
    MODERATE = "MODERATE", "中", "moderate"
    HIGH = "HIGH", "高", "high"
    CRITICAL = "CRITICAL", "极高", "critical"

    @property
    def order(self) -> int:
        """Return 1 for the mildest, 4 for the gravest."""
        return tuple(Severity).index(self) + 1


class FactorKind(LabelledEnum):
    """How a factor is answered."""

    YES_NO = "YES_NO", "是否", "yes or no"
    CHOICE = "CHOICE", "选项", "one of the options"
    NUMBER = "NUMBER", "数值", "a number"
    TEXT = "TEXT", "文字", "text"


class AssessmentStatus(LabelledEnum):
    """Where an assessment stands."""

    IN_REVIEW = "IN_REVIEW", "审批中", "in review"
    RETURNED = "RETURNED", "已退回", "returned"
    CONFIRMED = "CONFIRMED", "已确认", "confirmed"
    SUPERSEDED = "SUPERSEDED", "已被新评估取代", "superseded"
    WITHDRAWN = "WITHDRAWN", "已撤回", "withdrawn"


STANDING_ASSESSMENT_STATUSES = frozenset(
    {AssessmentStatus.IN_REVIEW, AssessmentStatus.CONFIRMED, AssessmentStatus.SUPERSEDED}
)
"""The statuses of an assessment that counts: it was neither returned nor withdrawn."""


class LevelOverride(LabelledEnum):
    """Whether another level may be set than the one that follows from the answers."""

    FORBIDDEN = "FORBIDDEN", "不得变更", "it binds"
    RAISE_ONLY = "RAISE_ONLY", "只能提高", "it may only be raised"
    WITH_REASON = "WITH_REASON", "说明理由可变更", "it may be departed from with a reason"


class Verdict(LabelledEnum):
    """What a reviewer says."""

    APPROVED = "APPROVED", "同意", "approved"
    RETURNED = "RETURNED", "退回", "returned"


class WarningStatus(LabelledEnum):
    """Where a warning stands; active are all before RESOLVED."""

    ISSUED = "ISSUED", "已发布", "issued"
    ACKNOWLEDGED = "ACKNOWLEDGED", "已签收", "acknowledged"
    IN_DISPOSITION = "IN_DISPOSITION", "处置中", "in disposition"
    CONTROLLED = "CONTROLLED", "已控制", "controlled"
    RESOLVED = "RESOLVED", "已化解", "resolved"
    FILED = "FILED", "已报备", "filed"
    ARCHIVED = "ARCHIVED", "已归档", "archived"
    LIFTED = "LIFTED", "已解除", "lifted"


ACTIVE_WARNING_STATUSES = frozenset(
    {WarningStatus.ISSUED, WarningStatus.ACKNOWLEDGED, WarningStatus.IN_DISPOSITION, WarningStatus.CONTROLLED}
)
"""The statuses of a warning that is still running."""


class WarningAct(LabelledEnum):
    """What can be done to a warning."""

    ACKNOWLEDGE = "ACKNOWLEDGE", "签收预警", "acknowledging the warning"
    RECORD_DELIVERY = "RECORD_DELIVERY", "登记送达", "recording the delivery"
    ADOPT_PLAN = "ADOPT_PLAN", "确定处置方案", "adopting a disposition plan"
    RECORD_DISPOSITION = "RECORD_DISPOSITION", "记录处置措施", "recording a disposition"
    RESOLVE = "RESOLVE", "化解结案", "resolving the warning"
    FILE = "FILE", "报送结案报告", "filing the closing report"
    ARCHIVE = "ARCHIVE", "建档归档", "archiving the warning"
    LIFT = "LIFT", "解除预警", "lifting the warning"
    SUPERVISE = "SUPERVISE", "督办", "supervising the warning"


class Receipt(LabelledEnum):
    """What the receipt of a warning by the undertaking department means in a region."""

    AUTOMATIC = "AUTOMATIC", "发布即签收", "received when issued"
    REQUIRED = "REQUIRED", "签收后方可处置", "nothing is done before the receipt"
    OPTIONAL = "OPTIONAL", "签收不影响处置", "work goes on without a receipt"


class PlanKind(LabelledEnum):
    """When a plan was made: in advance, or after the warning (A-28)."""

    CONTINGENCY = "CONTINGENCY", "工作预案", "contingency plan"
    SCHEME = "SCHEME", "处置方案", "disposition scheme"


class ClosureOutcome(LabelledEnum):
    """How a warning ended (A-32)."""

    SETTLED = "SETTLED", "息诉罢访", "settled"
    RESOLVED_NOT_SETTLED = "RESOLVED_NOT_SETTLED", "已化解未息诉", "resolved, not settled"
    REFERRED_TO_LEGAL_REMEDY = "REFERRED_TO_LEGAL_REMEDY", "导入法律程序", "referred to a legal remedy"


class DeadlineKind(LabelledEnum):
    """Which duty a deadline is for."""

    FILING = "FILING", "移送备案", "filing for the record"
    ACKNOWLEDGEMENT = "ACKNOWLEDGEMENT", "签收", "acknowledgement"
    PLAN = "PLAN", "制定方案", "plan"
    RESOLUTION = "RESOLUTION", "化解结案", "resolution"
    FEEDBACK = "FEEDBACK", "反馈", "feedback"
    RETURN_VISIT = "RETURN_VISIT", "回访", "return visit"


class DeadlineStatus(LabelledEnum):
    """Where a deadline stands; MET is in time, MISSED late or not at all."""

    OPEN = "OPEN", "进行中", "open"
    MET = "MET", "按时完成", "met"
    MISSED = "MISSED", "未按时完成", "missed"
    CANCELLED = "CANCELLED", "已取消", "cancelled"


class SupervisionKind(LabelledEnum):
    """The document, or the body, by which a warning is supervised."""

    TRACKING_FORM = "TRACKING_FORM", "《预警案件跟踪监督表》", "tracking and supervision form"
    SUPERVISION_NOTICE = "SUPERVISION_NOTICE", "《预警案件督办通知书》", "supervision notice"
    CHIEF_LETTER = "CHIEF_LETTER", "《检察长督办函》", "chief procurator's supervision letter"
    SPECIAL_GROUP = "SPECIAL_GROUP", "特别督办组", "special supervision group"


class SupervisionStatus(LabelledEnum):
    """Where a supervision stands."""

    REQUIRED = "REQUIRED", "待签发", "required"
    ISSUED = "ISSUED", "已签发", "issued"
    REPLIED = "REPLIED", "已回复", "replied"
    WITHDRAWN = "WITHDRAWN", "已撤回", "withdrawn"


class CaseChangeKind(LabelledEnum):
    """What an entry of the log says of a case itself."""

    OPENED = "OPENED", "受理案件", "case opened"
    ASSIGNED = "ASSIGNED", "分配案件", "case assigned"
    STAGE_ADVANCED = "STAGE_ADVANCED", "进入新的办案环节", "stage advanced"
    ACT_RECORDED = "ACT_RECORDED", "记录办案行为", "act recorded"
    CONCLUDED = "CONCLUDED", "案件办结", "case concluded"
    PETITION_RECORDED = "PETITION_RECORDED", "记录信访事项", "petition recorded"
    GATES_DECIDED = "GATES_DECIDED", "重新判定办案关口", "gates decided"
    LEVEL_CHANGED = "LEVEL_CHANGED", "风险等级变化", "level changed"
    DISPOSITION_RECORDED = "DISPOSITION_RECORDED", "记录处置措施", "disposition recorded"
    DEADLINES_STARTED = "DEADLINES_STARTED", "期限开始计算", "deadlines started"
    DEADLINES_RECALCULATED = "DEADLINES_RECALCULATED", "按公布的工作日历重新计算期限", "deadlines recalculated"
    DEADLINES_SETTLED = "DEADLINES_SETTLED", "期限结束", "deadlines settled"
    RESPONSIBILITY_DECIDED = "RESPONSIBILITY_DECIDED", "重新确定责任", "responsibility decided"
    NOTICES_SENT = "NOTICES_SENT", "发出通知", "notices sent"
    NOTICE_READ = "NOTICE_READ", "通知已阅", "notice read"


class AssessmentChangeKind(LabelledEnum):
    """What an entry of the log says of an assessment."""

    SUBMITTED = "SUBMITTED", "提交评估", "assessment submitted"
    REVIEWED = "REVIEWED", "审批评估", "assessment reviewed"
    RETURNED = "RETURNED", "退回评估", "assessment returned"
    CONFIRMED = "CONFIRMED", "确认评估", "assessment confirmed"
    WITHDRAWN = "WITHDRAWN", "撤回评估", "assessment withdrawn"


class WarningChangeKind(LabelledEnum):
    """What an entry of the log says of a warning."""

    ISSUED = "ISSUED", "发布预警", "warning issued"
    ACKNOWLEDGED = "ACKNOWLEDGED", "签收预警", "warning acknowledged"
    DELIVERED = "DELIVERED", "登记送达", "delivery recorded"
    PLAN_ADOPTED = "PLAN_ADOPTED", "确定处置方案", "plan adopted"
    DISPOSITION_RECORDED = "DISPOSITION_RECORDED", "记录处置措施", "disposition recorded"
    LEVEL_ADJUSTED = "LEVEL_ADJUSTED", "调整预警等级", "level adjusted"
    CONTROLLED = "CONTROLLED", "风险已控制", "risk controlled"
    OVERDUE = "OVERDUE", "逾期", "overdue"
    SUPERVISED = "SUPERVISED", "督办", "supervised"
    SUPERVISION_REPLIED = "SUPERVISION_REPLIED", "督办回复", "supervision replied"
    SUPERVISION_WITHDRAWN = "SUPERVISION_WITHDRAWN", "撤回督办", "supervision withdrawn"
    RESOLVED = "RESOLVED", "化解结案", "warning resolved"
    FILED = "FILED", "报送结案报告", "closing report filed"
    ARCHIVED = "ARCHIVED", "建档归档", "warning archived"
    LIFTED = "LIFTED", "解除预警", "warning lifted"


class OfficeChangeKind(LabelledEnum):
    """What an entry of the log says of an office."""

    OFFICE_REGISTERED = "OFFICE_REGISTERED", "登记检察院", "office registered"
    DEPARTMENT_REGISTERED = "DEPARTMENT_REGISTERED", "登记部门", "department registered"
    OFFICER_REGISTERED = "OFFICER_REGISTERED", "登记人员", "officer registered"
    OPTION_SET = "OPTION_SET", "设定办法选项", "option set"
    SCHEME_RECORDED = "SCHEME_RECORDED", "启用等级划分", "level scheme recorded"
    PLUGIN_BOUND = "PLUGIN_BOUND", "适用地区插件", "plugin bound"
    PLUGIN_RETIRED = "PLUGIN_RETIRED", "停用地区插件", "plugin retired"


class ErrorCode(LabelledEnum):
    """Why a mutation was refused."""

    INVALID = "INVALID", "输入有误", "the input is wrong"
    NOT_FOUND = "NOT_FOUND", "未找到", "not found"
    FORBIDDEN = "FORBIDDEN", "无权操作", "not allowed"
    CONFLICT = "CONFLICT", "冲突", "conflict"
    WRONG_STATE = "WRONG_STATE", "当前状态不允许", "wrong state"
    GATE_CLOSED = "GATE_CLOSED", "办案关口未开放", "gate closed"
    NO_REGULATION = "NO_REGULATION", "没有可适用的办法", "no regulation"
    PLUGIN_FAULT = "PLUGIN_FAULT", "地区插件故障", "plugin fault"


class PluginStatus(LabelledEnum):
    """Whether an installed plugin answers."""

    ACTIVE = "ACTIVE", "正常", "active"
    FAULTY = "FAULTY", "故障", "faulty"
    INCOMPATIBLE = "INCOMPATIBLE", "不兼容", "incompatible"
