"""What the text of Zhuzhou says, sentence by sentence, and what had to be assumed where it is silent."""

from caserisk.plugin import Citation, Reason, Text

OFFICE = "株洲市人民检察院"

SUMMARY = Citation(document=OFFICE, quote="突出风险摸排、风险评估、风险化解三个环节")

# ------------------------------------------------------------------------------------------------ assessing

ZHU_03 = Reason(
    rule="ZHU-03",
    text=Text(
        "拟作出处理决定时,须已对风险自评,有风险的须已制定工作预案",
        "When a disposition decision is proposed, the risk has been self-assessed and, if there is one, planned for",
    ),
    citation=Citation(
        document=OFFICE,
        quote="要求案件承办部门拟作出处理决定时,必须对案件办理当中存在的风险进行自评,制定工作预案",
    ),
)
ZHU_06 = Reason(
    rule="ZHU-06",
    text=Text("风险等级由评估专家委员会评定", "The expert committee sets the level"),
    citation=Citation(
        document=OFFICE,
        quote="组建了由分管控申工作的副检察长担任召集人、主要业务部门负责人为成员的评估专家委员会,"
        "负责对风险案件进行评估定级",
    ),
)
ZHU_07 = Reason(
    rule="ZHU-07",
    text=Text(
        "按当事人及其亲属、社会舆论和网络舆情的反应程度分为四级,以蓝、黄、橙、红四色表示",
        "Four levels by the degree of reaction, shown in blue, yellow, orange and red",
    ),
    citation=Citation(
        document=OFFICE,
        quote="根据案件当事人及其亲属、社会舆论和网络舆情的反应程度等情况,将风险评估的等级划分为四级,"
        "分别以蓝色、黄色、橙色、红色表示预警",
    ),
)
ZHU_07_DEGREES = Reason(
    rule="ZHU-07",
    text=Text(
        "反应程度如何对应四级,原文未载:按轻微、明显、强烈、极端逐级对应,取最重的一项",
        "How degrees make four levels is not said: slight, marked, strong and extreme, and the gravest counts",
    ),
    assumed=True,
)
ZHU_08 = Reason(
    rule="ZHU-08",
    text=Text("此为初步判定的等级", "This level is preliminary"),
    citation=Citation(document=OFFICE, quote="案件承办人发现风险后,初步判定风险等级、填写风险评估表"),
)
ZHU_08_OVERRIDE = Reason(
    rule="ZHU-08",
    text=Text(
        "承办人可作出不同的初步判定,但须说明理由",
        "The handler may judge otherwise at first, and has to say why",
    ),
    assumed=True,
)
ZHU_09 = Reason(
    rule="ZHU-09",
    text=Text(
        "部门讨论研究,分管领导审核签字,评估专家委员会评定",
        "The department discusses, the leader in charge signs, the expert committee rates",
    ),
    citation=Citation(document=OFFICE, quote="经部门讨论研究、分管领导审核签字后提交评估专家委员会评定风险等级"),
)
A_01 = Reason(
    rule="A-01",
    text=Text(
        "原文没有一句把级数与颜色对应起来:按列举顺序,一级为蓝色、四级为红色;选项 numbering=national 则一级为红色",
        "No sentence ties a number to a colour: by position level 1 is blue and level 4 red; "
        "with the option numbering=national level 1 is red",
    ),
    assumed=True,
)
A_24 = Reason(
    rule="A-24",
    text=Text(
        "无风险的评估提交即确认,不需审批,也不需预案",
        "An assessment without risk is confirmed on submission: no review, no plan",
    ),
    assumed=True,
)
A_50 = Reason(
    rule="A-50",
    text=Text(
        "未列明评估范围的,各案均须评估:没有经确认的风险评估的,不能办结;原文未载此关口",
        "Every case is in the scope until a list says otherwise, so none is concluded without a confirmed assessment; "
        "no sentence names this gate",
    ),
    assumed=True,
)
LKO_11 = Reason(
    rule="LKO-11",
    text=Text(
        "株洲未规定工作预案的内容:列出龙口的四个部分,不作要求",
        "What a work plan holds is not said in Zhuzhou: Longkou's four sections, none of them required",
    ),
    citation=Citation(
        document="龙口市人民检察院",
        quote="详细列明案件当事人的基本情况及主要诉求、简要案情和拟作出的案件处理意见、可能引发风险的情况及原因、"
        "拟化解的方案及稳控息诉措施",
    ),
    assumed=True,
)

# ------------------------------------------------------------------------------------------------ warning

