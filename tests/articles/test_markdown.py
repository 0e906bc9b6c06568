"""Markdown as blogs have it: front matter, links, tags, shortcodes and code, through a parser."""

import pytest

from retrieval.articles.cleaning.clean import clean
from retrieval.articles.files.formats import READERS
from retrieval.articles.raw import RawArticle
from retrieval.errors import ArticleError


def read(text: str) -> RawArticle:
    [raw] = READERS[".markdown"](text.encode(), "post.markdown", "/blog")
    assert isinstance(raw, RawArticle)
    return raw


def paragraphs(text: str) -> list[str]:
    raw = read(text)
    return clean(raw.text, title=raw.title).text.split("\n\n")


def test_front_matter_in_toml_tells_of_the_article() -> None:
    raw = read(
        '+++\ntitle = "Mill sold"\ndate = 2021-03-05T10:00:00+01:00\ndraft = false\n'
        'authors = ["Ann Lee", "Bo Ek"]\n[taxonomies]\ntags = ["mills"]\n+++\n\nIt was sold.\n'
    )

    assert (raw.title, raw.published, raw.author) == ("Mill sold", "2021-03-05", "Ann Lee, Bo Ek")
    assert raw.text.strip() == "It was sold."


def test_front_matter_in_yaml_may_name_authors_as_people() -> None:
    raw = read("---\nauthor:\n  name: Ann Lee\n  url: https://ann.example\n---\nIt was sold.\n")

    assert raw.author == "Ann Lee"


def test_front_matter_in_yaml_may_have_a_colon_in_a_title() -> None:
    raw = read('---\ntitle: Mill sold: a "story"\ndate: 2021-03-05\n---\nIt was sold.\n')

    assert (raw.title, raw.published) == ('Mill sold: a "story"', "2021-03-05")
    with pytest.raises(ArticleError, match=r"not valid YAML, line 4"):
        read("---\ntitle: Mill: sold\ntags: [a, b\n---\nText.")


def test_broken_front_matter_in_toml_is_told_with_its_line() -> None:
    with pytest.raises(ArticleError, match=r"front matter is not valid TOML.*line 3"):
        read('+++\ntitle = "a"\ndate = 2014-02-31\n+++\nText.')


def test_a_first_heading_is_the_title_where_nothing_else_tells_one() -> None:
    assert read("# Mill *sold*\n\nIt was sold on Friday.\n").title == "Mill sold"
    assert read("Mill sold\n=========\n\nIt was sold on Friday.\n").title == "Mill sold"
    assert read("It was sold on Friday.\n\n# Afterwards\n\nIt became a school.\n").title is None


def test_a_paragraph_is_one_however_its_rows_are_broken() -> None:
    assert paragraphs(
        "The mill, which the 28-year-\nold owner had closed,\n*was sold* on Friday.\n\n"
        "It becomes\na school.  \nThe town pays.\n"
    ) == [
        "The mill, which the 28-year-old owner had closed, was sold on Friday.",
        "It becomes a school.",
        "The town pays.",
    ]


def test_links_of_every_form_leave_their_words_and_nothing_else() -> None:
    assert paragraphs(
        "The [mill][m] was [sold], as [the Post][] and [a paper](https://a.example/x_(y) 'T')"
        " say.[^1] See <https://b.example/c>. ![A mill](mill.jpg 'The mill')\n\n"
        '[m]: https://m.example "The mill"\n[sold]: <https://s.example>\n'
        "[the post]: https://p.example\n[^1]: The Post, page 3.\n"
    ) == [
        "The mill was sold, as the Post and a paper say. See https://b.example/c.",
        "The Post, page 3.",
    ]


def test_html_leaves_its_words_without_programs_remarks_and_pictures() -> None:
    assert paragraphs(
        "<!-- a remark -->\nThe <b>mill</b> was sold&mdash;on <abbr title='x'>Fri</abbr>.<br>"
        "The town paid.\n\n<script>\nlet a = 1;\n\nlet b = 2;\n</script>\n\n"
        "<div class='box'><p>It becomes a school.</p><p>The roof is new.</p></div>\n\n"
        "<figure><img src='a.jpg'><figcaption>The mill in May.</figcaption></figure>\n\n"
        "<style>p { color: red }</style>\n\n<div>\n\nThe *wheel* stays.\n\n</div>\n"
    ) == [
        "The mill was sold—on Fri.",
        "The town paid.",
        "It becomes a school.",
        "The roof is new.",
        "The wheel stays.",
    ]


@pytest.mark.parametrize(
    "shortcode",
    [
        '{{< figure src="mill.jpg" caption="The mill" >}}',
        '{{<youtube id="x">}}',
        '{{< figure\n  src="mill.jpg"\n>}}',
        "{{% notice tip %}}",
        "{{% /notice %}}",
        "{% include ad.html slot=1 %}",
        "{% comment %}Not for readers.{% endcomment %}",
        "{{ page.teaser }}",
        '[gallery ids="1,2"]',
        '[caption id="a" width="300"]<img src="a.jpg"> The mill in May.[/caption]',
        "{: .lead }",
        "![[mill.png]]",
        ":::note",
    ],
)
def test_shortcodes_are_no_text(shortcode: str) -> None:
    text = f"The mill was sold on Friday.\n\n{shortcode}\n\nIt becomes a school.\n"

    assert paragraphs(text) == ["The mill was sold on Friday.", "It becomes a school."]


def test_shortcodes_inside_a_sentence_go_and_its_words_stay() -> None:
    assert paragraphs("The {{< abbr >}}mill{{< /abbr >}} was [[Sale|sold]] in [[May]].\n") == [
        "The mill was sold in May."
    ]


def test_code_is_kept_as_it_is_and_is_no_heading_and_no_shortcode() -> None:
    kept = paragraphs(
        "Run this to count the words of the town's minutes:\n\n```sh\n# count words\n"
        "wc -w {{ file }} | sort\n```\n\nThen call `{{< figure >}}` by its name.\n"
    )

    assert kept[0] == "Run this to count the words of the town's minutes:"
    assert any("wc -w {{ file }} | sort" in one for one in kept)
    assert kept[-1] == "Then call {{< figure >}} by its name."
    assert not any("```" in one for one in kept)
    assert read("```\n# no title\n```\n\nText.").title is None


def test_lists_quotes_and_tables_give_their_rows() -> None:
    assert paragraphs(
        "What the buyers promised the council on Friday, in their own words:\n\n"
        "1. A new roof\n2. No *flats*\n\n* A school\n* A wheel\n\n> We keep our\n> word.\n\n"
        "| Bid | Price |\n|-----|------:|\n| School | 2,400 |\n"
    ) == [
        "What the buyers promised the council on Friday, in their own words:",
        "1. A new roof",
        "2. No flats",
        "- A school",
        "- A wheel",
        "We keep our word.",
        "Bid | Price",
        "School | 2,400",
    ]


def test_stars_that_mark_nothing_and_signs_in_words_stay() -> None:
    assert paragraphs("The sum is 2 * 3 * 4, in snake_case_words.\n") == [
        "The sum is 2 * 3 * 4, in snake_case_words."
    ]
