"""Words of opposite meaning, as news uses them. General English, written by hand."""

from collections.abc import Iterator
from functools import cache

from retrieval.text.words import stem

# Each axis begins at the margin: every word left of the bar is an opposite of every
# word right of it. A verb with its particle is one word.
_AXES = """
increase increased rise rose grow growth climb surge jump soar gain double triple expand swell
  escalate intensify heighten deepen strengthen worsen raise boost lift widen up | decrease
  decline fall drop shrink plunge slump halve reduce reduction cut lower lessen lighten ease abate
  diminish dwindle narrow weaken slow cool sink slip down
improve better recover strengthen advance brighten help | worsen deteriorate worse weaken decline
  harm hurt damage slip
best finest strongest greatest highest largest biggest longest | worst poorest weakest lowest
  smallest shortest fewest tiniest
major | minor
top | bottom
big large great huge vast considerable significant high tall long wide broad strong heavy rich
  deep many much numerous | small little tiny slight negligible low short narrow weak
  light poor shallow few scarce insignificant
more higher larger greater bigger longer stronger better | fewer less lower smaller shorter weaker
  worse
all every everyone everything always entire entirely fully wholly completely | none nobody nothing
  never no partly partially hardly barely
nearly almost | hardly barely exactly
often frequently usually regularly constantly always common commonly | rarely seldom never rare
  hardly occasionally
support supporter supportive back backer endorse favor favour approve approval champion welcome
  embrace praise applaud defend advocate promote uphold cheer hail | oppose opposition opponent
  reject rejection against condemn condemnation denounce criticize criticise criticism attack
  undermine resist resistance block dismiss veto decry lament overthrow protest question
accept acceptance agree agreed agreement approve adopt ratify sign join take-up embrace |
  reject rejection refuse refusal decline oppose turn-down dismiss renounce scrap spurn veto
  disagree disagreement renege
pro favor | against anti
allow permit let enable authorize authorise license legalize legalise lift admit | ban bar forbid
  prohibit prevent block stop outlaw refuse deny restrict
confirm admit acknowledge concede affirm assert insist claim recognize recognise verify certify
  reveal accept | deny dispute refute reject disavow contradict question doubt conceal rule-out
promise pledge vow offer agree undertake plan intend order want wish seek hope aim | refuse
  decline rule-out reject renounce oppose
order authorize authorise launch approve plan threaten begin start | rule-out cancel forbid halt
  call-off stop abandon avoid reject
keep retain maintain preserve continue resume remain stay hold sustain uphold restore honor honour
  respect extend prolong persist underway pursue renew keep-up go-on carry-on | abandon drop
  give-up lose cease stop end quit relinquish surrender scrap cancel shelve suspend halt break-off
  call-off leave renege violate break sever abolish discontinue cut interrupt
restore normalize normalise establish resume repair mend renew strengthen build | break break-off
  sever cut cut-off suspend end destroy damage abandon
start begin began begun launch open initiate establish found create introduce build construct form
  set-up inaugurate commence | end stop close finish halt conclude abolish dissolve destroy
  dismantle demolish scrap cancel cease terminate shut shut-down wind-up disband delay
destroy demolish dismantle eliminate eradicate wipe-out remove ruin | build rebuild create
  preserve save protect spare restore keep install produce
win won victory succeed success successful gain secure obtain earn achieve capture conquer recover
  regain take seize retake liberate | lose lost loss defeat fail failure unsuccessful forfeit
  surrender cede miss
win victory victorious triumph | defeat defeated loss lose
join enter arrive come remain stay return deploy send invade occupy move-in stay-on | leave exit
  depart withdraw withdrawal quit flee evacuate pull-out retreat desert go stay-away keep-out
  boycott
attend participate take-part meet visit | skip miss boycott avoid cancel shun stay-away snub
advance attack assault invade strike bomb target | retreat withdraw defend protect shield spare
  avoid
friend ally allied partner friendly supporter brother | enemy foe adversary rival opponent hostile
peace peaceful peacefully truce ceasefire calm | war violent violently conflict fighting unrest
help assist aid protect save rescue benefit ease support serve | harm hurt hinder hamper obstruct
  endanger threaten damage abandon attack
good positive favorable favourable beneficial healthy | bad negative unfavorable unfavourable
  harmful unhealthy
happy pleased glad satisfied delighted proud relieved thankful | unhappy angry sad disappointed
  displeased upset furious sorry ashamed annoyed
praise thank congratulate commend applaud credit reward honor honour | blame criticize criticise
  condemn accuse punish insult scold rebuke
optimistic confident hopeful sure certain convinced clear | pessimistic doubtful skeptical
  sceptical unsure uncertain unclear
trust believe confidence | distrust mistrust doubt suspicion suspect disbelieve
safe secure stable harmless | dangerous unsafe unstable risky harmful deadly
likely possible probable feasible able | unlikely impossible improbable unable
easy simple straightforward easily | difficult hard complex complicated tough hardly
true real genuine authentic correct right accurate | false fake untrue wrong incorrect inaccurate
legal lawful legitimate innocent constitutional | illegal unlawful illegitimate guilty criminal
  unconstitutional
public publicly open openly known visible | private privately secret secretly hidden covert
  covertly unknown confidential
official officially formal formally | unofficial unofficially informal informally
direct directly | indirect indirectly
before earlier previously ago former formerly past preceding | after later subsequently since
  current currently future following
early | late
old ancient elderly | new young recent modern
first initial initially | last final finally
north northern northeast | south southern southwest
east eastern | west western
left | right
above over exceed | below under beneath
inside internal domestic indoor within local home | outside external foreign outdoor abroad
  imported international
male man boy father son husband brother king he | female woman girl mother daughter wife sister
  queen she
buy purchase acquire import | sell export
lend give provide supply donate grant send deliver share | borrow receive withhold take deny get
  refuse
include inclusion | exclude exclusion
unite united together jointly unify | divide divided separately alone split separate
majority | minority
maximum | minimum
temporary temporarily briefly interim | permanent permanently indefinitely
armed | unarmed
moderate | extremist radical extreme hardline
military | civilian
rural | urban
local regional | national international global
religious | secular
democratic free | authoritarian autocratic dictatorial
rich wealthy expensive costly sophisticated | poor cheap inexpensive unsophisticated
fast quick quickly rapid rapidly swiftly sharply steeply | slow slowly gradually
hot warm | cold cool
dry | wet
hire appoint employ elect reelect nominate promote | fire dismiss sack oust depose demote topple
arrest detain imprison jail capture hold convict charge | release free acquit pardon exonerate
  discharge
alive survive live born | dead die kill killed perish
live survivor | die victim
rescue save | abandon kill
reveal disclose expose publish show admit | conceal hide cover-up withhold suppress
remember recall | forget
ask question request demand seek | answer offer refuse
rely depend use | ignore avoid reject
focus concentrate | neglect ignore
willing eager keen ready voluntarily | unwilling reluctant hesitant forced
guided | unguided
regular | irregular
responsible | irresponsible
rational | irrational
relevant | irrelevant
complete full total whole | incomplete partial empty limited
limited restricted | unlimited unrestricted
hasten accelerate speed speed-up rush | delay slow postpone hamper put-off
postpone delay put-off | advance bring-forward
similar same identical alike | different opposite unlike distinct
equal | unequal
expected | unexpected surprising
necessary required mandatory compulsory | unnecessary optional voluntary
obey comply observe honor honour respect | defy violate break flout disobey
recognize recognise | ignore derecognize
escalate inflame provoke | defuse calm
mild milder gentle lenient | harsh harsher severe strict brutal
change reform reorganize reorganise alter replace overhaul reshuffle | unchanged keep maintain
liberate free | occupy conquer capture seize invade
impose tighten toughen | lift ease relax loosen
topple oust overthrow depose | install support prop prop-up defend
overestimate exaggerate overstate | underestimate downplay understate
"""
_PREFIXES = ("un", "in", "im", "dis", "non", "mis", "anti")
_MIN_STEM_CHARS = 5


