"""How far the demo is, on standard error: a bar on a terminal, a sentence for each step elsewhere."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.local.commands import say
from deploy.local.demo.case import Step


class PlayProgress:
    """A context that shows what is going on and goes away when it ends."""

    def __init__(self, emissions: int) -> None:
        console = Console(stderr=True, highlight=False)
        self._shows = console.is_terminal
        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
        self._bar = Progress(*columns, console=console, transient=True, disable=not self._shows)
        self._task = self._bar.add_task("", total=emissions)
        self._said = ""

    def __enter__(self) -> "PlayProgress":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()

    def tell(self, sentence: str) -> None:
        """Say what is being done."""
        if sentence == self._said:
            return
        self._said = sentence
        if self._shows:
            self._bar.update(self._task, description=sentence)
        else:
            say(sentence)

    def advance(self, step: Step) -> None:
        """One more outcome, of this step."""
        self.count(f"{step.tenant} ({', '.join(step.roles)}): {step.doing}")

    def count(self, sentence: str) -> None:
        """One more outcome, of what the sentence says."""
        self.tell(sentence)
        self._bar.advance(self._task)
