"""What a node has on record, asked for by more than one command."""

from typing import Any

from meshnode.commands.client import Client

Document = dict[str, Any]


def acts(client: Client, kind: str) -> list[Document]:
    """Return the acts of a kind that the node holds, the newest first."""
    found: list[Document] = client.get(f"/acts?kind={kind}")["acts"]
    return found


def candidates(client: Client) -> list[Document]:
    """Return those for whom members speak, but not enough of them yet."""
    found: list[Document] = client.get("/candidates")["candidates"]
    return found


def members(client: Client, *, with_revoked: bool = False) -> list[Document]:
    """Return all who belong."""
    query = "?revoked=true" if with_revoked else ""
    found: list[Document] = client.get(f"/members{query}")["members"]
    return found
