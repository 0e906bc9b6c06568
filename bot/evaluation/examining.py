"""`dateline eval --doctor`: what is wrong with the question set itself."""

from collections import Counter

from bot.evaluation.eval_options import EvalOptions
from bot.terminal.console import make_console, say
from bot.terminal.harmless import one_line
from retrieval.evaluation.gold import Articles
from retrieval.evaluation.questions import read_questions
from retrieval.evaluation.set_problems import examine


def run_doctor(options: EvalOptions, articles: Articles) -> int:
    """Print every finding; gives 1 if there is any."""
    found = read_questions(options.chosen_files)
    findings = examine(found.questions, articles)
    console = make_console()
    for line in (*found.problems, *found.notes):
        say(console, f"line: {one_line(line)}")
    for finding in findings:
        say(console, f"{finding.ailment}: {one_line(finding.message)}")
    counts = Counter(finding.ailment for finding in findings)
    counted = ", ".join(f"{count} {ailment}" for ailment, count in sorted(counts.items()))
    say(console, f"{len(found.questions)} questions: {counted or 'nothing wrong'}")
    return int(bool(findings or found.problems))
