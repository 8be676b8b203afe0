"""Why a regulation answers as it does."""

from __future__ import annotations

from caserisk_graphql.reads.fields import plain, wording
from caserisk_graphql.reads.stored_types import embedded


@embedded("The sentence of a regulation that a rule rests on (出处).")
class Citation:
    """A quotation."""

    document: str = plain("The instrument (文件名称).")
    article: str | None = plain("The article (条款), where the instrument numbers them.")
    quote: str = plain("The sentence, letter by letter (原文).")


@embedded("Why the regulation answers as it does (理由): the rule, its text, and who answered.")
class Reason:
    """A reason, stored with what was decided."""

    text: str = wording("What the rule says, in the request's language (规则内容).")
    rule: str = plain("The rule's number (规则编号), such as `ZHU-14`.")
    assumed: bool = plain(
        "Whether the regulation's text does not say so, and the plugin's author had to choose (推定)."
    )
    citation: Citation | None = plain("The sentence it rests on; null where none does.")
    plugin: str = plain("The plugin that answered (地区插件); `caserisk` is the core itself.")
    plugin_version: str = plain("That plugin's version when it answered.")
