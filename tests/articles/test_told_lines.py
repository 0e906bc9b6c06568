"""Lines of an article that begin or end as furniture does: an extracted page keeps them."""

import pytest

from retrieval.articles.cleaning.clean import clean

ABOVE = (
    "The town's council decided on Tuesday night by twelve votes to nine to close the baths.",
    "Repairs are to cost 2.4 million, of which the province pays a third; the rest is a loan.",
)
BELOW = "Opponents collected 6,000 signatures within a month, and say that the town needs a pool."


def left_out(line: str) -> list[str | None]:
    """Give the rules that leave a line out of an extracted page, in the middle and at its end."""
    pages = ((*ABOVE, line, BELOW), (*ABOVE, line))
    lines = [one for page in pages for one in clean("\n\n".join(page), is_extracted=True).lines]
    return [one.rule for one in lines if one.text == line and one.rule]


@pytest.mark.parametrize(
    "line",
    [
        "Register to vote online before midnight, or fill in the form that libraries hand out.",
        "Sign up for an account with the airline before you travel: seats are given away early.",
        "Subscribe to a cheaper plan today, the watchdog told customers, and save £100 a year.",
        "Click on the Start button.",
        "Tap the three dots in the corner and choose Settings.",
        "Log in to your account with the code that the letter names.",
        "Get the app, scan the code on the pump and pay there.",
        "You have one week left to hand in the form, the tax office says.",
        "This article of the treaty is for members only, the court held, and binds nobody else.",
        "Keep reading for pleasure and your child will read too, the study says.",
        "Get full access to the files, or close the inquiry, the judge told the police.",
        "A permit is required to read this meter, the firm told its customers on Monday.",
        "Want to read more slowly? Teachers of the town say that comics help.",
        "A permit is required to access the beach.",
        "Want to know more? Ask your doctor.",
        "Get full access to your medical records",
        "Enjoy unlimited access to museums with the city card.",
        "Create an account to view your results.",
        "Continue reading with your child at bedtime.",
        "Finish reading the letter.",
        "This report requires a response.",
        "Read the full report with an open mind.",
        "See: the council's report of 2019.",
        "Topics: roads, schools and the price of water were all that they spoke of.",
        "Writing by hand helps children to learn their letters, a study of 300 pupils has found.",
        "Reporting by the BBC had shown in 2019 that the firm knew of the leak for years.",
        "The letters were published with the permission of the family, and show a man in doubt.",
        "The views expressed in the letter are not those of the party, its chairman said.",
        "Thank you for reading my letter, she wrote to the judge, and please forgive me.",
        "“We are sorry,” said Senator Thune (R).",
        "Mr Holm (pictured) said that the house had been his grandmother's until 1960.",
        "Anna Berg (right) told the court that she had never met the man.",
        "The statement was sent to newspapers via Reuters.",
        "Credit – the lifeblood of small firms – has become dear, the bank's survey shows.",
        "Save for a rainy day",
        "Pin it down",
        "Post on social media",
        "Print on both sides",
    ],
)
def test_a_line_of_an_extracted_article_stays(line: str) -> None:
    assert left_out(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "Share this article on Facebook",
        "Save for later",
        "Tweet",
        "Sign up for our morning newsletter.",
        "Subscribe now to continue reading.",
        "Log in or register to comment.",
        "Download our app for iOS and Android.",
        "You have read 3 of 5 free articles this month.",
        "Continue reading with a subscription.",
        "Keep reading for $1 a week.",
        "This content is only available to subscribers.",
        "The rest of this article is available to subscribers.",
        "Read this article for free by registering.",
        "Unlock this story with a free trial",
        "Get unlimited access for just £1 for 6 months.",
        "Start your free trial today.",
        "Create a free account to continue reading.",
        "Want to read more? Subscribe now.",
        "For the full story, subscribe here.",
        "This article is behind a paywall.",
        "Subscriber-only content",
        "Cancel anytime.",
        "Unlock this article",
        "This post is for paid subscribers",
        "Continue reading your article with a digital subscription",
        "Subscribe to The Harbour Times to continue reading.",
        "Create your free account or log in to continue reading.",
        "To continue reading this article, start your free trial",
        "You must be a subscriber to read this article.",
        "Want all of The Harbour Times? Subscribe.",
        "Thank you for your patience while we verify access.",
        "Read more: Harbour fees to rise",
        "Tags: Lundvik, baths, council",
        "(Reporting by Ines Dahl in Lundvik; Editing by Per Moe and Jan van der Berg)",
        "This essay was published with permission.",
        "The views expressed here are the author's own.",
        "The opinions in this article are expressed by its author and do not reflect ours.",
        "Thanks for reading The Ledger! Subscribe for free to receive new posts.",
        "The Ledger is a reader-supported publication. Consider becoming a paid subscriber.",
        "Prime Minister Holm (left) greets the guests (Photo: Per Moe)",
        "Photo: Per Moe/Reuters",
    ],
)
def test_what_belongs_to_the_page_still_goes(line: str) -> None:
    assert len(left_out(line)) == 2


def test_a_heading_that_reads_like_a_box_stays_over_its_paragraph() -> None:
    prose = f"{ABOVE[0]} {ABOVE[1]}"
    heading = "More about the plan"

    assert heading in clean(f"{prose}\n\n{heading}\n\n{prose}", is_extracted=True).text
    assert heading not in clean(f"{prose}\n\n{heading}\n\nA link", is_extracted=True).text
