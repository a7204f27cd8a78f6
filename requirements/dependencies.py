"""What an installation needs is said once, in runtime.in: the build reads it from there."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Dependencies(MetadataHookInterface):
    """Fills `dependencies` of the project's metadata from the lines of `runtime.in`."""

    def update(self, metadata: dict[str, object]) -> None:
        """Set the dependencies; a line that is empty or a comment is none."""
        lines = (Path(self.root) / "requirements" / "runtime.in").read_text(encoding="utf-8").splitlines()
        stated = (line.split("#")[0].strip() for line in lines)
        metadata["dependencies"] = [line for line in stated if line]
