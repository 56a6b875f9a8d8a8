"""What a user would run instead of okr-sync, as its documentation shows; arguments: which, how.

Each prints how many cards it read as its last line; a Singer tap prints its records.
"""

import json
import os
import sys
from pathlib import Path

asked = json.loads(os.environ["BENCH"])


def jira_client(fields):
    """Ask one JQL, all pages; for "sprints" each board, its sprints, the issues of each."""
    from jira import JIRA

    jira = JIRA(asked["jira"], basic_auth=(asked["email"], asked["token"]))
    queries = [asked["issues"]]
    if fields == "sprints":
        boards, fields = jira.boards(), "*all"
        queries = [f"sprint = {each.id}" for board in boards for each in jira.sprints(board.id)]
    pages = (jira.enhanced_search_issues(jql, maxResults=False, fields=fields) for jql in queries)
    return [issue.fields.status.statusCategory.key for issues in pages for issue in issues]


def dlt_rest(queries):
    """Read with dlt's rest_api, loaded nowhere: "issues" page by page, "by_epic" side by side."""
    from dlt.sources.rest_api import rest_api_source

    queries = asked[queries] if isinstance(asked[queries], list) else [asked[queries]]
    os.environ["EXTRACT__WORKERS"] = str(len(queries))
    paginator = {"cursor_path": "nextPageToken", "cursor_param": "nextPageToken"}
    endpoint = {
        "path": "rest/api/3/search/jql",
        "data_selector": "issues",
        "paginator": {"type": "cursor", **paginator},
    }
    fields = {"fields": "summary,status", "maxResults": 100}
    resources = [
        {"name": f"issues_{n}", "endpoint": {**endpoint, "params": {"jql": jql, **fields}}}
        for n, jql in enumerate(queries)
    ]
    auth = {"type": "http_basic", "username": asked["email"], "password": asked["token"]}
    source = rest_api_source(
        {"client": {"base_url": asked["jira"], "auth": auth}, "resources": resources}
    )
    for resource in source.resources.values():
        resource.parallelize()
    return [issue["fields"]["status"]["statusCategory"]["key"] for issue in source]


def bugwarrior():
    """Pull as `bugwarrior pull` does, into no task list."""
    from bugwarrior.config.schema import MainSectionConfig
    from bugwarrior.services.jira import JiraConfig, JiraService

    Path("taskrc").write_text("data.location=tasks\n")
    config = JiraConfig(
        service="jira",
        target="bench",
        base_uri=asked["jira"],
        username=asked["email"],
        password=asked["token"],
        query=asked["issues"],
    )
    service = JiraService(config, MainSectionConfig(targets=["bench"], taskrc="taskrc"))
    return [issue.get_status() for issue in service.issues()]


def py_trello(way):
    """Read each board's "lists" and their cards, or its "open" cards."""
    import requests
    from trello import TrelloClient

    class Local:
        """What py-trello calls by default, `requests` itself, sent to our server."""

        def request(self, method, url, **options):
            """Send it."""
            address = url.replace("https://api.trello.com", asked["trello"], 1)
            return requests.request(method, address, timeout=60, **options)

    client = TrelloClient(api_key=asked["key"], token=asked["token"], http_service=Local())
    cards = []
    for board in client.list_boards():
        lists = board.open_lists()
        by_list = [card for each in lists for card in each.list_cards()] if way == "lists" else []
        cards += by_list or board.open_cards()
    return cards


def tap_jira(*state):
    """Run the tap with its issues selected, from a state; it insists on https, and must not."""
    import tap_jira as tap
    from tap_jira.http import Client

    Client.url = lambda self, path: self.base_url + "/" + path.lstrip("/")
    config = {
        "start_date": "2020-01-01T00:00:00Z",
        "username": asked["email"],
        "password": asked["token"],
        "base_url": asked["jira"],
        "user_agent": "bench",
        "request_timeout": 60,
    }
    streams = []
    for name in (each.tap_stream_id for each in tap.streams_.ALL_STREAMS):
        schema = tap.load_schema(name)
        parts = [[], *(["properties", field] for field in schema["properties"])]
        chosen = [{"breadcrumb": part, "metadata": {"selected": True}} for part in parts]
        stream = {"stream": name, "tap_stream_id": name, "schema": schema}
        metadata = chosen if name == "issues" else []
        streams.append({**stream, "key_properties": ["id"], "metadata": metadata})
    _singer(config, {"streams": streams}, "--properties", *(["--state", *state] if state else []))
    tap.main()


def tap_trello():
    """Run the tap with its boards, lists and cards selected; only its address is changed."""
    import tap_trello as tap
    from tap_trello import client
    from tap_trello.discover import discover

    class Client(client.Client):
        """The tap's own, at our server."""

        def __init__(self, config):
            """Point it there."""
            super().__init__(config)
            self.base_url = asked["trello"] + "/1"

    catalog = discover().to_dict()
    for stream in catalog["streams"]:
        for entry in stream["metadata"] * (stream["tap_stream_id"] in ("boards", "lists", "cards")):
            entry["metadata"]["selected"] = True
    start = {"start_date": "2020-01-01T00:00:00Z"}
    _singer({"api_key": asked["key"], "api_token": asked["token"], **start}, catalog, "--catalog")
    tap.Client = Client
    tap.main()


def _singer(config, catalog, option, *more):
    Path("config.json").write_text(json.dumps(config))
    Path("catalog.json").write_text(json.dumps(catalog))
    sys.argv = ["tap", "--config", "config.json", option, "catalog.json", *more]


cards = globals()[sys.argv[1]](*sys.argv[2:])
if cards is not None:
    print(json.dumps({"cards": len(cards)}))
