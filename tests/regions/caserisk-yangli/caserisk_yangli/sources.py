"""What the text of the made-up city says, sentence by sentence."""

from caserisk.plugin import Citation, Reason, Text

INSTRUMENT = Citation(
    document="《样例市人民检察院执法办案风险评估预警办法》", quote="样例市人民检察院执法办案风险评估预警办法"
)


def _reason(rule: str, text: Text, *, article: str, quote: str) -> Reason:
    citation = Citation(document=INSTRUMENT.document, article=article, quote=quote)
    return Reason(rule=rule, text=text, citation=citation)


YLI_03 = _reason(
    "YLI-03",
    Text("风险分五级,五级最重", "Five levels of risk, the fifth the gravest"),
    article="第三条",
    quote="风险由轻到重分为一级、二级、三级、四级、五级",
)
YLI_05 = _reason(
    "YLI-05",
    Text("部门负责人审核,检察长审定等级", "The department's head reviews, the chief procurator sets the level"),
    article="第五条",
    quote="评估由部门负责人在三个工作日内审核,由检察长审定等级",
)
YLI_05_CHOICE = _reason(
    "YLI-05",
    Text("审核时限可由各院选定", "An office may choose how long the review may take"),
    article="第五条",
    quote="案件较多的院,审核时限可定为五个工作日",
)
YLI_07 = _reason(
    "YLI-07",
    Text("接到预警后按等级限期化解", "Resolved within the term of the level, from the receipt of the warning"),
    article="第七条",
    quote="接到预警后,一级、二级风险在二十个工作日内化解,三级以上风险在十个工作日内化解",
)
YLI_07_2026 = _reason(
    "YLI-07",
    Text("三级以上风险七个工作日内化解", "Level 3 and above are resolved within seven working days"),
    article="修正案",
    quote="自2026年7月1日起,三级以上风险在七个工作日内化解",
)
YLI_08 = _reason(
    "YLI-08",
    Text("发布之日起限期签收、制定方案", "Received and planned for within terms from the issue of the warning"),
    article="第八条",
    quote="自预警发布起,一个工作日内签收,五个工作日内制定处置方案",
)
YLI_09 = _reason(
    "YLI-09",
    Text("结案前已回访、已反馈", "Visited and reported before the warning is closed"),
    article="第九条",
    quote="化解结案的,应当已回访当事人,并已向控申部门反馈结果",
)
YLI_10 = _reason(
    "YLI-10",
    Text("未经评估不得进入下一环节", "No next stage without an assessment"),
    article="第十条",
    quote="未经评估的案件,不得进入下一办案环节",
)
