"""Does a text affirm or deny: negations, verbs that deny, and words of opposite meaning."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from retrieval.words import Word, stem, words

_NEGATIONS = frozenset(
    "no not never none nobody nothing nowhere neither nor cannot without hardly barely".split()
)
_DENIALS = frozenset(
    map(
        stem,
        (
            "deny denied denies denial refuse refused refusal reject rejected rejection decline "
            "declined fail failed failure oppose opposed rule lack lacks lacking prevent "
            "prevented halt halted abandon abandoned avoid avoided unable unlikely impossible "
            "absence absent preclude precluded unwilling stop stopped cease ceased cancel "
            "cancelled shelve shelved"
        ).split(),
    )
)
_OPPOSITES = """
increase decrease; increase reduce; increase ease; increase fall; increase drop; rise fall
rise drop; rise decline; grow shrink; grow fall; raise lower; raise cut; raise reduce; expand cut
expand shrink; expand limit; expand reduce; more fewer; more less; most least; high low
higher lower; above below; over under; before after; first last; early late; earlier later
begin end; start end; start stop; start finish; open close; continue stop; continue halt
continue end; launch end; initiate end; keep abandon; keep drop; keep break; remain leave
remain withdraw; stay leave; stay withdraw; stay go; join leave; join quit; enter leave
enter withdraw; arrive leave; arrive depart; come go; send withdraw; deploy withdraw
advance retreat; win lose; gain lose; victory defeat; succeed fail; success failure
support oppose; support undermine; support reject; back oppose; favor against; favour against
for against; favor oppose; favour oppose; prop topple; accept reject; accept refuse
approve reject; approve block; pass block; allow ban; allow forbid; allow prevent; allow block
permit ban; permit forbid; enable prevent; agree disagree; agree refuse; agree decline
confirm deny; admit deny; acknowledge deny; affirm deny; claim deny; affirm question
insist deny; order rule; authorize rule; authorise rule; authorize refuse; plan rule
promise refuse; offer refuse; offer decline; pledge refuse; vow refuse; honor break; honour break
honor renege; keep renege; fulfil renege; respect violate; observe violate; obey violate
friend enemy; ally enemy; ally foe; ally adversary; partner rival; common opposing
strong weak; strengthen weaken; strengthen undermine; improve worsen; improve deteriorate
better worse; best worst; good bad; likely unlikely; possible impossible; true false
regular irregular; responsible irresponsible; relevant irrelevant; rational irrational
legitimate illegitimate; right wrong; correct wrong; legal illegal
lawful unlawful; safe dangerous; safe unsafe
include exclude; attack defend; attack protect; target spare; bomb spare; strike spare
build destroy; create destroy; create abolish; create dismantle; destroy preserve; destroy keep
remove keep; remove install; lift impose; lift tighten; lift keep; lift maintain; ease tighten
ease worsen; ease toughen; escalate ease; escalate defuse; tighten loosen; widen narrow
public private; public secret; publicly privately; publicly secretly; open secret
openly secretly; official unofficial; formal informal; directly indirectly; rich poor
male female; man woman; father mother; son daughter; brother sister; husband wife
north south; east west; northern southern; eastern western; left right; major minor
large small; big small; huge tiny; long short; easy difficult; easy hard; old new; former current
past future; present absent; domestic foreign; internal external; temporary permanent
always never; all none; everyone nobody; everything nothing; anti pro; moderate extremist
moderate radical; moderate hardline; war peace; buy sell; import export; lend borrow
give receive; give withhold; provide withhold; supply withhold; supply receive; remember forget
praise criticise; praise criticize; praise condemn; praise denounce; welcome condemn
welcome reject; welcome criticize; hire fire; appoint dismiss; arrest release; imprison release
imprison free; capture release; capture lose; capture liberate; seize lose; hold release
escape captured; help hinder; help harm; help hurt; protect harm; protect threaten
alive dead; survive die; live die; full empty; fast slow; quick slow; rapid slow; quickly slowly
optimistic pessimistic; confident doubtful; confident worried; certain doubtful; certain uncertain
sure unsure; clear unclear; trust mistrust; trust distrust; trust suspicion; trust suspect
majority minority; maximum minimum; unite divide; united divided; attract repel
encourage discourage; hope fear; rescue abandon; acquit convict; guilty innocent
natural artificial; normal unusual; common rare; few many; little much; rarely often
seldom often; sometimes never; central peripheral; useful useless; effective ineffective
willing unwilling; willing reluctant; eager reluctant; able unable; ready unready; calm angry
pleased angry; pleased displeased; happy unhappy; satisfied dissatisfied; glad sorry
surprised unsurprised; similar different; same different; identical different; alike different
equal unequal; complete incomplete; complete partial; entirely partly; fully partly; wholly partly
always rarely; simple complex; simplify complicate; clarify obscure; solve worsen; reveal conceal
reveal hide; disclose conceal; disclose hide; expose hide; expose conceal; share withhold
share hide; show hide; speed slow; speed delay; hasten delay; advance delay; follow precede
follow lead; rely ignore; consider ignore; heed ignore; notice overlook; remember overlook
recognize ignore; recognise ignore; ask answer; question answer; teach learn; push pull
lead trail; ahead behind; front rear; inside outside; within outside; upper lower; top bottom
maximize minimize; inflate deflate; overstate understate; overestimate underestimate
focus neglect; focus ignore; prioritize neglect; want reject; want refuse; want oppose
seek avoid; seek reject; pursue abandon; pursue avoid; choose avoid; meet avoid; attend skip
attend miss; attend boycott; participate boycott; sign reject; sign renounce; ratify reject
declare deny; expect doubt; believe doubt; believe disbelieve; love hate; like dislike
prefer dislike; innocent guilty; armed unarmed; manned unmanned; guided unguided
military civilian; civilian soldier; rural urban; local national; national international
global local; fair unfair; real unreal; sovereign occupied; free occupied; democratic autocratic
democratic authoritarian; secular religious; peaceful violent; friendly hostile; friendly tense
ease heighten; heighten reduce; heighten lower; deepen ease; intensify ease; harden soften
extend shorten; expand contract; longer shorter; longest shortest; largest smallest; near far
strongest weakest; stronger weaker; closer farther; close distant; together separately
together alone; unite split; same opposite; serious trivial; formidable slight; broad narrow
constant occasional; consistently rarely; sympathy hostility; benefit harm; benefit hurt
benefit suffer; reward punish; honor insult; invite expel; welcome expel; recognize reject
warn reassure; threaten reassure; blame praise; blame exonerate; accuse clear; accuse praise
condemn endorse; denounce endorse; reject endorse; dispute accept; dispute confirm; agree dispute
return stay; return remain; voluntary forced; willing forced; victory loss; gain loss; profit loss
rush delay; postpone advance; known unknown; visible hidden; transparent opaque; explicit implicit
fund defund; arm disarm; mobilize demobilize; invest divest; obey defy; comply defy; comply refuse
surrender resist; yield resist; fight surrender; resume suspend; resume halt; continue suspend
restore suspend; restore cut; maintain cut; maintain sever; keep sever; strengthen sever
establish abolish; establish dissolve; found dissolve; open shut; active inactive; busy idle
occupied free; scarce plentiful; abundant scarce; necessary unnecessary; wanted unwanted
warm cold; warm hostile; hot cold; wet dry; dark light; deep shallow; thick thin; loud quiet
"""
_NEEDS_OUT = frozenset({stem("rule"), stem("ruled")})
_NOT_NEGATIONS = frozenset(
    [("not", "only"), ("not", "just"), ("not", "merely"), ("not", "simply"), ("no", "doubt")]
)
_CLAUSE_WORDS = frozenset("but while although though because whereas which who and".split(" "))
_BREAK = re.compile(r"[,;:()—.!?]|--|\n")
_REACH_WORDS = 7
"""How many words that carry meaning a negation turns round at most."""
_PREFIXES = ("un", "in", "im", "dis", "non", "mis", "anti")
_MIN_STEM_CHARS = 5


def is_negation(word: Word) -> bool:
    """Tell whether the word by itself turns its sentence round."""
    return word.key in _NEGATIONS or word.key.replace("’", "'").endswith("n't")


def negated(text: str) -> dict[str, bool]:
    """Give the stems of the words that carry meaning, and whether each is said to be not so.

    A negation or a verb of denial turns round what follows it in its clause; two of them cancel
    out ('did not rule out'). A stem that stands both ways counts by its last place.
    """
    found: dict[str, bool] = {}
    turned, reach, last_end = False, 0, 0
    all_words = words(text)
    for at, word in enumerate(all_words):
        if _BREAK.search(text, last_end, word.span[0]) or word.key in _CLAUSE_WORDS:
            turned = False
        last_end = word.span[1]
        if word.carries_meaning:
            found[word.stem] = turned
            reach -= 1
        turned = turned and reach > 0
        if _turns(all_words, at):
            turned, reach = not turned, _REACH_WORDS
    return found


def _turns(all_words: Sequence[Word], at: int) -> bool:
    word = all_words[at]
    after = all_words[at + 1].key if at + 1 < len(all_words) else ""
    if word.stem in _NEEDS_OUT:
        return after == "out"
    if is_negation(word):
        return (word.key, after) not in _NOT_NEGATIONS
    return word.stem in _DENIALS


def clashes(claim: str, evidence: str) -> list[tuple[str, str]]:
    """Give the pairs of a claim's word and an opposite that the evidence has in its stead.

    A pair is no clash where both texts have the word, both have the opposite, or one of the two
    is negated ('did not succeed' for 'failed').
    """
    asked, held = _stances(claim), _stances(evidence)
    return [
        (word, other)
        for word in asked.keys() - held.keys()
        for other in held.keys() - asked.keys()
        if asked[word] == held[other] and are_opposite(word, other)
    ]


def _stances(text: str) -> dict[str, bool]:
    """Give every word of a text, in lower case, and whether it is negated."""
    turned = negated(text)
    return {
        word.key: turned.get(word.stem, False)
        for word in words(text)
        if not word.is_capital or word.initial
    }


def are_opposite(one: str, other: str) -> bool:
    """Tell whether two words are opposites: in the list of this module, or by a prefix (un-)."""
    listed = stem(other) in _table().get(stem(one), frozenset())
    return listed or _by_prefix(one, other)


def _by_prefix(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _MIN_STEM_CHARS and any(
        longer.startswith(prefix) and stem(longer.removeprefix(prefix)) == stem(shorter)
        for prefix in _PREFIXES
    )


@cache
def _table() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for one, other in _pairs():
        table.setdefault(one, set()).add(other)
        table.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in table.items()}


def _pairs() -> Iterator[tuple[str, str]]:
    for entry in _OPPOSITES.replace("\n", ";").split(";"):
        pair = entry.split()
        if pair:
            yield stem(pair[0]), stem(pair[1])
