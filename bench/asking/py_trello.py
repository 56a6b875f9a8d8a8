"""py-trello as its documentation shows; argument: "lists" (each list's cards) or "open_cards"."""

import json
import os
import sys

import requests
from trello import TrelloClient

asked = json.loads(os.environ["BENCH"])


class Here:
    """What py-trello calls by default, `requests` itself, sent to our server."""

    def request(self, method, url, **options):
        """Send it."""
        address = url.replace("https://api.trello.com", asked["trello"], 1)
        return requests.request(method, address, timeout=60, **options)


client = TrelloClient(api_key=asked["key"], token=asked["token"], http_service=Here())
cards = done = 0
for board in client.list_boards():
    lists = board.open_lists()
    names = {each.id: each.name for each in lists}
    if sys.argv[1] == "lists":
        read = [card for each in lists for card in each.list_cards()]
    else:
        read = board.open_cards()
    cards += len(read)
    done += sum(names[card.idList] == "Done" for card in read)
print(json.dumps({"cards": cards, "done": done}))
