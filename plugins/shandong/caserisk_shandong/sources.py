"""What the text of Shandong says, sentence by sentence, and what had to be assumed where it is silent."""

from caserisk.plugin import Citation, Reason, Text

OFFICE = "山东省人民检察院"
LONGKOU = "龙口市人民检察院"

INSTRUMENT = Citation(
    document="《关于在全省检察机关建立涉检信访风险评估预警制度的意见》",
    quote="2008年4月,省院制定下发了《关于在全省检察机关建立涉检信访风险评估预警制度的意见》",
)

# ------------------------------------------------------------------------------------------------ assessing

SD_07 = Reason(
    rule="SD-07",
    text=Text(
        "作出处理决定或采取强制措施前,须有经确认的风险评估",
        "Before a disposition decision or a compulsory measure an assessment has been confirmed",
    ),
    citation=Citation(document=OFFICE, quote="在作出处理决定或采取强制措施前,全面评估论证引发风险的可能性"),
)
A_50 = Reason(
    rule="A-50",
    text=Text(
        "一案一评:没有经确认的风险评估的,不能办结;原文未载此关口",
        "One assessment per case, so none is concluded without a confirmed one; no sentence names this gate",
    ),
    assumed=True,
)
SD_12_PLAN = Reason(
    rule="SD-12",
    text=Text(
        "处置预案何时制定,原文未载:评估有风险的即须制定",
        "When a disposition plan is made is not said: wherever an assessment finds a risk",
    ),
    assumed=True,
)
SD_14 = Reason(
    rule="SD-14",
    text=Text(
        "风险评估为网上办案的必经程序:未经确认不能进入下一环节",
        "Assessment is a mandatory step of on-line handling: no next stage before one is confirmed",
    ),
    citation=Citation(document=OFFICE, quote="有的市院将风险评估作为网上办案的必经程序"),
)
SD_15 = Reason(
    rule="SD-15",
    text=Text("一案一评、三级评估、三色预警", "Every case assessed, in three tiers, warned of in three colours"),
    citation=Citation(document=OFFICE, quote="一案一评、三级评估、三色预警、四步流程的工作机制"),
)
A_17_TIERS = Reason(
    rule="A-17",
    text=Text(
        "三级为哪三级,原文未载:采用龙口的办案人、业务部门、分管检察长,由最后一级确定等级",
        "Which three tiers is not said: Longkou's handler, department and leader in charge, the last setting the level",
    ),
    citation=Citation(document=LONGKOU, quote="建立由办案人、业务部门、分管检察长三级评估制度"),
    assumed=True,
)
A_17_COLOURS = Reason(
    rule="A-17",
    text=Text(
        "三色为哪三色,原文未载:采用龙口的红、橙、蓝",
        "Which three colours is not said: Longkou's red, orange and blue",
    ),
    citation=Citation(document=LONGKOU, quote="围绕落实“红橙蓝”三色预警制度"),
    assumed=True,
)
A_18 = Reason(
    rule="A-18",
    text=Text("红重于橙,橙重于蓝", "Red is graver than orange, orange than blue"),
    assumed=True,
)
A_24 = Reason(
    rule="A-24",
    text=Text("无风险的评估同样经三级评估", "An assessment without risk passes the same three tiers"),
    assumed=True,
)
LKO_11 = Reason(
    rule="LKO-11",
    text=Text(
        "山东未规定处置预案的内容:列出龙口的四个部分,不作要求",
        "What a plan holds is not said in Shandong: Longkou's four sections, none of them required",
    ),
    citation=Citation(
        document=LONGKOU,
        quote="详细列明案件当事人的基本情况及主要诉求、简要案情和拟作出的案件处理意见、可能引发风险的情况及原因、"
        "拟化解的方案及稳控息诉措施",
    ),
    assumed=True,
)

# ------------------------------------------------------------------------------------------------ warning

SD_08 = Reason(
    rule="SD-08",
    text=Text("控申部门发挥枢纽作用", "The complaints and appeals department is the hub"),
    citation=Citation(document=OFFICE, quote="控申部门在工作中发挥枢纽作用"),
)
SD_11 = Reason(
    rule="SD-11",
    text=Text(
        "业务部门发出预警,控申部门建立台账、档案,跟踪问效",
        "The business department warns; the complaints and appeals department keeps ledger and file and follows up",
    ),
    citation=Citation(document=OFFICE, quote="对业务部门发出预警的案件通过台账、档案进行管理,跟踪问效"),
)
SD_12 = Reason(
    rule="SD-12",
    text=Text(
        "发生上访的,由控申部门牵头组织处置预案的落实",
        "Once there is a petition, the complaints and appeals department leads in carrying out the plan",
    ),
    citation=Citation(document=OFFICE, quote="发生上访的,牵头组织处置预案的落实,积极开展社会矛盾化解工作"),
)
SD_17 = Reason(
    rule="SD-17",
    text=Text("谁承办、谁负责", "Who handles the case is responsible"),
    citation=Citation(document=OFFICE, quote="根据“谁承办、谁负责”的原则"),
)
SD_18 = Reason(
    rule="SD-18",
    text=Text(
        "分管领导、部门负责人和案件承办人各有相应责任",
        "Leader in charge, department head and case handler each have their responsibility",
    ),
    citation=Citation(document=OFFICE, quote="全省三级院均明确了分管领导、部门负责人和案件承办人的相应责任"),
)
A_03 = Reason(
    rule="A-03",
    text=Text("预警由承办部门自己发出,发布即签收", "The department warns of its own case: received when issued"),
    assumed=True,
)
A_22 = Reason(
    rule="A-22",
    text=Text(
        "业务部门由其负责人发出预警;由部门负责人或分管领导解除",
        "The business department warns by its head; the head or the leader in charge lifts the warning",
    ),
    assumed=True,
)
