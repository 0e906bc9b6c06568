"""The words of page furniture, as patterns over lines in lower case; no page is named here.

An article's paragraph is never judged by one word: patterns for whole lines go with a limit of
words at their user, patterns that look into a sentence need the site to speak of itself.
"""

import re

from retrieval.text import dates
from retrieval.text.words import list_lines

_NETWORK = (
    r"(?:twitter|x|facebook|instagram|linkedin|telegram|youtube|mastodon|bluesky|google news"
    r"|whatsapp|tiktok|threads|flipboard|reddit|pinterest)"
)


MONTH = rf"(?:{dates.MONTH}|{dates.MONTH_CUT})\.?".lower()
WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[.,]? )?"
DAY = (
    rf"(?:{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\.? {MONTH},? \d{{4}}"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})"
)


def any_of(*patterns: str) -> re.Pattern[str]:
    """Give one pattern that matches where any of these does."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def plain(line: str) -> str:
    """Give the line as the patterns see it: lower case, plain apostrophes."""
    return line.casefold().replace("’", "'").replace("‘", "'")


LABEL = any_of(
    r"x|×|" + _NETWORK,
    r"(?:share|tweet|print|e-?mail|post|pin|save)(?: (?:this|it|the))?(?: (?:article|story|post"
    rf"|page|link))?(?: (?:on|by|via|with|to|for) (?:{_NETWORK}|e-?mail|(?:a |your )?friends?"
    r"|later|(?:your |my )?(?:favou?rites|library|bookmarks|reading list))\b.{0,12})?",
    r"copy (?:the )?link|link copied|bookmark|gift (?:this )?article",
    r"disclaimer|click to .*|like (?:this|loading)",
    r"listen(?: now| to (?:this|the) (?:article|story|episode|podcast))?|rss(?: feeds?)?",
    r"(?:skip|jump) to (?:main |page )?(?:content|navigation|article|search)",
    r"skip ad(?:vertisement)?|supported by|get the app|start writing|ready for more\??",
    r"(?:open|close|toggle) (?:the |this )?(?:menu|navigation|search|sidebar|banner|window|dialog)",
    r"log ?in|log ?out|sign ?in|sign ?up(?: here)?|register",
    r"subscribe(?: (?:now|today|here|to us))?",
    r"(?:my|your) account|newsletters?|e-?paper|contact us|about us|faqs?|advertise(?: with us)?",
    r"imprint|impressum|site ?map|cookie (?:policy|notice)|legal notice|mobile apps?",
    r"privacy (?:policy|notice|statement|settings|cent(?:er|re))|accessibility statement",
    r"terms (?:of (?:use|service|sale)|and conditions|& conditions)",
    r"back to top|(?:next|previous) (?:article|page|story|post)|loading\W*|all rights reserved",
    r"(?:load|show|see|view|read|learn|find out) (?:more|less|all)"
    r"(?: (?:articles|stories|posts|results|news|videos|photos|comments|(?:about|from) .{1,24}))?",
    r"(?:continue|keep) reading(?: below)?|(?:story|article|post) continues(?: below)?.{0,20}",
    r"advertisements?|advertising|ads?|sponsored(?: content)?|promoted(?: content)?|paid content",
    r"(?:original|source|short|full|permanent) ?(?:url|link|article|address)|permalink|trackback",
    r"\d+ (?:shares?|likes?|views?|retweets?|reactions?)|\d+ ?-?min(?:ute)?s?(?: read)?",
    r"(?:purchase |buy )?licensing rights|order reprints|re(?:use|publish) this (?:content|article)"
    r"|story highlights|list of \d+ items|end of list|list \d+ of \d+",
    r"this (?:article|story|page) is more than .{1,20} old|sources? \[edit\]",
    r"reading time\b.{0,24}|(?:font|text) size.{0,12}",
)


def _label(entry: str) -> str:
    """Give the pattern of an entry of the list: {network} is any, … is what ends no sentence."""
    pattern = re.escape(entry.removesuffix("…").strip()).replace(r"\{network\}", _NETWORK)
    return rf"{pattern}\s?.{{1,120}}(?<![.!?。])" if entry.endswith("…") else pattern


FOREIGN_LABELS = frozenset(list_lines("page_labels"))
FOREIGN_FORM = any_of(*(_label(one) for one in FOREIGN_LABELS if "{" in one or "…" in one))

DOUBTFUL_LABEL = any_of(
    r"home|about|menu|search|navigation|sections?|close|help|careers|jobs|press|legal|top|next|previous",
    r"contact|privacy|terms|accessibility|more|subscriptions?|podcasts?|videos?|photos?|archive",
    r"news|world|politics|business|economy|sports?|opinion|culture|science|health|technology|tech"
    r"|weather|travel|lifestyle|entertainment|arts|live|local|national|international|europe|asia",
)

MORE = any_of(
    r"related(?: (?:articles?|stor(?:y|ies)|content|topics?|posts?|links?|coverage|news|reading))?",
    r"tags|topics|filed under|explore more.{0,30}|read (?:more|next|also)|also read|see also",
    r"more (?:from|on|in|about|stories|by)\b.{0,40}",
    r"(?:most|recently) (?:read|popular|viewed|shared|commented|recent|watched)(?: .{0,24})?",
    r"popular(?: (?:now|today|stories|posts|articles|this week|(?:in|on|with|right) .{0,30}))?",
    r"trending(?: .{0,24})?|recommended(?: .{0,24})?|suggested(?: .{0,24})?|promoted stories",
    r"you (?:may|might)(?: also)? (?:like|enjoy|be interested in|have missed).{0,20}",
    r"before you (?:go|leave)|(?:what to )?(?:read|watch) next|up next|top stories|our picks",
    r"editors?'?s? (?:picks?|choice)|don'?t miss(?: .{0,20})?|in case you missed it",
    r"latest(?: (?:news|stories|headlines|articles|posts))?|in other news|keep reading",
    r"(?:around|from) the web|in this (?:article|story)|table of contents|other stories.{0,20}",
)

ABOUT = any_of(
    r"about (?:this|the|our) (?:blog|author|writer|contributor|publication|site|website"
    r"|newspaper|magazine|project|column|columnist|series|podcast|reporter|editor)s?",
    r"the author|who we are|author bio(?:graphy)?|meet the (?:author|writer|team)",
)

LETTER = any_of(
    r"(?:(?:our|the|free|daily|weekly|monthly|morning|evening|weekend) )*(?:e-?mail |news ?)"
    r"(?:letters?|reports?|updates?|alerts?|briefings?|digests?)(?: sign-?up)?",
    r"(?:get|sign up|subscribe|join|receive)\b.*\b(?:newsletters?|inbox|e-?mails?|updates|alerts"
    r"|digest|bulletin|briefing|mailing list)\b.*",
    r"stay (?:informed|updated|connected|in touch|in the loop|up to date)(?: with .*)?",
    r"never miss (?:a|an|another|out)\b.*|become an? (?:member|subscriber|supporter|patron)\b.*",
    r"support (?:our|independent|quality|free|local)(?: \w+)? (?:journalism|reporting|work|media"
    r"|news).*|be the first to .*",
)

BUTTON = any_of(
    r"(?:please )?(?:enter|confirm|type) (?:your|an|a valid) e-?mail.*",
    r"(?:your )?e-?mail(?: address)?(?: ?\*| \(required\))?:?|sign me up!?|no,? thanks.*|not now",
    r"by (?:signing up|subscribing|clicking|registering|entering|providing|submitting|joining)\b.*"
    r"\b(?:agree|accept|consent|acknowledge)\b.*",
    r"\*? ?i (?:understand|agree|consent|have read)\b.*\b(?:agree|privacy|terms|newsletters?)\b.*",
    r"(?:you (?:can|may) )?(?:unsubscribe|opt out) (?:at )?any ?time.*",
    r"we(?:'ll| will)? (?:never|won't|do not|don't) (?:share|spam|sell)\b.*",
    r"thank(?:s| you) for (?:subscribing|signing up|registering).*",
    r"please check your (?:inbox|e-?mail).*|required fields? .*|your e-?mail address will not .*",
)

_WRITTEN = r"(?:article|story|post|piece|report|column|page|content|coverage|analysis)"
_THIS = r"(?:this|the full|the rest of (?:this|the))"
_PAID_BY = r"(?:subscription|account|registration|membership|trial|log-?in)"
_JOIN = (
    r"(?:subscribe|register|log ?in|sign ?(?:in|up)|create an? (?:\w+ )?account|start (?:your|an?)"
    r" .{0,16}trial|become an? (?:\w+ )?(?:member|subscriber))"
    r"(?: (?:now|today|here|below|free|for|or|to|with)\b.{0,30})?"
)
# Whole lines. What is bought is named (this article, our journalism), or what it is bought with (a
# subscription): how-to articles, too, have accounts to create and access to get.
PAYWALL = any_of(
    rf"(?:this|the (?:full|whole|rest of (?:the|this))|our full) (?:\w+ )?{_WRITTEN} is (?:only |"
    r"exclusive(?:ly)? |available |reserved |free )*(?:to|for) (?:(?:our|paying|paid|registered"
    r"|premium|all|digital) )*(?:subscribers|members|readers who subscribe)(?: only)?",
    rf"this {_WRITTEN} is available exclusively (?:to|for) (?:[\w']+ ){{1,3}}subscribers\b"
    r".{0,60}",
    rf"(?:please )?(?:continue|keep|finish) reading(?: (?:this|the|your)(?: full)? {_WRITTEN})?"
    r"(?: (?:for (?:(?:only|just|as little as) )?[$£€]\d.{0,40}|for free(?: (?:with|by)\b.{0,40})?"
    rf"|with (?:an?|your) (?:[\w-]+ ){{0,4}}{_PAID_BY}\b.{{0,30}}"
    r"|by (?:subscrib|register).{0,50}))?",
    rf"unlock {_THIS} {_WRITTEN}",
    rf"(?:unlock|read|access|view) {_THIS} {_WRITTEN} (?:(?:(?:for )?free|now)(?: (?:with|by)\b"
    rf".{{0,40}})?|with an? (?:[\w-]+ ){{0,4}}{_PAID_BY}\b.{{0,30}}"
    r"|by (?:register|subscrib|sign).{0,40}|and (?:much )?more(?: (?:with|for|by)\b.{0,40})?)",
    r"(?:get|enjoy|subscribe for) (?:full|unlimited|digital|all)(?: digital)? access(?: (?:now"
    r"|today|for (?:(?:just|only|as little as) )?(?:[$£€]\d|free).{0,40}"
    r"|with an? [^,]{0,30}subscription|to (?:this|our|all (?:of )?our|everything|[^,]{0,40}"
    r"(?:journalism|articles|stories|newspaper))"
    r"\b[^,]{0,40}))?",
    r"(?:start|claim|begin|activate) (?:your|an?(?= free| \d| one)) (?:(?:free|\d+[- ]\w+"
    r"|one[- ]month) )*trial(?: (?:now|today|here|for (?:just|only|free|[$£€\d]).{0,20}"
    r"|to (?:continue|keep) reading))?",
    r"(?:create|open|register for|sign up for) (?:an?|your) (?:free )?account(?: or (?:log|sign)"
    r" ?in)? to (?:(?:continue|keep|finish)(?: reading\b.{0,30})?|(?:read|unlock|access|view)"
    rf" (?:more|\d+ more|{_THIS} {_WRITTEN}))",
    rf"to (?:(?:unlock|access|read|view|continue reading|keep reading) {_THIS} {_WRITTEN}"
    rf"|(?:continue|keep) reading),? (?:please )?{_JOIN}",
    rf"(?:this is an? |this {_WRITTEN} is an? )?(?:premium|members?[- ]only"
    rf"|subscriber(?:s|'s)?[- ](?:only|exclusive)) {_WRITTEN}",
    r"subscribers? (?:only|exclusive)|exclusive(?:ly)? (?:for|to) (?:our )?subscribers",
    rf"(?:access to |reading )?(?:this|the full) {_WRITTEN} requires (?:an? )?(?:\w+ )?{_PAID_BY}"
    r"(?: to read)?",
    rf"{_THIS} {_WRITTEN} is behind (?:a|our) paywall",
    rf"an? (?:\w+ )?{_PAID_BY} is (?:required|needed) to (?:read|access|view|continue)"
    rf"(?: reading| {_THIS} {_WRITTEN})?",
    rf"(?:enjoying|enjoyed|like|liked) (?:this|our) {_WRITTEN}\? ?(?:subscribe|join|sign up"
    r"|register|become).{0,60}",
    r"(?:please )?(?:join|subscribe|register|log ?in|sign ?(?:in|up)|become an? (?:\w+ )?"
    r"(?:member|subscriber))(?: (?:now|today|here|free|for free|or \w+))* to (?:unlock|read|access"
    rf"|continue|view|keep)(?: {_THIS} {_WRITTEN}| reading)?",
    r"subscribe to [^,.!?]{1,40} to (?:continue|keep) reading\b.{0,80}",
    r"(?:you (?:must|need to|have to) (?:be (?:an? (?:\w+ )?(?:subscriber|member)|(?:logged|signed)"
    r" in|registered)|subscribe|register|(?:log|sign) in) to|only subscribers (?:can|may))"
    rf" (?:continue reading|(?:read|access|view|unlock) {_THIS} {_WRITTEN})",
    r"please (?:log|sign) ?in or (?:subscribe|register|create an account)"
    r"(?: (?:now|here|to|for)\b.{0,30})?",
    r"want (?:to (?:read|see|know|learn) (?:more|the rest|the full \w+)|all of [\w ]{1,30})\?"
    rf"(?: (?:please |just )?{_JOIN})?",
    rf"subscribers (?:can|get to|may) (?:read|access|view) the (?:full|whole) {_WRITTEN}(?: here)?",
    rf"(?:for|to read|read) the (?:full|whole|rest of the) {_WRITTEN},? (?:please )?(?:subscribe"
    r"|log ?in|sign ?(?:in|up)|register|click).{0,30}",
    r"(?:try it (?:for )?free\b.{0,30} |unlimited access\. )?(?:you can )?cancel (?:or pause )?"
    r"(?:at )?any ?time",
    r"thank you for your patience while we verify access\b.*|if you are in reader mode please exit"
    r"\b.*|we are having trouble retrieving the article content",
)

INVITATION = any_of(
    r"(?:please )?(?:subscribe|sign up|register)\b.*\b(?:newsletters?|inbox|e-?mails?|podcast"
    r"|digest|briefing|us|our)\b",
    r"(?:please )?(?:subscribe|sign up|register) (?:now|today|here|free|for free"
    r"|to (?:continue|read))\b.{0,60}$",
    r"(?:get|receive)\b.*\b(?:newsletters?|your inbox|e-?mail alerts)\b",
    r"already (?:a|an|have) .{0,40}(?:\?|\b(?:log|sign) in\b)|not (?:yet )?a subscriber\?",
    r"(?:click|tap) here\b|(?:click|tap) (?:on|to|the|for) (?:here|enlarge|expand|play|share|view"
    r"|watch|listen|subscribe|(?:image|photo|picture|video|link|map)s?)\b[^.,]{0,60}\.?$",
    r"(?:log|sign) in (?:here|to (?:comment|continue|join|post|read|save|view)"
    rf"|or (?:create|register|sign up|subscribe)|with (?:{_NETWORK}|google|apple))\b",
    r"(?:please )?(?:follow|like|find|join|connect with) (?:us|me|him|her|them|the [\w ]{2,30}"
    rf"|@\S+|[\w.-]+(?: [\w.-]+)?) on {_NETWORK}\b.{{0,60}}$",
    r"[\w.-]+(?: [\w.-]+){0,2} (?:tweets|posts|is on twitter|can be followed)\b.{0,20}@",
    r"(?:download|get|try|install) our .*\bapp\b",
    r"(?:download|get|try|install) the (?:[^ .,]+ ){0,4}app(?: (?:now|today|here|for|from|on)\b"
    r"[^.,]{0,40})?[.!]?$",
    r"(?:support|donate to|contribute to|help) (?:us|our)\b.*\b(?:journalism|reporting|newsroom)\b",
    r"(?:to )?(?:continue|keep) reading,|to read the (?:full|rest)\b",
    r"you(?: have|'ve) (?:read|reached|used|\d+|one|no)\b.*(?:\bfree (?:articles?|stories|views?)\b"
    r"|\b(?:articles?|stories) (?:left|remaining)\b|\b(?:article|monthly|free) limit\b"
    r"|\blimit of (?:free|\d+)\b)",
    r"(?:do you )?(?:have|got) (?:an?|any) (?:news )?(?:tips?|corrections?|feedback|opinions?)\b"
    r".*\?",
    r"thank(?:s| you) for reading(?: (?:our|the|this|us)\b.{0,40})?[.!]?$|our standards\s?:",
    r"thank(?:s| you) for reading [^.!?]{1,60}[.!] (?:please |this post |subscribe)",
    r".{0,60} is a reader-supported (?:publication|newsletter)\b",
    r"save (?:articles?|stories) (?:for later|to read)\b.{0,40}",
    r".{0,80}\ball rights reserved\b",
    r"(?:(?:read|see|watch|listen) (?:more|also|next|now|on|this|to)|related(?: (?:stories"
    r"|articles?))?)\s?:",
    r"(?:read|see|watch|listen|explainer|in pictures|gallery|tags?|topics?|filed under"
    r"|categor(?:y|ies)|keywords|posted in|labels|share this)\s?:(?!.*[.!?]$)",
    r"(?:(?:original|source|short|full|permanent) ?)?(?:url|link|article|address|permalink|via)"
    r"\s?:?\s?(?:https?:|www\.)\S+$",
    r"(?:<?(?:https?://|www\.)\S+|\S+@\S+\.\w+)$",
    r"[—–-] .{1,60} \(@\w+\)(?: .{0,20}\d{4})?$",  # who wrote a tweet, and when
    r"(?:contact|reach|e-?mail|write to) (?:the )?(?:author|editor|reporter|writer|us|him|her|me"
    r"|newsroom)\b.*@",
    r"(?:contact|reach|e-?mail) (?:[\w.'-]+ ){1,4}(?:at|on|by|via) .{0,80}@\S+$",
    r".{0,120}\bcontributed to (?:this|the) (?:report|story|article)\.?$",
    r"(?:(?:this|our) (?:page|site|website|app) |you need to |please )?(?:requires?|turn on|enable)"
    r" javascript\b",
)

FOOTER = any_of(r"©|\(c\) \d|copyright (?:©|\(c\)|\d)")

NOTICE = any_of(
    r"\b(?:send|drop) us an e-?mail\b|\bposted (?:freely )?(?:to|on) our (?:site|platform)\b",
    r"\b(?:views|opinions)\b.{0,60}\b(?:expressed|are)\b.{0,80}\b(?:author|writer|contributor)s?'?s?"
    r" ?(?:own\b|alone\b|,? (?:and )?not\b)",
    r"(?=.*\b(?:articles?|authors?|blog|column(?:ist)?s?|comment(?:ary|s)|contributors?|op-?eds?|piece"
    r"|posts?|writers?|here)\b).*\b(?:views|opinions)\b.{0,60}\b(?:expressed|are)\b.{0,80}"
    r"(?:\bnot necessarily\b|\bdo not (?:necessarily )?(?:reflect|represent)\b)",
    r"\ba version of this (?:article|story)\b.{0,40}\b(?:print|appear|publish)",
    r"\bthis (?:page|article|thread) (?:is|has been) archived\b",
    r"\blinks?\b.{0,80}\bwe (?:may|might|can|will) (?:earn|receive|get) .{0,24}\bcommissions?\b",
    r"^(?:(?:this|the) (?:article|essay|excerpt|extract|piece|post|story|text)\b.{0,80}|re)?"
    r"(?:published|printed|posted) (?:here )?with (?:the |kind )*permission\b",
)

# In the letters as they stand: who reported, wrote and edited are names, and no sentence follows.
CREDITS = re.compile(
    r"\(?(?:Additional )?(?:[Rr]eporting|[Ww]riting|[Ee]diting) by\b(?:[\s;,.()&]+|[A-Z][\w.'’-]*"
    r"|(?:and|in|at|for|by|de|la|del|di|da|van|von|der|el|al|bin|additional|reporting|writing"
    r"|editing|photography|graphics|research)\b)+"
)

REPUBLISHED = any_of(
    r"this (?:post|article|entry|story|blog post|page|piece|content|text)"
    r" (?:was|is|has been|first|originally)\b.{0,80}\b(?:published|posted|appeared|syndicated"
    r"|republished|reprinted|translated)\b",
)

SITE_VOICE = any_of(
    r"\b(?:our|us|you|your|permission|originally|first|contributors?|partnership|licen[cs]e)\b"
)

CRUMB_SIGN = re.compile(r"\s[|›»>•·∙/]\s")