ZHU_05 = Reason(
    rule="ZHU-05",
    text=Text("领导小组由检察长任组长", "The chief procurator heads the leading group"),
    citation=Citation(document=OFFICE, quote="市两级院均成立了由检察长任组长的评估预警工作领导小组"),
)
ZHU_10 = Reason(
    rule="ZHU-10",
    text=Text("预警由领导小组办公室发布", "The leading-group office issues the warning"),
    citation=Citation(document=OFFICE, quote="评估预警工作领导小组办公室发布预警"),
)
ZHU_11 = Reason(
    rule="ZHU-11",
    text=Text(
        "承办部门制定处置工作方案并落实化解措施",
        "The undertaking department makes the disposition scheme and carries it out",
    ),
    citation=Citation(document=OFFICE, quote="承办部门研究制定处置工作方案,落实化解措施"),
)
ZHU_12 = Reason(
    rule="ZHU-12",
    text=Text(
        "结案报告移送控申部门建档备案",
        "The closing report goes to the complaints and appeals department, for the archive and the record",
    ),
    citation=Citation(document=OFFICE, quote="结案报告移送控申部门建档备案"),
)
ZHU_12_HUB = Reason(
    rule="ZHU-12",
    text=Text(
        "原文未载由谁监督处置:由接收结案报告的控申部门监督",
        "Who supervises the disposition is not said: the department that receives the closing report",
    ),
    assumed=True,
)
ZHU_13 = Reason(
    rule="ZHU-13",
    text=Text(
        "处置前须定人员、定责任、定时限,包结案、包息诉、包稳控",
        "Persons, duties and time limit are fixed, and conclusion, settlement and stability guaranteed, beforehand",
    ),
    citation=Citation(
        document=OFFICE,
        quote="对评估有风险的案件实行“三定三包”(定人员、定责任、定时限,包结案、包息诉、包稳控)制度",
    ),
)
ZHU_18 = Reason(
    rule="ZHU-18",
    text=Text(
        "未按时办结的,下发《检察长督办函》,责令限期结案",
        "What is not concluded in time gets the chief procurator's supervision letter, with a new limit",
    ),
    citation=Citation(document=OFFICE, quote="对未按时办结的案件下发《检察长督办函》,责令限期结案"),
)
ZHU_19 = Reason(
    rule="ZHU-19",
    text=Text(
        "红色预警由检察长或分管副检察长带队的特别督办组督办",
        "A red warning is supervised by a special group under the chief or the deputy chief procurator in charge",
    ),
    citation=Citation(document=OFFICE, quote="对红色预警的案件,由检察长或分管副检察长带队,组成特别督办组督办"),
)
A_03 = Reason(
    rule="A-03",
    text=Text(
        "承办部门签收预警即为「接到预警通知」,签收后方可处置",
        "The undertaking department receives the warning by acknowledging it; nothing is done before",
    ),
    assumed=True,
)
A_22 = Reason(
    rule="A-22",
    text=Text(
        "由谁解除预警,原文未载:由定级的评估专家委员会解除",
        "Who lifts a warning is not said: the expert committee, which set its level",
    ),
    assumed=True,
)
A_27 = Reason(
    rule="A-27",
    text=Text(
        "带队人由检察长或承办部门的分管副检察长担任均可",
        "The group is led by the chief procurator or by the deputy in charge of the undertaking department, either way",
    ),
    assumed=True,
)
A_31 = Reason(
    rule="A-31",
    text=Text(
        "新的期限原文未载,由签发人确定;原期限保留在案",
        "How long the new limit is, is not said: who issues the letter sets it; the first due date stays on record",
    ),
    assumed=True,
)

# ------------------------------------------------------------------------------------------------ deadlines

ZHU_14 = Reason(
    rule="ZHU-14",
    text=Text(
        "接到预警通知后,一至四级分别在半个月、一个月、三个月、半年之内结案并息诉罢访",
        "From receipt of the warning, levels 1 to 4 are concluded and settled within half a month, one month, "
        "three months and half a year",
    ),
    citation=Citation(
        document=OFFICE,
        quote="规定一级、二级、三级、四级风险案件必须在接到预警通知后,分别在半个月、一个月、三个月、半年之内结案,"
        "并确保息诉罢访",
    ),
)
A_02 = Reason(
    rule="A-02",
    text=Text(
        "「结案」指风险预警化解结案,不是案件办结", "Concluded means the warning resolved, not the case concluded"
    ),
    assumed=True,
)
A_04 = Reason(
    rule="A-04",
    text=Text(
        "半个月为十五日,半年为六个月,月按对应日计算,签收当日不计",
        "Half a month is 15 days, half a year six months; months run to the corresponding day; "
        "the day of receipt is not counted",
    ),
    assumed=True,
)
A_05 = Reason(
    rule="A-05",
    text=Text(
        "期限最后一日不是工作日的,顺延至下一个工作日;选项 roll=none 则不顺延",
        "A last day that is no working day moves on to the next; with the option roll=none it stays",
    ),
    assumed=True,
)
A_32 = Reason(
    rule="A-32",
    text=Text(
        "只有息诉罢访才算按时完成;未息诉的仍可结案,期限记为未按时完成",
        "Only a settlement meets the term; without one the warning can be closed and the term is missed",
    ),
    assumed=True,
)
