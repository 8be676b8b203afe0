"""What the text of Huizhou says, sentence by sentence, and what had to be assumed where it is silent."""

from caserisk.plugin import Citation, Reason, Text

OFFICE = "惠州市人民检察院"

SUMMARY = Citation(
    document=OFFICE, quote="在案件管理系统中增设执法办案风险评估模块,设定每案必评、建立考评专档和互联平台"
)

# ------------------------------------------------------------------------------------------------ assessing

HUI_02 = Reason(
    rule="HUI-02",
    text=Text(
        "每案必须评估风险,并拟定风险等级和预警工作预案",
        "Every case is assessed, with a proposed level and a warning work plan",
    ),
    citation=Citation(
        document=OFFICE,
        quote="案件承办人在办理案件的同时,必须对所办案件进行风险评估,拟定风险等级和预警工作预案",
    ),
)
HUI_03 = Reason(
    rule="HUI-03",
    text=Text(
        "由部门负责人、分管检察长和检察长审批",
        "Approved by the department's head, the deputy chief procurator in charge and the chief procurator",
    ),
    citation=Citation(document=OFFICE, quote="提交部门负责人、分管检察长和检察长审批"),
)
HUI_04 = Reason(
    rule="HUI-04",
    text=Text(
        "未完成风险评估环节的,不能进入下一办案流程",
        "Without a complete risk assessment the case cannot enter the next stage",
    ),
    citation=Citation(document=OFFICE, quote="如不完成“风险评估”环节,将无法进入下一办案流程"),
)
HUI_01 = Reason(
    rule="HUI-01",
    text=Text("每案必须进行风险评估", "Every case is assessed"),
    citation=Citation(document=OFFICE, quote="必须对所办案件进行风险评估"),
)
A_50 = Reason(
    rule="A-50",
    text=Text(
        "每案必评:未完成风险评估的,也不能办结;原文未载此关口",
        "Every case is assessed, so none is concluded without a complete assessment; no sentence names this gate",
    ),
    assumed=True,
)
A_10 = Reason(
    rule="A-10",
    text=Text(
        "原文只提到一级、二级:设三级,一级最重,三级为推定",
        "Only levels 1 and 2 are named: read as three levels, level 1 gravest; that there is a level 3 is assumed",
    ),
    assumed=True,
)
A_11 = Reason(
    rule="A-11",
    text=Text(
        "不分等级,三人依次审批,最后一人确定等级",
        "Whatever the level all three approve in turn, and the last sets the level",
    ),
    assumed=True,
)
A_12 = Reason(
    rule="A-12",
    text=Text(
        "审批通过才算完成风险评估;选项 gate=submitted 则提交即算完成",
        "An assessment is complete when it is confirmed; with the option gate=submitted, when it is submitted",
    ),
    assumed=True,
)
A_24 = Reason(
    rule="A-24",
    text=Text(
        "每案必评,无风险的同样须有预案、经三级审批",
        "Every case: without risk too there is a plan, and the whole chain",
    ),
    assumed=True,
)
LKO_11 = Reason(
    rule="LKO-11",
    text=Text(
        "惠州未规定预警工作预案的内容:列出龙口的四个部分,不作要求",
        "What a work plan holds is not said in Huizhou: Longkou's four sections, none of them required",
    ),
    citation=Citation(
        document="龙口市人民检察院",
        quote="详细列明案件当事人的基本情况及主要诉求、简要案情和拟作出的案件处理意见、可能引发风险的情况及原因、"
        "拟化解的方案及稳控息诉措施",
    ),
    assumed=True,
)

# ------------------------------------------------------------------------------------------------ warning

HUI_05 = Reason(
    rule="HUI-05",
    text=Text(
        "承办人及时调整评估等级,作出预警,拟定应对措施,全程跟踪处理",
        "The handler adjusts the level, gives the warning, drafts measures and tracks the case to the end",
    ),
    citation=Citation(
        document=OFFICE,
        quote="承办人要根据案情变化和社会舆情等情况及时调整评估等级,作出相应的风险预警,拟定具体的应对措施,全程跟踪处理",
    ),
)
HUI_06 = Reason(
    rule="HUI-06",
    text=Text(
        "每次评估即时报备控申部门和分管领导",
        "Every assessment is at once reported to the complaints and appeals department and the leader in charge",
    ),
    citation=Citation(document=OFFICE, quote="案管系统即时将风险评估情况自动分类、自动报备给控申部门和分管领导"),
)
HUI_08 = Reason(
    rule="HUI-08",
    text=Text(
        "一级、二级风险自动向控申等相关部门发送预警信息",
        "Levels 1 and 2 automatically warn the complaints and appeals department and others concerned",
    ),
    citation=Citation(document=OFFICE, quote="当执法办案风险被评为一级、二级后,系统会自动向控申等相关部门发送预警信息"),
)
A_03 = Reason(
    rule="A-03",
    text=Text(
        "承办部门可以签收预警,未签收不影响处置",
        "The undertaking department may acknowledge a warning; work goes on without",
    ),
    assumed=True,
)
A_13 = Reason(
    rule="A-13",
    text=Text(
        "调高等级提交即生效,事后审批;调低等级经审批后生效;两者均予通知",
        "A raised level holds from its submission and is approved afterwards, a lowered one once approved; "
        "both are told",
    ),
    assumed=True,
)
A_22 = Reason(
    rule="A-22",
    text=Text(
        "一级、二级由系统自动预警,其余由承办人预警;由确定等级的检察长解除",
        "Levels 1 and 2 are warned of automatically, others by the handler; the chief procurator, who set it, lifts it",
    ),
    assumed=True,
)
A_25 = Reason(
    rule="A-25",
    text=Text(
        "「等相关部门」未列明:除控申部门外,由选项 also_warn 指定",
        "The other departments concerned are not listed: the option also_warn names one beside complaints and appeals",
    ),
    assumed=True,
)
