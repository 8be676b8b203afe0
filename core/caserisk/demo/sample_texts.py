"""Texts that the officers of the demonstration write."""

from __future__ import annotations

SAFE_SUMMARIES = (
    "双方已达成和解,未发现可能引发矛盾的因素。",
    "当事人对处理意见无异议,未发现涉检信访风险。",
    "案情简单,事实清楚,未发现舆情。",
    "已听取当事人意见并释法说理,当事人表示理解。",
)
RISK_SUMMARIES = (
    "当事人情绪激动,多次表示不服,可能来访。",
    "被害人亲属要求从重处理,声称将逐级上访。",
    "涉及多户群众利益,已有人在网上发帖。",
    "申请人多次来信,对原处理决定不服,有越级上访的可能。",
)
OVERRIDE_REASON = "反应程度之外,另有多人联名反映,风险高于测算等级。"
RETURN_COMMENTS = ("对当事人诉求分析不够,请补充。", "工作预案过于笼统,请写明稳控息诉措施。")
WITHDRAWAL_REASON = "案情有变化,补充材料后重新评估。"
APPROVALS = ("同意。", "同意承办人意见。", "同意,请做好释法说理。")
MEASURES = {
    "explanation": "约见当事人,说明案件事实认定和法律适用的理由。",
    "counselling": "请心理咨询师对当事人进行疏导。",
    "reconciliation": "主持双方协商赔偿事宜。",
    "mediation": "与人民调解委员会对接,共同调处。",
    "victim-relief": "为生活困难的被害人申请司法救助。",
    "return-visit": "到当事人住处回访,了解思想动态。",
    "leader-charge": "由院领导包案,当面听取诉求。",
    "joint-action": "会同街道、信访部门联合做工作。",
    "emergency-response": "制定应急处置分工,安排专人值守。",
    "other": "与当事人所在单位联系,共同做好稳控工作。",
}
OUTCOMES = ("当事人情绪有所缓和。", "当事人表示愿意考虑。", "仍坚持原诉求,继续做工作。", None)
PETITIONS = (("来访", "当事人亲属三人来访,要求面见领导。"), ("来信", "收到申诉人来信,反映对处理意见不服。"))
SECTIONS = {
    "demands": "当事人的基本情况见卷;主要诉求为依法公正处理并赔偿损失。",
    "facts": "简要案情见审查报告;拟依法作出处理决定。",
    "risks": "当事人对处理结果期望较高,不能满足时可能上访或在网上发帖。",
    "measures": "由承办人释法说理,部门负责人接待,必要时会同有关单位化解。",
}
"""By the keys of the core's own plan; the text of other sections is made from their labels."""
NO_RISK_SECTION = "未发现风险,按常规程序办理,注意释法说理。"
REPORT = "经释法说理和多方调处,当事人息诉罢访,风险已经化解,现报送结案报告。"
DECISION = "依法作出处理决定并送达当事人。"
CONCLUSION = "案件办结,材料归档。"
SUPERVISION = "请抓紧化解,按期报告进展。"
REPLY = "已召开专题会研究,落实专人,按新的期限推进。"
LIFTED = "当事人已撤回诉求,风险消除。"