def are_opposite(one: str, other: str) -> bool:
    """Tell whether two words are opposites: in the list of this module, or by a prefix (un-).

    A verb with its particle is one word, as in 'give-up'.
    """
    return _stem(other) in _table().get(_stem(one), frozenset()) or _by_prefix(one, other)


def are_allied(one: str, other: str) -> bool:
    """Tell whether two words stand on the same side of an axis, as 'closed' and 'shut' do."""
    return _stem(other) in _allies().get(_stem(one), frozenset())


def is_phrasal(verb: str, particle: str) -> bool:
    """Tell whether the list knows the verb with its particle, such as 'broke' with 'off'."""
    return f"{stem(verb)}-{particle}" in _table()


def _by_prefix(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _MIN_STEM_CHARS and any(
        longer.startswith(prefix) and stem(longer.removeprefix(prefix)) == stem(shorter)
        for prefix in _PREFIXES
    )


@cache
def _table() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for here, there in _axes():
        for one in here:
            table.setdefault(one, set()).update(there)
        for other in there:
            table.setdefault(other, set()).update(here)
    return {word: frozenset(others) for word, others in table.items()}


@cache
def _allies() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for sides in _axes():
        for side in sides:
            for word in side:
                table.setdefault(word, set()).update(side)
    return {word: frozenset(others) for word, others in table.items()}


def _axes() -> Iterator[tuple[list[str], list[str]]]:
    for axis in _AXES.replace("\n  ", " ").strip().splitlines():
        here, there = axis.split("|")
        yield [_stem(word) for word in here.split()], [_stem(word) for word in there.split()]


def _stem(word: str) -> str:
    verb, dash, particle = word.partition("-")
    return f"{stem(verb)}{dash}{particle}"
