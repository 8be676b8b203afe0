"""Why a regulation answers as it does."""

from __future__ import annotations

from caserisk_graphql.reads.fields import attribute, localised_attribute
from caserisk_graphql.reads.stored_types import embedded


@embedded("The sentence of a regulation that a rule rests on (出处).")
class Citation:
    """A quotation."""

    document: str = attribute("The instrument (文件名称).")
    article: str | None = attribute("The article (条款), where the instrument numbers them.")
    quote: str = attribute("The sentence, letter by letter (原文).")


@embedded("Why the regulation answers as it does (理由): the rule, its text, and who answered.")
class Reason:
    """A reason, stored with what was decided."""

    text: str = localised_attribute("What the rule says, in the request's language (规则内容).")
    rule: str = attribute("The rule's number (规则编号), such as `ZHU-14`.")
    assumed: bool = attribute(
        "Whether the regulation's text does not say so, and the plugin's author had to choose (推定)."
    )
    citation: Citation | None = attribute("The sentence it rests on; null where none does.")
    plugin: str = attribute("The plugin that answered (地区插件); `caserisk` is the core itself.")
    plugin_version: str = attribute("That plugin's version when it answered.")
