"""What the platform answers about a case, asked by GraphQL over HTTP like anybody else."""

import asyncio
import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from parledger.cli import CommandError

STANDINGS = (
    '{{ standings(authority: "{authority}", round: "{round}") '
    "{{ unit {{ name }} rank grade index points assessed }} }}"
)

_ROUND = """
query Round($authority: ID!, $unit: ID!, $round: ID!) {
  round(authority: $authority, round: $round) { name }
  standings(authority: $authority, round: $round) {
    unit { path name } rank grade index points assessed coverage final
  }
  dossier(unit: $unit, round: $round) {
    points assessed index grade excluded lost position
    areas { code name max points excluded lost }
    lostLeaves: leaves(lostOnly: true) { code }
    leaves { code name appraisedPoints computedPoints support figures councilFigures }
  }
}
"""
_SECONDS_TO_CATCH_UP = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What GraphQL says of one round and the dossier of one unit in it, field by field as in its schema."""

    round: str
    standings: list[Mapping[str, Any]]
    dossier: Mapping[str, Any]


class GraphQL:
    """One endpoint, asked with one token."""

    def __init__(self, url: str, token: str) -> None:
        self.address = f"{url}/graphql"
        self.token = token

    async def ask(self, query: str, **variables: str | int) -> Mapping[str, Any]:
        """The `data` of the answer. CommandError where it says something went wrong."""
        return await asyncio.to_thread(self._ask, query, variables)

    async def ask_round(self, authority: str, unit: str, round_: str, position: int) -> Answer:
        """What there is of a round once `position` is taken in. CommandError if that takes too long."""
        deadline = time.monotonic() + _SECONDS_TO_CATCH_UP
        while True:
            data = await self.ask(_ROUND, authority=authority, unit=unit, round=round_)
            dossier = data["dossier"]
            reached = dossier["position"] if dossier else 0
            if data["round"] and reached >= position:
                return Answer(data["round"]["name"], data["standings"], dossier)
            if time.monotonic() > deadline:
                raise CommandError(
                    f"scoring is at position {reached} of {position} after {_SECONDS_TO_CATCH_UP:g} s"
                )
            await asyncio.sleep(0.05)

    def curl(self, query: str) -> str:
        """A command to paste that asks this."""
        body = json.dumps({"query": query})
        return (
            f"curl -s {self.address} -H 'Content-Type: application/json' "
            f"-H 'Authorization: Bearer {self.token}' -d '{body}'"
        )

    def _ask(self, query: str, variables: Mapping[str, str | int]) -> Mapping[str, Any]:
        place = urlsplit(self.address)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        try:
            connection.request(
                "POST", place.path, json.dumps({"query": query, "variables": variables}), headers
            )
            response = connection.getresponse()
            text = response.read().decode()
        except OSError as error:
            raise CommandError(f"{self.address} does not answer: {error}") from error
        finally:
            connection.close()
        if response.status != http.client.OK or "errors" in (answer := json.loads(text)):
            raise CommandError(f"{self.address} answered {response.status}: {text[:1000]}")
        return answer["data"]
